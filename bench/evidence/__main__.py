"""`python -m bench.evidence NAME`: print and write an evidence table; exit 1 where a bar is not met."""

import importlib
import sys

TABLES = ("foundation", "filters")

if len(sys.argv) != 2 or sys.argv[1] not in TABLES:
    sys.exit(f"usage: scripts/evidence NAME, one of {', '.join(TABLES)}")
evidence = importlib.import_module(f"bench.evidence.{sys.argv[1]}").measure()
print(evidence.write())
if evidence.failed():
    sys.exit(f"{len(evidence.failed())} bars are not met")
