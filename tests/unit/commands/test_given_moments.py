"""`timestamp=`: the moment of a write is given, and every write of one command has the same."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, field, frozen

from dynamo_document_builder import (
    BatchIncompleteError,
    BatchWrite,
    Delete,
    Entity,
    IdempotencyMismatchError,
    Put,
    Raw,
    RetryPolicy,
    Table,
    TableBatchWrite,
    TableTransactWrite,
    TransactGet,
    TransactWrite,
    Update,
    UsageError,
    item_exists,
    key,
    stored,
)
from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite
from tests.unit.kept import D1, EARLIER, EARLIER_TEXT, N1, NOON, NOON_TEXT, Doc, Note, at_noon, docs, notes, table
from tests.unit.play import model, play, refused

if TYPE_CHECKING:
    from collections.abc import Callable

LATER = datetime(2026, 3, 4, 5, 6, 7, 8, UTC)
LATER_TEXT = {"S": "2026-03-04T05:06:07.000008Z"}
MORE = Note("n2")


def moments_in(payload: Any) -> set[str]:
    """Return every text in a payload that is a moment."""
    if isinstance(payload, dict):
        return {found for value in payload.values() for found in moments_in(value)}
    if isinstance(payload, list):
        return {found for value in payload for found in moments_in(value)}
    return {payload} if isinstance(payload, str) and payload.endswith("Z") and payload[4:5] == "-" else set()


def sent(command: Any) -> Any:
    sender: Any = table if command.__sender__ == "table" else notes
    return sender.request(command).payload


COMMANDS: dict[str, Callable[..., Any]] = {
    "Put": lambda **more: Put(Note("n1"), **more),
    "Update": lambda **more: Update(N1, updates={"text": "x"}, **more),
    "BatchWrite": lambda **more: BatchWrite([Note("n1"), MORE], **more),
    "TransactWrite": lambda **more: TransactWrite(
        [Put(Note("n1")), Update({"note_id": "n2"}, updates={"text": "x"})], **more
    ),
    "TableTransactWrite": lambda **more: TableTransactWrite(
        [notes.prepare([Put(Note("n1"))]), docs.prepare([Put(Doc("d1"))]), notes.prepare([Put(MORE)])], **more
    ),
    "TableBatchWrite": lambda **more: TableBatchWrite(
        [notes.prepare(BatchWrite([Note("n1")])), notes.prepare(BatchWrite([MORE]))], **more
    ),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_the_moment_that_is_given_is_the_only_one(name: str) -> None:
    command = COMMANDS[name](timestamp=NOON)
    assert moments_in(sent(command)) == {NOON_TEXT["S"]}
    assert evolve(command).timestamp == NOON
    assert sent(evolve(command)) == sent(command)
    assert command == COMMANDS[name](timestamp=NOON.astimezone(timezone(timedelta(hours=9))))
    assert command != COMMANDS[name](timestamp=LATER)


@pytest.mark.parametrize("name", COMMANDS)
def test_without_one_there_is_still_one_moment_and_it_stays(name: str) -> None:
    command = COMMANDS[name]()
    assert len(moments_in(sent(command))) == 1
    assert sent(command) == sent(command)


OUTSIDE = "in UTC, the datetime is outside the years 1 to 9999; give one in that range"


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (datetime(2026, 1, 2), "the datetime has no timezone; write datetime.now(UTC), for example"),
        (1_700_000_000, "must be a datetime with a timezone, not int"),
        ("2026-01-02T00:00:00Z", "must be a datetime with a timezone, not str"),
        (date(2026, 1, 2), "must be a datetime with a timezone, not date"),
        (datetime.min.replace(tzinfo=timezone(timedelta(hours=5))), OUTSIDE),
        (datetime.max.replace(tzinfo=timezone(-timedelta(hours=5))), OUTSIDE),
    ],
)
def test_what_is_no_moment_is_refused(name: str, wrong: Any, said: str) -> None:
    with pytest.raises(UsageError) as refusal:
        COMMANDS[name](timestamp=wrong)
    assert str(refusal.value) == f"{name}(timestamp=...): {said}"


def test_a_write_that_has_one_of_its_own_keeps_it() -> None:
    writes: list[Any] = [Put(Note("n1"), timestamp=LATER), Put(MORE)]
    operations = sent(TransactWrite(writes, timestamp=NOON))["TransactItems"]
    assert [one["Put"]["Item"]["changed"] for one in operations] == [LATER_TEXT, NOON_TEXT]
    groups = [notes.prepare(BatchWrite([Note("n1")], timestamp=LATER)), notes.prepare(BatchWrite([MORE]))]
    [requests] = sent(TableBatchWrite(groups, timestamp=NOON))["RequestItems"].values()
    assert [one["PutRequest"]["Item"]["changed"] for one in requests] == [LATER_TEXT, NOON_TEXT]


def test_the_moment_of_a_transaction_is_when_its_last_write_was_built() -> None:
    first, last = at_noon(Put(Note("n1"))), Put(MORE, timestamp=LATER)
    early = at_noon(Put(Note("n3")))
    object.__setattr__(early, "__built_ns__", 0)
    operations = sent(TransactWrite([early, first, last]))["TransactItems"]
    assert [one["Put"]["Item"]["changed"] for one in operations] == [NOON_TEXT, NOON_TEXT, LATER_TEXT]
    again = TransactWrite([early, first, last])
    assert notes.request(again).payload["TransactItems"] == operations


def test_parts_that_all_have_a_moment_of_their_own_keep_it() -> None:
    groups = [
        notes.prepare(BatchWrite([Note("n1")], timestamp=LATER)),
        notes.prepare(BatchWrite([MORE], timestamp=NOON)),
    ]
    [requests] = sent(TableBatchWrite(groups))["RequestItems"].values()
    assert [one["PutRequest"]["Item"]["changed"] for one in requests] == [LATER_TEXT, NOON_TEXT]
    operations = sent(TransactWrite([Put(Note("n1"), timestamp=LATER), Delete({"note_id": "n2"})]))["TransactItems"]
    assert moments_in(operations) == {LATER_TEXT["S"]}


def test_the_creation_that_is_known_stays() -> None:
    item = sent(Put(Note("n1", "", EARLIER), timestamp=NOON))["Item"]
    assert (item["created_at"], item["changed"]) == (EARLIER_TEXT, NOON_TEXT)


@frozen
class Ticket:
    ticket_id: str
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True, epoch=True))


tickets = Entity(Ticket, table, partition_key=lambda t: key("TICKET", t.ticket_id), sort_key=lambda _: "META")


def test_a_moment_in_seconds_is_set_too() -> None:
    payload = tickets.request(Put(Ticket("t1"), timestamp=NOON)).payload
    assert payload["Item"]["created_at"] == {"N": str(int(NOON.timestamp()))}


NONE_KEPT = "timestamp= has no effect: no field of Doc is marked stored"


@pytest.mark.parametrize(
    "command",
    [
        Put(Doc("d1"), timestamp=NOON),
        Update(D1, updates={"text": "x"}, timestamp=NOON),
        BatchWrite([Doc("d1")], timestamp=NOON, check_version=False),
        TransactWrite([Put(Doc("d1"))], timestamp=NOON),
        TransactWrite([Put(Doc("d1"), timestamp=NOON)]),
        TableTransactWrite([docs.prepare([Put(Doc("d1"))])], timestamp=NOON),
        TableTransactWrite([docs.prepare([Put(Doc("d1"), timestamp=NOON)]), notes.prepare([Put(MORE)])]),
        TableBatchWrite([docs.prepare(BatchWrite([Doc("d1")], check_version=False))], timestamp=NOON),
        TableBatchWrite([docs.prepare(BatchWrite([Doc("d1")], check_version=False, timestamp=NOON))]),
    ],
)
def test_a_moment_that_nothing_keeps_is_refused(command: Any) -> None:
    sender: Any = table if command.__sender__ == "table" else docs
    with pytest.raises(UsageError, match=NONE_KEPT) as refusal:
        sender.request(command)
    assert len(refusal.value.problems) == 1


def test_a_moment_is_refused_where_all_is_raw() -> None:
    raw = Raw({"Delete": {"TableName": "app", "Key": {"PK": {"S": "a"}, "SK": {"S": "b"}}}})
    with pytest.raises(UsageError, match="no field of a raw operation is marked"):
        table.request(TableTransactWrite([raw], timestamp=NOON))
    assert sent(TableTransactWrite([raw, notes.prepare([Put(MORE)])], timestamp=NOON))


def test_deletes_of_a_schema_with_moments_can_be_given_one() -> None:
    assert sent(TransactWrite([Delete(N1)], timestamp=NOON))
    with pytest.raises(TypeError):
        Delete(N1, timestamp=NOON)  # type: ignore[call-arg]


def test_what_a_batch_left_undone_is_written_at_the_same_moment() -> None:
    command = at_noon(BatchWrite([Note("n1"), MORE], retry=RetryPolicy(max_attempts=1)))
    left = [{"PutRequest": {"Item": sent(command)["RequestItems"]["app"][1]["PutRequest"]["Item"]}}]
    with pytest.raises(BatchIncompleteError) as incomplete:
        play(
            command.__flow__(notes.__model__), {"UnprocessedItems": {"app": left}}, {"UnprocessedItems": {"app": left}}
        )
    rest = incomplete.value.result.unprocessed
    assert rest == BatchWrite([MORE], retry=RetryPolicy(max_attempts=1))
    assert moments_in(sent(rest)) == {NOON_TEXT["S"]}


def test_all_writes_of_a_transact_have_one_moment() -> None:
    def change(_: Any) -> Any:
        return [notes.prepare([Put(Note("n1"), condition=item_exists()), Put(MORE)])]

    reads = (notes.prepare(TransactGet([N1, {"note_id": "n2"}])),)
    requests, _ = play(ReadModifyWrite(change=change, reads=reads).__flow__(table), {"Responses": [{}, {}]}, {})
    assert len(moments_in(requests[1])) == 1


def test_a_mismatch_says_that_the_moment_is_a_part_of_the_request() -> None:
    def mismatch(command: Any, entity: Any = notes) -> str:
        with pytest.raises(IdempotencyMismatchError) as error:
            play(command.__flow__(model(entity)), refused("IdempotentParameterMismatchException"))
        return str(error.value)

    put, token = Put(Note("n1")), "t1"
    assert mismatch(TransactWrite([put], idempotency_token=token)) == (
        "TransactWrite: token 't1' was used with another request in the last ten minutes; nothing was written now. The "
        "request contains the time at which it was built, in 'created_at' and 'updated_at': a transaction that is "
        "built again is another request. Pass the same timestamp= to both"
    )
    for command in (
        TransactWrite([put], idempotency_token=token, timestamp=NOON),
        TransactWrite([evolve(put, timestamp=NOON)], idempotency_token=token),
    ):
        assert mismatch(command).endswith(
            "The request contains the value of timestamp= in 'created_at' and 'updated_at': pass the same timestamp= "
            "to both"
        )
    assert mismatch(TransactWrite([Delete(N1)], idempotency_token=token)).endswith("nothing was written now")
    assert mismatch(TransactWrite([Put(Doc("d1"))], idempotency_token=token), docs).endswith("nothing was written now")
    table_write = TableTransactWrite([docs.prepare([Put(Doc("d1"))]), notes.prepare([put])], idempotency_token=token)
    assert "'created_at' and 'updated_at'" in mismatch(table_write, table)


REBUILT = """
import sys
from datetime import UTC, datetime
from typing import Any
from attrs import field, frozen
from dynamo_document_builder import *

