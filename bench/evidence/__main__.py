"""`python -m bench.evidence NAME`: print and write an evidence table; exit 1 where a bar is not met."""

import argparse
import importlib
import sys

from bench.evidence.table import commit

TABLES = (
    "foundation",
    "filters",
    "speed",
    "quality",
    "spectrum",
    "envelope",
    "detect",
    "thresholds",
    "clinical",
    "scale",
    "validity",
)
IN_PARTS = ("detect", "clinical", "scale", "validity")

parser = argparse.ArgumentParser(prog="scripts/evidence", description=__doc__)
parser.add_argument("name", choices=TABLES)
parser.add_argument(
    "--only",
    metavar="SECTION",
    help=f"measure one section anew, of {', '.join(IN_PARTS)}: the others stay, with the commit that they are of. "
    "Without it sections are measured that have not been yet of this commit: a run that was stopped goes on",
)
parser.add_argument(
    "--publish",
    action="store_true",
    help="put the table into the docs, too; not of changes that no commit holds, for nobody could measure them again",
)
given = parser.parse_args()
if given.only and given.name not in IN_PARTS:
    parser.error(f"{given.name} is measured as a whole")
if given.publish and commit().endswith("-dirty"):
    sys.exit("there are changes that are not committed: commit them, and publish what the commit measures")
table = importlib.import_module(f"bench.evidence.{given.name}")
if given.only and given.only not in table.SECTIONS:
    parser.error(f"no section {given.only!r}: one of {', '.join(map(repr, table.SECTIONS))}")
evidence = table.measure(given.only) if given.only else table.measure()
print(evidence.write())
if given.publish:
    print(evidence.publish())
if evidence.failed():
    sys.exit(f"{len(evidence.failed())} bars are not met")
