"""What the caller of `write` says of a recording, checked: fields of *_emg.json and columns of channels.tsv."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from unguard import __version__
from unguard._core import Chain
from unguard.arguments import number, text
from unguard.bids.entities import Entities
from unguard.bids.sidecars import GIVEN_COLUMNS, NOT_KNOWN, fields_of
from unguard.errors import ConfigError
from unguard.recording import Recording

#: Schemes that need no description of their own.
_SCHEMES = ("Measured", "ChannelSpecific")
#: Fields that are arguments, or that the recording itself tells.
_OWN_FIELDS = (
    "TaskName",
    "EMGPlacementScheme",
    "EMGPlacementSchemeDescription",
    "EMGReference",
    "PowerLineFrequency",
    "SoftwareFilters",
    "SamplingFrequency",
    "RecordingDuration",
    "RecordingType",
)


def checked_fields(
    recording: Recording,
    entities: Entities,
    placement: Any,
    reference: Any,
    power_line: Any,
    software_filters: Any,
    more: Mapping[str, Any] | None,
) -> dict[str, Any]:
    """Return the fields of *_emg.json."""
    expected = '"Measured", "ChannelSpecific", or how the electrodes were placed, in words'
    scheme = text("placement", placement, expected).strip()
    described = text("reference", reference, '"Bipolar", "ChannelSpecific" or the name of the electrode').strip()
    for name, value in (("placement", scheme), ("reference", described)):
        if not value or value == "Other":
            raise ConfigError(name, repr(value), expected if name == "placement" else "words that tell what it was")
    if power_line != NOT_KNOWN:
        hertz = 'hertz above 0, or "n/a" where it is not known'
        power_line = number("power_line", power_line, hertz)
        if power_line <= 0:
            raise ConfigError("power_line", f"{power_line:g}", hertz)
    fields = {
        "TaskName": entities.task,
        "EMGPlacementScheme": scheme if scheme in _SCHEMES else "Other",
        **({} if scheme in _SCHEMES else {"EMGPlacementSchemeDescription": scheme}),
        "EMGReference": described,
        "PowerLineFrequency": power_line,
        "SoftwareFilters": _software_filters(software_filters),
        **fields_of(recording),
    }
    if more is not None and not isinstance(more, Mapping):
        raise ConfigError("more", repr(more), "fields of *_emg.json by name")
    for name, value in (more or {}).items():
        if name in _OWN_FIELDS:
            raise ConfigError("more", repr(name), "fields that no argument and not the recording itself tells")
        try:
            json.dumps(value, allow_nan=False)
        except (TypeError, ValueError) as cause:
            raise ConfigError("more", f"{name!r}: {value!r}", "values that JSON can hold") from cause
        fields[text("more", name, "names of fields as text")] = value
    return fields


def _software_filters(given: Any) -> Any:
    """Return SoftwareFilters as the schema has them: objects by name, or n/a."""
    if given == NOT_KNOWN:
        return NOT_KNOWN
    if isinstance(given, Chain):
        return {"unguard.Chain": {"Stages": repr(given), "Version": __version__}}
    described = getattr(type(given), "_fields", None)
    if described is not None and hasattr(given, "replace"):
        values = {
            f"{f['name']} ({f['unit']})" if f["unit"] else f["name"]: getattr(given, f["name"]) for f in described
        }
        return {f"unguard.{type(given).__name__}": {k: _plain(v) for k, v in values.items()} | {"Version": __version__}}
    good = isinstance(given, Mapping) and given and all(isinstance(one, Mapping) for one in given.values())
    if not good:
        expected = 'a filter, a Chain, {"name": {"parameter": value}}, or "n/a" where it is not known'
        raise ConfigError("software_filters", repr(given), expected)
    try:
        return json.loads(json.dumps({str(name): dict(one) for name, one in given.items()}, allow_nan=False))
    except (TypeError, ValueError) as cause:
        raise ConfigError("software_filters", repr(given), "values that JSON can hold") from cause


def _plain(value: Any) -> Any:
    return value if isinstance(value, (bool, int, float, str, type(None))) else repr(value)


def checked_columns(given: Any, recording: Recording) -> dict[str, dict[str, Any]]:
    """Return what the caller says of channels; raise ConfigError for what is no channel, column or value."""
    if given is None:
        return {}
    expected = "columns of channels.tsv by channel"
    if not isinstance(given, Mapping):
        raise ConfigError("channels", repr(given), expected)
    checked: dict[str, dict[str, Any]] = {}
    for name, row in given.items():
        if name not in recording.names:
            raise ConfigError("channels", repr(name), f"one of {', '.join(recording.names)}")
        if not isinstance(row, Mapping):
            raise ConfigError("channels", f"{name!r}: {row!r}", expected)
        for column, value in row.items():
            if column not in GIVEN_COLUMNS:
                raise ConfigError("channels", f"{column!r} of {name}", f"one of {', '.join(GIVEN_COLUMNS)}")
            plain = isinstance(value, (str, int, float)) and not isinstance(value, bool)
            if not plain or breaks_a_table(str(value)) or not str(value).strip():
                raise ConfigError(
                    "channels", f"{column} {value!r} of {name}", "text without tabs and ends of lines, or a number"
                )
            if column == "placement_scheme" and value not in ("measured", "other"):
                raise ConfigError("channels", f"{column} {value!r} of {name}", '"measured" or "other"')
        checked[name] = dict(row)
    return checked


def breaks_a_table(value: str) -> bool:
    """Return whether a text has a tab or the end of a line in it, for which tables of BIDS have no place."""
    return any(ord(character) < 32 for character in value)
