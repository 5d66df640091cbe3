"""An evidence table: what was to be shown, the bar, what was measured, against what, and whether that is enough."""

from __future__ import annotations

import functools
import json
import platform
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table as Grid

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "build" / "evidence"
DOCS = ROOT / "docs"


@functools.cache
def commit() -> str:
    """Return the commit that is measured, whatever is committed meanwhile.

    -dirty where anything but docs/, which tables go into, differs from it.
    """

    def git(*arguments: str) -> str:
        return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()

    changed = git("status", "--porcelain", "--untracked-files=no", "--", ".", ":!docs")
    return git("rev-parse", "--short", "HEAD") + ("-dirty" if changed else "")


def is_as_of(measured: str) -> bool:
    """Return whether what is here differs from a commit in nothing but docs/."""
    same = ["git", "diff", "--quiet", measured, "--", ".", ":!docs"]
    return not measured.endswith("-dirty") and not subprocess.run(same, cwd=ROOT, check=False).returncode


@dataclass(frozen=True)
class Row:
    """One line; `enough` is None where nothing is demanded. `section`: of a table that can be measured in parts."""

    quantity: str
    bar: str
    measured: str
    reference: str
    enough: bool | None
    section: str = ""
    commit: str = ""

    @property
    def verdict(self) -> str:
        """The verdict in a word."""
        return {True: "pass", False: "FAIL", None: "-"}[self.enough]


def _in_markdown(*cells: str) -> str:
    """Return a row of a table; a bar within a cell would end it."""
    return "| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |"


def _section_file(name: str, section: str) -> Path:
    return FOLDER / name / f"{section}.json"


@dataclass
class Evidence:
    """All rows of one table."""

    name: str
    rows: list[Row] = field(default_factory=list)
    pictures: dict[Path, str] = field(default_factory=dict)
    body: str = ""
    section: str = ""

    def add(self, quantity: str, bar: str, measured: str, reference: str, enough: bool | None = None) -> None:
        """Add a row and say so, for measuring takes long."""
        self.rows.append(Row(quantity, bar, measured, reference, enough, self.section, commit()))
        print(f"  {self.rows[-1].verdict:4}  {quantity}: {measured}", flush=True)

    def picture(self, name: str, shows: str) -> Path:
        """Return where a picture of this evidence goes; the page says in words what it shows."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        path = FOLDER / f"{self.name}-{name}.png"
        self.pictures[path] = shows
        return path

    def take(self, part: Evidence) -> None:
        """Add what was measured elsewhere."""
        self.rows += part.rows
        self.pictures |= part.pictures

    def keep(self) -> None:
        """Write the rows of this section, for a table that takes long: a run that is stopped goes on with the next."""
        file = _section_file(self.name, self.section)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(self._as_json(), indent=1) + "\n")

    @classmethod
    def kept(cls, name: str, section: str, of_any_commit: bool = False) -> Evidence | None:
        """Return what was kept of a section, if nothing has changed since but docs/; None where nothing was."""
        file = _section_file(name, section)
        if not file.exists():
            return None
        kept = json.loads(file.read_text())
        rows = [Row(**row) for row in kept["rows"]]
        of_this = all(is_as_of(measured) for measured in {r.commit for r in rows})
        pictures = {FOLDER / picture: shows for picture, shows in kept["pictures"].items()}
        return cls(name, rows, pictures, section=section) if of_this or of_any_commit else None

    def _as_json(self) -> dict[str, Any]:
        return {"rows": [asdict(r) for r in self.rows], "pictures": {p.name: s for p, s in self.pictures.items()}}

    def measured_at(self) -> str:
        """Return which commit was measured, and where it was others, which sections of which."""
        sections: dict[str, list[str]] = {}
        for r in self.rows:
            named = sections.setdefault(r.commit, [])
            if r.section not in named:
                named.append(r.section)
        if len(sections) == 1:
            return f"commit {next(iter(sections))}"
        return "commits " + ", ".join(f"{of} ({'; '.join(named)})" for of, named in sections.items())

    def failed(self) -> list[Row]:
        """Return the rows that fall short."""
        return [r for r in self.rows if r.enough is False]

    def write(self) -> Path:
        """Print the table, write it as Markdown and JSON, and return the Markdown's path."""
        grid = Grid("quantity", "bar", "measured", "reference", "", title=f"Evidence: {self.name}")
        for r in self.rows:
            grid.add_row(r.quantity, r.bar, r.measured, r.reference, r.verdict)
        Console(width=200).print(grid)
        FOLDER.mkdir(parents=True, exist_ok=True)
        python = f"{platform.python_implementation()} {platform.python_version()}"
        made = f"{self.measured_at()}, {platform.machine()}, {python}"
        lines = [f"Made by `scripts/evidence {self.name}`; {made}.", ""]
        lines += ["| quantity | bar | measured | reference | |", "|---|---|---|---|---|"]
        lines += [_in_markdown(r.quantity, r.bar, r.measured, r.reference, r.verdict) for r in self.rows]
        for picture, shows in self.pictures.items():
            lines += ["", f"![{shows}]({picture.name})"]
        self.body = "\n".join(lines) + "\n"
        page = FOLDER / f"{self.name}.md"
        page.write_text(f"# Evidence: {self.name}\n\n{self.body}")
        (FOLDER / f"{self.name}.json").write_text(json.dumps(self._as_json(), indent=1) + "\n")
        return page

    def publish(self) -> Path:
        """Put what write() wrote, and the pictures, into the page of docs/ that has a place for it."""
        begin, end = (f"<!-- {word} scripts/evidence {self.name} -->\n" for word in ("begin", "end"))
        (page,) = (p for p in DOCS.glob("*.md") if begin in p.read_text())
        before, _, rest = page.read_text().partition(begin)
        page.write_text(before + begin + self.body + end + rest.partition(end)[2])
        for picture in self.pictures:
            shutil.copy(picture, DOCS)
        return page
