"""Every option of every command has an effect in each place the command can be given, or is refused there."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from attrs import field, fields, frozen

from dynamo_document_builder import (
    BatchGet,
    BatchWrite,
    ConditionCheck,
    Delete,
    Entity,
    Get,
    Put,
    Query,
    RetryPolicy,
    Scan,
    Table,
    TableBatchGet,
    TableBatchWrite,
    TableTransactGet,
    TableTransactWrite,
    TestCondition,
    TransactGet,
    TransactWrite,
    Update,
    UsageError,
    key,
    remove,
    stored,
)
from dynamo_document_builder.transactions.read_modify_write import ReadModifyWrite
from tests.unit.play import play

if TYPE_CHECKING:
    from collections.abc import Callable

table = Table("app")


@frozen
class Note:
    note_id: str
    text: str = ""
    updated_at: datetime | None = field(default=None, metadata=stored(updated_at=True))


notes = Entity(Note, table, partition_key=lambda n: key("NOTE", n.note_id), sort_key=lambda _: "META")
others = Entity(Note, table, partition_key="OTHER#{note_id}", sort_key="META", name="Other")
KEY = {"note_id": "n1"}
MOMENT = datetime(2026, 1, 2, tzinfo=UTC)
EVENT = threading.Event()
POLICY = RetryPolicy(max_attempts=2)

GIVEN: dict[str, Any] = {
    "skip_validation": True,
    "timeout": 5,
    "abort": EVENT,
    "return_consumed_capacity": "TOTAL",
    "retry": POLICY,
    "condition": {"text": "x"},
    "return_item_collection_metrics": "SIZE",
    "return_values_on_condition_check_failure": "ALL_OLD",
    "return_values": "ALL_OLD",
    "check_version": False,
    "label": "a label",
    "timestamp": MOMENT,
    "consistent": True,
    "projection": ["text"],
    "on_unfit": "collect",
    "deletes": [{"note_id": "n9"}],
}
"""A value for each option, other than the default."""

COMMANDS: dict[str, Callable[..., Any]] = {
    "Put": lambda **more: Put(Note("n1"), **more),
    "Update": lambda **more: Update(KEY, updates={"text": remove()}, **more),
    "Delete": lambda **more: Delete(KEY, **more),
    "ConditionCheck": lambda **more: ConditionCheck(KEY, **{"condition": {"text": "y"}, **more}),
    "TransactGet": lambda **more: TransactGet([KEY], **more),
    "BatchGet": lambda **more: BatchGet([KEY], **more),
    "BatchWrite": lambda **more: BatchWrite([Note("n1")], **more),
}
OF_WRITES = {"condition", "return_values_on_condition_check_failure", "check_version", "label"}
PLACES: dict[str, tuple[Callable[[Any], Any], dict[str, set[str]]]] = {
    "TransactWrite": (
        lambda one: notes.request(TransactWrite([one])),
        {
            "Put": OF_WRITES | {"skip_validation", "timestamp"},
            "Update": OF_WRITES | {"skip_validation", "timestamp"},
            "Delete": OF_WRITES,
            "ConditionCheck": OF_WRITES,
        },
    ),
    "TableTransactWrite": (
        lambda one: table.request(TableTransactWrite([notes.prepare([one])])),
        {
            "Put": OF_WRITES | {"skip_validation", "timestamp"},
            "Update": OF_WRITES | {"skip_validation", "timestamp"},
            "Delete": OF_WRITES,
            "ConditionCheck": OF_WRITES,
        },
    ),
    "transact": (
        lambda one: play(
            ReadModifyWrite(
                change=lambda *_: [notes.prepare([one])], reads=(notes.prepare(TransactGet([{"note_id": "n2"}])),)
            ).__flow__(table),
            {"Responses": [{}]},
            {},
        ),
        {
            "Put": OF_WRITES | {"skip_validation", "timestamp"},
            "Update": OF_WRITES | {"skip_validation", "timestamp"},
            "Delete": OF_WRITES,
            "ConditionCheck": OF_WRITES,
        },
    ),
    "TableTransactGet": (
        lambda one: table.request(TableTransactGet((notes.prepare(one),))),
        {"TransactGet": {"skip_validation", "projection", "on_unfit"}},
    ),
    "the reads of transact": (
        lambda one: table.request(ReadModifyWrite(change=lambda *_: (), reads=(notes.prepare(one),))),  # type: ignore[arg-type]
        {"TransactGet": {"skip_validation", "projection"}},
    ),
    "TableBatchGet": (
        lambda one: table.request(TableBatchGet((notes.prepare(one),))),
        {"BatchGet": {"skip_validation", "projection", "on_unfit", "consistent"}},
    ),
    "TableBatchWrite": (
        lambda one: table.request(TableBatchWrite([notes.prepare(one)])),
        {"BatchWrite": {"skip_validation", "check_version", "timestamp", "deletes"}},
    ),
}


def _options(name: str) -> list[str]:
    cls: Any = type(COMMANDS[name]())
    return [one.name for one in fields(cls) if one.init and one.kw_only and one.name != "updates"]


CASES = [
    (place, name, option) for place, (_, commands) in PLACES.items() for name in commands for option in _options(name)
]


@pytest.mark.parametrize(("place", "name", "option"), CASES)
def test_an_option_has_an_effect_or_is_refused(place: str, name: str, option: str) -> None:
    send, commands = PLACES[place]
    command = COMMANDS[name](**{option: GIVEN[option]})
    if option in commands[name]:
        send(command)
        return
    with pytest.raises(UsageError, match=f"{option}= (has no effect|cannot be used)") as refusal:
        send(command)
    assert ";" in str(refusal.value)  # what to do instead


@pytest.mark.parametrize(("place", "name"), sorted({(place, name) for place, name, _ in CASES}))
def test_all_options_at_once_are_one_error(place: str, name: str) -> None:
    send, commands = PLACES[place]
    refused = [option for option in _options(name) if option not in commands[name]]
    if not refused:
        send(COMMANDS[name]())
        return
    with pytest.raises(UsageError) as refusal:
        send(COMMANDS[name](**{option: GIVEN[option] for option in refused}))
    said = " ".join(problem.text for problem in refusal.value.problems)
    assert all(f"{option}= " in said for option in refused)


TEXTS: dict[str, tuple[str, ...]] = {
    "return_consumed_capacity": ("INDEXES", "TOTAL", "NONE"),
    "return_item_collection_metrics": ("SIZE", "NONE"),
    "return_values_on_condition_check_failure": ("ALL_OLD", "NONE"),
    "return_values": ("ALL_OLD", "NONE"),
    "on_unfit": ("raise", "skip", "collect"),
    "on_unknown": ("raise", "skip", "collect"),
}


def _over(options: dict[str, Any]) -> Any:
    """Add the entities that on_unknown= is about."""
    return {**options, "entities": notes | others} if "on_unknown" in options else options


YES_OR_NO = ("skip_validation", "check_version", "consistent", "reverse", "count_only")
ALL: dict[str, Callable[..., Any]] = {
    **COMMANDS,
    "Get": lambda **more: Get(KEY, **more),
    "Query": lambda **more: Query(key=KEY, **_over(more)),
    "Scan": lambda **more: Scan(**_over(more)),
    "TestCondition": lambda **more: TestCondition(KEY, condition={"text": "x"}, **more),
    "TransactWrite": lambda **more: TransactWrite([Delete(KEY)], **more),
    "TableTransactWrite": lambda **more: TableTransactWrite([notes.prepare([Delete(KEY)])], **more),
    "TableTransactGet": lambda **more: TableTransactGet((notes.prepare(TransactGet([KEY])),), **more),
    "TableBatchGet": lambda **more: TableBatchGet((notes.prepare(BatchGet([KEY])),), **more),
    "TableBatchWrite": lambda **more: TableBatchWrite([notes.prepare(BatchWrite([Note("n1")]))], **more),
}


def _of(options: Any) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, make in ALL.items():
        cls: Any = type(make())
        found.extend((name, one.name) for one in fields(cls) if one.name in options)
    return found


@pytest.mark.parametrize(("name", "option"), _of(YES_OR_NO))
@pytest.mark.parametrize("wrong", ["false", "no", "asc", 0, 1, None, []])
def test_what_is_neither_true_nor_false_is_refused(name: str, option: str, wrong: Any) -> None:
    with pytest.raises(UsageError) as refusal:
        ALL[name](**{option: wrong})
    assert str(refusal.value) == f"{name}({option}={wrong!r}): must be True or False"
    for right in (True, False):
        assert getattr(ALL[name](**{option: right}), option) is right


@pytest.mark.parametrize(("name", "option"), _of(TEXTS))
@pytest.mark.parametrize("wrong", ["total", "ALL", "", 1, True, ["NONE"]])
def test_a_word_that_is_not_one_of_an_options_is_refused(name: str, option: str, wrong: Any) -> None:
    beside: dict[str, Any] = {"entities": [notes]} if option == "on_unknown" else {}
    with pytest.raises(UsageError) as refusal:
        ALL[name](**{option: wrong}, **beside)
    assert str(refusal.value).startswith(f"{name}({option}={wrong!r}): must be one of '")
    for right in TEXTS[option]:
        assert repr(right) in str(refusal.value)
        assert getattr(ALL[name](**{option: right}, **beside), option) == right


def test_there_are_options_to_try() -> None:
    assert len(_of(YES_OR_NO)) > 20
    assert len(_of(TEXTS)) > 25


@pytest.mark.parametrize("name", ["Put", "Update", "Delete", "ConditionCheck"])
def test_a_label_is_text(name: str) -> None:
    with pytest.raises(UsageError, match=rf"{name}\(label=5\): must be a str"):
        ALL[name](label=5)
