"""The types of the compiled module, as pybind11-stubgen reads them, made precise where pybind11 can only say `Any`; and
in which header each spec stands, for unguard.list()."""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STUB = Path("bindings/python/unguard/_core.pyi")
HEADERS = Path("bindings/python/unguard/headers.json")
HEADER = '''"""The C++ engine of unguard."""
# Made by scripts/stubs from the compiled module; docstrings live there.

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Literal, overload

import numpy as np
from numpy.typing import ArrayLike, NDArray

from unguard.jasa import Fatigue

Samples = NDArray[np.float64]
Marks = NDArray[np.uint32]

'''
# What pybind11 says, and what it is.
PRECISE = [
    (r"typing\.SupportsFloat \| typing\.SupportsIndex", "float"),
    (r"typing\.SupportsInt \| typing\.SupportsIndex", "int"),
    (r"collections\.abc\.(Sequence|Iterable|Iterator|Mapping)", r"\1"),
    (r"typing\.Annotated\[numpy\.typing\.ArrayLike, numpy\.float64\]", "ArrayLike"),
    (r"numpy\.typing\.ArrayLike", "ArrayLike"),
    (r"numpy\.typing\.NDArray\[numpy\.float64\]", "Samples"),
    (r"numpy\.typing\.NDArray\[numpy\.uint32\]", "Marks"),
    (r"numpy\.typing\.NDArray\[numpy\.complex128\]", "NDArray[np.complex128]"),
    (r"(def (?:sections|taps|response|group_delay|settle_time|zero_phase)\(spec): typing\.Any", r"\1: Spec | Chain"),
    (r"(def designed_(?:poles|zeros)\(spec): typing\.Any", r"\1: Spec"),
    # What an order function finds is a filter of its family; the band types are told by the edges.
    *(
        (
            rf"(def {name}_order\(.*\)) -> typing\.Any",
            rf"\1 -> {family}Lowpass | {family}Highpass | {family}Bandpass | {family}Bandstop",
        )
        for name, family in (("butterworth", ""), ("chebyshev1", "Chebyshev1"), ("chebyshev2", "Chebyshev2"))
    ),
    (r"\bspec: typing\.Any", "spec: Spec | Chain"),
    (r"(def _trunk_angle\(.*\)) -> typing\.Any", r"\1 -> Samples | tuple[Samples, Marks]"),
    (r"(def _(?:stiffening|time_to_relax)\(.*\)) -> typing\.Any", r"\1 -> dict[str, Any] | None"),
    (r"(def _held_level\(.*\)) -> typing\.Any", r"\1 -> PhaseLevel | None"),
    (r"(def \w+\(.*x: ArrayLike.*\)) -> typing\.Any", r"\1 -> Samples"),
    (r"def __init__\(self, \*args, \*\*kwargs\)", "def __init__(self, *stages: Spec)"),
    (r"(def finish\(self, \*, marks: bool = False\)) -> [^\n]*:", r"\1 -> Samples | tuple[Samples, Marks]:"),
    (r"(class LiveSlidingSpectrum:(?:.|\n)*?def process\(.*) -> list:", r"\1 -> list[SpectrumReading]:"),
    *(
        (rf"(class {live}:(?:.|\n)*?def {name}\(.*) -> list:", rf"\1 -> list[{item}]:")
        for live, item in (
            ("LiveBendPhases", "PhaseReport"),
            ("LiveFlexionRelaxation", "Bend"),
            ("LiveLevelsByAngle", "BendByAngle"),
        )
        for name in ("process", "finish")
    ),
    (r"(def (?:detect|process|finish)\(.*) -> list:", r"\1 -> list[Event]:"),
    (r"(def _bends_by_\w+\(.*) -> list:", r"\1 -> list[Bend]:"),
    (r"(def _bends_by_angle\(.*) -> tuple\[list, int\]:", r"\1 -> tuple[list[Bend], int]:"),
    (r"(def _levels_by_angle\(.*) -> tuple\[list, int\]:", r"\1 -> tuple[list[BendByAngle], int]:"),
    (r"(def _bend_movements\(.*) -> list:", r"\1 -> list[dict[str, Any]]:"),
    (r"(def (?:flexing|extending)\(self\)) -> list:", r"\1 -> list[BinLevel | None]:"),
    (r"(class TensionHoldJudge:(?:.|\n)*?def produced\(self\)) -> typing\.Any", r"\1 -> float | None"),
    (r"(def _bend_phases\(.*) -> list:", r"\1 -> list[PhaseReport]:"),
    (r"(def bend_ratio\(.*)-> typing\.Any", r"\1-> Ratio | None"),
    (r"(def ratio\(self, which: str\)) -> typing\.Any", r"\1 -> Ratio | None"),
    (r"(def asymmetry\(.*)-> typing\.Any", r"\1-> Asymmetry | None"),
    (r"(def (?:standing|flexing|half|flexed|extending)\(self\)) -> typing\.Any", r"\1 -> PhaseLevel | None"),
    (r"(def silence\(self\)) -> typing\.Any", r"\1 -> tuple[int, int] | None"),
    (r"(def silence_deg\(self\)) -> typing\.Any", r"\1 -> tuple[float, float] | None"),
    (r"(class PhaseReport:(?:.|\n)*?def offset\(self\)) -> typing\.Any", r"\1 -> int | None"),
    (r"def doubts\(self\) -> list:", "def doubts(self) -> list[str]:"),
    (r"def angles\(self\) -> list:", "def angles(self) -> list[str]:"),
    (r"(def (?:process|finish|__call__)\(.*) -> tuple:", r"\1 -> tuple[Readings, list[Event]]:"),
    (r"def bounds\(self\) -> list:", "def bounds(self) -> list[dict[str, Any]]:"),
    (r"(def _active_stretches\(.*) -> list:", r"\1 -> list[tuple[int, int, int]]:"),
    (r"def channels\(self\) -> list:", "def channels(self) -> list[str]:"),
    (r"def reasons\(self\) -> list:", "def reasons(self) -> list[str]:"),
    (r"def (designed_\w+)\((.*)\) -> list:", r"def \1(\2) -> list[list[tuple[str, str]]]:"),
    # What is told of fatigue is Python's own.
    (r"(def reading\(self\)) -> typing\.Any", r"\1 -> Fatigue | None"),
    (r"(def _jasa\(.*\)) -> typing\.Any", r"\1 -> Fatigue"),
    (r"-> dict:", "-> dict[str, Any]:"),
    (r"(def __setstate__\(self, arg0): dict\)", r"\1: dict[str, Any])"),
    (r"arg0: dict\)", "arg0: dict[int, Any])"),
    (r"calibration: dict\)", "calibration: dict[str, Any])"),
    (r"(MARKS|TRUST): dict = .*", r"\1: dict[str, int]"),
    (r"ENVELOPES: dict\b.*", "ENVELOPES: dict[str, Any]"),
    (r"def to_array\(self\) -> [^\n]*:", "def to_array(self) -> NDArray[np.void]:"),
    (
        r"( *)def __getitem__\(self, arg0: int \| slice\) -> typing\.Any: *\n *\.\.\.",
        r"\1@overload\n\1def __getitem__(self, index: int, /) -> Reading: ...\n"
        r"\1@overload\n\1def __getitem__(self, index: slice, /) -> Readings: ...",
    ),
    (r"_MARKER_KINDS: tuple\b.*", "_MARKER_KINDS: tuple[str, ...]"),
    (
        r"(def _for_false_alarms\(.*)-> tuple:",
        r"\1-> tuple[Any, float, float, dict[str, Any]]:",
    ),
    (r"_fields: typing\.ClassVar\[tuple\](?: = .*)?", "_fields: ClassVar[tuple[dict[str, Any], ...]]"),
    (r"__hash__: typing\.ClassVar\[None\] = None", "__hash__: ClassVar[None]  # type: ignore[assignment]"),
    (r"typing\.ClassVar", "ClassVar"),
    (r"__reduce__\(self\) -> tuple(\[.*\])?:", "__reduce__(self) -> tuple[Any, ...]:"),
    (r"__getstate__\(self\) -> tuple:", "__getstate__(self) -> tuple[Any, ...]:"),
    (r"__setstate__\(self, arg0: tuple\)", "__setstate__(self, state: tuple[Any, ...], /)"),
    (r"def stages\(self\) -> tuple:", "def stages(self) -> tuple[Spec, ...]:"),
    *(
        (rf"(class Pipeline:(?:.|\n)*?def {name}\(self\)) -> typing\.Any:", rf"\1 -> {of}:")
        for name, of in (
            ("cleaning", "Chain"),
            ("montage", "dict[str, str | tuple[str, str]] | None"),
            ("common_average", "bool"),
            ("check", "SignalCheck"),
            ("mains", "LineCanceller | None"),
            ("heart", "EcgSubtraction | HeartGate | None"),
            ("residual", "Residual"),
            ("noise", "NoiseFloor"),
            ("heart_share", "HeartShare"),
            ("level", "GatedRms"),
            ("readings", "Levels"),
            ("events", "SpasmDetector | EventDetector | None"),
            ("watch", "StreamWatch | None"),
        )
    ),
    (r"def __eq__\(self, arg0: [\w.]+\) -> [\w.]+", "def __eq__(self, arg0: object, /) -> bool"),
    (
        r"-> tuple\[Samples, Samples, Samples, list, dict\]",
        "-> tuple[Samples, Samples, Samples, list[str], dict[str, Any]]",
    ),
    (r"-> tuple\[Samples, dict\]", "-> tuple[Samples, dict[str, Any]]"),
    (r"(def kaiser_order\(.*\)) -> tuple:", r"\1 -> tuple[int, float]:"),
    (r"typing\.overload", "overload"),
    (r"typing\.Any", "Any"),
]
# With marks=True, or marks of the input, the reason bits come too.
MARKED = re.compile(r"^( *)def (\w+)\((.*), marks: bool \| Marks = False\) -> .*:$", re.M)


