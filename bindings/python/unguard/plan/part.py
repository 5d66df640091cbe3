"""What every part of a plan is: a value that cannot change, knows all its fields, and refuses by name what is none."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from unguard.plan.personal import NOTHING_PERSONAL, is_personal
from unguard.plan.refusal import config_error, refused

if TYPE_CHECKING:
    from pydantic._internal._model_construction import ModelMetaclass as _Metaclass
else:
    _Metaclass = type(BaseModel)

P = TypeVar("P", bound="Part")


class _Refusing(_Metaclass):
    """Turns what pydantic says about a part made in Python into a ConfigError."""

    def __call__(cls: type[P], *args: Any, **fields: Any) -> P:  # type: ignore[misc]
        try:
            made: P = super().__call__(*args, **fields)  # type: ignore[misc]
        except ValidationError as error:
            raise config_error(error, fields) from None
        return made


class Part(BaseModel, metaclass=_Refusing):
    """A part of a plan. Its fields are as strict as TOML is: no text passes for a number, no number for a truth value.

    Raises ConfigError for a field that is missing, unknown or not as it should be.
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, populate_by_name=False, protected_namespaces=()
    )

    @model_validator(mode="before")
    @classmethod
    def _only_known_fields(cls, given: Any) -> Any:
        # Said here and not by pydantic, which cannot say which field was meant, nor what a missing one is.
        if not isinstance(given, Mapping):
            return given
        known = {info.alias or name: info for name, info in cls.model_fields.items()}
        for key in given:
            if key in known:
                continue
            # What stands there is not repeated: it may be about the person, and messages end in logs.
            if is_personal(key):
                raise refused(str(key), "given", NOTHING_PERSONAL)
            raise refused(str(key), "unknown", _meant(key, known, given))
        for name, info in known.items():
            if info.is_required() and name not in given:
                raise refused(name, "missing", info.description or "a value")
        return given

    def replace(self: P, **changes: Any) -> P:
        """Return the same with some fields changed; what cannot be is refused as when it is made."""
        said = {
            info.alias or name: getattr(self, name)
            for name, info in type(self).model_fields.items()
            if name in self.model_fields_set
        }
        return type(self)(**{**said, **changes})

    def to_dict(self, *, defaults: bool = True) -> dict[str, Any]:
        """Return everything in it as plain values, under the keys of the file; what is not there is left out.

        defaults: whether with what nobody said, which has its default.
        """
        values = {}
        for name, info in type(self).model_fields.items():
            if not defaults and name not in self.model_fields_set:
                continue
            value = _plain(getattr(self, name), defaults)
            if value is not None and (info.is_required() or value not in ([], {})):
                values[info.alias or name] = value
        return values


def _plain(value: Any, defaults: bool) -> Any:
    if isinstance(value, Part):
        return value.to_dict(defaults=defaults)
    return [_plain(one, defaults) for one in value] if isinstance(value, tuple) else value


def _meant(key: object, known: Collection[str], given: Collection[object]) -> str:
    for names in ([name for name in known if name not in given], known):
        near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.6)
        if near:
            return f"{near[0]}, if that was meant"
    return f"one of {', '.join(known)}"
