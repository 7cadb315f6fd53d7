"""Random key templates, and items to build keys of, whose texts meet the separators and each other often."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal  # noqa: TC003  the annotations of `Thing` are looked up
from enum import Enum
from typing import Any, Literal
from uuid import UUID  # noqa: TC003

from attrs import asdict, frozen
from hypothesis import assume
from hypothesis import strategies as st

from dynamo_document_builder import DefinitionError, UsageError
from dynamo_document_builder.model.keys.templates.template import KeyTemplate
from dynamo_document_builder.schema.items.registry import codec_of


class State(Enum):
    AL = "al"
    AL_B = "al b"
    ZED = "zed"


class Grade(Enum):
    ONE = 1
    TEN = 10


@frozen
class Thing:
    a: str
    b: str
    n: int
    m: int
    day: date
    at: datetime
    ref: UUID
    cost: Decimal
    state: State
    grade: Grade
    kind: Literal["x", "y"]
    e: str | None = None
    f: date | None = None


CODEC = codec_of(Thing)
ALPHABET = "al b!\"#|~:-_{}'\\zAZ\0\ud7ff\ue000\U0010fffeßİΣ٣"
TEXTS = st.text(ALPHABET, min_size=1, max_size=4)
SPECS: dict[str, list[str]] = {
    "a": ["", "", "", "lower", "upper", "rest"],
    "b": ["", "", "rest"],
    "n": ["", "06d", "02d"],
    "m": ["", "03d"],
    "day": ["", "%Y-%m", "%Y", "%d.%m"],
    "at": ["", "%Y-%m-%dT%H"],
}
LITERALS = st.sampled_from(
    ["#", "A#", "#B#", "|", "::", " ", "x", "{{}}", "_AND_", "'", "\\", '"', "~", "0", "é", "\U0001f600"]
)

things: st.SearchStrategy[Thing] = st.builds(
    Thing,
    a=TEXTS,
    b=TEXTS,
    n=st.integers(-12, 12) | st.integers(-(10**9), 10**38 - 1),
    m=st.integers(0, 12),
    day=st.dates() | st.dates(date(2026, 1, 1), date(2026, 1, 5)),
    at=st.datetimes(timezones=st.just(UTC)),
    ref=st.uuids(),
    cost=st.decimals(-1000, 1000, places=2),
    state=st.sampled_from(State),
    grade=st.sampled_from(Grade),
    kind=st.sampled_from(["x", "y"]),
    e=TEXTS | st.none(),
    f=st.dates() | st.none(),
)


def values_of(thing: Thing) -> dict[str, Any]:
    return asdict(thing)


@st.composite
def templates(draw: st.DrawFn, *names: str, sparse: bool = False, is_once: bool = False) -> KeyTemplate:
    """Give any template of these fields; with *is_once* each field is in it once at most."""
    texts = [draw(st.just("") | LITERALS)]
    for name in draw(st.lists(st.sampled_from(names or list(CODEC.fields)), max_size=4, unique=is_once)):
        spec = draw(st.sampled_from(SPECS.get(name, [""])))
        texts.append(f"{{{name}:{spec}}}" if spec else f"{{{name}}}")
        texts.append(draw(st.just("#") | LITERALS | st.just("")))
    return template_of("".join(texts), sparse=sparse)


def template_of(text: str, *, sparse: bool = False) -> KeyTemplate:
    try:
        return KeyTemplate.of(text, CODEC.fields, sparse=sparse)
    except DefinitionError:
        assume(condition=False)
        raise


def built(template: KeyTemplate, thing: Thing) -> str | None:
    """Return the key of an item, `None` for one that has none or is refused."""
    try:
        return template.text(values_of(thing))
    except UsageError:
        return None
