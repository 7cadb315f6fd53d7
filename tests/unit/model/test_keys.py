"""Keys: two different inputs never give one key, and nothing incomplete is ever sent."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any
from uuid import UUID

import pytest
from attrs import field, frozen

from dynamo_document_builder import Entity, Get, Put, Table, UsageError, index_key, key, stored
from tests.unit.things import table


class Colour(Enum):
    RED = "red"
    ONE = 1


class Word(StrEnum):
    A = "a"


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("USER", "u1"), "USER#u1"),
        (("a",), "a"),
        (("a", 1, Decimal("1.50")), "a#1#1.5"),
        ((UUID(int=1),), "00000000-0000-0000-0000-000000000001"),
        ((date(2026, 1, 2),), "2026-01-02"),
        ((datetime(2026, 1, 2, 3, tzinfo=UTC),), "2026-01-02T03:00:00.000000Z"),
        ((datetime(2026, 1, 2, 3, tzinfo=timezone(timedelta(hours=2))),), "2026-01-02T01:00:00.000000Z"),
        ((Colour.RED, Colour.ONE, Word.A), "red#1#a"),
        (("é😀 /:",), "é😀 /:"),
        ((-1,), "-1"),
    ],
)
def test_parts_are_joined_with_hashes(parts: Any, text: str) -> None:
    assert key(*parts) == text
    assert index_key(*parts) == text


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ((), "at least one part"),
        ((None,), "part 1 of a key is None"),
        (("a", None), "part 2 of a key is None"),
        (("a", ""), "part 2 of a key is empty"),
        (("a#b",), "part 1 of a key contains '#'"),
        (("a", "#"), "part 2 of a key contains '#'"),
        ((True,), "of type bool"),
        ((1.5,), "of type float"),
        ((b"x",), "of type bytes"),
        ((["a"],), "of type list"),
        ((datetime(2026, 1, 2),), "naive datetime"),
        ((object(),), "of type object"),
        ((Decimal("NaN"),), "part 1 of a key"),
        ((10**126,), "part 1 of a key"),
    ],
)
def test_a_part_that_could_give_two_inputs_one_key_is_refused(parts: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        key(*parts)


def test_an_index_key_of_none_is_none() -> None:
    assert index_key("EMAIL", None) is None
    assert index_key(None) is None
    with pytest.raises(UsageError):
        index_key("EMAIL", "")
    with pytest.raises(UsageError):
        index_key()


@frozen
class Thing:
    a: str
    b: str = "x"
    c: int = 0


def built(partition_key: Any, sort_key: Any = lambda _: "S") -> Any:
    entity = Entity(Thing, table, partition_key=partition_key, sort_key=sort_key)
    return entity.request(Get({"a": "1", "c": 5})).payload["Key"]


@pytest.mark.parametrize(
    ("build", "wire"),
    [
        (lambda t: t.a, {"S": "1"}),
        (lambda t: f"{t.a}-{t.c}", {"S": "1-5"}),
        (lambda t: t.c, {"N": "5"}),
        (lambda t: Decimal("1.50"), {"N": "1.5"}),
        (lambda t: b"\x00", {"B": "AA=="}),
    ],
)
def test_a_builder_gives_text_numbers_or_bytes(build: Any, wire: Any) -> None:
    assert built(build) == {"PK": wire, "SK": {"S": "S"}}


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda _: None, "PK would be None"),
        (lambda _: "", "PK would be empty"),
        (lambda _: b"", "PK would be empty"),
        (lambda _: True, "PK would be of type bool"),
        (lambda _: 1.5, "PK would be of type float"),
        (lambda _: ["a"], "PK would be of type list"),
        (lambda _: "x" * 2049, "PK would have 2049 bytes; DynamoDB allows 2048"),
        (lambda _: "é" * 1025, "PK would have 2050 bytes"),
        (lambda t: t.b, "PK is built from field 'b'"),
        (lambda t: 1 // 0, "the function of PK raised ZeroDivisionError"),
        (lambda t: key(t.a, ""), "part 2 of a key is empty"),
        (lambda _: "\ud800", "lone surrogate"),
    ],
)
def test_a_builder_that_gives_no_key_is_named(build: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        built(build)


def test_a_sort_key_has_a_limit_of_its_own() -> None:
    assert built(lambda _: "x" * 2048, lambda _: "x" * 1024)
    with pytest.raises(UsageError, match="SK would have 1025 bytes; DynamoDB allows 1024"):
        built(lambda _: "x", lambda _: "x" * 1025)


@frozen
class Own:
    pk: str = field(metadata=stored(alias="PK"))
    at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    n: int = 0


own = Entity(Own, Table("own", partition_key="PK", sort_key="at"))


def test_a_field_that_is_the_key_goes_through_its_own_codec() -> None:
    assert own.request(Get({"pk": "a", "at": datetime(2026, 1, 2, tzinfo=UTC)})).payload["Key"] == {
        "PK": {"S": "a"},
        "at": {"S": "2026-01-02T00:00:00.000000Z"},
    }
    item = own.request(Put(Own("a"))).payload["Item"]
    assert item == {"PK": {"S": "a"}, "at": {"S": "2026-01-01T00:00:00.000000Z"}, "n": {"N": "0"}}


@pytest.mark.parametrize("pk", ["", "x" * 2049])
def test_a_field_that_is_the_key_has_the_limits_of_a_key(pk: str) -> None:
    with pytest.raises(UsageError):
        own.request(Put(Own(pk)))
    with pytest.raises(UsageError):
        own.request(Get({"pk": pk, "at": datetime(2026, 1, 2, tzinfo=UTC)}))


def test_an_own_key_field_that_is_missing_is_named() -> None:
    with pytest.raises(UsageError, match="at is built from field 'at'"):
        own.request(Get({"pk": "a"}))


def test_a_builder_may_use_properties_and_methods_of_the_schema() -> None:
    @frozen
    class Rich:
        first: str
        last: str

        @property
        def slug(self) -> str:
            return f"{self.first}-{self.last}"

        def shout(self) -> str:
            return self.slug.upper()

    rich = Entity(Rich, table, partition_key=lambda r: key(r.slug), sort_key=lambda r: r.shout())
    assert rich.request(Get({"first": "a", "last": "b"})).payload["Key"] == {"PK": {"S": "a-b"}, "SK": {"S": "A-B"}}
    with pytest.raises(UsageError, match="PK is built from field 'last'"):
        rich.request(Get({"first": "a"}))
