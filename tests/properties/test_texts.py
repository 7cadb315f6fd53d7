"""Any condition in text is read as what it says: rendered from what was read, it is the same or means the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field
from botocore.exceptions import ClientError
from hypothesis import assume, given
from hypothesis import strategies as st

from dynamo_document_builder import Delete, ExpressionText, condition_from_text, condition_to_text
from dynamo_document_builder.wire.json.untyped import untyped_text
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.properties.meaning import Item, Tree, true, written
from tests.properties.test_expressions import KEY, OFFLINE, beyond, bushes, items, trees

if TYPE_CHECKING:
    from tests.conftest import NewTable
    from tests.engines import Engine

TURNED = {"=": "=", "<>": "<>", "<": ">", "<=": ">=", ">": "<", ">=": "<="}
BARE = {"word", "price", "tags", "numbers", "anything"}
"""Names that DynamoDB takes without a placeholder."""


def parsed_again(text: ExpressionText) -> Any:
    return condition_from_text(text.text, names=text.names, values=text.values)


@examples(100)
@given(tree=trees | bushes())
def test_what_is_read_renders_as_it_was(tree: Tree) -> None:
    payload = OFFLINE.request(Delete(KEY, condition=written(tree))).payload
    names, values = payload.get("ExpressionAttributeNames", {}), payload.get("ExpressionAttributeValues", {})
    text = payload["ConditionExpression"]
    assert condition_to_text(condition_from_text(text, names=names, values=values)) == ExpressionText(
        text, names, values
    )


@examples(100)
@given(tree=trees | bushes())
def test_writing_and_reading_go_back_and_forth(tree: Tree) -> None:
    assume(not asks_for_one_collection(tree))
    once = condition_to_text(written(tree))
    assert condition_to_text(parsed_again(once)) == once


def asks_for_one_collection(tree: Tree) -> bool:
    """Tell whether a tree has is_in of one list or set, whose meaning only a schema can tell."""
    if tree[0] == "in":
        return len(tree) == 3 and isinstance(tree[2], (list, tuple, set, frozenset))
    return any(
        isinstance(part, tuple) and part and isinstance(part[0], str) and asks_for_one_collection(part)
        for part in tree[1:]
    )


@define
class Hand:
    """Writes a tree as different hands would: keywords in any case, values first, spaces or none."""

    draw: Any
    names: dict[str, str] = field(factory=dict[str, str])
    values: dict[str, Any] = field(factory=dict[str, Any])

    def chooses(self) -> bool:
        return bool(self.draw(st.booleans()))

    def keyword(self, word: str) -> str:
        return f" {word.lower() if self.chooses() else word} "

    def path(self, path: tuple[Any, ...]) -> str:
        steps = [f"[{step}]" if isinstance(step, int) else f".{self.name(step)}" for step in path]
        return "".join(steps).removeprefix(".")

    def name(self, name: str) -> str:
        if name in BARE and self.chooses():
            return name
        self.names[f"#{name}"] = name
        return f"#{name}"

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = json.loads(untyped_text(value))
        return placeholder

    def compared(self, left: str, sign: str, right: str) -> str:
        space = " " if self.chooses() else ""
        if self.chooses():
            left, sign, right = right, TURNED[sign], left
        return f"{left}{space}{sign}{space}{right}"

    def group(self, word: str, parts: tuple[Tree, ...]) -> str:
        return self.keyword(word).join(self.inner(part) for part in parts)

    def inner(self, tree: Tree) -> str:
        return f"({self.text(tree)})" if tree[0] in {"and", "or"} else self.text(tree)

    def text(self, tree: Tree) -> str:  # noqa: PLR0911  one line for each kind of condition
        match tree:
            case ("and" | "or" as word, *parts):
                return self.group(word.upper(), tuple(parts))
            case ("not", part):
                return f"NOT ({self.text(part)})"
            case ("item", there):
                return f"attribute_{'' if there else 'not_'}exists({self.path(('thing_id',))})"
            case ("exists", path, there):
                return f"attribute_{'' if there else 'not_'}exists( {self.path(path)} )"
            case ("compare", path, sign, value):
                return self.compared(self.path(path), sign, self.value(value))
            case ("refer", path, sign, other):
                return self.compared(self.path(path), sign, self.path(other))
            case ("size", path, sign, value):
                return self.compared(f"size({self.path(path)})", sign, self.value(value))
            case _:
                return self.ranged(tree)

    def ranged(self, tree: Tree) -> str:
        match tree:
            case ("between", path, low, high):
                ends = self.keyword("AND").join([self.value(low), self.value(high)])
                return f"{self.path(path)}{self.keyword('BETWEEN')}{ends}"
            case ("in", path, *values):
                return f"{self.path(path)}{self.keyword('IN')}({','.join(map(self.value, values))})"
            case ("begins", path, prefix):
                return f"begins_with({self.path(path)},{self.value(prefix)})"
            case ("contains", path, element):
                return f"contains({self.path(path)}, {self.value(element)})"
            case ("type", path, name):
                return f"attribute_type({self.path(path)}, {self.value(name)})"
        raise AssertionError(tree)


def plain(tree: Tree) -> Tree:
    """Take groups of one apart, and begin none with another: DynamoDB refuses parentheses that it finds redundant."""
    if tree[0] == "not":
        return ("not", plain(tree[1]))
    if tree[0] not in {"and", "or"}:
        return tree
    parts = [plain(part) for part in tree[1:]]
    if len(parts) == 1:
        return parts[0]
    first, *rest = sorted(parts, key=lambda part: part[0] in {"and", "or"})
    return (tree[0], ("not", ("not", first)) if first[0] in {"and", "or"} else first, *rest)


def is_met(client: Any, table: str, text: ExpressionText) -> bool:
    options = {
        "ExpressionAttributeNames": text.names,
        "ExpressionAttributeValues": text.values,
    }
    check = {"TableName": table, "Key": {"thing_id": {"S": "1"}}, "ConditionExpression": text.text}
    try:
        client.transact_write_items(
            TransactItems=[{"ConditionCheck": check | {name: given for name, given in options.items() if given}}]
        )
    except ClientError as error:
        reasons = error.response.get("CancellationReasons", [{}])
        if reasons[0].get("Code") == "ConditionalCheckFailed":
            return False
        raise
    return True


def in_bytes(values: Any) -> Any:
    """Return DynamoDB JSON as boto3 takes it: bytes as bytes."""
    from base64 import b64decode

    if isinstance(values, dict):
        return {name: b64decode(value) if name == "B" else in_bytes(value) for name, value in values.items()}
    return values


def stored(item: Item) -> dict[str, Any]:
    kept = {name: value for name, value in item.items() if value is not None and value != frozenset()}
    return {name: in_bytes(json.loads(untyped_text(value))) for name, value in kept.items()}


@pytest.fixture
def table(new_table: NewTable) -> str:
    return new_table(partition_key="thing_id", sort_key=None)


@ONE_ENGINE
@examples(50)
@given(item=st.none() | items, data=st.data())
def test_text_of_any_hand_means_the_same_once_it_is_read(
    table: str, client: Any, engine: Engine, item: Item | None, data: st.DataObject
) -> None:
    key = {"thing_id": {"S": "1"}}
    client.delete_item(TableName=table, Key=key)
    kept = None if item is None else {name: value for name, value in item.items() if value is not None}
    if kept is not None:
        client.put_item(TableName=table, Item=stored(kept))
    for _ in range(3):
        tree = plain(data.draw(trees | bushes(2)))
        if beyond(engine, tree, kept):
            continue
        hand = Hand(data.draw)
        text = hand.text(tree)
        read = condition_to_text(condition_from_text(text, names=hand.names, values=hand.values))
        as_written = ExpressionText(text, hand.names, in_bytes(hand.values))
        met = is_met(client, table, as_written)
        assert met == is_met(client, table, ExpressionText(read.text, read.names, in_bytes(read.values)))
        assert met == true(tree, kept)
