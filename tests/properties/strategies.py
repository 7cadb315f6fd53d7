"""Generated schemas and items: any nesting of every type the library stores, under hostile attribute names."""

from __future__ import annotations

import enum
import math
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal, NewType, Optional, TypedDict
from uuid import UUID

import attrs
from attrs import frozen
from hypothesis import strategies as st

from dynamo_document_builder import stored as marks

MARGIN = timedelta(days=2)
"""Moments nearer to the ends of the calendar may have no form in UTC."""

DIGITS = 38
LARGEST, SMALLEST = 125, -130


class Shade(enum.StrEnum):
    DARK = "dark"
    LIGHT = 'li"ght'


class Size(enum.IntEnum):
    SMALL = -1
    LARGE = 10**30


class Plain(enum.Enum):
    ONE = "one"
    TWO = "two"


class Rights(enum.Flag):
    READ = enum.auto()
    WRITE = enum.auto()
    SHARE = enum.auto()


Name = NewType("Name", str)


class Point(TypedDict, total=False):
    x: int
    label: str | None


@frozen
class Card:
    number: str
    kind: Literal["card"] = "card"


@frozen
class Cash:
    amount: int
    kind: Literal["cash", "coins"] = "cash"


@st.composite
def decimals(draw: st.DrawFn) -> Decimal:
    """Give any number DynamoDB keeps, in any of its spellings."""
    digits = draw(st.text("0123456789", min_size=1, max_size=DIGITS))
    zeros = draw(st.sampled_from([0, 0, 0, 5, 60]))
    lowest, highest = SMALLEST - zeros, LARGEST - len(digits) - zeros + 1
    exponent = draw(st.integers(lowest, highest) | st.integers(-DIGITS - zeros, 0))
    return Decimal(f"{draw(st.sampled_from(['', '-']))}{digits}{'0' * zeros}E{exponent}")


def integers() -> st.SearchStrategy[int]:
    largest = 10**DIGITS - 1
    long = st.builds(lambda digits, zeros: digits * 10**zeros, st.integers(-largest, largest), st.integers(0, 88))
    return st.integers().filter(lambda number: abs(number) <= largest) | long


def floats() -> st.SearchStrategy[float]:
    stored = st.floats(-9.9e125, 9.9e125)
    return stored.filter(lambda number: number == 0 or abs(number) >= 10.0**SMALLEST)


def offsets() -> st.SearchStrategy[timezone]:
    return st.just(UTC) | st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def moments() -> st.SearchStrategy[datetime]:
    return st.datetimes(datetime.min + MARGIN, datetime.max - MARGIN, timezones=offsets())


def natural() -> st.SearchStrategy[Any]:
    """Give values that come back equal without a declared type."""
    fractions = decimals().filter(lambda number: number != number.to_integral_value())
    plain = st.text() | integers() | fractions | st.binary() | st.booleans() | st.none()
    sets = st.sets(st.text(), min_size=1) | st.sets(integers(), min_size=1) | st.sets(st.binary(), min_size=1)
    return st.recursive(
        plain | sets,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
        max_leaves=4,
    )


@frozen
class Spec:
    """An annotation and what can stand in a field with it."""

    annotation: Any
    values: st.SearchStrategy[Any]
    is_set: bool = False
    can_be_in_sets: bool = False
    metadata: dict[str, Any] = attrs.field(factory=dict[str, Any])


SCALARS = (
    Spec(str, st.text(), can_be_in_sets=True),
    Spec(int, integers(), can_be_in_sets=True),
    Spec(float, floats(), can_be_in_sets=True),
    Spec(Decimal, decimals(), can_be_in_sets=True),
    Spec(bytes, st.binary(), can_be_in_sets=True),
    Spec(bool, st.booleans()),
    Spec(datetime, moments(), can_be_in_sets=True),
    Spec(date, st.dates(), can_be_in_sets=True),
    Spec(time, st.times(timezones=st.none() | offsets()), can_be_in_sets=True),
    Spec(UUID, st.uuids(), can_be_in_sets=True),
    Spec(Shade, st.sampled_from(Shade), can_be_in_sets=True),
    Spec(Size, st.sampled_from(Size), can_be_in_sets=True),
    Spec(Plain, st.sampled_from(Plain), can_be_in_sets=True),
    Spec(Rights, st.integers(0, 7).map(Rights), can_be_in_sets=True),
    Spec(Literal["a", "\U0001f600", ""], st.sampled_from(["a", "\U0001f600", ""]), can_be_in_sets=True),
    Spec(Literal[1, -2], st.sampled_from([1, -2]), can_be_in_sets=True),
    Spec(Name, st.text(), can_be_in_sets=True),
    Spec(Annotated[int, "anything"], integers(), can_be_in_sets=True),
)
OTHERS = (
    Spec(Any, natural()),
    Spec(object, natural()),
    Spec(str | int, st.text() | integers()),
    Spec(bytes | list[bool] | None, st.binary() | st.lists(st.booleans()) | st.none()),
    Spec(set[int] | str, st.sets(integers(), min_size=1) | st.text()),
    Spec(Card | Cash, st.builds(Card, st.text()) | st.builds(Cash, integers(), st.sampled_from(["cash", "coins"]))),
    Spec(Card | str, st.builds(Card, st.text()) | st.text()),
    Spec(
        Point,
        st.fixed_dictionaries({}, optional={"x": integers(), "label": st.none() | st.text()}),
    ),
)


