"""What is learnt of a builder holds for every item: its template, when it gives none, and the fields it reads."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from ipaddress import IPv4Address
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import attrs
import msgspec
import pydantic
import pytest
from attrs import define, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import FieldCodec, stored
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.joining import index_key, key
from dynamo_document_builder.model.keys.learning.learn import Analysis, learn
from dynamo_document_builder.model.keys.learning.partial_runs import run_partly
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.schema.items.registry import Codec, codec_of
from dynamo_document_builder.wire.json.numbers import number_text
from tests.effort import examples
from tests.unit.model.keys import zoo
from tests.unit.model.keys.zoo import ZOO, Builder, Expected, Level, Status, Task

few = examples(40)
TASKS = codec_of(Task)

TEXTS = st.sampled_from(["bob", "a", "x#y", "", " Al ", "0001", "Zz" * 50, "ΟΔΟΣ", "{x}", "a-b", "a|b:c/d"]) | st.text()
DAYS = st.dates(date(1000, 1, 1)) | st.dates(date(2026, 1, 1), date(2026, 1, 5))
ZONES = st.sampled_from([UTC, timezone(timedelta(hours=-11)), timezone(timedelta(hours=9, minutes=30))])
MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=ZONES)
NUMBERS = st.integers(-12, 12) | st.integers(-(10**9), 10**38 - 1)
ITEMS = st.builds(
    Task,
    task_id=TEXTS,
    team=TEXTS,
    name=TEXTS,
    number=NUMBERS,
    status=st.sampled_from(Status),
    closed=st.booleans(),
    due=DAYS | st.none(),
    email=TEXTS | st.none(),
    at=MOMENTS,
    day=DAYS,
    price=st.decimals(-1000, 1000, places=2),
    ref=st.uuids(),
    level=st.sampled_from(Level),
    colour=st.sampled_from(zoo.Colour),
    kind=st.sampled_from(["a", "b"]),
    tags=st.just(["t"]),
    boss=st.sampled_from([*Level, None]),
    nick=st.just(zoo.NOBODY) | TEXTS,
    rank=NUMBERS | st.none(),
)


def described(known: Analysis) -> Expected:
    if known.template is not None:
        return Expected(str(known.template), known.gives_none)
    return Expected(reads=known.reads)


def attempted(build: Builder, item: Any) -> tuple[Any, Exception | None]:
    """Return what a builder gives, or its error; a text that is empty is no key."""
    try:
        found = build(item)
    except Exception as error:  # noqa: BLE001  a builder may raise anything
        return None, error
    return found, UsageError("empty") if found == "" else None


def check(known: Analysis, build: Builder, item: Any, codec: Codec[Any]) -> None:
    """Check on one item all that was learnt of a builder."""
    found, error = attempted(build, item)
    if known.template is not None:
        check_template(known, known.template, found, error, {name: value_of(item, name) for name in codec.fields})
    if known.reads is not None and error is None:
        again, _ = run_partly(build, codec, {name: value_of(item, name) for name in known.reads})
        assert again == found or found not in attempted(build, item)  # a generator is another each time


def check_template(known: Analysis, template: Any, found: Any, error: Any, values: dict[str, Any]) -> None:
    is_none = found is None and error is None
    try:
        expected = template.text(values)
    except UsageError:  # it may refuse more than the builder, but no builder has a key where a field is None
        assert error is not None or (is_none and known.gives_none) or all(values[n] is not None for n in template.reads)
        return
    if error is not None:  # `key` refuses more than the template
        assert isinstance(error, UsageError)
        assert expected is not None
    elif not (is_none and known.gives_none):
        assert (number_text(found) if template.is_number and found is not None else found) == expected


@pytest.mark.parametrize("name", ZOO)
def test_what_a_builder_is_found_to_be(name: str) -> None:
    build, expected = ZOO[name]
    known = learn(build, TASKS)
    assert described(known) == expected, known.why
    assert (known.template is None) == bool(known.why)
    assert known.template is None or (known.reads is not None and known.reads >= known.template.reads)


@functools.cache
def learnt(name: str) -> tuple[Builder, Analysis]:
    """Return a builder of the zoo, and what is learnt of it."""
    build, _ = ZOO[name]
    return build, learn(build, TASKS)


@few
@given(st.lists(st.sampled_from(sorted(ZOO)), min_size=10, max_size=10), ITEMS)
def test_what_is_learnt_holds(names: list[str], item: Task) -> None:
    for name in names:
        build, known = learnt(name)
        check(known, build, item, TASKS)


CONDITIONS: list[Builder] = [
    lambda t: t.status is Status.OPEN,
    lambda t: t.due is None,
    lambda t: t.email is not None,
    lambda t: t.closed,
    lambda t: not t.closed,
    lambda t: t.email,
    lambda t: t.name == "bob",
    lambda t: t.status in {Status.HELD, Status.CLOSED},
    lambda t: t.level,
    lambda t: t.boss is Level.HIGH,
    lambda t: t.boss,
    lambda t: t.closed is True,
    lambda t: t.nick is zoo.NOBODY,
    lambda t: t.number,
    lambda t: t.level.value == 1,
    lambda t: t.kind == "a",
    lambda t: t.rank,
]
LEAVES: list[Builder] = [
    lambda t: key("N", t.name),
    lambda t: f"N#{t.name}",
    lambda t: key("N", t.team),
    lambda t: index_key("E", t.email, t.name),
    lambda t: None,
    lambda t: "META",
    lambda t: f"S#{t.status.value}#{t.name}",
    lambda t: key("S", t.status, t.name),
    lambda t: key("N", t.level, t.name),
    lambda t: key("N", t.name.lower()),
    lambda t: t.name,
    lambda t: t.number,
    lambda t: t.rank,
    lambda t: key("S", "open", t.name),
    lambda t: index_key("D", t.due),
    lambda t: f"D#{t.due}",
    lambda t: f"D#{t.due:%Y}",
    lambda t: f"R#{t.rank:04d}",
    lambda t: key("N", t.nick),
    lambda t: key("N", f"{t.nick}:{t.kind}"),
    lambda t: "N#" + t.nick,
]


@st.composite
def builders(draw: st.DrawFn, depth: int = 3) -> Builder:
    if depth == 0 or draw(st.integers(0, 3)) == 0:
        return draw(st.sampled_from(LEAVES[: draw(st.sampled_from([3, len(LEAVES)]))]))
    condition, yes, no = draw(st.sampled_from(CONDITIONS)), draw(builders(depth - 1)), draw(builders(depth - 1))
    if draw(st.booleans()):
        return lambda t: yes(t) if condition(t) else no(t)

    def careful(t: Any) -> Any:
        try:
            return yes(t) if condition(t) else no(t)
        except Exception:  # noqa: BLE001  as a careless builder does
            return no(t)

    return careful


@few
@given(builders(), st.lists(ITEMS, min_size=5, max_size=10))
def test_what_is_learnt_of_made_up_builders_holds(build: Builder, items: list[Task]) -> None:
    known = learn(build, TASKS)
    for item in items:
        check(known, build, item, TASKS)


# Schemas of other kinds


@dataclass
class Point:
    name: str
    shade: Literal["dark", "light"]
    size: int = 3
    day: date | None = None

    @property
    def place(self) -> str:
        return key("P", self.name)


class Model(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(frozen=True)
    name: Annotated[str, pydantic.Field(pattern="^u[0-9]+$")]
    size: int = pydantic.Field(default=3, ge=3)
    day: date | None = None

    @pydantic.computed_field  # type: ignore[prop-decorator]
    @property
    def place(self) -> str:
        return key("P", self.name)


class Record(msgspec.Struct, frozen=True):
    name: str
    size: int = 3
    day: date | None = None

    @property
    def place(self) -> str:
        return key("P", self.name)


@frozen
class Slotted:
    name: str
    size: int = 3
    day: date | None = None

    @functools.cached_property
    def place(self) -> str:
        return key("P", self.name)


ADDRESSES = FieldCodec(stored_as=str, encode=str, decode=IPv4Address)


@define
class Changing:
    """One that makes other values of those it is given, and refuses most."""

    name: str = attrs.field(converter=str.upper, validator=attrs.validators.matches_re("U[0-9]+"))
    size: int = 3
    day: date | None = None
    address: IPv4Address = attrs.field(default=IPv4Address("10.0.0.1"), metadata=stored(codec=ADDRESSES))

    def __attrs_post_init__(self) -> None:
        if not self.name.startswith("U"):
            raise ValueError

    @property
    def place(self) -> str:
        return key("P", self.name)


@pytest.mark.parametrize("schema", [Point, Model, Record, Slotted, Changing], ids=lambda schema: schema.__name__)
@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda p: key("P", p.name), zoo.template("P#{name}")),
        (lambda p: p.place, zoo.template("P#{name}")),
        (lambda p: f"P#{p.name}#{p.size:03d}", zoo.template("P#{name}#{size:03d}")),
        (lambda p: index_key("D", p.day), zoo.template("D#{day}")),
        (lambda p: f"D#{p.day}" if p.size else None, zoo.reads("day", "size")),
        (lambda p: key("S", p.size) if p.size else None, zoo.sparse("S#{size}")),
        (lambda p: key("P", p.name) if p.size > 3 else None, zoo.OPAQUE),
        (lambda p: key(type(p).__name__, p.name), None),
        (lambda p: p.size, zoo.template("{size:number}")),
        (lambda p: p.nothing, zoo.reads()),
    ],
)
def test_schemas_of_every_library(schema: type[Any], build: Builder, expected: Expected | None) -> None:
    expected = zoo.template(f"{schema.__name__}#{{name}}") if expected is None else expected
    known = learn(build, codec_of(schema))
    assert described(known) == expected, known.why


def test_a_literal_of_a_dataclass() -> None:
    known = learn(lambda p: key("P", p.name) if p.shade == "dark" else None, codec_of(Point))
    assert described(known) == zoo.sparse("P#{name}")


class Doc(TypedDict):
    name: str
    size: int
    day: date | None
    nick: NotRequired[str]


DOCS = codec_of(Doc)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda d: key("D", d["name"]), zoo.template("D#{name}")),
        (lambda d: f"D#{d['size']:04d}", zoo.template("D#{size:04d}")),
        (lambda d: index_key("D", d["day"]), zoo.template("D#{day}")),
        (lambda d: index_key("D", d.get("nick")), zoo.template("D#{nick}")),
        (lambda d: index_key("D", d.get("nick", "x")), zoo.reads("nick")),
        (lambda d: key("D", d["nick"]) if "nick" in d else None, zoo.template("D#{nick}")),
        (lambda d: key("D", d["nick"]), zoo.template("D#{nick}")),
        (lambda d: key("D", d.get("day")), zoo.template("D#{day}")),
        (lambda d: key("D", d.get("nothing") or "x"), zoo.template("D#x")),
        (lambda d: key("D", d.get("name", "x")), zoo.template("D#{name}")),
        (lambda d: key("D", d["nothing"]), zoo.reads()),
        (lambda d: key("D", "name" in d and d["name"]), zoo.template("D#{name}")),
        (lambda d: key("D", *d.values()), zoo.OPAQUE),
        (lambda d: key("D", {**d}["name"]), zoo.OPAQUE),
        (lambda d: key("D", dict(d)["name"]), zoo.OPAQUE),
        (lambda d: key("D", len(d)), zoo.OPAQUE),
        (lambda d: key("D", d["name"]) if isinstance(d, dict) else None, zoo.template("D#{name}")),
        (lambda d: key("D", d["name"]) if d["size"] == 3 else None, zoo.OPAQUE),
    ],
)
def test_items_that_are_dictionaries(build: Builder, expected: Expected) -> None:
    known = learn(build, DOCS)
    assert described(known) == expected, known.why


@frozen
class Payment:
    payment_id: str

    @property
    def partition(self) -> str:
        return key("PAYMENT", self.payment_id)


@frozen
class Card(Payment):
    number: str
    kind: Literal["card"] = "card"
    currency: str = "EUR"

    @property
    def source(self) -> str:
        return key("CARD", self.number)


@frozen
class Transfer(Payment):
    iban: str
    kind: Literal["sepa", "swift"] = "sepa"
    amount: int = 0

    @property
    def source(self) -> str:
        return key("IBAN", self.iban)


@pytest.mark.parametrize(
    ("build", "expected"),
    [
        (lambda p: p.partition, zoo.template("PAYMENT#{payment_id}")),
        (lambda p: f"{p.kind}#{p.payment_id}", zoo.template("{kind}#{payment_id}")),
        (lambda p: key("C", p.number) if isinstance(p, Card) else None, zoo.sparse("C#{number}")),
        (lambda p: key("C", p.number) if p.kind == "card" else None, zoo.sparse("C#{number}")),
        (lambda p: index_key("C", getattr(p, "number", None)), zoo.sparse("C#{number}")),
        (lambda p: p.source, zoo.reads("kind", "number", "iban")),
        (lambda p: key(type(p).__name__, p.payment_id), zoo.reads("kind", "payment_id")),
        (lambda p: key("C", p.number), zoo.reads("kind", "number")),
        (lambda p: key("A", p.amount) if isinstance(p, Transfer) and p.amount else None, zoo.sparse("A#{amount}")),
        (lambda p: key("C", p.payment_id[:2]), zoo.OPAQUE),
        (lambda _: None, zoo.reads("kind")),
        (lambda _: "META", zoo.template("META")),
    ],
)
def test_unions_are_learnt_class_by_class(build: Builder, expected: Expected) -> None:
    codec = codec_of(Card | Transfer)
    known = learn(build, codec)
    assert described(known) == expected, known.why
    for item in (Card("p1", "77"), Transfer("p2", "DE1"), Transfer("p3", "DE2", "swift", 5)):
        check(known, build, item, codec)


def test_a_builder_for_one_class_of_a_union_reads_the_tag() -> None:
    known = learn(lambda p: key("C", p.number) if isinstance(p, Card) else None, codec_of(Card | Transfer))
    assert known.reads == {"kind", "number"}


class Country(msgspec.Struct, frozen=True):
    name: str
    code: Literal[tuple(f"c{number}" for number in range(240))]  # type: ignore[valid-type]
    size: int
    nick: str | None = None


def test_a_field_of_many_values_is_still_part_of_a_template() -> None:
    codec = codec_of(Country)
    known = learn(lambda c: index_key("C", c.code, c.name, c.size, c.nick), codec)
    assert described(known) == zoo.template("C#{code}#{name}#{size}#{nick}")
    known = learn(lambda c: key("C", c.name) if c.code == "c7" else None, codec)
    assert (described(known), known.reads) == (zoo.sparse("C#{name}"), None)


@pytest.mark.parametrize(
    ("build", "why"),
    [
        (lambda t: key("N", t.name) if t.name == "secret" else None, "it compares 'name'"),
        (lambda t: key("N", t.number + 77), "it computes with 'number'"),
        (lambda t: key("N", t.at.year), "it takes .year of 'at'"),
        (lambda t: key("N", t.name[:4]), "it takes apart 'name'"),
        (lambda t: key("N", {t.name: 1}[t.name]), "it hashes 'name'"),
        (lambda t: key("N", t.tags and "x"), "it asks the truth of 'tags'"),
        (lambda t: f"{t.number:,}", "it formats, as no template can, 'number'"),
        (lambda t: "#".join([t.name, t.team, "x"][:2]), "it needs the value of 'name' and 'team' (TypeError)"),
        (lambda t: f"{t.name}".lower(), "it takes .lower of the text of 'name'"),
        (lambda t: f"N#{t.name}".lower(), "it changes a text that it has formatted"),
        (lambda t: key("N", t.name.strip()), "it changes the text of 'name'"),
        (lambda t: key("N", t.name.lower()), "for some items it does not give N#{name:lower}"),
        (lambda t: f"{t.at:%Y}", "it formats 'at' in a time zone of its own, where a template has UTC"),
        (lambda t: key("N", str(t)), "it needs the value of the item as a whole"),
        (lambda t: key("N", t.namee), "it ends with AttributeError: namee"),
        (lambda _: None, "it never gives a key"),
        (lambda t: t.tags, "it never gives a key"),
        (lambda t: 7 if t.closed else 8, "its key is not text"),
        (zoo.counting(), "it depends on more than the fields that it takes"),
    ],
)
def test_it_says_why_a_builder_is_a_function(build: Builder, why: str) -> None:
    assert learn(build, TASKS).why == why


def test_nothing_is_done_to_what_is_not_ours() -> None:
    seen: list[Any] = []
    learn(lambda t: seen.append(type(t).__name__) or key("N", t.name), TASKS)
    assert set(seen) == {"Task"}


def test_errors_of_a_key_say_which_part_and_what_to_do() -> None:
    cases: list[tuple[tuple[Any, ...], str]] = [
        ((), "at least one part"),
        (("A", None), r"part 2 of a key is None: give it a value, or build an index key with index_key\(\)"),
        (("A", ""), "part 2 of a key is empty"),
        (("A", "B", "c#d"), "part 3 of a key contains '#', which separates parts: escape or encode it"),
        (("A", datetime(2026, 1, 1)), "part 2 of a key is a naive datetime; give it a timezone"),
        (("A", 1.5), "part 2 of a key is of type float"),
        (("A", True), "part 2 of a key is of type bool"),
        (("A", 10**200), "part 2 of a key has a magnitude"),
    ]
    for parts, text in cases:
        with pytest.raises(UsageError, match=text):
            key(*parts)
    assert index_key("A", None) is None
    assert key("A", 1, date(2026, 1, 2), Status.OPEN) == "A#1#2026-01-02#open"
