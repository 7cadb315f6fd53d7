"""Staged edits of items of every kind of class, compared by what is stored of them."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from typing import Any, Literal, NotRequired, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from dynamo_document_builder import Changeset, Entity
from tests.unit.changesets.people import failed, stale, table, wire


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


@attrs.frozen(eq=False)
class AttrsItem:
    item_id: str
    value: Any = None
    price: Decimal = Decimal(0)
    ratio: float = 0.0
    at: datetime | None = None
    colour: Colour = Colour.RED
    sizes: frozenset[int] = frozenset()


@dataclasses.dataclass(eq=False)
class DataclassItem:
    item_id: str
    value: Any = None
    price: Decimal = Decimal(0)
    ratio: float = 0.0
    at: datetime | None = None
    colour: Colour = Colour.RED
    sizes: frozenset[int] = frozenset()


class StructItem(msgspec.Struct, eq=False):
    item_id: str
    value: Any = None
    price: Decimal = Decimal(0)
    ratio: float = 0.0
    at: datetime | None = None
    colour: Colour = Colour.RED
    sizes: frozenset[int] = frozenset()


class PydanticItem(pydantic.BaseModel):
    item_id: str
    value: Any = None
    price: Decimal = Decimal(0)
    ratio: float = 0.0
    at: datetime | None = None
    colour: Colour = Colour.RED
    sizes: frozenset[int] = frozenset()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PydanticItem)  # whatever they hold

    __hash__ = None  # type: ignore[assignment]


CLASSES: list[Any] = [AttrsItem, DataclassItem, StructItem, PydanticItem]
NOON = datetime.fromisoformat("2026-01-01T12:00:00+00:00")
ELSEWHERE = NOON.astimezone(timezone(timedelta(hours=5)))


def entity_of(schema: Any) -> Entity[Any]:
    return Entity(schema, table, partition_key="ITEM#{item_id}", sort_key="META")


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("value", 1, True),
        ("value", "1", 1),
        ("value", None, ""),
        ("value", [], {}),
        ("price", Decimal(1), Decimal("1.1")),
        ("ratio", 0.1, 0.2),
        ("at", NOON, NOON + timedelta(microseconds=1)),
        ("at", NOON, None),
        ("colour", Colour.RED, Colour.BLUE),
        ("sizes", frozenset(), frozenset({1})),
    ],
)
def test_an_edit_is_staged_of_any_class(cls: Any, field: str, old: Any, new: Any) -> None:
    entity = entity_of(cls)
    before, after = cls(item_id="1", **{field: old}), cls(item_id="1", **{field: new})
    changes = Changeset().edit(entity, before, after)
    assert [one.name for one in changes.diff().items[0].fields] == [field]
    again = Changeset.from_json(changes.to_json(), [entity])
    assert again.command().transactions[0].writes[0].updates == changes.command().transactions[0].writes[0].updates  # type: ignore[union-attr]
    other = "ratio" if field == "price" else "price"
    theirs = {other: 7.0 if other == "ratio" else Decimal(7), field: old}
    error = stale(changes, failed(wire(entity, cls(item_id="1", **theirs))))
    assert {one.name: one.collides for one in error.items[0].fields} == {field: False, other: False}
    [edit] = changes.rebase(error).edits
    assert wire(entity, edit.mine) == wire(entity, cls(item_id="1", **{**theirs, field: new}))


@pytest.mark.parametrize("cls", CLASSES)
@pytest.mark.parametrize(
    ("field", "old", "new"),
    [
        ("value", 1, 1.0),
        ("value", Decimal("1.50"), 1.5),
        ("value", (1, 2), [1, 2]),
        ("price", Decimal("1.0"), Decimal("1.00")),
        ("ratio", 0.0, -0.0),
        ("at", NOON, ELSEWHERE),
        ("sizes", frozenset({1, 2, 3}), frozenset({3, 2, 1})),
        ("value", {"a": 1, "b": {2}}, {"b": {2}, "a": 1}),
    ],
)
def test_what_is_stored_alike_is_no_edit_of_any_class(cls: Any, field: str, old: Any, new: Any) -> None:
    before, after = cls(item_id="1", **{field: old}), cls(item_id="1", **{field: new})
    assert Changeset().edit(entity_of(cls), before, after).edits == ()


class Item(TypedDict):
    item_id: str
    value: NotRequired[str | None]


@pytest.mark.parametrize(
    ("old", "new", "clause"),
    [
        ({}, {"value": None}, "SET"),
        ({"value": None}, {}, "REMOVE"),
        ({"value": "a"}, {"value": None}, "SET"),
        ({"value": "a"}, {}, "REMOVE"),
        ({"value": None}, {"value": "a"}, "SET"),
    ],
)
def test_nothing_and_none_are_told_apart_where_both_are_stored_so(old: Any, new: Any, clause: str) -> None:
    entity = entity_of(Item)
    changes = Changeset().edit(entity, {"item_id": "1", **old}, {"item_id": "1", **new})
    [payload] = [entity.table.request(changes.command()).payload["TransactItems"][0]["Update"]]
    assert payload["UpdateExpression"].startswith(clause)


@attrs.frozen
class Card:
    item_id: str
    number: str
    kind: Literal["card"] = "card"


@attrs.frozen
class Bank:
    item_id: str
    iban: str
    kind: Literal["bank"] = "bank"


def test_an_item_that_becomes_one_of_another_class_loses_what_that_lacks() -> None:
    entity = entity_of(Card | Bank)
    changes = Changeset().edit(entity, Card("1", "4111"), Bank("1", "NO93"))
    assert [one.name for one in changes.diff().items[0].fields] == ["number", "kind", "iban"]
    update = entity.table.request(changes.command()).payload["TransactItems"][0]["Update"]
    assert update["UpdateExpression"].count("REMOVE") == 1
    assert {"number", "kind", "iban"} <= set(update["ExpressionAttributeNames"].values())


class Extras(pydantic.BaseModel, extra="allow"):
    item_id: str


def test_what_a_class_keeps_without_a_field_is_edited_by_name() -> None:
    entity = entity_of(Extras)
    changes = Changeset().edit(
        entity,
        Extras.model_validate({"item_id": "1", "a": 1, "b": 2}),
        Extras.model_validate({"item_id": "1", "a": True}),
    )
    assert {one.name: (one.old, one.new) for one in changes.diff().items[0].fields} == {"a": (1, True), "b": (2, None)}
    assert Changeset().edit(entity, Extras(item_id="1", a=1), Extras(item_id="1", a=1.0)).edits == ()  # type: ignore[call-arg]
