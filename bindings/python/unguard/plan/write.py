"""Write a plan to its file: whole or not at all, and with the comments that a person wrote into it."""

from __future__ import annotations

import contextlib
import logging
import os
from pathlib import Path

from tomlkit.exceptions import TOMLKitError

from unguard.arguments import object_of, path_of
from unguard.errors import ConfigError, FormatError
from unguard.plan.document import changed_text, new_text
from unguard.plan.plan import Plan
from unguard.plan.read import parse, read_text
from unguard.whole_file import write_whole

_log = logging.getLogger("unguard")


def write_plan(plan: Plan, path: str | os.PathLike[str]) -> Path:
    """Write a plan and return the path of its file; in a folder that is `<id>.toml`.

    A plan of the same person that is there is changed where it differs: comments and order stay, except of tables that
    go. It is replaced at once when the new one is whole on the disk, so that no failure leaves half a plan. A new file
    can be read by its owner alone.

    Raises ConfigError where the file there is no TOML or another person's plan, FormatError where it cannot be written.
    """
    object_of("plan", plan, Plan, "a Plan")
    file = path_of("path", path)
    if file.is_dir():
        file = file / f"{plan.id}.toml"
    file = Path(os.path.realpath(file))  # a link stays one
    text = _text(plan, file)
    try:
        write_whole(file, text, private=True)
    except OSError as cause:
        raise FormatError(
            path, "the file", f"not writable ({cause.strerror})", "a place that can be written"
        ) from cause
    return file


def _text(plan: Plan, file: Path) -> str:
    values = plan.to_dict()
    if not file.exists():
        return new_text(values)
    try:
        before = read_text(file)
        there = parse(file, before)
    except FormatError as error:
        raise ConfigError(
            "path", f"{file.name}, which holds no plan", "a plan of the same id, or a new file"
        ) from error
    if there.get("id") != plan.id:
        raise ConfigError("path", f"{file.name}, of another id", "a plan of the same id, or a new file")
    said = {**plan.to_dict(defaults=False), "schema": plan.schema_version}
    with contextlib.suppress(TOMLKitError, ValueError, LookupError, AttributeError, TypeError):
        text = changed_text(before, values, said)
        if Plan(**parse(file, text)) == plan:
            return text
    # Tables of one list that stand apart from each other, for instance, cannot be changed in place.
    _log.warning("the comments of the plan could not be kept")
    return new_text(values)
