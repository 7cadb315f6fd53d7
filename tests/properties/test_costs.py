"""What a command is said to cost is what an engine counts, to the unit where all is known, and never more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from attrs import field, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Cost,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    Scan,
    Table,
    TransactGet,
    TransactWrite,
    Update,
    append,
    item_exists,
    item_not_exists,
)
from dynamo_document_builder.cost.units import read_units, write_units
from dynamo_document_builder.testing import create_table
from dynamo_document_builder.wire.json.sizes import item_size
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.properties.strategies import natural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import NewTable
    from tests.engines import Engine

KEY = {"thing_id": "1"}


@frozen(kw_only=True)
class Thing:
    thing_id: str = "1"
    text: str = ""
    anything: Any = None
    words: list[str] = field(factory=list[str])


@st.composite
def things(draw: st.DrawFn) -> Thing:
    """Give an item, often of just about a whole number of KB."""
    thing = Thing(anything=draw(natural()), words=draw(st.lists(st.text(), max_size=3)))
    near = draw(st.sampled_from([0, 1024, 2048, 4096, 8192]))
    return Thing(
        text="x" * max(0, near - size_of(thing) + draw(st.integers(-2, 2))),
        anything=thing.anything,
        words=thing.words,
    )


nowhere: Entity[Thing] = Entity(Thing, Table("nowhere", partition_key="thing_id", sort_key=None))


def size_of(thing: Thing) -> int:
    return item_size(nowhere.request(Put(thing)).payload["Item"])


@pytest.fixture
def table(engine: Engine, new_table: NewTable, client: Any) -> Entity[Thing]:
    engine.requires("single_capacity", "transact_write_capacity")
    name = new_table(partition_key="thing_id", sort_key=None)
    return Entity(Thing, Table(name, client=client, partition_key="thing_id", sort_key=None))


def counted(result: Any) -> float:
    """Return the units that an engine has counted."""
    capacity = result.consumed_capacity
    entries = capacity if isinstance(capacity, tuple) else (capacity,)
    return sum(entry.capacity_units for entry in entries)


def total(cost: Cost) -> float:
    return cost.read_units + cost.write_units


def compared(entity: Entity[Any], command: Any) -> tuple[float, float]:
    """Return what a command is said to cost, and what it cost."""
    return total(entity.cost(command)), counted(entity.send(command))


TOTAL: Any = {"return_consumed_capacity": "TOTAL"}


@ONE_ENGINE
@examples(20)
@given(thing=things())
def test_an_insert_costs_exactly_that(table: Entity[Thing], thing: Thing) -> None:
    table.send(Delete(KEY))
    insert = Put(thing, condition=item_not_exists(), **TOTAL)
    said, was = compared(table, insert)
    assert said == was
    assert table.cost(insert).unknown == ()
    table.send(Delete(KEY))
    said, was = compared(table, TransactWrite([Put(thing, condition=item_not_exists())], **TOTAL))
    assert said == was
    table.send(Delete(KEY))
    said, was = compared(table, BatchWrite([thing], **TOTAL))
    assert said == was


@ONE_ENGINE
@examples(20)
@given(old=things(), new=things())
def test_a_put_costs_what_the_larger_item_does(table: Entity[Thing], old: Thing, new: Thing) -> None:
    table.send(Put(old))
    said, was = compared(table, Put(new, **TOTAL))
    assert said <= was
    assert was == max(said, write_units(size_of(old)).write)


@ONE_ENGINE
@examples(20)
@given(old=things(), new=things(), transaction=st.booleans())
def test_no_other_write_costs_less_than_was_said(
    table: Entity[Thing], old: Thing, new: Thing, transaction: bool
) -> None:
    more = {"text": new.text, "words": append(new.words)}
    changes = more if new.anything is None else {**more, "anything": new.anything}
    for write in (Update(KEY, updates=changes), ConditionCheck(KEY, condition=item_exists()), Delete(KEY)):
        table.send(Put(old))
        if transaction or isinstance(write, ConditionCheck):
            command: Any = TransactWrite([write], **TOTAL)
        else:
            command = type(write)(**{**arguments(write), **TOTAL})
        said, was = compared(table, command)
        assert said <= was


def arguments(write: Any) -> dict[str, Any]:
    return {"key": write.key, "updates": write.updates} if isinstance(write, Update) else {"key": write.key}


@ONE_ENGINE
@examples(20)
@given(thing=st.none() | things())
def test_a_read_costs_what_the_item_does(table: Entity[Thing], thing: Thing | None) -> None:
    table.send(Delete(KEY))
    size = 0
    if thing is not None:
        table.send(Put(thing))
        size = size_of(thing)
    for consistent in (False, True):
        for command in (
            Get(KEY, consistent=consistent, **TOTAL),
            BatchGet([KEY], consistent=consistent, **TOTAL),
            Query(KEY, consistent=consistent, **TOTAL),
            Scan(consistent=consistent, **TOTAL),
        ):
            said, was = compared(table, command)
            assert said <= was == read_units(size, consistent=consistent).read
    said, was = compared(table, TransactGet([KEY], **TOTAL))
    assert said <= was == 2 * read_units(size, consistent=True).read


@frozen(kw_only=True)
class Row:
    thing_id: str = "1"
    group: str | None = None
    place: str | None = None
    text: str = ""
    more: str = ""


INDEXES: Any = {
    "all": {"partition_key": "group"},
    "keys": {"partition_key": "place", "projection": "KEYS_ONLY"},
    "some": {"partition_key": "group", "sort_key": "place", "projection": ["more"]},
}
short = st.none() | st.text("ab", min_size=1, max_size=3)
long = st.sampled_from([0, 900, 1000, 1024, 2048]).map(lambda size: "x" * size)


@pytest.fixture
def rows(engine: Engine, client: Any) -> Iterator[Entity[Row]]:
    engine.requires("single_capacity", "transact_write_capacity", "index_capacity")
    table = Table(
        f"rows-{uuid4().hex[:12]}",
        client=client,
        partition_key="thing_id",
        sort_key=None,
        global_secondary_indexes=INDEXES,
    )
    create_table(table)
    yield Entity(Row, table)
    client.delete_table(TableName=table.name)


@ONE_ENGINE
@examples(20)
@given(row=st.builds(Row, group=short, place=short, text=long, more=long))
def test_an_insert_into_indexes_costs_exactly_that(rows: Entity[Row], row: Row) -> None:
    insert = Put(row, condition=item_not_exists())
    for command in (Put(row, condition=item_not_exists(), **TOTAL), TransactWrite([insert], **TOTAL)):
        rows.send(Delete(KEY))
        said, was = compared(rows, command)
        assert said == was
        assert rows.cost(command).unknown == ()


@ONE_ENGINE
def test_several_operations_are_rounded_one_by_one(table: Entity[Thing]) -> None:
    items = [Thing(thing_id=str(number), text="x" * 1100) for number in range(3)]
    said, was = compared(table, TransactWrite([Put(item, condition=item_not_exists()) for item in items], **TOTAL))
    assert said == was == 12
    said, was = compared(table, BatchWrite(items, **TOTAL))
    assert said == was == 6
    keys = [{"thing_id": str(number)} for number in range(4)]
    said, was = compared(table, BatchGet(keys, **TOTAL))
    assert said == was == 2
    said, was = compared(table, TransactGet(keys, **TOTAL))
    assert said == was == 8
