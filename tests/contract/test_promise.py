"""What is written can be read, on an engine: by every command that writes, and of every library."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import msgspec
import pydantic
import pytest
from attrs import validators

from dynamo_document_builder import (
    BatchWrite,
    Entity,
    Get,
    ItemValidationError,
    Put,
    Table,
    TransactWrite,
    Update,
    key,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable


@attrs.define
class AttrsThing:
    name: str
    count: int = attrs.field(default=1, validator=validators.gt(0))
    state: str = attrs.field(default="new", init=False)
    rest: dict[str, Any] = attrs.field(factory=dict, metadata=stored(rest=True))


@dataclasses.dataclass
class DataThing:
    name: str
    count: int = 1
    state: str = dataclasses.field(default="new", init=False)
    rest: dict[str, Any] = dataclasses.field(default_factory=dict, metadata=stored(rest=True))

    def __post_init__(self) -> None:
        if self.count <= 0:
            raise ValueError


class Model(pydantic.BaseModel):
    name: str
    count: int = pydantic.Field(1, gt=0, validation_alias=pydantic.AliasChoices("one", "two"))
    state: str = "new"
    rest: Annotated[dict[str, Any], stored(rest=True)] = {}


class StructThing(msgspec.Struct, tag="thing", rename="camel"):
    name: str
    count: Annotated[int, msgspec.Meta(gt=0)] = 1
    state: str = "new"
    rest: Annotated[dict[str, Any], stored(rest=True)] = {}


@pytest.fixture(params=[AttrsThing, DataThing, Model, StructThing], ids=["attrs", "dataclass", "pydantic", "msgspec"])
def things(request: pytest.FixtureRequest, table: Table) -> Entity[Any]:
    return Entity(request.param, table, partition_key=lambda t: key("T", t.name), sort_key=lambda _: "s")


def made(things: Entity[Any], name: str, count: int = 1) -> Any:
    item = things.schema(name=name)
    for field, value in (("count", count), ("state", "done"), ("rest", {"more": [1, "x"]})):
        setter: Callable[..., None] = setattr if isinstance(item, msgspec.Struct) else object.__setattr__
        setter(item, field, value)
    return item


WRITES: dict[str, Callable[[Entity[Any], Any], Any]] = {
    "put": lambda things, item: things.send(Put(item)),
    "batch": lambda things, item: things.send(BatchWrite([item])),
    "transaction": lambda things, item: things.send(TransactWrite([Put(item)])),
}


@pytest.mark.parametrize("write", WRITES)
def test_it_is_read_back_and_put_back_as_it_was(things: Entity[Any], client: Any, write: str) -> None:
    WRITES[write](things, made(things, "a", 5))
    raw = {"TableName": things.table.name, "Key": {"PK": {"S": "T#a"}, "SK": {"S": "s"}}, "ConsistentRead": True}
    before = client.get_item(**raw)["Item"]
    found = things.send(Get({"name": "a"}, consistent=True)).item
    assert (type(found), found.count, found.state, found.rest) == (things.schema, 5, "done", {"more": [1, "x"]})
    WRITES[write](things, found)
    assert client.get_item(**raw)["Item"] == before


@pytest.mark.parametrize("write", WRITES)
def test_what_the_class_refuses_is_never_sent(things: Entity[Any], write: str) -> None:
    with pytest.raises(ItemValidationError):
        WRITES[write](things, made(things, "a", -7))
    assert things.send(Get({"name": "a"}, consistent=True)).item is None


def test_an_update_of_what_no_field_has(things: Entity[Any]) -> None:
    things.send(Put(made(things, "a")))
    things.send(Update({"name": "a"}, updates={"rest.more": "y", "count": 7}, condition={"rest.more[1]": "x"}))
    found = things.send(Get({"name": "a"}, consistent=True)).item
    assert (found.count, found.rest) == (7, {"more": "y"})