@frozen
class Note:
    note_id: str
    tags: frozenset[str] = frozenset()
    sizes: frozenset[int] = frozenset()
    blobs: frozenset[bytes] = frozenset()
    extra: Any = None
    created_at: datetime | None = field(default=None, metadata=stored(created_at=True))
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True))

table = Table("app")
notes = Entity(Note, table, partition_key="NOTE#{note_id}", sort_key="META")
WORDS = {"b", "a", "c", "delta", "echo"}
note = Note("n1", frozenset(WORDS), frozenset({5, 1, 300}), frozenset({b"x", b"y"}), {"tags": set(WORDS)})
update = Update(
    {"note_id": "n2"},
    updates={"tags": add_to_set(WORDS), "sizes": remove_from_set({3, 2, 1}), "extra": {"x": WORDS}},
    condition=[{"tags": contains("a")}, {"note_id": is_in("n1", "n2")}, not_exists(attr("blobs"))],
)
writes = [Put(note), update, Delete({"note_id": "n3"}, condition={"extra": WORDS})]
moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
one = TransactWrite(writes, idempotency_token="t1", timestamp=moment)
other = TableTransactWrite([notes.prepare(writes)], idempotency_token="t1", timestamp=moment)
batch = BatchWrite([note], deletes=[{"note_id": "n4"}], timestamp=moment)
for sender, command in ((notes, one), (table, other), (notes, batch), (notes, Put(note, timestamp=moment))):
    sys.stdout.buffer.write(sender.request(command).body + b"\\n")
"""


def test_a_command_that_is_built_again_in_another_process_is_the_same_request() -> None:
    def built(seed: str) -> bytes:
        source = str(Path(sys.modules[Table.__module__].__file__ or "").parents[2])
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": source}
        return subprocess.run([sys.executable, "-c", REBUILT], check=True, capture_output=True, env=environment).stdout

    first = built("1")
    assert first.count(b"\n") == 4
    assert {built(seed) for seed in ("2", "3")} == {first}
