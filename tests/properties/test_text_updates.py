"""Any update, projection or key condition in text is read as what it says, and written so again."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    ExpressionText,
    attr,
    condition_to_text,
    key_condition_from_text,
    projection_from_text,
    projection_to_text,
    updates_from_text,
    updates_to_text,
)
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.conditions import And
from dynamo_document_builder.expressions.tree.leaves import BeginsWith, Between, Comparison
from dynamo_document_builder.expressions.tree.paths import Arithmetic, IfNotExists, ListAppend, Path
from dynamo_document_builder.wire.json.untyped import untyped_text
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.expression_rules.rule import as_boto3

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.conftest import NewTable


names = st.sampled_from(["girth", "crown", "lot", "kinds", "status", "a.b", "[0]", "#x", ":y", "Ä"])
BARE = {"girth", "crown", "lot", "kinds"}
segments = names | st.integers(0, 20)
paths = st.builds(lambda head, rest: Path((head, *rest)), names, st.lists(segments, max_size=2))
numbers = st.integers(-(10**12), 10**12) | st.decimals(-1000, 1000, places=3)
texts = st.text(st.characters(codec="utf-8"), max_size=4)
scalars = numbers | texts | st.binary(max_size=3) | st.booleans() | st.none()
values = st.recursive(
    scalars | st.frozensets(texts, min_size=1, max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
lists = st.lists(scalars, max_size=2)
sets = st.frozensets(st.text(max_size=3), min_size=1, max_size=3) | st.frozensets(st.integers(-9, 9), min_size=1)


def if_not_exists(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(IfNotExists, paths, inner)


number_terms = numbers | paths | if_not_exists(numbers | paths)
list_terms = lists | paths | if_not_exists(lists | paths)
assigned = (
    values
    | paths
    | st.recursive(values | paths, if_not_exists, max_leaves=3)
    | st.builds(Arithmetic, number_terms, st.sampled_from("+-"), number_terms)
    | st.builds(ListAppend, list_terms, list_terms)
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[Change, ...]:
    heads = draw(st.lists(names, min_size=1, max_size=4, unique=True))
    return tuple(draw(change_of(Path((head, *draw(st.lists(segments, max_size=2)))))) for head in heads)


def change_of(path: Path) -> st.SearchStrategy[Change]:
    return st.one_of(
        st.builds(Assign, st.just(path), assigned),
        st.just(Remove(path)),
        st.builds(Increment, st.just(path), numbers),
        st.builds(ChangeSet, st.just(path), sets, st.booleans()),
    )


def by_path(found: Iterable[Change]) -> list[Change]:
    return sorted(found, key=lambda change: str(change.path))


@examples(100)
@given(changes())
def test_an_update_is_written_and_read_as_the_same_tree(tree: tuple[Change, ...]) -> None:
    once = updates_to_text(tree)
    again = updates_from_text(once.text, names=once.names, values=once.values)
    assert by_path(again) == by_path(tree)
    twice = updates_to_text(again)  # placeholders are numbered in the order of the changes, and clauses have their own
    assert updates_to_text(updates_from_text(twice.text, names=twice.names, values=twice.values)) == twice


@define
class Hand:
    """Writes an update as different hands would: clauses in any order, names bare or not."""

    draw: Any
    names: dict[str, str] = field(factory=dict[str, str])
    values: dict[str, Any] = field(factory=dict[str, Any])

    def chooses(self) -> bool:
        return bool(self.draw(st.booleans()))

    def text(self, tree: tuple[Change, ...]) -> str:
        clauses: dict[str, list[str]] = {}
        for change in tree:
            clause, text = self.change(change)
            clauses.setdefault(clause, []).append(text)
        space = " " if self.chooses() else "\n\t"
        return space.join(
            f"{clause.lower() if self.chooses() else clause} {', '.join(parts)}" for clause, parts in clauses.items()
        )

    def change(self, change: Change) -> tuple[str, str]:
        path = self.path(change.path)
        match change:
            case Assign(value=value):
                return "SET", f"{path}{' = ' if self.chooses() else '='}{self.assigned(value)}"
            case Increment(amount=amount):
                return "ADD", f"{path} {self.value(amount)}"
            case ChangeSet(elements=elements, gain=gain):
                return "ADD" if gain else "DELETE", f"{path} {self.value(elements)}"
            case _:
                return "REMOVE", path

    def assigned(self, value: Any) -> str:
        if not isinstance(value, Arithmetic):
            return self.term(value)
        return f"{self.term(value.left)} {value.sign} {self.term(value.right)}"

    def term(self, value: Any) -> str:
        match value:
            case Path():
                return self.path(value)
            case IfNotExists(path=path, value=inner):
                return f"if_not_exists({self.path(path)},{self.term(inner)})"
            case ListAppend(first=first, second=second):
                return f"list_append( {self.term(first)} , {self.term(second)} )"
            case _:
                return self.value(value)

    def path(self, path: Path) -> str:
        steps = [f"[{step}]" if isinstance(step, int) else f".{self.name(step)}" for step in path.segments]
        return "".join(steps).removeprefix(".")

    def name(self, name: str) -> str:
        if name in BARE and self.chooses():
            return name
        placeholder = f"#n{list(self.names.values()).index(name)}" if name in self.names.values() else None
        if placeholder is None:
            placeholder = f"#n{len(self.names)}"
            self.names[placeholder] = name
        return placeholder

    def value(self, value: Any) -> str:
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = json.loads(untyped_text(value))
        return placeholder


@examples(100)
@given(tree=changes(), data=st.data())
def test_an_update_of_any_hand_is_read_as_what_it_says(tree: tuple[Change, ...], data: st.DataObject) -> None:
    hand = Hand(data.draw)
    text = hand.text(tree)
    assert by_path(updates_from_text(text, names=hand.names, values=hand.values)) == by_path(tree)


ITEM: dict[str, Any] = {
    "girth": {"N": "3"},
    "crown": {"L": [{"N": "1"}, {"M": {"lot": {"N": "4"}}}]},
    "lot": {"M": {"girth": {"N": "5"}, "kinds": {"L": [{"S": "x"}]}}},
    "kinds": {"SS": ["a", "b"]},
    "status": {"S": "old"},
    "a.b": {"N": "7"},
}
KEY = {"grove": {"S": "1"}}


@pytest.fixture
def table(new_table: NewTable) -> str:
    return new_table(partition_key="grove", sort_key=None)


def updated(client: Any, table: str, text: ExpressionText) -> Any:
    """Return the item after an update, or the code of the refusal."""
    client.put_item(TableName=table, Item=KEY | ITEM)
    placeholders = {"ExpressionAttributeNames": text.names, "ExpressionAttributeValues": as_boto3(text.values)}
    options = {name: given for name, given in placeholders.items() if given}
    try:
        client.update_item(TableName=table, Key=KEY, UpdateExpression=text.text, **options)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return client.get_item(TableName=table, Key=KEY)["Item"]


@ONE_ENGINE
@examples(30)
@given(tree=changes(), data=st.data())
def test_an_update_of_any_hand_does_the_same_once_it_is_read(
    table: str, client: Any, tree: tuple[Change, ...], data: st.DataObject
) -> None:
    hand = Hand(data.draw)
    text = hand.text(tree)
    read = updates_to_text(updates_from_text(text, names=hand.names, values=hand.values))
    assert updated(client, table, read) == updated(client, table, ExpressionText(text, hand.names, hand.values))


projections = st.lists(names, min_size=1, max_size=5, unique=True).flatmap(
    lambda heads: st.tuples(*(st.lists(segments, max_size=2).map(lambda rest, h=head: (h, *rest)) for head in heads))
)


@given(projections)
def test_a_projection_is_written_and_read_as_the_same_paths(wanted: tuple[tuple[Any, ...], ...]) -> None:
    once = projection_to_text([attr(*path) for path in wanted])
    again = projection_from_text(once.text, names=once.names)
    assert [repr(path) for path in again] == [repr(attr(*path)) for path in wanted]
    assert projection_to_text(again) == once


key_values = texts.filter(bool) | st.binary(min_size=1, max_size=3) | numbers
sort_conditions = st.one_of(
    st.builds(Comparison, st.just(Path(("tree",))), st.sampled_from(["=", "<", "<=", ">", ">="]), key_values),
    st.builds(BeginsWith, st.just(Path(("tree",))), texts | st.binary(min_size=1, max_size=3)),
    st.builds(lambda low, width: Between(Path(("tree",)), low, low + width), st.integers(0, 9), st.integers(0, 9)),
)


@given(key_values, st.none() | sort_conditions, st.booleans())
def test_a_key_condition_is_written_and_read_as_the_same_tree(partition: Any, sort: Any, first: bool) -> None:
    equal = Comparison(Path(("grove",)), "=", partition)
    tree = equal if sort is None else And((equal, sort) if first else (sort, equal))
    once = condition_to_text(tree)
    again = key_condition_from_text(
        once.text, names=once.names, values=once.values, partition_key="grove", sort_key="tree"
    )
    assert again == tree
    assert condition_to_text(again) == once


def test_decimals_and_integers_are_one_number() -> None:
    once = updates_to_text({"girth": Decimal("3.0")})
    assert updates_from_text(once.text, names=once.names, values=once.values) == updates_from_text(
        "SET girth = :n", values={":n": 3}
    )
