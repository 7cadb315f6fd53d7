"""A field that its class computes is stored as the class computes it, by an edit as by a put."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from attrs import define
from attrs import field as attribute

from dynamo_document_builder import Changeset, Entity, Get, Put, StaleChangesetError, Table, Update, UsageError, stored

if TYPE_CHECKING:
    from collections.abc import Callable


@define
class Square:
    side: int = 1
    note: str = ""
    area: int = attribute(init=False, default=0, metadata=stored(derived=True))

    def __attrs_post_init__(self) -> None:
        self.area = self.side * self.side


@dataclass
class Cube:
    side: int = 1
    note: str = ""
    area: int | None = field(init=False, metadata=stored(derived=True, alias="a"))

    def __post_init__(self) -> None:
        self.area = None if self.side == 1 else 6 * self.side * self.side


@dataclass
class Box:
    inner: Square = field(default_factory=Square)
    note: str = ""


class Cat(msgspec.Struct, tag="cat"):
    lives: int = 9


class Dog(msgspec.Struct, tag="dog"):
    breed: str = "pug"


def entity_of(table: Table, schema: Any) -> Entity[Any]:
    return Entity(schema, table, partition_key="SHAPE", sort_key="1")


@pytest.mark.parametrize(
    ("schema", "old", "new"),
    [
        (Square, Square(2), Square(5)),
        (Square, Square(2), Square(2, "a")),
        (Square, Square(2), Square(-2)),
        (Cube, Cube(1), Cube(3)),
        (Cube, Cube(3), Cube(1)),
        (Box, Box(Square(2)), Box(Square(3), "b")),
        (Cat | Dog, Cat(), Dog()),
    ],
)
def test_an_edit_stores_what_a_put_stores(table: Table, client: Any, schema: Any, old: Any, new: Any) -> None:
    def there() -> Any:
        return client.get_item(TableName=table.name, Key={"PK": {"S": "SHAPE"}, "SK": {"S": "1"}})["Item"]

    entity = entity_of(table, schema)
    entity.send(Put(new))
    wanted = there()
    entity.send(Put(old))
    Changeset().edit(entity, old, new).commit(table)
    assert there() == wanted


def test_what_others_left_of_it_is_in_nobodys_way(table: Table) -> None:
    squares = entity_of(table, Square)
    squares.send(Put(Square(2)))
    squares.send(Update({}, updates={"side": 3}))  # which leaves the area to the next edit or put
    Changeset().edit(squares, Square(3), Square(4)).commit(table)
    assert squares.send(Get({})).item == Square(4)


def test_it_never_collides_by_itself(table: Table) -> None:
    squares = entity_of(table, Square)
    squares.send(Put(Square(2)))
    changes = Changeset().edit(squares, Square(2), Square(2, "mine"))
    squares.send(Put(Square(5)))
    with pytest.raises(StaleChangesetError, match=r"changed since it was read: side\)") as stale:
        changes.commit(table)
    changes.rebase(stale.value).commit(table)
    assert squares.send(Get({})).item == Square(5, "mine")


def _edited(squares: Entity[Any]) -> Any:
    other = Square(2)
    other.area = 7
    return Changeset().edit(squares, Square(2), other)


@pytest.mark.parametrize(
    "write",
    [
        lambda squares: squares.send(Update({}, updates={"area": 7})),
        _edited,
    ],
)
def test_nobody_edits_it(table: Table, write: Callable[[Entity[Any]], Any]) -> None:
    squares = entity_of(table, Square)
    squares.send(Put(Square(2)))
    with pytest.raises(UsageError, match="area"):
        write(squares)
