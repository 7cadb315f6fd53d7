"""Versions: every write counts, and one that knows the version it is for is refused once that has changed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import attrs
import pytest
from attrs import evolve, field, frozen, validators

from dynamo_document_builder import (
    ConditionCheck,
    ConditionFailedError,
    DefinitionError,
    Delete,
    Entity,
    ItemValidationError,
    Put,
    Raw,
    Table,
    TableTransactWrite,
    TransactionCanceledError,
    TransactWrite,
    Update,
    UsageError,
    add,
    item_exists,
    item_not_exists,
    key,
    or_,
    remove,
    set_,
    stored,
)
from dynamo_document_builder.errors import StaleVersionError
from tests.unit.kept import D1, D1_KEY, Doc, doc_item, docs, spelled, table
from tests.unit.play import CONDITION_FAILED, CONFLICT, FINE, ONCE, cancelled, play, refused
from tests.unit.things import ALICE, users

REFUSED = "ConditionalCheckFailedException"


def refusal(command: Any, item: Any = None, **more: Any) -> ConditionFailedError:
    with pytest.raises(ConditionFailedError) as caught:
        play(command.__flow__(docs.__model__), refused(REFUSED, {} if item is None else {"Item": item}, **more))
    return caught.value


def reasons(*writes: Any, answers: Any) -> TransactionCanceledError:
    with pytest.raises(TransactionCanceledError) as caught:
        play(TransactWrite(writes, retry=ONCE).__flow__(docs.__model__), cancelled(*answers))
    return caught.value


def test_a_first_put_writes_version_1_where_there_is_none() -> None:
    assert docs.request(Put(Doc("d1"))).payload == {
        "TableName": "app",
        "Item": doc_item(1),
        "ConditionExpression": "attribute_not_exists(#0)",
        "ExpressionAttributeNames": {"#0": "v"},
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_later_put_writes_the_next_version_over_its_own() -> None:
    payload = docs.request(Put(Doc("d1", version=3))).payload
    assert payload["Item"] == doc_item(4)
    assert spelled(payload, "ConditionExpression") == "v = 3"


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ({"text": "a"}, "text = a AND v = 3"),
        ([{"text": "a"}, item_exists()], "text = a AND attribute_exists(PK) AND v = 3"),
        (or_({"text": "a"}, {"text": "b"}), "(text = a OR text = b) AND v = 3"),
    ],
)
def test_the_version_is_one_more_condition(condition: Any, said: str) -> None:
    for command in (
        Put(Doc("d1", version=3), condition=condition),
        Update(Doc("d1", version=3), updates={"text": "x"}, condition=condition),
        Delete(Doc("d1", version=3), condition=condition),
    ):
        assert spelled(docs.request(command).payload, "ConditionExpression") == said


def test_an_update_counts_up_and_makes_no_condition_of_what_it_does_not_know() -> None:
    payload = docs.request(Update(D1, updates={"text": "x"}, condition=item_exists())).payload
    assert spelled(payload, "UpdateExpression") == "SET text = x ADD v 1"
    assert spelled(payload, "ConditionExpression") == "attribute_exists(PK)"
    assert "ConditionExpression" not in docs.request(Update(D1, updates={"text": "x"})).payload


def test_an_update_that_may_create_gives_what_it_creates_version_1() -> None:
    payload = docs.request(Update(D1, updates={"text": "x"})).payload
    assert spelled(payload, "UpdateExpression") == "SET text = x, doc_id = if_not_exists(doc_id, d1) ADD v 1"


@pytest.mark.parametrize("given", [{**D1, "version": 3}, Doc("d1", "read", 3)])
def test_a_version_in_the_key_is_the_one_that_is_changed(given: Any) -> None:
    payload = docs.request(Update(given, updates={"text": "x"})).payload
    assert payload["Key"] == D1_KEY
    assert spelled(payload, "UpdateExpression") == "SET text = x ADD v 1"
    assert spelled(payload, "ConditionExpression") == "v = 3"
    deleted = docs.request(Delete(given)).payload
    assert spelled(deleted, "ConditionExpression") == "v = 3"
    checked = ConditionCheck(given, condition={"text": "a"})
    [operation] = docs.request(TransactWrite([checked])).payload["TransactItems"]
    assert spelled(operation["ConditionCheck"], "ConditionExpression") == "text = a AND v = 3"


def test_version_0_in_the_key_is_an_item_that_has_none() -> None:
    payload = docs.request(Update(Doc("d1"), updates={"text": "x"})).payload
    assert spelled(payload, "ConditionExpression") == "attribute_not_exists(v)"
    assert "if_not_exists(doc_id, d1)" in spelled(payload, "UpdateExpression")
    assert spelled(docs.request(Delete({**D1, "version": 0})).payload, "ConditionExpression") == (
        "attribute_not_exists(v)"
    )


def test_without_the_check_there_is_no_condition_and_the_version_counts_all_the_same() -> None:
    item = Doc("d1", version=3)
    assert docs.request(Put(item, check_version=False)).payload == {"TableName": "app", "Item": doc_item(4)}
    update = docs.request(Update(item, updates={"text": "x"}, condition=item_exists(), check_version=False)).payload
    assert spelled(update, "UpdateExpression") == "SET text = x ADD v 1"
    assert spelled(update, "ConditionExpression") == "attribute_exists(PK)"
    assert docs.request(Delete(item, check_version=False)).payload == {"TableName": "app", "Key": D1_KEY}
    check = ConditionCheck(item, condition={"text": "a"}, check_version=False)
    [operation] = docs.request(TransactWrite([check])).payload["TransactItems"]
    assert spelled(operation["ConditionCheck"], "ConditionExpression") == "text = a"


@pytest.mark.parametrize("change", [5, add(1), set_(2), remove(), None])
def test_an_update_cannot_set_the_version(change: Any) -> None:
    with pytest.raises(UsageError, match="'version' is set by the library: every update increments it"):
        docs.request(Update(D1, updates={"text": "x", "version": change}))


def test_an_update_of_nothing_is_refused_all_the_same() -> None:
    with pytest.raises(UsageError, match="an update needs at least one change"):
        docs.request(Update(D1, updates={}))


def test_alone_and_in_a_transaction_the_same_is_sent() -> None:
    for command, operation in (
        (Put(Doc("d1", version=3)), "Put"),
        (Update(Doc("d1", version=3), updates={"text": "x"}), "Update"),
        (Delete(Doc("d1", version=3)), "Delete"),
    ):
        [wrapped] = docs.request(TransactWrite([command])).payload["TransactItems"]
        assert wrapped == {operation: docs.request(command).payload}


def test_a_put_gives_the_item_as_it_is_stored() -> None:
    item = Doc("d1", "text", 3)
    _, result = play(Put(item).__flow__(docs.__model__), {})
    assert result.item == Doc("d1", "text", 4)
    assert item.version == 3


def test_a_put_of_what_has_no_kept_fields_gives_the_item_itself() -> None:
    _, result = play(Put(ALICE).__flow__(users.__model__), {})
    assert result.item is ALICE


def test_a_transaction_gives_one_entry_per_operation() -> None:
    other = Doc("d2", version=7)
    raw = Raw({"Put": {"TableName": "app", "Item": {"PK": {"S": "x"}, "SK": {"S": "y"}}}})
    groups = [
        docs.prepare([Update(D1, updates={"text": "x"}), Put(other), Delete({"doc_id": "d3"})]),
        raw,
        users.prepare([Put(ALICE), ConditionCheck({"user_id": "u2"}, condition=item_exists())]),
    ]
    _, result = play(TableTransactWrite(groups).__flow__(table), {})
    assert result.items == (None, evolve(other, version=8), None, None, ALICE, None)
    assert result.items[4] is ALICE
    _, result = play(TransactWrite([Put(other), Delete(D1)]).__flow__(docs.__model__), {})
    assert result.items == (evolve(other, version=8), None)


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (Put(Doc("d1", version=3)), "Put"),
        (Update(Doc("d1", version=3), updates={"text": "x"}), "Update"),
        (Delete({**D1, "version": 3}), "Delete"),
        (Put(Doc("d1", version=3), condition={"text": "a"}), "Put"),
    ],
)
def test_a_write_of_what_has_changed_is_an_error_of_its_own(command: Any, name: str) -> None:
    error = refusal(command, doc_item(5, "secret"))
    assert type(error) is StaleVersionError
    assert (error.expected_version, error.stored_version) == (3, 5)
    assert error.command is command
    assert error.item == Doc("d1", "secret", 5)
    assert error.raw_item == doc_item(5, "secret")
    assert (error.code, error.retryable, error.after_retry) == (REFUSED, False, False)
    assert isinstance(error.__cause__, LookupError)
    assert str(error).startswith(f"{name} Doc doc_id='d1'")
    assert str(error).endswith(
        ": it was changed since it was read (version 3 expected, version 5 found), nothing was written: read it again"
    )
    assert "secret" not in str(error) + repr(error)


@pytest.mark.parametrize("condition", [None, {"text": "a"}])
def test_so_is_one_of_what_is_gone(condition: Any) -> None:
    error = refusal(Put(Doc("d1", version=3), condition=condition))
    assert isinstance(error, StaleVersionError)
    assert (error.expected_version, error.stored_version, error.item) == (3, None, None)
    assert "it was changed or deleted since it was read (version 3 expected)" in str(error)


@pytest.mark.parametrize("condition", [None, item_not_exists(), {"text": "a"}])
def test_so_is_a_first_put_of_what_is_there(condition: Any) -> None:
    error = refusal(Put(Doc("d1"), condition=condition), doc_item(2))
    assert isinstance(error, StaleVersionError)
    assert (error.expected_version, error.stored_version) == (0, 2)
    assert "an item is there already (none expected, version 2 found)" in str(error)


@pytest.mark.parametrize(
    ("command", "item"),
    [
        (Put(Doc("d1", version=3), condition={"text": "a"}), doc_item(3)),
        (Delete(Doc("d1", version=3), condition={"text": "a"}), doc_item(3)),
        (Put(Doc("d1"), condition={"text": "a"}), None),
        (Put(Doc("d1"), condition=item_not_exists()), {**D1_KEY, "doc_id": {"S": "d1"}}),
        (Put(Doc("d1", version=3), condition={"text": "a"}, check_version=False), doc_item(5)),
        (Update(D1, updates={"text": "x"}, condition={"text": "a"}), doc_item(5)),
    ],
)
def test_where_the_version_is_right_it_is_the_condition_of_the_caller(command: Any, item: Any) -> None:
    error = refusal(command, item)
    assert type(error) is ConditionFailedError
    assert "the condition was false" in str(error)


def test_without_the_item_only_a_lone_version_is_blamed() -> None:
    lone = Put(Doc("d1", version=3), return_values_on_condition_check_failure="NONE")
    error = refusal(lone)
    assert isinstance(error, StaleVersionError)
    assert (error.expected_version, error.stored_version) == (3, None)
    beside = evolve(lone, condition={"text": "a"})
    assert type(refusal(beside)) is ConditionFailedError


@pytest.mark.parametrize("version", [0, 3])
def test_a_lone_version_is_blamed_whatever_comes_with_the_refusal(version: int) -> None:
    assert isinstance(refusal(Put(Doc("d1", version=version))), StaleVersionError)


def test_an_item_that_does_not_fit_has_a_version_all_the_same() -> None:
    error = refusal(Put(Doc("d1", version=3)), {**doc_item(4), "text": {"N": "1"}})
    assert isinstance(error, StaleVersionError)
    assert (error.stored_version, error.item) == (4, None)
    assert error.item_error is not None


@pytest.mark.parametrize("version", [{"S": "4"}, {"N": "x"}, {"N": "1.5"}, {"N": 4}, {}, 4, None])
def test_a_stored_version_that_is_none_is_stale_too(version: Any) -> None:
    error = refusal(Put(Doc("d1", version=3)), {**doc_item(4), "v": version})
    assert isinstance(error, StaleVersionError)
    assert error.stored_version is None


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"Item": 5}', b'{"Item": null}'])
def test_a_refusal_with_any_body_is_told(body: bytes) -> None:
    with pytest.raises(StaleVersionError):
        play(Put(Doc("d1", version=3)).__flow__(docs.__model__), refused(REFUSED, body))


def test_a_stale_answer_to_a_second_attempt_may_be_about_the_first() -> None:
    error = refusal(Put(Doc("d1", version=3)), doc_item(4), attempts=2)
    assert error.after_retry
    assert (
        "(the SDK sent it more than once, and the version is the one it writes: "
        "an earlier attempt may have been applied)"
    ) in str(error)
    other = refusal(Put(Doc("d1", version=3)), doc_item(5), attempts=2)
    assert "(the SDK sent it more than once: an earlier attempt may have been applied)" in str(other)


@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])  # noqa: S301
def test_a_stale_version_error_is_copied_whole(copied: Any) -> None:
    error = refusal(Put(Doc("d1", version=3)), doc_item(5))
    other = copied(error)
    assert type(other) is StaleVersionError
    assert vars(other) == vars(error)
    assert isinstance(other.__cause__, LookupError)


def test_a_cancelled_transaction_tells_which_operations_were_stale() -> None:
    put, check = Put(Doc("d1", version=3)), ConditionCheck(Doc("d2", version=1), condition={"text": "a"})
    beside, gone = Delete(Doc("d3", version=2), condition={"text": "a"}), Update(Doc("d4", "", 9), updates={"text": ""})
    unknown, fine = Update({"doc_id": "d5"}, updates={"text": ""}, condition=item_exists()), Delete(Doc("d6", "", 6))
    error = reasons(
        put,
        check,
        beside,
        gone,
        unknown,
        fine,
        answers=[
            {**CONDITION_FAILED, "Item": doc_item(4, "secret")},
            {**CONDITION_FAILED, "Item": doc_item(2)},
            {**CONDITION_FAILED, "Item": doc_item(2)},
            CONDITION_FAILED,
            {**CONDITION_FAILED, "Item": doc_item(2)},
            FINE,
        ],
    )
    assert [reason.stale for reason in error.reasons] == [True, True, False, True, False, False]
    assert [reason.stored_version for reason in error.reasons] == [4, 2, 2, None, None, None]
    assert [reason.expected_version for reason in error.reasons] == [3, 1, 2, 9, None, 6]
    assert [reason.command for reason in error.stale] == [put, check, gone]
    assert not error.retryable
    changed, false = "it was changed since it was read", "The conditional request failed"
    texts = [line.partition(": ")[2].removeprefix("ConditionalCheckFailed - ") for line in str(error).splitlines()[1:]]
    assert texts == [
        f"{changed} (version 3 expected, version 4 found)",
        f"{changed} (version 1 expected, version 2 found)",
        f"{false} (text: equals)",
        "it was changed or deleted since it was read (version 9 expected)",
        false,
    ]


def test_another_reason_is_not_staleness() -> None:
    error = reasons(Put(Doc("d1", version=3)), Put(Doc("d2")), answers=[CONFLICT, FINE])
    assert error.stale == ()
    assert error.retryable


def test_a_list_of_another_length_blames_no_version() -> None:
    error = reasons(Put(Doc("d1", version=3)), answers=[])
    assert (error.reasons, error.stale) == ((), ())


def test_the_version_is_shown_with_the_key_it_was_given_in() -> None:
    error = refusal(Delete({**D1, "version": 3}), doc_item(5))
    assert str(error).startswith("Delete Doc doc_id='d1' version=3: ")


@pytest.mark.parametrize("version", ["3", None, True, 1.0])
def test_a_version_of_another_type_is_a_finding(version: Any) -> None:
    with pytest.raises(ItemValidationError, match="version: expected int"):
        docs.request(Put(Doc("d1", version=version)))
    for command in (Delete({**D1, "version": version}), Update({**D1, "version": version}, updates={"text": "x"})):
        with pytest.raises(ItemValidationError, match="version: expected int"):
            docs.request(command)


def test_another_entitys_item_is_refused_as_ever() -> None:
    wrong: Any = Put(ALICE)
    with pytest.raises(UsageError, match="Doc items must be Doc, not User"):
        docs.request(wrong)
    with pytest.raises(UsageError, match="User items must be User, not Doc"):
        users.request(Put(Doc("d1")))  # type: ignore[arg-type]


def test_the_same_command_is_the_same_request() -> None:
    put = Put(Doc("d1", version=3))
    assert docs.request(put).body == docs.request(put).body
    assert docs.request(pickle.loads(pickle.dumps(put))).body == docs.request(put).body  # noqa: S301


def test_the_check_is_an_option_like_any_other() -> None:
    item = Doc("d1")
    assert repr(Put(item, check_version=False)) == f"Put({item!r}, check_version=False)"
    assert Put(item, check_version=False) != Put(item)
    assert Put(item) == Put(item)


@attrs.define(kw_only=True)
class Odd:
    """Private names, an alias, a field that is worked out, a validator and a class that can be changed."""

    odd_id: str
    _hidden: int = field(default=1, alias="shown")
    _version: int = field(default=0, alias="v", metadata=stored(version=True), validator=validators.lt(10))
    twice: int = field(init=False, metadata=stored(derived=True))

    def __attrs_post_init__(self) -> None:
        self.twice = self._version * 2


odds = Entity(Odd, Table("odds", partition_key="odd_id", sort_key=None))


def test_the_stored_item_is_made_as_its_class_makes_one() -> None:
    item = Odd(odd_id="o1", shown=5, v=3)
    command = Put(item)
    assert odds.request(command).payload["Item"] == {
        "odd_id": {"S": "o1"},
        "_hidden": {"N": "5"},
        "_version": {"N": "4"},
        "twice": {"N": "8"},
    }
    _, result = play(command.__flow__(odds.__model__), {})
    assert result.item == Odd(odd_id="o1", shown=5, v=4)
    assert item == Odd(odd_id="o1", shown=5, v=3)


def test_a_version_the_class_does_not_take_is_refused() -> None:
    with pytest.raises(UsageError, match="Odd refuses its '_version' with ValueError"):
        odds.request(Put(Odd(odd_id="o1", v=9)))


def test_what_is_wrong_with_the_item_itself_is_said_field_by_field() -> None:
    item = Odd(odd_id="o1")
    object.__setattr__(item, "_version", 20)
    object.__setattr__(item, "odd_id", 5)
    with pytest.raises(ItemValidationError, match="odd_id: expected str, found int"):
        odds.request(Put(item))


def test_skipped_validation_leaves_the_validators_out_here_too() -> None:
    payload = odds.request(Put(Odd(odd_id="o1", v=9), skip_validation=True)).payload
    assert payload["Item"]["_version"] == {"N": "10"}
    [operation] = odds.request(TransactWrite([Put(Odd(odd_id="o1", v=9))], skip_validation=True)).payload[
        "TransactItems"
    ]
    assert operation["Put"]["Item"]["_version"] == {"N": "10"}


@attrs.define(init=False)
class Own:
    """A class with an `__init__` of its own."""

    own_id: str
    version: int = field(default=0, metadata=stored(version=True))

    def __init__(self, number: int) -> None:
        self.__attrs_init__(f"own-{number}")  # type: ignore[attr-defined]  # attrs makes it


def test_a_class_with_an_init_of_its_own_is_counted_too() -> None:
    owns = Entity(Own, Table("owns", partition_key="own_id", sort_key=None))
    _, result = play(Put(Own(5)).__flow__(owns.__model__), {})
    assert (result.item.own_id, result.item.version) == ("own-5", 1)


@frozen
class Derived(Doc):
    """A subclass without fields of its own can be put in place of its parent, and stays one."""


def test_the_stored_item_is_of_the_class_that_was_given() -> None:
    _, result = play(Put(Derived("d1")).__flow__(docs.__model__), {})
    assert result.item == Derived("d1", version=1)


def test_a_key_built_from_the_version_is_refused() -> None:
    moving = Entity(Doc, table, partition_key=lambda d: key(d.doc_id), sort_key=lambda d: f"v{d.version}")
    for command in (Put(Doc("d1")), Update({**D1, "version": 1}, updates={"text": "x"})):
        with pytest.raises(DefinitionError, match="entity 'Doc': its key is built from 'version', which every write"):
            moving.request(command)
