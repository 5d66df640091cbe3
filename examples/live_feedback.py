"""The shortest biofeedback app: a simulated back rests and now and then tenses; its level is followed in blocks of 10
ms, and a cue says when it rises above a threshold. Each cue prints its age.

    python live_feedback.py [SECONDS] [--fast]      20 s in real time; --fast does not wait for the clock
"""

import sys
import time

import unguard

fast = "--fast" in sys.argv
seconds = float(next((a for a in sys.argv[1:] if a != "--fast"), 20))

# Where the signal comes from: replace this by your device.
back = unguard.simulate(
    unguard.Paraspinal(seed=7, duration=max(seconds, 10.0), rest_events=unguard.RestEvents(quiet=3.0))
)

cue_uV, calm_uV = 8.0, 5.0  # a cue comes again only after calm
chain = unguard.Chain(
    unguard.Priming(length=0.020), unguard.Bandpass(), unguard.Notch(frequency=50.0), unguard.Rms(window=0.125)
).start(fs=back.fs, channels=back.channels)

block = round(0.010 * back.fs)
algorithmic_ms, block_ms = 1e3 * chain.latency()["seconds"], 1e3 * block / back.fs
tense = dict.fromkeys(back.channels, False)
cues = 0
began = time.perf_counter()
for end in range(block, round(seconds * back.fs) + 1, block):
    if not fast:
        time.sleep(max(0.0, began + end / back.fs - time.perf_counter()))
    arrived = time.perf_counter()
    level_uV, marks = chain.process(back.data[end - block : end], marks=True)
    for i, name in enumerate(back.channels):
        level = level_uV[-1, i]
        if marks[-1, i]:
            continue  # a level that is not sure cues nobody
        if not tense[name] and level > cue_uV:
            computing_ms = 1e3 * (time.perf_counter() - arrived)
            age_ms = algorithmic_ms + block_ms + computing_ms
            print(
                f"{end / back.fs:7.2f} s  {name:<14} {level:5.1f} uV  let go   age {age_ms:.2f} ms = "
                f"{algorithmic_ms:.1f} algorithm + {block_ms:.1f} block + {computing_ms:.3f} computing"
            )
            cues += 1
            tense[name] = True
        elif level < calm_uV:
            tense[name] = False
print(f"{cues} cues in {seconds:.1f} s of signal, {time.perf_counter() - began:.2f} s by the clock")
