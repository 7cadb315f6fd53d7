"""The limits on expressions and nested values that are checked before sending are those of the engine, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen
from botocore.exceptions import ClientError

from dynamo_document_builder import (
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    Table,
    TransactWrite,
    Update,
    UsageError,
    attr,
    equals,
    exists,
    not_,
    or_,
)

if TYPE_CHECKING:
    from tests.contract.conftest import Engine

KEY = {"box_id": "b1"}
MAX_WRAPS = 31


@frozen
class Box:
    box_id: str
    open: bool = True
    held: Any = None
    names: dict[str, Any] = field(factory=dict[str, Any])


@pytest.fixture
def boxes(table: Table) -> Entity[Box]:
    boxes = Entity(Box, table, partition_key="{box_id}", sort_key="1")
    boxes.send(Put(Box("b1")))
    return boxes


def wrapped(levels: int, inner: Any = 1) -> Any:
    for level in range(levels):
        inner = [inner] if level % 2 else {"m": inner}
    return inner


def wire(levels: int, inner: dict[str, Any]) -> dict[str, Any]:
    for _ in range(levels):
        inner = {"L": [inner]}
    return inner


@pytest.mark.parametrize("inner", [1, [], {}])
def test_values_of_thirty_two_levels_are_stored_and_compared(boxes: Entity[Box], inner: Any) -> None:
    deep = Box("b1", held=wrapped(MAX_WRAPS, inner), names={"a": wrapped(MAX_WRAPS - 1, inner)})
    boxes.send(TransactWrite([Put(deep)]))
    assert boxes.send(Get(KEY)).item == deep
    boxes.send(Update(KEY, updates={"held": deep.held, "names.b": deep.names["a"]}, condition={"held": deep.held}))
    found = boxes.send(Get(KEY)).item
    assert found is not None
    assert found.names["b"] == deep.names["a"]


@pytest.mark.parametrize("inner", [1, [], {}])
def test_values_of_more_levels_never_leave(boxes: Entity[Box], inner: Any) -> None:
    deeper = wrapped(MAX_WRAPS + 1, inner)
    for command in (
        Put(Box("b1", held=deeper)),
        Put(Box("b1", names={"a": wrapped(MAX_WRAPS, inner)})),
        Update(KEY, updates={"held": deeper}),
        Update(KEY, updates={"names.a": wrapped(MAX_WRAPS, inner)}),
        Delete(KEY, condition={"held": deeper}),
    ):
        with pytest.raises(UsageError, match="nested 33 levels deep; DynamoDB stores 32"):
            boxes.send(command)


def test_an_engine_refuses_what_never_leaves(engine: Engine, boxes: Entity[Box], client: Any) -> None:
    engine.requires("nesting_limit")
    key = {"PK": {"S": "b1"}, "SK": {"S": "1"}}
    name = boxes.table.name
    client.put_item(TableName=name, Item={**key, "held": wire(MAX_WRAPS, {"S": "a"}), "box_id": {"S": "b1"}})
    for inner in ({"S": "a"}, {"L": []}, {"M": {}}):
        with pytest.raises(ClientError, match=r"[Nn]esting"):
            client.put_item(TableName=name, Item={**key, "held": wire(MAX_WRAPS + 1, inner)})


@pytest.mark.parametrize("is_met", [True, False])
def test_three_hundred_operators_are_evaluated(boxes: Entity[Box], is_met: bool) -> None:
    condition = or_([{"open": not is_met}] * 149 + [{"open": is_met}])
    negated = not_(condition)
    assert boxes.request(Delete(KEY, condition=negated)).payload["ConditionExpression"].count("=") == 150
    boxes.send(Update(KEY, updates={"open": True}, condition=condition))
    with pytest.raises(ConditionFailedError):
        boxes.send(Delete(KEY, condition=negated))


def test_conditions_nested_as_deep_as_their_operators_allow(boxes: Entity[Box]) -> None:
    condition = exists(attr("open"))
    for level in range(149):
        condition = (condition & exists(attr("box_id"))) if level % 2 else (condition | equals(attr("held"), level))
    boxes.send(Update(KEY, updates={"open": True}, condition=condition))
    negated = exists(attr("open"))
    for _ in range(298):
        negated = ~negated
    boxes.send(Update(KEY, updates={"open": True}, condition=negated))
    with pytest.raises(ConditionFailedError) as caught:
        boxes.send(Update(KEY, updates={"open": True}, condition=~negated))
    [clause] = caught.value.failed_clauses
    assert clause.explain() == "not (open exists): open is True"


def test_a_path_of_thirty_two_levels_is_looked_up(boxes: Entity[Box]) -> None:
    names = [f"n{level}" for level in range(31)]
    with pytest.raises(ConditionFailedError):
        boxes.send(Delete(KEY, condition=exists(attr("names", *names))))
    with pytest.raises(UsageError, match="leads 33 levels deep"):
        boxes.send(Delete(KEY, condition=exists(attr("names", *names, "more"))))
