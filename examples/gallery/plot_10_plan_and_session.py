"""
A plan and a session
====================

One file a person says where electrodes are, in which bands, and what is asked of them; a session is analysed by it.
"""

import datetime
import tempfile
from pathlib import Path

import unguard
from unguard import plan
from unguard.session import analyse_session

mine = plan.new_plan("P-014", montage="lumbar paraspinals")
recording = unguard.io.read("../../data/guarded.bdf")
there = [muscle for muscle in mine.montage.muscles if muscle.channel in recording.names]
mine = mine.model_copy(update={"montage": mine.montage.model_copy(update={"muscles": tuple(there)})})
print([f"{muscle.channel} at {muscle.site}" for muscle in mine.montage.muscles])

# %%
# It is kept as TOML, with every default written out, and comes back equal:

with tempfile.TemporaryDirectory() as folder:
    file = plan.write_plan(mine, folder)
    print(plan.read_plan(file) == mine)
    print("\n".join(Path(file).read_text(encoding="utf-8").split("\n")[:12]))

# %%
# What deserves a second look before anybody is measured:

for remark in plan.remarks(mine)[:4]:
    print(remark)

# %%
# And the session:

session = analyse_session(recording, mine, date=datetime.date(2026, 11, 30), noise=0.4)
session.to_dataframe().head(12)