def set_of(spec: Spec, python: type[Any]) -> Spec:
    make = st.sets if python is set else st.frozensets
    return Spec(python[spec.annotation], make(spec.values, min_size=1, max_size=4), is_set=True)


SETS = tuple(set_of(spec, python) for spec in SCALARS if spec.can_be_in_sets for python in (set, frozenset))


def lists_of(inner: Spec) -> Spec:
    return Spec(list[inner.annotation], st.lists(inner.values, max_size=3))


def tuples_of(inner: Spec) -> Spec:
    return Spec(tuple[inner.annotation, ...], st.lists(inner.values, max_size=3).map(tuple))


def sequences_of(inner: Spec) -> Spec:
    return Spec(Sequence[inner.annotation], st.lists(inner.values, max_size=3).map(tuple))


def maps_of(inner: Spec) -> Spec:
    return Spec(dict[str, inner.annotation], st.dictionaries(st.text(), inner.values, max_size=3))


def optional(inner: Spec) -> Spec:
    return Spec(Optional[inner.annotation], st.none() | inner.values)  # noqa: UP045  it may be of any kind


def fixed(inner: Sequence[Spec]) -> Spec:
    annotations = tuple(spec.annotation for spec in inner)
    return Spec(tuple[annotations], st.tuples(*[spec.values for spec in inner]))


hostile_names = st.text(min_size=1) | st.sampled_from(
    [
        "a.b",
        "a-b",
        "#n",
        ":v",
        "f0",
        "f1",
        "S",
        "NULL",
        "'''",
        '"',
        "\\",
        "{v0}",
        "}}",
        "\n",
        "\x00",
        "\U0001f600",
        "size",
    ]
)


@frozen
class Schema:
    """A generated class, and its items."""

    cls: type[Any]
    items: st.SearchStrategy[Any]


def _options(draw: st.DrawFn, spec: Spec) -> tuple[Spec, dict[str, Any]]:
    """Decide how a field of a kind is declared; give what it then takes, and its options."""
    options: dict[str, Any] = {}
    metadata: dict[str, Any] = {}
    if draw(st.booleans()):
        spec = optional(spec)
        metadata["null"] = draw(st.booleans())
        if draw(st.booleans()):
            options["default"] = None
    elif spec.is_set:
        spec = Spec(spec.annotation, spec.values | st.just(spec.annotation()))
    if options or draw(st.booleans()):
        options["kw_only"] = True
    return spec, options | {"type": spec.annotation, "metadata": metadata}


@st.composite
def schemas(draw: st.DrawFn, specs: st.SearchStrategy[Spec], *, most: int = 6) -> Schema:
    """Give a class whose fields are of some kinds."""
    fields: dict[str, Any] = {}
    values: dict[str, st.SearchStrategy[Any]] = {}
    stored: set[str] = set()
    for index, kind in enumerate(draw(st.lists(specs, max_size=most))):
        name = f"{draw(st.sampled_from(['', '_']))}field{index}"
        spec, options = _options(draw, kind)
        alias = draw(st.none() | hostile_names)
        if alias is not None and alias not in stored and not alias.startswith(("field", "_field")):
            options["metadata"]["alias"] = alias
            stored.add(alias)
        options["metadata"] = marks(**options["metadata"])
        fields[name] = attrs.field(**options)
        values[name.lstrip("_")] = spec.values
    options = {"frozen": draw(st.booleans()), "slots": draw(st.booleans())}
    cls = attrs.make_class("Generated", fields, **options)
    return Schema(cls, st.builds(cls, **values))


def _nested(inner: st.SearchStrategy[Spec]) -> st.SearchStrategy[Spec]:
    records = schemas(inner, most=3).map(lambda schema: Spec(schema.cls, schema.items))
    return st.one_of(
        inner.map(lists_of),
        inner.map(tuples_of),
        inner.map(sequences_of),
        inner.map(maps_of),
        inner.map(lambda spec: lists_of(optional(spec))),
        st.lists(inner, min_size=1, max_size=3).map(fixed),
        records,
    )


leaves = st.sampled_from([*SCALARS, *OTHERS, *SETS])
kinds = st.recursive(leaves, _nested, max_leaves=5)
any_schema = schemas(kinds)
any_value: st.SearchStrategy[Any] = reduce(or_, [spec.values for spec in (*SCALARS, *OTHERS)])
"""A value of some stored type, for a field that may be of another."""


def types_of(value: Any) -> Any:
    """Return the types in a value, to be compared beside it: `1 == 1.0 == True`."""
    if attrs.has(type(value)):
        return type(value), {name: types_of(inner) for name, inner in attrs.asdict(value, recurse=False).items()}
    if isinstance(value, dict):
        return dict, {name: types_of(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value), [types_of(inner) for inner in value]
    if isinstance(value, (set, frozenset)):
        return type(value), {type(inner) for inner in value}
    return (float, math.copysign(1, value) if value else 1) if isinstance(value, float) else type(value)
