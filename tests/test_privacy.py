"""
No value of an item is in the text, the repr, the arguments or the traceback of any error, nor in any log record.

Keys may be named: they are what an error is about. Values stay on attributes, for whoever asks for them.
"""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    ConditionFailedError,
    Delete,
    DocumentBuilderError,
    Entity,
    Get,
    Put,
    Query,
    RetryPolicy,
    Scan,
    StoredItemError,
    Table,
    TransactGet,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    begins_with,
    between,
    key,
    not_exists,
    stored,
)
from dynamo_document_builder.testing import ScriptedTransport, answer, break_down, conflict, lose_answer, refuse

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cr3t-v4lu3"
NUMBER = 918273645
MARKS = (SECRET, str(NUMBER))
KEY = {"user_id": "u1"}
HASTY = RetryPolicy(max_attempts=2, base_delay=0)


@frozen
class Inner:
    text: str = SECRET


@frozen
class Person:
    user_id: str
    name: str = SECRET
    number: int = NUMBER
    words: tuple[str, ...] = (SECRET,)
    inner: Inner = Inner()
    extra: Any = SECRET
    hidden: str = field(default=SECRET, repr=False)


@frozen
class Versioned:
    user_id: str
    name: str = SECRET
    version: int = field(default=0, metadata=stored(version=True))


WIRE = {
    "PK": {"S": "USER#u1"},
    "SK": {"S": "META"},
    "user_id": {"S": "u1"},
    "name": {"S": SECRET},
    "number": {"N": str(NUMBER)},
}
MISFIT = {**WIRE, "number": {"S": SECRET}, "words": {"N": str(NUMBER)}}
CONDITION = {"name": begins_with(SECRET), "number": between(NUMBER, NUMBER + 1), "inner.text": SECRET}


def bad(**fields: Any) -> Any:
    return Person("u1", **fields)


def entity(schema: Any, *steps: Any) -> Entity[Any]:
    table = Table("app", transport=ScriptedTransport(*steps))
    return Entity(schema, table, partition_key=lambda p: key("USER", p.user_id), sort_key=lambda _: "META")


def canceled(*reasons: dict[str, Any]) -> Any:
    given = [{"Message": "no", **reason} for reason in reasons]
    return refuse("TransactionCanceledException", body={"CancellationReasons": given})


FALSE = {"Code": "ConditionalCheckFailed", "Item": WIRE}

PROVOKED: dict[str, tuple[Any, Any, tuple[Any, ...]]] = {
    "wrong type": (Person, Put(bad(name=NUMBER)), ()),
    "wrong number": (Person, Put(bad(number=SECRET)), ()),
    "wrong element": (Person, Put(bad(words=(NUMBER,))), ()),
    "wrong inner": (Person, Put(bad(inner=Inner(NUMBER))), ()),  # type: ignore[arg-type]
    "not a value": (Person, Put(bad(extra={"a": [SECRET, object()]})), ()),
    "too large": (Person, Put(bad(name=SECRET * 50_000)), ()),
    "wrong condition": (Person, Delete(KEY, condition={"name": NUMBER}), ()),
    "wrong begin": (Person, Delete(KEY, condition={"number": begins_with(SECRET)}), ()),
    "reversed range": (Person, Delete(KEY, condition={"number": between(NUMBER, 1)}), ()),
    "wrong update": (Person, Update(KEY, updates={"number": SECRET, "name": NUMBER}), ()),
    "wrong sum": (Person, Update(KEY, updates={"name": add(NUMBER)}), ()),
    "key in an update": (Person, Update(KEY, updates={"user_id": SECRET}), ()),
    "wrong filter": (Person, Scan(filter={"number": SECRET}), ()),
    "wrong cursor": (Person, Query(KEY, start=SECRET), ()),
    "twice": (Person, TransactWrite([Put(bad()), Delete(KEY, condition=CONDITION)]), ()),
    "condition failed": (
        Person,
        Put(bad(), condition=CONDITION),
        (refuse("ConditionalCheckFailedException", body={"Item": WIRE}),),
    ),
    "stale": (
        Versioned,
        Put(Versioned("u1", version=3)),
        (refuse("ConditionalCheckFailedException", body={"Item": {**WIRE, "version": {"N": "9"}}}),),
    ),
    "cancelled": (
        Person,
        TransactWrite([Put(bad(), condition=CONDITION), ConditionCheck({"user_id": "u2"}, condition={"name": SECRET})]),
        (canceled(FALSE, FALSE),),
    ),
    "cancelled misfit": (
        Person,
        TransactWrite([Put(bad(), condition={"name": not_exists()})]),
        (canceled({**FALSE, "Item": MISFIT}),),
    ),
    "conflict": (Person, TransactWrite([Put(bad())], retry=HASTY), (conflict(0, times=2),)),
    "mismatch": (Person, TransactWrite([Put(bad())]), (refuse("IdempotentParameterMismatchException"),)),
    "unknown": (Person, TransactWrite([Put(bad())]), (lose_answer(),)),
    "broken": (Person, Update(KEY, updates={"name": SECRET}), (break_down(),)),
    "stored misfit": (Person, Get(KEY), (answer({"Item": MISFIT}),)),
    "stored misfits": (Person, Query(KEY), (answer({"Items": [MISFIT], "Count": 1, "ScannedCount": 1}),)),
    "transact misfit": (Person, TransactGet([KEY]), (answer({"Responses": [{"Item": MISFIT}]}),)),
    "batch misfit": (Person, BatchGet([KEY]), (answer({"Responses": {"app": [MISFIT]}}),)),
    "batch left": (
        Person,
        BatchWrite([bad()], retry=HASTY),
        (answer({"UnprocessedItems": {"app": [{"PutRequest": {"Item": WIRE}}]}}, times=2),),
    ),
    "stray answer": (Person, BatchGet([KEY]), (answer({"Responses": {"app": [{**WIRE, "PK": {"S": "other"}}]}}),)),
    "unreadable": (Person, Get(KEY), (answer({"Item": SECRET}),)),  # type: ignore[dict-item]
}


