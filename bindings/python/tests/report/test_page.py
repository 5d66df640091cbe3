"""report.html: self-contained, escaped, in careful words. Truth: an HTML parser and the design's section 5."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pytest
import unguard
from numpy.typing import NDArray
from unguard.analysis import Analysis, analyse
from unguard.analysis.remarks import percent
from unguard.recording import Annotation, Channel, Recording
from unguard.report import html
from unguard.simulated_recording import to_recording

_NASTY = "<script>alert('$x_1$')</script> & \"µ\""


class _Page(HTMLParser):
    """Collects tags, attributes and the text a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.shown: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.shown.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.shown).split())


def _noise(columns: int, samples: int = 8000) -> NDArray[np.float64]:
    return np.random.default_rng(4).normal(0, 3, (samples, columns))


def _scenario(name: str) -> Analysis:
    return analyse(to_recording(unguard.simulate(name, seconds=60, seed=3, fs=1000)))


@pytest.fixture(scope="module")
def contaminated() -> Analysis:
    return _scenario("contaminated")


@pytest.fixture(scope="module")
def page(contaminated: Analysis) -> _Page:
    return _Page(html(contaminated))


def test_nothing_is_fetched(page: _Page) -> None:
    assert not {"script", "link", "img", "iframe", "object"} & set(page.tags)
    for name, value in page.attributes:
        if name in ("href", "xlink:href", "src"):
            assert value.startswith("#"), (name, value)
        assert "url(http" not in value and not (name == "style" and "@import" in value)


def test_ids_are_unique(page: _Page) -> None:
    ids = [value for name, value in page.attributes if name == "id"]
    assert ids and len(ids) == len(set(ids))
    targets = {v[1:] for n, v in page.attributes if n in ("href", "xlink:href")}
    targets |= {m for n, v in page.attributes for m in re.findall(r"url\(#([^)]+)\)", v)}
    assert targets <= set(ids)


def test_the_words_are_careful(contaminated: Analysis, page: _Page) -> None:
    text = page.text.lower()
    assert "spasm-like activity" in text
    assert not re.findall(r"spasm(?!-like|detector)", text)
    assert "not a medical device" in text
    assert "diagnos" not in text and "patient" not in text and "abnormal" not in text
    assert text.index("in short") < text.index("levels") < text.index("how this was made")
    assert contaminated.source.sha256 is None and "analysed from memory" in text


def test_text_of_a_recording_is_escaped_wherever_it_stands() -> None:
    data = _noise(2)
    data[3000:4000, 0] *= 20
    data[:, 1] = 7.0
    recording = Recording(
        data=data,
        fs=1000.0,
        channels=[Channel(_NASTY), Channel("b<img src=x onerror=y>")],
        annotations=[Annotation(1, 2, "<b>note</b>")],
        repairs=["<i>mended</i>"],
        remarks=["<u>remark</u>"],
    )
    made = analyse(recording)
    assert made.events
    page = _Page(html(made))
    assert not {"script", "img", "i", "u"} & set(page.tags)
    assert not any(name.startswith("on") for name, _ in page.attributes)
    assert _NASTY in page.text
    for words in ("<b>note</b>", "<i>mended</i>", "<u>remark</u>"):
        assert words in page.text


@pytest.mark.parametrize("spasm_like", [False, True])
@pytest.mark.parametrize("confidence", [1.0, 0.5])
def test_a_blank_stands_between_two_sentences(contaminated: Analysis, spasm_like: bool, confidence: float) -> None:
    kind = "PHASIC BURST" if spasm_like else "ACTIVITY"
    events = [dataclasses.replace(e, kind=kind, confidence=confidence) for e in contaminated.events]
    channels = [
        dataclasses.replace(c, events=[e for e in events if e.channel == c.name]) for c in contaminated.channels
    ]
    text = html(dataclasses.replace(contaminated, events=events, channels=channels))
    assert ("Where a number is followed" in text) == (confidence < 1)
    for paragraph in re.findall(r"<p.*?</p>", text, re.DOTALL):
        shown = re.sub(r"<[^>]*>", "", paragraph)
        assert not re.findall(r"\w[.:;,][A-Z]\w+", shown), shown


