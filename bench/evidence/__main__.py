"""`python -m bench.evidence NAME [--publish]`: print and write an evidence table; exit 1 where a bar is not met.

--publish also puts it into the docs; it refuses changes that no commit holds, for nobody could measure them again.
"""

import importlib
import sys

from bench.evidence.table import commit

TABLES = ("foundation", "filters", "speed", "quality", "spectrum", "envelope", "detect", "thresholds")

names = [a for a in sys.argv[1:] if a != "--publish"]
if len(names) != 1 or names[0] not in TABLES:
    sys.exit(f"usage: scripts/evidence NAME [--publish], NAME one of {', '.join(TABLES)}")
if "--publish" in sys.argv and commit().endswith("-dirty"):
    sys.exit("there are changes that are not committed: commit them, and publish what the commit measures")
evidence = importlib.import_module(f"bench.evidence.{names[0]}").measure()
print(evidence.write())
if "--publish" in sys.argv:
    print(evidence.publish())
if evidence.failed():
    sys.exit(f"{len(evidence.failed())} bars are not met")
