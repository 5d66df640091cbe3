"""`python -m bench.evidence NAME [--publish]`: print and write an evidence table; exit 1 where a bar is not met.

--publish also puts it into the docs.
"""

import importlib
import sys

TABLES = ("foundation", "filters", "speed", "quality", "spectrum", "envelope")

names = [a for a in sys.argv[1:] if a != "--publish"]
if len(names) != 1 or names[0] not in TABLES:
    sys.exit(f"usage: scripts/evidence NAME [--publish], NAME one of {', '.join(TABLES)}")
evidence = importlib.import_module(f"bench.evidence.{names[0]}").measure()
print(evidence.write())
if "--publish" in sys.argv:
    print(evidence.publish())
if evidence.failed():
    sys.exit(f"{len(evidence.failed())} bars are not met")
