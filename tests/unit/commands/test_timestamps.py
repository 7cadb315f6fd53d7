"""Moments: when an item was created and last changed is the time its command was built, the same at every send."""

from __future__ import annotations

import copy
import pickle
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    ConditionCheck,
    DefinitionError,
    Delete,
    Entity,
    ItemValidationError,
    Put,
    Table,
    TransactWrite,
    Update,
    UsageError,
    if_not_exists,
    item_exists,
    item_not_exists,
    key,
    remove,
    set_,
    stored,
)
from dynamo_document_builder.model.managed import timestamps as moments
from tests.unit.kept import (
    EARLIER,
    EARLIER_TEXT,
    N1,
    N1_KEY,
    NOON,
    NOON_TEXT,
    Note,
    at_noon,
    notes,
    spelled,
    table,
)
from tests.unit.play import play

EXISTING = item_exists()
NOON_WIRE = NOON_TEXT["S"]


def test_a_put_sets_both_moments() -> None:
    payload = notes.request(at_noon(Put(Note("n1")))).payload
    assert payload == {
        "TableName": "app",
        "Item": {
            **N1_KEY,
            "note_id": {"S": "n1"},
            "text": {"S": ""},
            "created_at": NOON_TEXT,
            "changed": NOON_TEXT,
        },
    }


def test_a_put_keeps_when_the_item_was_created() -> None:
    item = notes.request(at_noon(Put(Note("n1", "", EARLIER, EARLIER)))).payload["Item"]
    assert (item["created_at"], item["changed"]) == (EARLIER_TEXT, NOON_TEXT)


def test_the_item_as_it_is_stored_comes_back() -> None:
    given = Note("n1")
    _, result = play(at_noon(Put(given)).__flow__(notes.__model__), {})
    assert result.item == Note("n1", "", NOON, NOON)
    assert given == Note("n1")
    _, result = play(TransactWrite([at_noon(Put(given))]).__flow__(notes.__model__), {})
    assert result.items == (Note("n1", "", NOON, NOON),)


def test_an_update_sets_when_the_item_was_changed() -> None:
    payload = notes.request(at_noon(Update(N1, updates={"text": "x"}, condition=EXISTING))).payload
    assert spelled(payload, "UpdateExpression") == f"SET text = x, changed = {NOON_WIRE}"


def test_an_update_that_may_create_sets_when_the_item_was_created_once() -> None:
    payload = notes.request(at_noon(Update(N1, updates={"text": "x"}))).payload
    assert spelled(payload, "UpdateExpression") == (
        f"SET text = x, created_at = if_not_exists(created_at, {NOON_WIRE}), "
        f"note_id = if_not_exists(note_id, n1), changed = {NOON_WIRE}"
    )


def test_what_an_object_in_the_key_tells_of_its_creation_is_used() -> None:
    payload = notes.request(at_noon(Update(Note("n1", "", EARLIER), updates={"text": "x"}))).payload
    assert f"created_at = if_not_exists(created_at, {EARLIER_TEXT['S']})" in spelled(payload, "UpdateExpression")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (EARLIER, f"SET changed = {EARLIER_TEXT['S']}"),
        (set_(EARLIER), f"SET changed = {EARLIER_TEXT['S']}"),
        (if_not_exists(EARLIER), f"SET changed = if_not_exists(changed, {EARLIER_TEXT['S']})"),
        (remove(), "REMOVE changed"),
        (None, "REMOVE changed"),
    ],
)
def test_an_update_that_sets_the_moment_itself_has_its_way(change: Any, said: str) -> None:
    payload = notes.request(at_noon(Update(N1, updates={"updated_at": change}, condition=EXISTING))).payload
    assert spelled(payload, "UpdateExpression") == said


def test_an_update_that_sets_the_creation_itself_has_its_way() -> None:
    payload = notes.request(at_noon(Update(N1, updates={"created_at": EARLIER}))).payload
    assert spelled(payload, "UpdateExpression") == (
        f"SET created_at = {EARLIER_TEXT['S']}, note_id = if_not_exists(note_id, n1), changed = {NOON_WIRE}"
    )


def test_alone_and_in_a_transaction_the_same_is_sent() -> None:
    for command, operation in (
        (at_noon(Put(Note("n1"))), "Put"),
        (at_noon(Update(N1, updates={"text": "x"})), "Update"),
    ):
        [wrapped] = notes.request(TransactWrite([command])).payload["TransactItems"]
        assert wrapped == {operation: notes.request(command).payload}


def test_a_delete_and_a_check_have_no_moment() -> None:
    assert notes.request(Delete(N1)).payload == {"TableName": "app", "Key": N1_KEY}
    check = ConditionCheck(Note("n1", "", EARLIER, EARLIER), condition=EXISTING)
    [operation] = notes.request(TransactWrite([check])).payload["TransactItems"]
    assert spelled(operation["ConditionCheck"], "ConditionExpression") == "attribute_exists(PK)"


@pytest.mark.parametrize("command", [Put(Note("n1")), Update(N1, updates={"text": "x"})])
def test_the_moment_is_that_of_the_command_and_so_the_bytes_stay(command: Any) -> None:
    body = notes.request(command).body
    time.sleep(0.001)
    assert notes.request(command).body == body
    for copied in (copy.copy(command), copy.deepcopy(command), pickle.loads(pickle.dumps(command))):  # noqa: S301
        assert notes.request(copied).body == body
        assert copied == command
        assert hash(copied) == hash(command)


