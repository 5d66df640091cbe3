"""Headers as Doxygen reads them: a comment above a declaration, or behind a member, documents it.

    python3 docs/doxygen_filter.py include build/doxygen/include

All at once, beforehand: as a filter of Doxygen's own it would be started once a header.
"""

import re
import shutil
import sys
from pathlib import Path


def as_doxygen_reads(text):
    """Return a header whose comments are Doxygen's."""
    lines = text.split("\n")
    for i, line in enumerate(lines):
        if "SPDX" in line or "// namespace" in line or re.match(r"\s*// clang-format", line):
            continue
        # Doxygen takes one overload for the other; that values compare is no news.
        if "double operator*(" in line or re.match(r"\s*friend .*operator==", line):
            lines[i] = ""
            continue
        # Sphinx does not read designated initialisers: a member that has one says so in its comment.
        line = re.sub(r"^(\s+(?!return)\w+ \w+)(\{\.[^;]*\});$", r"\1;  // begins as \2", line)
        code, slashes, comment = line.partition("// ")
        line = code + slashes + re.sub(r"`([\w .:=+-]+)`", r"<tt>\1</tt>", comment)
        line = re.sub(r"^(\s*)// ", r"\1/// ", line)
        lines[i] = re.sub(r"([;,{}]\s*)// ", r"\1///< ", line)
    return "\n".join(lines)


if __name__ == "__main__":
    source, made = Path(sys.argv[1]), Path(sys.argv[2])
    shutil.rmtree(made, ignore_errors=True)
    for header in sorted(source.rglob("*.hpp")):
        copy = made / header.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(as_doxygen_reads(header.read_text(encoding="utf-8")), encoding="utf-8")
