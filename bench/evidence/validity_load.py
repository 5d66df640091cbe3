"""Load, error of measurement and the reference that is used by default: rows 28, 29, 32, 33 and 36 of `validity`."""

from __future__ import annotations

import math

import numpy as np
import unguard
from unguard.benchmark import AlarmRate
from unguard.clinical import FRR_SEM_PERCENT, log_sem, mdc, verdict
from unguard.plan import preset

from bench.evidence import clinical_measures
from bench.evidence.validity_claim import Claim, Found, rows_of, together

#: Of the 95 % normal deviate, for closed forms.
Z = 1.959963984540054


def important_change() -> Found:
    """The detectable change, and what is said of changes below and far beyond it."""
    single, of_four = mdc(49.0), mdc(49.0, sessions=4)
    sem = log_sem(FRR_SEM_PERCENT)
    days = np.arange(12.0)

    def said(change: float, sessions: int = 12) -> str:
        values = np.repeat([0.0, change], sessions // 2)
        return verdict(days[:sessions], values, better="higher", sem=sem, planned=12).said

    below = [said(0.99 * mdc(sem, sessions=4)), said(0.99 * mdc(sem, sessions=4), 8), said(0.99 * mdc(sem), 2)]
    beyond = said(3 * mdc(sem))
    exact = all(
        abs(found / (Z * math.sqrt(2 / n) * 49) - 1) <= 1e-12 for found, n in ((single, 1), (of_four, 4))
    )  # fmt: skip
    return Found(
        f"{single:.1f} %, n = 4: {of_four:.1f} %; 0.99 MDC in means of four of 12 and of 8 sessions: {below[0]!r}, "
        f"{below[1]!r}; of two sessions: {below[2]!r}; 3 MDC: {beyond!r}",
        exact
        and (round(single), round(of_four)) == (136, 68)
        and all("improved" not in one for one in below)
        and beyond == "improved",
    )


def reference() -> Found:
    """The detectable change of both references, and which is the default."""
    sub, most = mdc(7.0), mdc(17.0)
    default = unguard.ReferenceCalibrator().effort
    efforts = sorted({r.effort for r in preset("lumbar paraspinals").references})
    return Found(
        f"default {default}, the preset of the low back {', '.join(efforts)}; MDC {sub:.1f} % and {most:.1f} %",
        default == "submaximal" and efforts == ["submaximal"] and (round(sub), round(most)) == (19, 47),
    )


def distribution() -> Found:
    """Of whole records and as it is counted live."""
    return together(rows_of(clinical_measures.distribution))


def gaps() -> Found:
    """Of a telegraph signal."""
    return together(rows_of(clinical_measures.rest))


def no_alarms() -> Found:
    """The upper limit after hours without an alarm."""
    hours = (1.0, 3.0, 20.0, 1000.0)
    limits = [AlarmRate(0, h).upper * h for h in hours]
    closed = -math.log(0.05)
    return Found(
        ", ".join(f"{v:.4f} / {h:g} h" for v, h in zip(limits, hours, strict=True)),
        all(abs(v / closed - 1) <= 1e-9 and v < 3 for v in limits),
    )


CLAIMS = (
    Claim(28, "FRR: minimal detectable change, and what is said of less", "SEM 49 %: MDC95 136 %, of means of four 68 "
          "% (FRR reliability study)", "exact; below it never \"improved\", at 3 MDC \"improved\"", important_change),
    Claim(29, "reference contraction by default, and its detectable change", "SEM 7 % submaximal, 17 % maximal: MDC 19 "
          "% and 47 % (Dankaerts 2004)", "default submaximal; to the digits given", reference),
    Claim(32, "APDF of |x|, x Gaussian: P10, P50, P90", "0.1257, 0.6745, 1.6449 sigma (closed form)", "within 1 %",
          distribution),
    Claim(33, "gaps of >= 0.2 s below 0.5 %: count and rest", "what was written into a telegraph signal (definition: "
          "Veiersted 2013)", "exact", gaps),
    Claim(36, "no alarm in H hours: rate that is exceeded with a confidence of 5 %", "-ln 0.05 = 2.9957 < 3 per H "
          "(Poisson)", "1e-9", no_alarms),
)  # fmt: skip
