"""Our docstrings as numpydoc has them: an entry `name: meaning` becomes a name with its meaning below."""

import re

_SECTION = re.compile(r"^(Parameters|Attributes|Raises|Returns)$")
_ENTRY = re.compile(
    r"^((?:[a-z_]\w*|[A-Z]|[A-Z]\w*Error)(?:, (?:[a-z_]\w*|[A-Z]|[A-Z]\w*Error))*)(?: : ([^:]*))?: (.*)$"
)


def numpydoc(lines):
    """Return the lines with every entry of a section split, and without what reStructuredText would read into them."""
    made, inside, attributes = [], False, False
    for i, line in enumerate(lines):
        if _SECTION.match(line) and i + 1 < len(lines) and set(lines[i + 1]) == {"-"}:
            inside, attributes = True, line == "Attributes"
            # Attributes are a list of words: as fields they would be links to whatever bears their name.
            made += [".. rubric:: Attributes", ""] if attributes else [line]
            continue
        if inside and (set(line) == {"-"}):
            made += [] if attributes else [line]
            continue
        # A section ends where something else than an entry begins a paragraph.
        prose = i > 0 and not lines[i - 1].strip() and line[:1].strip() and not _entries(plain(line))
        if inside and (line.startswith(("Source", "Caveat", ">>>")) or prose):
            inside = False
            made.append("")
        text = plain(line)
        # Several entries may share a line: "fs: hertz. channels: names."
        entries = _entries(text) if inside and not text.startswith(" ") else None
        if entries:
            for names, meaning in entries:
                made += [f"``{names}``" if attributes else names, f"    {meaning}"]
        elif inside and text.strip():
            made.append(f"    {text.strip()}")
        else:
            made.append(text)
    return made


def _entries(text):
    parts = re.split(r"(?<=[.]) (?=[a-z_]\w*: )", text)
    found = [_ENTRY.match(part) for part in parts]
    if not found or found[0] is None:
        return None
    entries = []
    for part, match in zip(parts, found, strict=True):
        if match is None:
            entries[-1] = (entries[-1][0], f"{entries[-1][1]} {part}")
        else:
            entries.append((match[1], match[3]))
    return entries


def plain(line):
    """Return a line whose bars and stars are themselves."""
    if line.lstrip().startswith(">>>"):
        return line
    line = re.sub(r"(?<![`\\])\|", r"\\|", line)
    line = re.sub(r"(?<![`\\*\w])\*(?=\w)", r"\\*", line)
    line = re.sub(r"(?<![`\w])([\w.]*\w)_(?![\w`])", r"\1\\_", line)  # a link, else: np.bool_
    return re.sub(r"(?<![`:])`([^`]+)`(?!`)", r"``\1``", line)


def without_parameters(lines):
    """Return the lines without the section of parameters, which a table of the page shows: `{fields}`."""
    made, inside = [], False
    for i, line in enumerate(lines):
        heads = i + 1 < len(lines) and len(line) > 0 and set(lines[i + 1]) == {"-"}
        if line.startswith("Source") or heads:
            inside = line == "Parameters"
        if not inside:
            made.append(line)
    return made


def _process(app, what, name, obj, options, lines):
    if what == "module":
        lines[:] = [plain(line) for line in lines]
    elif what == "class" and hasattr(obj, "_fields"):
        lines[:] = [plain(line) for line in without_parameters(lines)]
    else:
        lines[:] = numpydoc(lines)


def short(told):
    """Return a signature of the compiled module without the modules that its types come from."""
    told = re.sub(r"self: [\w.]+(?:, )?", "", told)
    return re.sub(r"\b(?:unguard\._core|numpy\.typing|collections\.abc|typing)\.", "", told)


def _signature(app, what, name, obj, options, signature, return_annotation):
    if signature and "unguard._core" in f"{signature}{return_annotation}":
        return short(signature), short(return_annotation) if return_annotation else None
    return None


def setup(app):
    app.connect("autodoc-process-signature", _signature)
    # Before napoleon, which reads what this writes.
    app.connect("autodoc-process-docstring", _process, priority=100)
    return {"parallel_read_safe": True}
