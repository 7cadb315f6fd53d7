"""Classes of attrs: fields that `__init__` does not take, generic classes, and the private parts that are read."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003  a schema's annotations are looked up
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

import attrs
import pytest
from attrs import define, field, frozen, validators

from dynamo_document_builder import DefinitionError, Put, remove, stored
from dynamo_document_builder.schema.libraries import attrs_construction
from dynamo_document_builder.schema.libraries.attrs import AttrsAdapter
from dynamo_document_builder.schema.libraries.attrs_construction import (
    CACHED_HASH,
    AttrsConstructor,
    caches_hash,
    is_own_init,
)
from tests.unit.schema.libraries.trips import back, entity_of, not_updated, read, refused, updated, written

T = TypeVar("T")


@define
class Job:
    name: str
    state: str = field(default="new", init=False, validator=validators.in_(["new", "done"]))
    size: int = field(init=False, metadata=stored(derived=True))

    def __attrs_post_init__(self) -> None:
        self.size = len(self.name)


def test_what_init_does_not_take_is_stored_and_restored() -> None:
    job = Job("a")
    job.state = "done"
    assert back(job) == job
    assert read(Job, {"name": {"S": "abc"}}) == Job("abc")
    with pytest.raises(Exception, match="state: expected a value its validator takes"):
        read(Job, {"name": {"S": "a"}, "state": {"S": "lost"}})


def test_a_derived_field_is_written_and_neither_read_nor_updated() -> None:
    assert written(Job("abc"))["size"] == {"N": "3"}
    assert read(Job, {"name": {"S": "abc"}, "size": {"N": "99"}}).size == 3
    assert "'size' is computed by its class" in not_updated(Job, {"size": 5})
    assert "'size' is computed by its class" in not_updated(Job, {"size": remove()})


@define
class Part:
    count: int = field(validator=validators.gt(0))
    code: str = field(default="x", converter=str.upper)


@define
class Whole:
    part: Part
    parts: dict[str, Part] = field(factory=dict)


def test_a_new_value_is_checked_and_converted_by_its_field() -> None:
    assert updated(Part, {"code": "abc", "count": 1}) == [{"S": "ABC"}, {"N": "1"}]
    refusal = "expected a value its validator takes, found one it refuses with ValueError"
    assert f"count: {refusal}" in not_updated(Part, {"count": -5})
    assert f"part.count: {refusal}" in not_updated(Whole, {"part.count": -5})
    assert f"parts.a.count: {refusal}" in not_updated(Whole, {"parts.a.count": -5})
    assert "part.count" in not_updated(Whole, {"part.count": remove()})


@define
class Range:
    low: int = 0
    high: int = field(default=10)
    sum: int = field(default=0, converter=attrs.Converter(lambda value, self: value + self.low, takes_self=True))  # type: ignore[misc]  # attrs types it by the lambda

    @high.validator
    def _ordered(self, _: object, value: int) -> None:
        if value < self.low:
            raise ValueError


def test_what_asks_for_other_fields_is_not_checked_alone() -> None:
    assert updated(Range, {"high": -4, "sum": 3}) == [{"N": "-4"}, {"N": "3"}]


def test_an_object_that_was_changed_is_refused_nested_or_not() -> None:
    part = Part(1)
    object.__setattr__(part, "count", -5)
    assert "parts.a.count: expected a value its validator takes" in refused(Whole(Part(1), {"a": part}))
    lower = Part(1)
    object.__setattr__(lower, "code", "abc")
    assert "code: expected a value that is read back unchanged" in refused(lower)


@define
class Appending:
    name: str
    log: list[str] = field(factory=list)
    version: int = field(default=0, metadata=stored(version=True))

    def __attrs_post_init__(self) -> None:
        self.log.append("made")


def test_a_hook_that_changes_the_object_is_refused_and_sees_no_list_of_the_user() -> None:
    item = Appending("a")
    assert "log: expected a value that is read back unchanged" in refused(item)
    assert item.log == ["made"]


@define
class Box(Generic[T]):
    value: T
    many: list[T]


class IntBox(Box[int]):
    pass


@define
class Holder:
    box: Box[int]


def test_generic_classes_are_kept_with_what_stands_for_their_variables() -> None:
    assert back(IntBox(1, [2])) == IntBox(1, [2])
    assert back(Holder(Box(1, [2]))) == Holder(Box(1, [2]))
    assert back(Box("a", ["b"]), Box[str]) == Box("a", ["b"])
    assert "value: expected int, found str" in refused(IntBox("a", []))  # type: ignore[arg-type]
    with pytest.raises(DefinitionError, match="is not bound to a concrete type"):
        entity_of(Box)


class Lost(Part):
    more: int = 0


@define(init=False)
class OwnSignature:
    a: int

    def __init__(self, b: int) -> None:
        self.a = b


def test_a_subclass_that_declares_fields_without_being_decorated_is_refused() -> None:
    with pytest.raises(DefinitionError, match="it declares 'more' but is not decorated"):
        entity_of(Lost)
    assert "Lost, which has more fields" in refused(Lost(1), Part)


def test_metadata_of_others_is_left_alone() -> None:
    cls = attrs.make_class("Theirs", {"a": field(type=str, metadata={"alias": "b", "null": 7, "version": True})})
    assert written(cls("v")) == {"a": {"S": "v"}}


def test_a_kept_hash_is_made_again() -> None:
    @frozen(cache_hash=True, slots=False)
    class Cached:
        name: str
        version: int = field(default=0, metadata=stored(version=True))

    item = Cached("a")
    hash(item)
    operation = Put(item).__operation__(entity_of(Cached).__model__)
    assert hash(operation.stored) == hash(Cached("a", 1))


# What attrs writes into its classes, and the quick path reads. Where a release of attrs changes one of these, classes
# are called instead, which is slower and right.


@define
class Plain:
    a: int
    b: str = "b"


@frozen
class PlainFrozen:
    a: int
    b: list[str] = field(factory=list)


@pytest.mark.parametrize("cls", [Plain, PlainFrozen])
def test_plain_classes_are_known_as_such(cls: Any) -> None:
    quick = AttrsConstructor(cls, {one.name: one for one in attrs.fields(cls)})
    assert quick.only_assigns
    assert not is_own_init(cls)
    assert not AttrsAdapter(cls).runs_user_code


def test_the_place_of_a_cached_hash_is_where_attrs_looks_for_it() -> None:
    @frozen(cache_hash=True)
    class Cached:
        a: int

    item = Cached(1)
    hash(item)
    assert caches_hash(Cached)
    assert getattr(item, CACHED_HASH) == hash(item)
    assert AttrsConstructor(PlainFrozen, {}).is_frozen
    assert not AttrsConstructor(Plain, {}).is_frozen


@pytest.mark.parametrize("name", ["_BY_ATTRS", "_FROZEN", "CACHED_HASH"])
def test_a_class_that_is_not_as_known_is_called(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attrs_construction, name, "something else")

    @frozen
    class Unknown:
        a: int
        b: list[str] = field(factory=list)

    assert back(Unknown(1, ["x"])) == Unknown(1, ["x"])
    assert read(Unknown, {"a": {"N": "1"}}) == Unknown(1)


@frozen
class Ticket:
    code: str = field(converter=str.upper)
    ends: datetime = field(metadata=stored(epoch=True))
    data: bytes = b""
    parts: Sequence[int] = ()


def test_what_is_known_to_be_stored_in_another_form_is_accepted() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)
    item = Ticket("A", moment, bytearray(b"x"), [1])
    assert read(Ticket, written(item)) == Ticket("A", moment.replace(microsecond=0), b"x", (1,))
    object.__setattr__(item, "code", "a")
    assert "code: expected a value that is read back unchanged" in refused(item)
    plain = Ticket("A", moment.replace(microsecond=0), memoryview(b"x"), [1])  # type: ignore[arg-type]  # taken as bytes are
    assert read(Ticket, written(plain)).data == b"x"
