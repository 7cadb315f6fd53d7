"""What an edit writes: the smallest update, and conditions that let nothing be overwritten."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import Changeset, Entity, stored
from tests.unit.changesets.people import (
    ADA,
    BOB,
    Home,
    Paper,
    Plain,
    commit,
    failed,
    papers,
    people,
    plains,
    table,
    wire,
)
from tests.unit.play import cancelled


def written(changes: Changeset) -> list[dict[str, Any]]:
    [request] = commit(changes, {})
    return request["TransactItems"]


def conditions(operation: dict[str, Any]) -> str:
    """Return an operation's condition with the names and values in it."""
    [inner] = operation.values()
    text = inner.get("ConditionExpression", "")
    for placeholder, name in inner.get("ExpressionAttributeNames", {}).items():
        text = text.replace(placeholder, name)
    return text


def test_what_is_added_must_not_be_there() -> None:
    [put] = written(Changeset().add(people, BOB))
    assert put["Put"]["Item"] == wire(people, BOB)
    assert conditions(put) == "attribute_not_exists(PK)"


def test_an_item_with_a_version_is_added_as_a_new_one() -> None:
    [put] = written(Changeset().add(papers, Paper("d", "a", 7)))
    assert conditions(put) == "attribute_not_exists(PK)"
    assert put["Put"]["Item"]["version"] == {"N": "8"}


def test_a_move_adds_an_item_with_a_version_elsewhere() -> None:
    delete, put = written(Changeset().move(papers, Paper("d", "a", 7), Paper("e", "a", 7)))
    assert conditions(delete) == "version = :0"
    assert delete["Delete"]["ExpressionAttributeValues"] == {":0": {"N": "7"}}
    assert conditions(put) == "attribute_not_exists(PK)"
    assert put["Put"]["Item"]["paper_id"] == {"S": "e"}


@pytest.mark.parametrize(
    "changes", [Changeset().delete(people, ADA), Changeset().edit(people, ADA, evolve(ADA, name="x"))]
)
def test_an_item_without_a_version_is_compared_field_by_field(changes: Changeset) -> None:
    [operation] = written(changes)
    asked = conditions(operation)
    for name in ("name", "note", "anything", "tags", "home", "notes", "person_id"):
        assert name in asked
    assert asked.endswith("attribute_exists(PK)")


def test_a_version_is_all_that_is_compared_where_there_is_one() -> None:
    [update] = written(Changeset().edit(papers, Paper("d", "a", 7), Paper("d", "b", 7)))
    assert conditions(update) == "version = :2"
    assert update["Update"]["ExpressionAttributeValues"][":2"] == {"N": "7"}


def test_an_item_from_before_its_version_is_compared_field_by_field() -> None:
    [update] = written(Changeset().edit(papers, Paper("d", "a"), Paper("d", "b")))
    asked = conditions(update)
    assert "text = " in asked
    assert "attribute_not_exists(version)" in asked
    assert asked.endswith("attribute_exists(PK)")


def paths(entity: Any, old: Any, new: Any) -> list[str]:
    [update] = Changeset().edit(entity, old, new).command().transactions[0].writes  # type: ignore[union-attr]
    return [str(change.path) for change in update.updates]


@pytest.mark.parametrize(
    ("changes", "changed"),
    [
        ({"name": "x", "note": "y"}, ["name", "note"]),
        ({"home": Home("Oslo", "y")}, ["home.street"]),
        ({"home": Home("Bergen")}, ["home.city", "home.street"]),
        ({"home": None}, ["home"]),
        ({"notes": {"a": True, "b": 2}}, ["notes.a", "notes.b"]),
        ({"notes": {}}, ["notes.a"]),
        ({"tags": frozenset("a")}, ["tags"]),
        ({"anything": {"a": 1}}, ["anything"]),
    ],
)
def test_only_what_differs_is_written(changes: dict[str, Any], changed: list[str]) -> None:
    assert paths(people, ADA, evolve(ADA, **changes)) == changed


def test_a_default_that_may_not_be_stored_is_written_whole() -> None:
    old, new = Plain("x", "a"), Plain("x", "a", Home("Oslo", "Storgata"))
    assert paths(plains, old, new) == ["inner"]
    assert paths(plains, new, old) == ["inner.street"]


@frozen
class Deep:
    deep_id: str
    inner: Plain
    version: int = field(default=0, metadata=stored(version=True))


deeps = Entity(Deep, table, partition_key="DEEP#{deep_id}", sort_key="META")


def test_a_part_of_a_default_that_may_not_be_stored_is_written_whole() -> None:
    old = Deep("x", Plain("p", "a"), 3)
    assert paths(deeps, old, evolve(old, inner=Plain("p", "a", Home("Bergen")))) == ["inner.inner"]
    assert paths(deeps, old, evolve(old, inner=Plain("p", "b"))) == ["inner.name"]


def test_the_condition_on_an_item_with_many_fields_fits_in_a_request() -> None:
    names = [f"field{number}" for number in range(120)]
    body: dict[str, Any] = {"__annotations__": {"many_id": str, **dict.fromkeys(names, int)}, **dict.fromkeys(names, 0)}
    many: Any = frozen(type("Many", (), body))
    entity: Entity[Any] = Entity(many, table, partition_key="MANY#{many_id}", sort_key="META")
    [update] = written(Changeset().edit(entity, many("x"), many("x", field3=1)))
    assert conditions(update).count(" = ") == 121
    stored_before = {name: value for name, value in wire(entity, many("x")).items() if name not in names}
    changes = Changeset().edit(entity, many("x"), many("x", field3=1))
    _, request = commit(changes, cancelled(failed(stored_before)), {})
    assert conditions(request["TransactItems"][0]).count("attribute_not_exists") == 120
