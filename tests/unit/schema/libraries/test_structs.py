"""Structs of msgspec: names, tags, constraints and UNSET."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Annotated, Any, Generic, TypeVar

import msgspec
import pytest
from msgspec import UNSET, Meta, Struct, UnsetType

from dynamo_document_builder import DefinitionError, Entity, Scan, Table, Update, key, stored
from tests.unit.schema.libraries.trips import back, entity_of, not_updated, read, refused, updated, written

T = TypeVar("T")


class Colour(Enum):
    RED = "red"


class Measured(Struct, rename="camel", forbid_unknown_fields=True):
    the_size: Annotated[int, Meta(gt=0)]
    counts: dict[Colour, Annotated[int, Meta(le=9)]] = {}
    described: Annotated[str, Meta(description="no constraint")] = ""
    took: timedelta = timedelta(1)
    began: Annotated[datetime, stored(epoch=True, alias="start")] | None = None
    a_note: Annotated[str | None, stored(null=True)] = None


class Outer(Struct):
    inner: Measured
    many: list[Measured] = []


def test_names_are_renamed_also_beside_marks() -> None:
    item = Measured(1, took=timedelta(2), began=datetime(2026, 1, 2, tzinfo=UTC))
    assert written(item) == {
        "theSize": {"N": "1"},
        "counts": {"M": {}},
        "described": {"S": ""},
        "took": {"S": "P2D"},
        "start": {"N": "1767312000"},
        "aNote": {"NULL": True},
    }
    assert back(item) == item


def test_constraints_are_checked_when_it_is_written_read_and_updated() -> None:
    assert "the_size: expected int >= 1" in refused(Measured(-55))
    assert "inner.the_size: expected int >= 1" in refused(Outer(Measured(-55)))
    assert "counts[...]: expected int <= 9" in refused(Measured(1, {Colour.RED: 55}))
    assert "the_size: expected int >= 1" in not_updated(Measured, {"the_size": -55})
    assert "many[0].the_size: expected int >= 1" in not_updated(Outer, {"many[0].the_size": -55})
    assert "many[0].the_size: expected int >= 1" in not_updated(Outer, {"many": [Measured(-55)]})
    assert updated(Outer, {"inner.the_size": 5}) == [{"N": "5"}]
    with pytest.raises(Exception, match="the_size: expected int >= 1") as caught:
        read(Measured, {"theSize": {"N": "-55"}})
    assert "55" not in str(caught.value)


class Partial(Struct):
    a: int | UnsetType = UNSET
    b: int | UnsetType | None = UNSET


@pytest.mark.parametrize("item", [Partial(), Partial(1, None), Partial(b=2)])
def test_what_is_unset_is_not_stored_and_none_is_null(item: Partial) -> None:
    assert set(written(item)) == {name for name in ("a", "b") if getattr(item, name) is not UNSET}
    assert back(item) == item


def test_unset_has_to_be_the_default() -> None:
    class Wrong(Struct):
        a: int | UnsetType

    with pytest.raises(DefinitionError, match="make UNSET the default"):
        entity_of(Wrong)


class Card(Struct, tag="card", tag_field="kind"):
    number: str


class Bank(Struct, tag="bank", tag_field="kind"):
    number: str
    iban: str = ""


class Payment(Struct):
    by: Card | Bank


def test_a_tag_is_stored_and_tells_the_members_of_a_union() -> None:
    assert written(Payment(Bank("1"))) == {
        "by": {"M": {"kind": {"S": "bank"}, "number": {"S": "1"}, "iban": {"S": ""}}}
    }
    assert back(Payment(Bank("1"))) == Payment(Bank("1"))
    assert read(Card, {"number": {"S": "1"}}) == Card("1")  # stored before there were tags


def test_a_tag_is_asked_for_like_a_field_and_never_changes() -> None:
    both = Entity[Any](
        Card | Bank, Table("table-t"), partition_key=lambda one: key("P", one.number), sort_key=lambda _: "s"
    )
    assert back(Bank("1", "i"), Card | Bank) == Bank("1", "i")
    assert both.request(Scan(filter={"kind": "bank"})).payload["ExpressionAttributeValues"] == {":0": {"S": "bank"}}
    born = both.request(Update({"number": "1", "kind": "bank"}, updates={"iban": "i"})).payload
    assert {"S": "bank"} in born["ExpressionAttributeValues"].values()
    assert "'kind' is computed by its class" in not_updated(Card | Bank, {"kind": "card"})


class Box(Struct, Generic[T]):
    value: T


class Holder(Struct):
    box: Box[int]


class Hooked(Struct):
    a: int

    def __post_init__(self) -> None:
        if self.a < 0:
            raise ValueError(f"{self.a} is less than 0")


def test_generic_structs_and_hooks() -> None:
    assert back(Holder(Box(1))) == Holder(Box(1))
    item = Hooked(1)
    item.a = -55
    assert "expected values that Hooked can be made of, found values for which it raises ValueError" in refused(item)


def test_a_plain_struct_is_not_rehearsed() -> None:
    assert not entity_of(Partial).__model__.codec.runs_user_code
    assert entity_of(Outer).__model__.codec.runs_user_code
    assert msgspec.structs.fields(Outer)
