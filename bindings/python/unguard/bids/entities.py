"""Who, when and what a recording is of, as BIDS says it in the names of files and folders."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from unguard.arguments import whole
from unguard.errors import ConfigError

_LABEL = re.compile(r"[0-9a-zA-Z]+")


@dataclass(frozen=True)
class Entities:
    """The entities of one recording; None where there is none."""

    subject: str
    task: str
    session: str | None = None
    acquisition: str | None = None
    run: int | None = None

    @property
    def run_label(self) -> str | None:
        """Return the run as it stands in names: two digits at least."""
        return None if self.run is None else f"{self.run:02d}"

    def folder(self) -> Path:
        """Return the folder of the subject, or of its session, from the root of the dataset on."""
        subject = Path(f"sub-{self.subject}")
        return subject if self.session is None else subject / f"ses-{self.session}"

    def file(self, suffix: str, ending: str) -> Path:
        """Return the file of the recording with a suffix such as "emg" and an ending such as ".bdf"."""
        known = (
            ("sub", self.subject),
            ("ses", self.session),
            ("task", self.task),
            ("acq", self.acquisition),
            ("run", self.run_label),
        )
        stem = "_".join(f"{entity}-{label}" for entity, label in known if label is not None)
        return self.folder() / "emg" / f"{stem}_{suffix}{ending}"

    def files(self, endings: tuple[str, ...]) -> list[Path]:
        """Return all files of the recording: of samples, with one of these endings, then sidecars."""
        sidecars = (("channels", ".tsv"), ("events", ".tsv"), ("events", ".json"), ("emg", ".json"))
        return [self.file("emg", ending) for ending in endings] + [self.file(*sidecar) for sidecar in sidecars]

    def scans(self) -> Path:
        """Return the list of the subject's recordings."""
        session = "" if self.session is None else f"_ses-{self.session}"
        return self.folder() / f"sub-{self.subject}{session}_scans.tsv"


def checked_entities(*, subject: object, task: object, session: object, acquisition: object, run: object) -> Entities:
    """Return the entities; raise ConfigError for a label that BIDS does not allow."""
    labels: dict[str, str | None] = {}
    for name, value in (("subject", subject), ("task", task), ("session", session), ("acquisition", acquisition)):
        if value is None and name in ("session", "acquisition"):
            labels[name] = None
            continue
        if not isinstance(value, str) or not _LABEL.fullmatch(value):
            raise ConfigError(name, repr(value), "a label of letters and digits, without sub-, ses-, task- or acq-")
        labels[name] = value
    number = None
    if run is not None:
        number = whole("run", run, "a whole number, 0 or more, or None")
        if number < 0:
            raise ConfigError("run", number, "a whole number, 0 or more, or None")
    return Entities(str(labels["subject"]), str(labels["task"]), labels["session"], labels["acquisition"], number)
