"""Comments of a header as Doxygen reads them: a comment above a declaration, or behind a member, documents it."""

import re
import sys
from pathlib import Path

lines = Path(sys.argv[1]).read_text(encoding="utf-8").split("\n")
for i, line in enumerate(lines):
    if "SPDX" in line or re.match(r"\s*// clang-format", line):
        continue
    # Doxygen takes one overload for the other; that values compare is no news.
    if "double operator*(" in line or re.match(r"\s*friend .*operator==", line):
        lines[i] = ""
        continue
    # Sphinx does not read designated initialisers: a member that has one says so in its comment.
    line = re.sub(r"^(\s+(?!return)\w+ \w+)(\{\.[^;]*\});$", r"\1;  // begins as \2", line)
    line = re.sub(r"^(\s*)// ", r"\1/// ", line)
    lines[i] = re.sub(r"([;,{}]\s*)// ", r"\1///< ", line)
# What a header as a whole is about stands in its first lines.
print("\n".join(lines))