def provoked(name: str) -> DocumentBuilderError:
    schema, command, steps = PROVOKED[name]
    try:
        entity(schema, *steps).send(command)
    except DocumentBuilderError as error:
        return error
    pytest.fail("no error came")


def told(error: BaseException) -> str:
    """Return all that is shown of an error where nobody asks for its attributes."""
    return "\n".join([str(error), repr(error), repr(error.args), *traceback.format_exception(error)])


@pytest.mark.parametrize("name", PROVOKED)
def test_no_value_is_told(name: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "dynamo_document_builder")
    error = provoked(name)
    shown = "\n".join(line for line in told(error).splitlines() if not _is_source(line))
    for mark in MARKS:
        assert mark not in shown, shown
    logged = "\n".join(str(vars(record)) for record in caplog.records)
    assert not any(mark in logged for mark in MARKS)


def _is_source(line: str) -> bool:
    """A traceback quotes the program, this file's among it; that is no value."""
    return line.startswith("    ") and not line.startswith("     ")


def test_what_is_not_told_is_there_for_who_asks() -> None:
    failed = provoked("condition failed")
    assert isinstance(failed, ConditionFailedError)
    assert failed.item.name == SECRET
    assert SECRET not in repr(failed.failed_clauses)
    cancelled = provoked("cancelled")
    assert isinstance(cancelled, TransactionCanceledError)
    assert cancelled.reasons[0].item.name == SECRET
    misfit = provoked("stored misfit")
    assert isinstance(misfit, StoredItemError)
    assert misfit.item is not None
    assert misfit.item["number"] == {"S": SECRET}


def test_a_validators_own_words_are_not_repeated() -> None:
    @frozen
    class Checked:
        user_id: str
        name: str = field(default=SECRET)

        @name.validator
        def _check(self, _: Any, value: str) -> None:
            if value == SECRET + "!":
                raise ValueError(f"{value} is not allowed")

    person = Checked("u1")
    object.__setattr__(person, "name", SECRET + "!")
    with pytest.raises(DocumentBuilderError) as refused:
        entity(Checked).request(Put(person))
    assert SECRET not in str(refused.value)
    assert SECRET not in repr(refused.value)


def test_a_field_that_hides_itself_is_hidden_by_a_command_too() -> None:
    shown: Callable[[Any], str] = repr
    assert f"hidden='{SECRET}'" not in shown(Put(bad()))
    assert "hidden" not in shown(Put(bad()))


def test_a_key_may_be_named() -> None:
    with pytest.raises(DocumentBuilderError, match="user_id='u1'"):
        entity(Person).request(Update(KEY, updates={"nobody": 1}))
