"""Attribute names of every kind DynamoDB allows: as fields, in nested maps, in expressions and as the table's key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import attrs
import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Table,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    append,
    attr,
    greater_than,
    item_exists,
    item_not_exists,
    not_exists,
    remove,
    set_,
    size,
)
from dynamo_document_builder import stored as marks
from tests.contract.ways import SENT

if TYPE_CHECKING:
    from tests.contract.conftest import Engine, OpenTable, Stored

NAMES = [
    "status",
    "a.b",
    "a-b",
    "a b",
    "#x",
    "#0",
    ":y",
    '"quoted"',
    "it's",
    "back\\slash",
    "list[0]",
    "[0]",
    "{braces}",
    "new\nline",
    "emoji 🥪",
    "Ünïcödé",
    "\u2028",
    "x" * 255,
]
EACH_NAME = pytest.mark.parametrize("name", NAMES, ids=[name if len(name) < 20 else "long" for name in NAMES])


@frozen
class Inner:
    value: int = 0
    texts: tuple[str, ...] = ()


def schema(name: str) -> type[Any]:
    """Return a class with two fields and a nested one under hostile names."""
    inner = attrs.make_class("Named", {"value": field(type=int, metadata=marks(alias=name))}, frozen=True)
    return attrs.make_class(
        "Hostile",
        {
            "item_id": field(type=str),
            "number": field(type=int, default=0, metadata=marks(alias=name)),
            "other": field(type=str | None, default=None, metadata=marks(alias=name + ".")),
            "inner": field(type=inner | None, default=None),
            "free": field(type=dict[str, Inner], factory=dict),
        },
        frozen=True,
    )


def entity_on(table: Table, name: str) -> Entity[Any]:
    return Entity(schema(name), table, partition_key=lambda i: i.item_id, sort_key=lambda _: "META")


@SENT
@EACH_NAME
def test_a_field_may_be_stored_under_any_name(table: Table, stored: Stored, name: str) -> None:
    items = entity_on(table, name)
    key = {"item_id": "1"}
    item = items.schema("1", 5, "text", None, {name: Inner(1, ("a",))})
    items.send(Put(item, condition=[{"number": not_exists()}, item_not_exists()]))
    assert items.send(Get(key)).item == item
    wire = stored(table, PK={"S": "1"}, SK={"S": "META"})
    assert wire is not None
    assert wire[name] == {"N": "5"}
    with pytest.raises(ConditionFailedError) as refused:
        items.send(Delete(key, condition=attr("number") > 5))
    assert refused.value.item == item
    items.send(
        Update(
            key,
            updates={
                "number": add(1),
                "other": remove(),
                attr("free", name, "value"): add(41),
                attr("free", name, "texts"): append(("b",)),
            },
            condition=[{"number": 5, "other": "text", attr("free", name, "texts", 0): "a"}],
        )
    )
    assert items.send(TransactGet([key])).items == [items.schema("1", 6, None, None, {name: Inner(42, ("a", "b"))})]


@EACH_NAME
def test_a_name_means_the_same_in_a_transaction(table: Table, name: str) -> None:
    items = entity_on(table, name)
    named = attrs.fields(items.schema).inner.type.__args__[0]
    items.send(TransactWrite([Put(items.schema("1", 5, "text", named(1)))]))
    changes = items.changes(lambda i: [set_(i.number, i.number + 1), set_(i.inner.value, 9), remove(i.other)])
    holds = items.where(lambda i: (i.inner.value == 1) & (size(i.other) == 4))
    update = Update({"item_id": "1"}, updates=changes, condition=holds)
    items.send(TransactWrite([update, Put(items.schema("2"), condition={"number": not_exists()})]))
    assert items.send(Get({"item_id": "1"})).item == items.schema("1", 6, None, named(9))
    with pytest.raises(TransactionCanceledError) as cancelled:
        items.send(TransactWrite([update]))
    assert cancelled.value.reasons[0].item == items.schema("1", 6, None, named(9))


@EACH_NAME
def test_a_key_may_be_stored_under_any_name(open_table: OpenTable, engine: Engine, name: str) -> None:
    if name == "#0":
        engine.requires("placeholder_like_a_key")
    table = open_table(partition_key=name, sort_key="range" if len(name) > 250 else f"{name}2")
    items = Entity(Inner, table, partition_key=lambda i: f"P{i.value}", sort_key=lambda _: name)
    items.send(Put(Inner(1, ("x",)), condition=item_not_exists()))
    items.send(Update({"value": 1}, updates={"texts": append(("y",))}, condition=item_exists()))
    items.send(TransactWrite([Put(Inner(2)), Update({"value": 1}, updates={"texts": append(("z",))})]))
    assert items.send(TransactGet([{"value": 1}, {"value": 2}])).items == [Inner(1, ("x", "y", "z")), Inner(2)]
    with pytest.raises(TransactionCanceledError) as cancelled:
        items.send(TransactWrite([Put(Inner(2), condition=item_not_exists())]))
    assert cancelled.value.reasons[0].item == Inner(2)
    assert items.send(Delete({"value": 1}, return_values="ALL_OLD")).deleted_item == Inner(1, ("x", "y", "z"))


@SENT
@EACH_NAME
def test_a_field_may_itself_be_a_key_of_any_name(open_table: OpenTable, engine: Engine, name: str) -> None:
    if name == "#0":
        engine.requires("placeholder_like_a_key")
    table = open_table(partition_key=name, sort_key=None, key_types={name: "N"})
    owned = attrs.make_class(
        "Owned",
        {"number": field(type=int, metadata=marks(alias=name)), "text": field(type=str, default="")},
        frozen=True,
    )
    items: Entity[Any] = Entity(owned, table)
    items.send(Put(owned(7, "x")))
    items.send(Update({"number": 7}, updates={"text": "y"}, condition={"number": greater_than(6)}))
    items.send(Update({"number": 8}, updates={"text": "created"}, condition=item_not_exists()))
    assert items.send(TransactGet([{"number": 7}, {"number": 8}])).items == [owned(7, "y"), owned(8, "created")]


def test_all_names_in_one_item(table: Table) -> None:
    fields = {f"f{n}": field(type=int, default=n, metadata=marks(alias=name)) for n, name in enumerate(NAMES)}
    cls = attrs.make_class("All", {"item_id": field(type=str), **fields}, frozen=True)
    items: Entity[Any] = Entity(cls, table, partition_key=lambda i: i.item_id, sort_key=lambda _: "META")
    items.send(Put(cls("1")))
    update = Update(
        {"item_id": "1"},
        updates={name: add(100) for name in fields},
        condition={name: n for n, name in enumerate(fields)},
    )
    items.send(TransactWrite([update]))
    assert items.send(Get({"item_id": "1"})).item == cls("1", *range(100, 100 + len(fields)))
    with pytest.raises(ConditionFailedError) as refused:
        items.send(update)
    assert refused.value.item == cls("1", *range(100, 100 + len(fields)))


def test_names_that_look_like_paths_are_not_the_paths(table: Table) -> None:
    """`m` with a member `a`, a field stored as `m.a`, and a list beside a field stored as `l[0]`."""

    @frozen
    class Tricky:
        item_id: str
        m: dict[str, int]
        dotted: int = field(metadata=marks(alias="m.a"))
        l: list[int]  # noqa: E741  the shortest way to l[0]
        indexed: int = field(metadata=marks(alias="l[0]"))

    items = Entity(Tricky, table, partition_key=lambda i: i.item_id, sort_key=lambda _: "META")
    items.send(Put(Tricky("1", {"a": 1, "m.a": 2}, 3, [4], 5)))
    condition = {"m.a": 1, attr("m", "m.a"): 2, "dotted": 3, "l[0]": 4, attr("indexed"): 5}
    updates = {"m.a": 10, attr("m", "m.a"): 20, "dotted": 30, "l[0]": 40, "indexed": 50}
    items.send(Update({"item_id": "1"}, updates=updates, condition=condition))
    assert items.send(Get({"item_id": "1"})).item == Tricky("1", {"a": 10, "m.a": 20}, 30, [40], 50)
