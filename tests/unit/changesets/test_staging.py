"""Staging: an edit is what would be stored in another form, whatever the class says of equality."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import Changeset, UsageError
from tests.unit.changesets.people import ADA, BOB, Home, Paper, Person, Plain, papers, people, plains


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {"note": "a field without equality"}),
        ({"anything": 1}, {"anything": True}),
        ({"anything": 0}, {"anything": False}),
        ({"anything": [1]}, {"anything": [True]}),
        ({"anything": {"a": 0}}, {"anything": {"a": False}}),
        ({"anything": "1"}, {"anything": 1}),
        ({"anything": b"a"}, {"anything": "a"}),
        ({"notes": {"a": 1}}, {"notes": {"a": True}}),
        ({"notes": {"a": None}}, {"notes": {}}),
        ({"home": Home("Oslo")}, {"home": Home("Oslo", "")}),
    ],
)
def test_what_is_stored_in_another_form_is_an_edit(old: dict[str, Any], new: dict[str, Any]) -> None:
    before, after = evolve(ADA, **old), evolve(ADA, **new)
    changes = Changeset().edit(people, before, after)
    [change] = changes.diff().items
    assert [one.name for one in change.fields] == [*new]
    [update] = changes.command().transactions[0].writes  # type: ignore[union-attr]
    assert {str(one.path).partition(".")[0] for one in update.updates} == {*new}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {}),
        ({"anything": 1}, {"anything": 1.0}),
        ({"anything": 1}, {"anything": Decimal("1.00")}),
        ({"anything": (1, 2)}, {"anything": [1, 2]}),
        ({"notes": {"a": 1, "b": 2}}, {"notes": {"b": 2, "a": 1}}),
    ],
)
def test_what_is_stored_alike_is_never_staged(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert Changeset().edit(people, evolve(ADA, **old), evolve(ADA, **new)).edits == ()


def test_a_class_without_equality_is_compared_by_what_is_stored() -> None:
    assert Changeset().edit(plains, Plain("x", "a"), Plain("x", "a")).edits == ()
    changes = Changeset().edit(plains, Plain("x", "a"), Plain("x", "a", Home("Bergen")))
    assert [one.name for one in changes.diff().items[0].fields] == ["inner"]
    again = changes.edit(plains, Plain("x", "a", Home("Bergen")), Plain("x", "b", Home("Bergen")))
    assert [one.name for one in again.diff().items[0].fields] == ["name", "inner"]
    assert again.edit(plains, Plain("x", "b", Home("Bergen")), Plain("x", "a")).edits == ()


def test_the_version_alone_is_no_edit() -> None:
    assert Changeset().edit(papers, Paper("d", "a", 3), Paper("d", "a", 4)).edits == ()


def test_edits_of_one_item_are_joined_where_they_were() -> None:
    smith = evolve(ADA, name="Smith")
    changes = Changeset().edit(people, ADA, smith).delete(people, BOB).edit(people, smith, evolve(smith, note="x"))
    assert [edit.kind for edit in changes.edits] == ["Edit", "Delete"]
    assert [one.name for one in changes.diff().items[0].fields] == ["name", "note"]
    with pytest.raises(UsageError, match="already staged; pass the item that was staged"):
        changes.edit(people, smith, evolve(smith, note="y"))


def test_items_that_equal_each_other_are_told_apart_by_their_keys() -> None:
    class Everywhere(Person):
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    one, two = Everywhere("p1", "a"), Everywhere("p2", "a")
    changes = Changeset().add(people, one).add(people, two).delete(people, one)
    assert [edit.mine.person_id for edit in changes.edits] == ["p2"]


def test_an_item_that_was_added_and_deleted_is_no_edit() -> None:
    assert Changeset().add(people, BOB).delete(people, BOB).edits == ()