@pytest.mark.parametrize(("confidence", "told"), [(1.0, False), (0.5, True)])
def test_the_legend_explains_only_what_the_table_shows(confidence: float, told: bool) -> None:
    # Truth: the first event of the first channel is as sure as given here, and all others are sure.
    made = _scenario("guarded")
    first, *rest = made.channels
    events = [dataclasses.replace(e, confidence=1.0) for e in first.events]
    events[0] = dataclasses.replace(events[0], confidence=confidence)
    sure = [dataclasses.replace(c, events=[dataclasses.replace(e, confidence=1.0) for e in c.events]) for c in rest]
    text = _Page(html(dataclasses.replace(made, channels=[dataclasses.replace(first, events=events), *sure]))).text
    assert (" sure (" in text) == ("followed by how many are sure" in text) == told


def test_every_channel_has_its_figure_and_every_event_its_row(contaminated: Analysis, page: _Page) -> None:
    assert page.tags.count("svg") == 2 + len(contaminated.channels)
    assert page.tags.count("figure") == page.tags.count("svg")
    labels = [v for n, v in page.attributes if n == "aria-label"]
    assert all(any(label.startswith(c.name) for label in labels) for c in contaminated.channels)
    rows = re.findall(r'<td class="n">(\d+)</td><td class="kind"><span class="swatch"', html(contaminated))
    assert [int(n) for n in rows] == [e.id for e in contaminated.events]


def test_what_is_believed_and_why_not_the_rest_is_told(contaminated: Analysis, page: _Page) -> None:
    assert "What can be believed" in page.text
    for channel in contaminated.channels:
        for name, share in channel.belief.reasons.items():
            assert f"{name.replace('_', ' ')} {percent(share)}" in page.text
            assert f"{name.replace('_', ' ')}: " in page.text


def test_labels_of_axes_are_readable(page: _Page) -> None:
    # Mathematical markup would be shown as it is.
    assert "mathdefault" not in page.text and "$" not in page.text
    for label in ("time [s]", "frequency [Hz]", "power [µV²/Hz]", "[µV]"):
        assert label in page.text


def test_a_channel_without_contact_is_not_shown_as_relaxed() -> None:
    data = _noise(2)
    data[:, 1] = 0.0
    recording = Recording(data=data, fs=1000.0, channels=[Channel("good"), Channel("off")])
    text = _Page(html(analyse(recording))).text
    assert "off: nothing can be believed, so there is no level. This is not relaxation." in text
    assert "nothing here can be believed" in text
    assert "Not known for off" in text


@pytest.mark.parametrize("seconds", [0.3, 3, 30, 700])
def test_short_and_long_records_have_a_page(seconds: float) -> None:
    recording = Recording(data=_noise(1, round(seconds * 250)), fs=250.0, channels=[Channel("one")])
    page = _Page(html(analyse(recording)))
    assert ("time [min]" if seconds >= 600 else "time [s]") in page.text
    assert "No activity above rest was found" in page.text or seconds == 0.3


def test_thousands_of_events_stay_a_small_page() -> None:
    # Truth: under 3 MB for eight channels with four thousand events; only the largest are listed, and that is said.
    made = _scenario("rest")
    channel = made.channels[0]
    events = [
        dataclasses.replace(made.events[0], id=i + 1, onset_s=0.1 * i, offset_s=0.1 * i + 0.05, area_uV_s=1.0 + i)
        for i in range(500)
    ]
    busy = [dataclasses.replace(channel, name=f"channel {i}", events=events) for i in range(8)]
    text = html(dataclasses.replace(made, channels=busy, events=events * 8))
    assert len(text) < 3_000_000
    assert "The 100 events with the largest area" in text and "the other 3900 are" in " ".join(text.split())


def test_drawing_leaves_the_settings_of_others_alone(contaminated: Analysis) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    html(contaminated)
    assert dict(matplotlib.rcParams) == before


def test_settings_of_others_do_not_change_the_page(contaminated: Analysis) -> None:
    import matplotlib

    plain = html(contaminated)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.facecolor": "black"}):
        assert html(contaminated) == plain
