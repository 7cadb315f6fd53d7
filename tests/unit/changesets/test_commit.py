"""Committing: items in other forms are no conflict, and what came too late says what is stale."""

from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime
from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    Changeset,
    Entity,
    OutcomeUnknownError,
    StaleChangesetError,
    Table,
    TransactionCanceledError,
    UsageError,
    stored,
)
from dynamo_document_builder.changesets.commit import Commit
from dynamo_document_builder.testing import ScriptedTransport, lose_answer
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
from tests.unit.play import CONFLICT, FINE, cancelled, play

EDIT = Changeset().edit(people, ADA, evolve(ADA, name="Smith"))
FOREIGN = wire(
    people,
    ADA,
    anything={"NULL": True},
    home={"M": {"city": {"S": "Oslo"}, "street": {"S": "Storgata"}, "extra": {"N": "1"}}},
    notes={"M": {"a": {"N": "1.0"}}},
    unknown={"S": "kept"},
)


def values(request: dict[str, Any]) -> list[Any]:
    return list(request["TransactItems"][0]["Update"]["ExpressionAttributeValues"].values())


def test_an_item_in_another_form_is_what_was_read() -> None:
    first, second = commit(EDIT, cancelled(failed(FOREIGN)), {})
    assert first["ClientRequestToken"] != second["ClientRequestToken"]
    for name in ("home", "notes"):
        assert FOREIGN[name] not in values(first)
        assert FOREIGN[name] in values(second)
    assert commit(EDIT, cancelled(failed(FOREIGN)), {})[1] == second


def test_a_form_that_changes_in_between_is_followed() -> None:
    requests = commit(EDIT, cancelled(failed(FOREIGN)), cancelled(failed(with_extra(2))), {})
    assert with_extra(2)["home"] in values(requests[2])


def test_several_items_in_other_forms_are_followed_together() -> None:
    bob = wire(people, BOB, anything={"NULL": True})
    changes = EDIT.delete(people, BOB)
    *_, last = commit(changes, cancelled(failed(FOREIGN), FINE), cancelled(FINE, failed(bob)), {})
    assert FOREIGN["home"] in values(last)


def with_extra(number: int) -> dict[str, Any]:
    return {**FOREIGN, "home": {"M": {**FOREIGN["home"]["M"], "extra": {"N": str(number)}}}}


def test_a_form_that_never_stays_the_same_ends_with_what_it_is_about() -> None:
    with pytest.raises(StaleChangesetError, match=r"\(changed since it was read: home\)") as error:
        commit(EDIT, *(cancelled(failed(with_extra(number))) for number in range(4)))
    assert {field.name: field.is_changed for field in error.value.items[0].fields} == {"name": False, "home": True}
    assert not error.value.items[0].collides


def test_a_refusal_that_nothing_explains_says_so() -> None:
    error = stale(EDIT, failed(FOREIGN), times=2)
    assert "(its condition was false, but it is unchanged)" in str(error)
    assert error.items[0].fields


def test_a_refusal_for_another_reason_stays_what_it_is() -> None:
    with pytest.raises(TransactionCanceledError) as error:
        play(Commit(changeset=EDIT, retry=None).__flow__(table), *[cancelled(CONFLICT)] * 9)
    assert not isinstance(error.value, StaleChangesetError)


def test_what_was_lost_is_sent_again_in_the_form_it_was_sent_in() -> None:
    here = Table("app", transport=ScriptedTransport(lose_answer()))
    entity = Entity(type(ADA), here, partition_key="PERSON#{person_id}", sort_key="META")
    changes = Changeset().edit(entity, ADA, evolve(ADA, name="Smith"))
    with pytest.raises(OutcomeUnknownError) as error:
        here.send(Commit(changeset=changes, forms={0: FOREIGN}))
    assert error.value.command.forms == {0: FOREIGN}


@frozen
class Dated:
    dated_id: str
    text: str = ""
    made: datetime | None = field(default=None, metadata=stored(created_at=True))
    changed: datetime | None = field(default=None, metadata=stored(updated_at=True))


dated = Entity(Dated, table, partition_key="DATED#{dated_id}", sort_key="META")


def test_committed_twice_it_is_the_same_request_by_somebody_else_too() -> None:
    old = Dated("d", "a", datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC))
    changes = Changeset().edit(dated, old, evolve(old, text="b")).add(dated, Dated("e")).delete(people, BOB)
    again = Changeset.from_json(changes.to_json(), [dated, people])
    [first], [second], [third] = commit(changes, {}), commit(changes, {}), commit(again, {})
    assert first == second == third
    moment = changes.timestamp.isoformat(timespec="microseconds").replace("+00:00", "Z")
    update, put, _ = first["TransactItems"]
    assert {"S": moment} in update["Update"]["ExpressionAttributeValues"].values()
    assert put["Put"]["Item"]["made"] == put["Put"]["Item"]["changed"] == {"S": moment}