def read() -> str:
    """Return what pybind11-stubgen says of the installed module, without docstrings."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pybind11_stubgen", "unguard._core", "-o", folder]
        subprocess.run(command, check=True, capture_output=True, cwd=folder)
        text = (Path(folder) / "unguard" / "_core.pyi").read_text()
    return re.sub(r'^ *"""(?:.|\n)*?"""\n', "", text, flags=re.M)


def precise(text: str) -> str:
    """Return the stub with the types that pybind11 cannot state."""
    text = text[text.index("class ") :]
    for pattern, meaning in PRECISE:
        text = re.sub(pattern, meaning, text)
    text = MARKED.sub(
        r"\1@overload\n\1def \2(\3, marks: Literal[False] = False) -> Samples: ...\n"
        r"\1@overload\n\1def \2(\3, marks: Literal[True] | Marks) -> tuple[Samples, Marks]: ...",
        text,
    )
    text = re.sub(r"(: \.\.\.)\n +\.\.\.\n", r"\1\n", text)
    text = re.sub(r":\n +\.\.\.\n", ": ...\n", text)
    text = re.sub(r"(\) -> [^\n]*):\n(?= *(?:def|@|class|[A-Za-z_]))", r"\1: ...\n", text)
    return HEADER + _fields_typed(text)


def _fields_typed(text: str) -> str:
    """Give each property of a spec the type of the keyword of the same name; name what can be a stage of a Chain and
    what detects."""
    parts = re.split(r"(?m)^(?=class |def |@)", text)
    for i, part in enumerate(parts):
        keywords = re.search(r"def __init__\(self, \*, (.*)\) -> None", part)
        if not part.startswith("class ") or keywords is None:
            continue
        types = dict(re.findall(r"(\w+): ([^=]+) = ", keywords[1]))
        parts[i] = re.sub(
            r"def (\w+)\(self\) -> Any:", lambda m, types=types: f"def {m[1]}(self) -> {types.get(m[1], 'Any')}:", part
        )
    fields = {
        part.split(":")[0].removeprefix("class "): part
        for part in parts
        if part.startswith("class ") and "_fields:" in part
    }
    named = {
        "Spec": [*(name for name, part in fields.items() if "-> LiveChain" in part), "Priming"],
        "Detector": [name for name, part in fields.items() if re.search("-> Live(Detector|RPeaks)", part)],
        # As bind_onset() tells them: by their rules for marks, and by a baseline.
        "OnsetDetector": [name for name, part in fields.items() if "def on_marks(" in part],
        "ThresholdDetector": [name for name, part in fields.items() if "-> OnsetBaseline | None" in part],
    }
    return "".join(parts) + "".join(f"\n{name} = {' | '.join(of)}\n" for name, of in named.items())


def formatted(text: str) -> str:
    """Return the text as ruff lays it out."""
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(STUB), "-"]
    return subprocess.run(command, input=text, text=True, check=True, capture_output=True).stdout


def headers(stub: str) -> str:
    """Return which header below include/unguard each spec of the stub is defined in, as JSON."""
    specs = {m[1] for m in re.finditer(r"(?m)^class (\w+):\n(?:(?!^class ).*\n)*? +_fields:", stub)}
    found: dict[str, list[str]] = {name: [] for name in sorted(specs)}
    include = Path("include/unguard")
    for header in sorted(include.glob("*/*.hpp")):
        for name in re.findall(r"(?m)^(?:struct|class) (\w+)", header.read_text()):
            if name in found:
                found[name].append(header.relative_to(include).as_posix())
    if odd := {name: where for name, where in found.items() if len(where) != 1}:
        sys.exit(f"not defined in one header each: {odd}")
    return json.dumps({name: where[0] for name, where in found.items()}, indent=1) + "\n"


if __name__ == "__main__":
    stub = formatted(precise(read()))
    for file, made in ((STUB, stub), (HEADERS, headers(stub))):
        if "--check" not in sys.argv:
            file.write_text(made)
        elif not file.exists() or file.read_text() != made:
            sys.exit(f"{file} is not what scripts/stubs would write; run it")