def test_another_command_has_another_moment_and_is_equal() -> None:
    one = at_noon(Put(Note("n1")))
    other = evolve(one)
    assert other == one
    assert notes.request(other).body != notes.request(one).body
    assert "made" not in repr(one)
    with pytest.raises(TypeError):
        Put(Note("n1"), timestamp_ns=5)  # type: ignore[call-arg]


def test_the_moment_is_now_in_utc() -> None:
    before = datetime.now(UTC)
    _, result = play(Put(Note("n1")).__flow__(notes.__model__), {})
    assert before - timedelta(milliseconds=1) <= result.item.updated_at <= datetime.now(UTC) + timedelta(milliseconds=1)
    assert result.item.updated_at.tzinfo is UTC


def test_a_replaced_clock_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moments, "time_ns", lambda: 1_500_000_000_000_001_999)
    _, result = play(Put(Note("n1")).__flow__(notes.__model__), {})
    assert result.item.created_at == datetime(2017, 7, 14, 2, 40, 0, 1, UTC)


def test_the_fields_a_changed_update_returns_have_the_kept_ones() -> None:
    update = Update(N1, updates={"text": "x"}, return_values="UPDATED_NEW", condition=EXISTING)
    answer = {"Attributes": {"text": {"S": "x"}, "changed": NOON_TEXT}}
    _, result = play(update.__flow__(notes.__model__), answer)
    assert result.updated_fields == {"text": "x", "updated_at": NOON}


@frozen(kw_only=True)
class Session:
    """Whole seconds, and a creation that is always known."""

    session_id: str
    started: datetime = field(metadata=stored(created_at=True, epoch=True))
    seen: datetime = field(default=EARLIER, metadata=stored(updated_at=True, epoch=True))


sessions = Entity(Session, Table("sessions", partition_key="session_id", sort_key=None))
S1 = {"session_id": "s1"}
NOON_SECONDS = {"N": str(int(NOON.timestamp()))}


def test_a_field_that_is_never_none_keeps_what_it_holds() -> None:
    _, result = play(at_noon(Put(Session(session_id="s1", started=EARLIER))).__flow__(sessions.__model__), {})
    assert result.item == Session(session_id="s1", started=EARLIER, seen=NOON.replace(microsecond=0))


def test_a_field_that_is_never_none_is_not_filled_for_one_that_is() -> None:
    wrong: Any = None
    with pytest.raises(ItemValidationError, match="started: expected datetime with a timezone, found None"):
        sessions.request(Put(Session(session_id="s1", started=wrong)))


def test_whole_seconds_are_what_is_stored_and_what_is_told() -> None:
    command = at_noon(Put(Session(session_id="s1", started=EARLIER)))
    item = sessions.request(command).payload["Item"]
    assert (item["started"], item["seen"]) == ({"N": str(int(EARLIER.timestamp()))}, NOON_SECONDS)
    assert sessions.__model__.codec.decode(
        sessions.request(command).body[len(b'{"TableName":"sessions","Item":') : -1]
    ) == (play(command.__flow__(sessions.__model__), {})[1].item)


def test_an_update_creates_with_whole_seconds_too() -> None:
    update = at_noon(Update(S1, updates={"seen": EARLIER}))
    assert spelled(sessions.request(update).payload, "UpdateExpression") == (
        f"SET seen = {int(EARLIER.timestamp())}, started = if_not_exists(started, {NOON_SECONDS['N']})"
    )


def test_an_item_that_is_certain_not_to_be_there_is_created_the_same_way() -> None:
    update = at_noon(Update(N1, updates={"text": "x"}, condition=item_not_exists()))
    assert "created_at = if_not_exists(created_at" in spelled(notes.request(update).payload, "UpdateExpression")


@frozen
class Entry:
    """Its key has the moment it was created, beside the field and as the field itself."""

    log: str
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    text: str = ""


@frozen
class Line:
    log: str
    at: datetime = field(metadata=stored(created_at=True))
    text: str = ""


entries = Entity(
    Entry,
    table,
    partition_key=lambda e: key("LOG", e.log),
    sort_key=lambda e: None if e.created_at is None else e.created_at.isoformat(),
)
lines = Entity(Line, Table("lines", partition_key="log", sort_key="at"))


def test_a_key_built_from_the_creation_is_built_from_what_is_stored() -> None:
    payload = entries.request(at_noon(Put(Entry("l1")))).payload
    assert payload["Item"]["SK"] == {"S": NOON.isoformat()}
    assert payload["Item"]["created_at"] == NOON_TEXT


def test_an_update_leaves_a_creation_that_is_in_the_key_to_the_key() -> None:
    given = {"log": "l1", "created_at": EARLIER}
    assert spelled(entries.request(Update(given, updates={"text": "x"})).payload, "UpdateExpression") == (
        f"SET text = x, log = if_not_exists(log, l1), created_at = if_not_exists(created_at, {EARLIER_TEXT['S']})"
    )
    assert (
        spelled(
            lines.request(Update({"log": "l1", "at": EARLIER}, updates={"text": "x"})).payload, ("UpdateExpression")
        )
        == "SET text = x"
    )
    with pytest.raises(UsageError, match="its key is incomplete"):
        entries.request(Update({"log": "l1"}, updates={"text": "x"}))


def test_a_key_built_from_the_last_change_is_refused() -> None:
    moving = Entity(Note, table, partition_key=lambda n: n.note_id, sort_key=lambda n: str(n.updated_at))
    with pytest.raises(DefinitionError, match="its key is built from 'updated_at', which every write of an item"):
        moving.request(Put(Note("n1")))
