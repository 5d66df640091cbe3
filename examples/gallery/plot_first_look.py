"""
A first look at a recording
===========================

From a file to levels: what was recorded, the envelope of one muscle, and how strong it is at which trunk angle.
"""

import unguard

recording = unguard.io.read("../../data/guarded.bdf")
recording
