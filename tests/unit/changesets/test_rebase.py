"""Carrying edits over to items as they are now."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import Changeset, Entity, UsageError, stored
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
    stale,
    table,
    wire,
)
from tests.unit.play import FINE, cancelled

EDIT = Changeset().edit(people, ADA, evolve(ADA, name="Smith"))


def only(changes: Changeset) -> Any:
    [edit] = changes.edits
    return edit


def test_what_only_one_side_changed_is_joined() -> None:
    theirs = evolve(ADA, note="theirs", anything=True)
    edit = only(EDIT.rebase(stale(EDIT, failed(wire(people, theirs)))))
    assert (edit.base, edit.base.note) == (theirs, "theirs")
    assert (edit.mine.name, edit.mine.note, edit.mine.anything) == ("Smith", "theirs", True)


@pytest.mark.parametrize(("take", "left"), [("mine", "Smith"), ("theirs", None)])
def test_what_both_changed_is_whose_it_is_said_to_be(take: Any, left: str | None) -> None:
    error = stale(EDIT, failed(wire(people, evolve(ADA, name="Jones"))))
    with pytest.raises(UsageError, match=r"Person person_id='p1': name; give take='mine' or take='theirs'"):
        EDIT.rebase(error)
    edits = EDIT.rebase(error, take=take).edits
    assert [edit.mine.name for edit in edits] == ([] if left is None else [left])


def test_what_both_changed_alike_is_dropped() -> None:
    theirs = evolve(ADA, name="Smith", note="x")
    assert EDIT.rebase(stale(EDIT, failed(wire(people, theirs)))).edits == ()


def test_a_class_without_equality_is_joined_by_what_is_stored() -> None:
    changes = Changeset().edit(plains, Plain("x", "a"), Plain("x", "b"))
    edit = only(changes.rebase(stale(changes, failed(wire(plains, Plain("x", "a", Home("Bergen")))))))
    assert (edit.mine.name, edit.mine.inner) == ("b", Home("Bergen"))


def test_a_field_that_becomes_nothing_is_carried_over() -> None:
    changes = Changeset().edit(people, ADA, evolve(ADA, home=None, notes={}))
    edit = only(changes.rebase(stale(changes, failed(wire(people, evolve(ADA, name="x"))))))
    assert (edit.mine.name, edit.mine.home, edit.mine.notes) == ("x", None, {})


def test_an_item_with_a_version_goes_on_from_theirs() -> None:
    changes = Changeset().edit(papers, Paper("d", "a", 3), Paper("d", "b", 9))
    edit = only(changes.rebase(stale(changes, failed(wire(papers, Paper("d", "a", 3), version={"N": "5"})))))
    assert (edit.base.version, edit.mine.version, edit.mine.text) == (5, 5, "b")


def test_a_carried_edit_of_an_item_in_another_form_commits() -> None:
    form = wire(people, evolve(ADA, note="x"), home={"M": {**wire(people, ADA)["home"]["M"], "extra": {"N": "1"}}})
    again = EDIT.rebase(stale(EDIT, failed(form)))
    requests = commit(again, cancelled(failed(form)), {})
    assert form["home"] in requests[1]["TransactItems"][0]["Update"]["ExpressionAttributeValues"].values()


@pytest.mark.parametrize(("take", "kinds"), [("mine", ["Add"]), ("theirs", [])])
def test_an_item_that_is_gone_is_put_back_or_left(take: Any, kinds: list[str]) -> None:
    error = stale(EDIT, failed())
    with pytest.raises(UsageError, match="whether the item exists"):
        EDIT.rebase(error)
    assert [edit.kind for edit in EDIT.rebase(error, take=take).edits] == kinds


def test_a_deleted_item_that_is_gone_is_done() -> None:
    changes = Changeset().delete(people, ADA).add(people, BOB)
    assert only(changes.rebase(stale(changes, failed(), FINE))).kind == "Add"


@pytest.mark.parametrize(("take", "kinds"), [("mine", ["Delete"]), ("theirs", [])])
def test_a_deleted_item_that_was_changed_is_deleted_or_left(take: Any, kinds: list[str]) -> None:
    changes = Changeset().delete(people, ADA)
    error = stale(changes, failed(wire(people, evolve(ADA, note="x"))))
    with pytest.raises(UsageError, match="whether the item exists"):
        changes.rebase(error)
    edits = changes.rebase(error, take=take).edits
    assert [(edit.kind, edit.base.note) for edit in edits] == [(kind, "x") for kind in kinds]


def test_what_does_not_fit_its_schema_is_left_or_refused() -> None:
    error = stale(EDIT, failed(wire(people, ADA, name={"N": "5"})))
    for take in (None, "mine"):
        with pytest.raises(UsageError, match="Person person_id='p1': the whole item"):
            EDIT.rebase(error, take=take)  # type: ignore[arg-type]
    assert EDIT.rebase(error, take="theirs").edits == ()


MOVED = evolve(ADA, person_id="p9", name="Smith")
MOVE = Changeset().move(people, ADA, MOVED)


@pytest.mark.parametrize(("take", "name"), [("mine", "Smith"), ("theirs", "Jones")])
def test_a_move_takes_along_what_others_changed(take: Any, name: str) -> None:
    error = stale(MOVE, failed(wire(people, evolve(ADA, note="x", name="Jones"))), FINE)
    edit = only(MOVE.rebase(error, take=take))
    assert (edit.kind, edit.base.person_id, edit.base.note) == ("Move", "p1", "x")
    assert (edit.mine.person_id, edit.mine.note, edit.mine.name) == ("p9", "x", name)


def test_a_move_to_where_an_item_is_never_overwrites_it() -> None:
    error = stale(MOVE, FINE, failed(wire(people, evolve(MOVED, note="x"))))
    with pytest.raises(UsageError, match="take='mine' or take='theirs'"):
        MOVE.rebase(error)
    with pytest.raises(UsageError, match=r"Person person_id='p9': .*delete or move that item first"):
        MOVE.rebase(error, take="mine")
    assert MOVE.rebase(error, take="theirs").edits == ()


def test_both_ends_of_a_move_may_be_stale() -> None:
    error = stale(MOVE, failed(wire(people, evolve(ADA, note="x"))), failed(wire(people, MOVED)))
    assert MOVE.rebase(error, take="theirs").edits == ()


@frozen
class Loose:
    loose_id: str
    name: str = ""
    rest: dict[str, Any] = field(factory=dict[str, Any], metadata=stored(rest=True))


loose = Entity(Loose, table, partition_key="LOOSE#{loose_id}", sort_key="META")


def test_attributes_that_no_field_has_are_joined_by_name() -> None:
    old = Loose("x", "a", {"one": 1, "two": 2})
    changes = Changeset().edit(loose, old, evolve(old, name="b"))
    edit = only(changes.rebase(stale(changes, failed(wire(loose, evolve(old, rest={"one": True, "three": 3}))))))
    assert (edit.mine.name, edit.mine.rest) == ("b", {"one": True, "three": 3})


@pytest.mark.parametrize(("error", "take", "says"), [(ValueError(), None, "not ValueError"), (None, "ours", "'ours'")])
def test_what_cannot_be_rebased_is_refused(error: Any, take: Any, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        EDIT.rebase(stale(EDIT, failed()) if error is None else error, take=take)