def test_a_changeset_that_was_stored_without_a_moment_has_that_of_being_read() -> None:
    stored_before = {**json.loads(EDIT.to_json())}
    del stored_before["timestamp"]
    again = Changeset.from_json(json.dumps(stored_before), [people])
    assert again.timestamp >= EDIT.timestamp
    for wrong in (5, "yesterday", "2026-01-01T00:00:00"):
        with pytest.raises(UsageError, match="timestamp of the changeset is not a datetime with a timezone"):
            Changeset.from_json(json.dumps({**stored_before, "timestamp": wrong}), [people])


def test_a_stale_item_says_what_others_changed() -> None:
    error = stale(EDIT, failed(wire(people, evolve(ADA, note="theirs", name="Jones"))))
    [item] = error.items
    assert "(changed since it was read: name, note)" in str(error)
    assert {field.name: (field.is_edited, field.is_changed, field.collides) for field in item.fields} == {
        "name": (True, True, True),
        "note": (False, True, False),
    }
    assert item.collides
    assert pickle.loads(pickle.dumps(error)).items == error.items  # noqa: S301  our own


def test_both_sides_wanting_the_same_is_no_collision() -> None:
    [item] = stale(EDIT, failed(wire(people, evolve(ADA, name="Smith", note="x")))).items
    assert not item.collides


def test_values_are_compared_by_what_is_stored() -> None:
    changes = Changeset().edit(people, evolve(ADA, anything=1), evolve(ADA, anything=True))
    [item] = stale(changes, failed(wire(people, evolve(ADA, anything=0)))).items
    assert [field.collides for field in item.fields] == [True]
    same = Changeset().edit(plains, Plain("x", "a", Home("Oslo")), Plain("x", "b", Home("Oslo")))
    [item] = stale(same, failed(wire(plains, Plain("x", "c", Home("Oslo"))))).items
    assert [(field.name, field.collides) for field in item.fields] == [("name", True)]


def test_a_version_that_alone_is_another_is_named() -> None:
    changes = Changeset().edit(papers, Paper("d", "a", 3), Paper("d", "b", 3))
    error = stale(changes, failed(wire(papers, Paper("d", "a", 3), version={"N": "5"})))
    assert "(changed since it was read: version)" in str(error)
    assert {field.name: field.is_changed for field in error.items[0].fields} == {"text": False, "version": True}


def test_an_item_that_is_gone_is_named() -> None:
    error = stale(EDIT, failed())
    assert "Person person_id='p1' (it no longer exists)" in str(error)
    assert error.items[0].fields
    [item] = stale(Changeset().delete(people, ADA), failed()).items
    assert not item.collides


def test_an_item_that_does_not_fit_is_not_taken_for_one_that_is_gone() -> None:
    error = stale(EDIT, failed(wire(people, ADA, name={"N": "5"}, note={"BOOL": True})))
    [item] = error.items
    assert "(the stored item does not fit its schema: name, note)" in str(error)
    assert item.theirs is None
    assert item.item_error is not None
    assert item.collides
    assert item.fields


def test_an_item_that_stands_where_another_moves_to_is_told_from_the_one_that_moves() -> None:
    moved = evolve(ADA, person_id="p9")
    changes = Changeset().move(people, ADA, moved)
    error = stale(changes, FINE, failed(wire(people, evolve(moved, name="Zoe"))))
    [item] = error.items
    assert "Person person_id='p9' (it already exists)" in str(error)
    assert (item.base, item.theirs.name) == (None, "Zoe")
    both = stale(changes, failed(wire(people, evolve(ADA, note="x"))), failed(wire(people, moved)))
    assert [item.base for item in both.items] == [ADA, None]


@frozen
class Named:
    name: str
    text: str = ""


def test_what_stands_where_an_item_moves_to_is_never_its_other_form() -> None:
    keyed = Entity(Named, table, partition_key="{name}", sort_key="META")
    changes = Changeset().move(keyed, Named("a", "x"), Named("b", "x"))
    with pytest.raises(StaleChangesetError, match="it already exists"):
        commit(changes, cancelled(FINE, failed(wire(keyed, Named("b", "x")))))


def test_a_rebase_that_leaves_nothing_to_do_commits_without_a_request() -> None:
    late = stale(EDIT, failed(wire(people, evolve(ADA, name="Smith"))))
    rest = EDIT.rebase(late)
    assert rest.edits == ()
    transport = ScriptedTransport()
    result = rest.commit(Table("app", transport=transport))
    assert (result.attempts, result.items) == (0, ())
    assert not transport.requests
