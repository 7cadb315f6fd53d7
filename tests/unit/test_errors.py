"""Errors are values: they pickle, copy, keep their cause, carry facts and never show an item's values."""

from __future__ import annotations

import copy
import pickle
from typing import TYPE_CHECKING, Any

import pytest

import dynamo_document_builder as ddb
from dynamo_document_builder.errors import (
    CancellationReason,
    ConditionFailedError,
    DocumentBuilderError,
    ServiceError,
    StaleVersionError,
)
from dynamo_document_builder.errors.findings import Fault, FieldFailure, Problem
from dynamo_document_builder.wire.request import Request, ResponseMetadata
from tests.unit.play import CONDITION_FAILED, FINE, ONCE, cancelled, play, refused
from tests.unit.things import ALICE, ALICE_ITEM, User, users

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "s3cr3t"
FAULT = Fault("Code", "message", "PutItem", "request-1", 400, 2, b'{"Item":{"name":{"S":"s3cr3t"}}}')
PROBLEM = Problem("text", index=1, label="l", operation="Put", entity="User", key={"user_id": "u1"})
FAILURE = FieldFailure("name", "str", "int")
CLAUSE = ddb.FailedClause(path="name", operator="equals", values=(SECRET,), others=(None,), actual=SECRET)
REASON = CancellationReason(
    1,
    "ConditionalCheckFailed",
    "m",
    "command",
    "Put",
    "l",
    "User",
    {"user_id": "u1"},
    User("u1", SECRET),
    {"name": SECRET},
    failed_clauses=(CLAUSE,),
)
PART_WRITTEN = ddb.BatchWriteResult(
    items=(ALICE,),
    count=1,
    unprocessed=ddb.BatchWrite(items=[User("u1", SECRET)]),
    attempts=2,
    response_metadata=ResponseMetadata(),
    item_collection_metrics={},
)

STALE = ddb.StaleItem(
    entity="User",
    key={"user_id": "u1"},
    places=(("app", "key"),),
    base=SECRET,
    mine="mine",
    theirs="theirs",
    fields=(ddb.FieldConflict(name="name", base=SECRET, mine="mine", theirs="theirs"),),
)
ERRORS: list[DocumentBuilderError] = [
    ddb.DocumentBuilderError("text"),
    ddb.DefinitionError("text"),
    ddb.UsageError("text", problems=[PROBLEM]),
    ddb.TableMismatchError("text", problems=[PROBLEM]),
    ddb.ItemValidationError("text", problems=[PROBLEM], failures=[FAILURE]),
    ddb.ExpressionSyntaxError("text", expression="a =", position=3, problem="expected"),
    ddb.StoredItemError(
        "text", table="app", entity="User", key={"PK": "x"}, failures=[FAILURE], item={"name": {"S": SECRET}}
    ),
    ddb.UnexpectedResponseError("text", operation="GetItem"),
    ddb.StaleChangesetError("text", fault=FAULT, items=[STALE]),
    ddb.AbortedError("text"),
    ddb.NoAnswerError("text", operation="GetItem"),
    ddb.RequestTimeoutError("text", operation="GetItem"),
    ddb.OutcomeUnknownError("text", operation="PutItem", idempotency_token="t", command="command"),
    ddb.BatchIncompleteError("text", result=PART_WRITTEN),
    ddb.ServiceError("text", fault=FAULT),
    ddb.ConditionFailedError(
        "text",
        fault=FAULT,
        command="c",
        item=User("u1", SECRET),
        raw_item={"a": {"S": SECRET}},
        failed_clauses=[CLAUSE],
    ),
    ddb.StaleVersionError(
        "text",
        fault=FAULT,
        command="c",
        item=User("u1", SECRET),
        raw_item={"a": {"S": SECRET}},
        failed_clauses=[CLAUSE],
        expected_version=3,
        stored_version=4,
    ),
    ddb.TransactionCanceledError("text", fault=FAULT, reasons=[REASON], idempotency_token="t"),
    ddb.TransactionConflictError("text", fault=FAULT),
    ddb.ReplicatedWriteConflictError("text", fault=FAULT),
    ddb.TransactionInProgressError("text", fault=FAULT, idempotency_token="t"),
    ddb.IdempotencyMismatchError("text", fault=FAULT, idempotency_token="t"),
    ddb.ThrottledError("text", fault=FAULT),
    ddb.TableNotFoundError("text", fault=FAULT),
]
each = pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)


def test_every_public_error_is_here() -> None:
    public = {name for name in ddb.__all__ if name.endswith("Error")}
    assert public == {type(error).__name__ for error in ERRORS}


HOT = {"reason": "TableWriteKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-1:1:table/app"}
QUOTA = {"reason": "IndexReadAccountLimitExceeded", "resource": "arn:aws:dynamodb:eu-west-1:1:table/app/index/i"}


@pytest.mark.parametrize("member", ["ThrottlingReasons", "throttlingReasons"])
@pytest.mark.parametrize(
    "code", ["ThrottlingException", "RequestLimitExceeded", "ProvisionedThroughputExceededException"]
)
def test_a_throttled_request_says_what_ran_short(code: str, member: str) -> None:
    with pytest.raises(ddb.ThrottledError) as error:
        play(ddb.Put(ALICE).__flow__(users.__model__), refused(code, {member: [HOT, QUOTA]}))
    for one in (error.value, pickle.loads(pickle.dumps(error.value))):  # noqa: S301  our own
        assert one.reasons == (ddb.ThrottlingReason(**HOT), ddb.ThrottlingReason(**QUOTA))
    assert str(error.value.reasons[0]) == f"{HOT['reason']} ({HOT['resource']})"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"ThrottlingReasons": []},
        {"ThrottlingReasons": None},
        {"ThrottlingReasons": "x"},
        {"ThrottlingReasons": [5]},
        {"ThrottlingReasons": [{"resource": "x"}]},
        b"",
        b"<html>",
        b"[]",
        b"\xff",
        b'{"ThrottlingReasons":' + b"[" * 100_000,
    ],
)
def test_a_throttled_request_without_readable_reasons_has_none(body: Any) -> None:
    with pytest.raises(ddb.ThrottledError) as error:
        play(ddb.Put(ALICE).__flow__(users.__model__), refused("ThrottlingException", body))
    assert error.value.reasons == ()


def test_a_reason_may_name_no_resource() -> None:
    with pytest.raises(ddb.ThrottledError) as error:
        play(
            ddb.Put(ALICE).__flow__(users.__model__),
            refused("ThrottlingException", {"throttlingReasons": [{"reason": "New"}]}),
        )
    assert error.value.reasons == (ddb.ThrottlingReason("New"),)
    assert str(error.value.reasons[0]) == "New"


def test_an_operation_of_a_transaction_that_was_throttled_says_what_ran_short() -> None:
    throttled = {"Code": "ThrottlingError", "Message": "slow down", "ThrottlingReasons": [HOT]}
    with pytest.raises(ddb.TransactionCanceledError) as error:
        play(
            ddb.TransactWrite([ddb.Put(ALICE), ddb.Delete({"user_id": "u2"})], retry=ONCE).__flow__(users.__model__),
            cancelled(FINE, throttled),
        )
    assert [reason.throttling_reasons for reason in error.value.reasons] == [(), (ddb.ThrottlingReason(**HOT),)]


@each
@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])  # noqa: S301
def test_an_error_survives_copying_with_everything(error: Any, copied: Callable[[Any], Any]) -> None:
    error.__cause__ = ValueError("cause")
    error.add_note("note")
    try:
        other = copied(error)
    finally:
        error.__notes__.remove("note")
    assert type(other) is type(error)
    assert str(other) == str(error)
    assert isinstance(other.__cause__, ValueError)
    assert other.__cause__.args == ("cause",)
    assert other.__suppress_context__
    assert other.__notes__ == [*error.__notes__, "note"]
    facts = {name: value for name, value in vars(other).items() if name != "__notes__"}
    assert facts == {name: value for name, value in vars(error).items() if name != "__notes__"}


@each
def test_an_error_shows_no_value_of_an_item(error: DocumentBuilderError) -> None:
    assert SECRET not in str(error)
    assert SECRET not in repr(error)
    assert SECRET not in repr(error.args)
    for fact in vars(error).values():
        if isinstance(fact, (Fault, tuple)):
            assert SECRET not in repr(fact)


@each
def test_the_root_catches_everything(error: DocumentBuilderError) -> None:
    with pytest.raises(ddb.DocumentBuilderError):
        raise error


def test_the_tree_says_whether_it_happened() -> None:
    unsent = {ddb.DefinitionError, ddb.UsageError, ddb.AbortedError, ddb.NoAnswerError}
    for error in ERRORS:
        assert sum(isinstance(error, kind) for kind in unsent) <= 1
    assert issubclass(ddb.TableMismatchError, ddb.UsageError)
    assert issubclass(ddb.ItemValidationError, ddb.UsageError)
    assert issubclass(ddb.RequestTimeoutError, TimeoutError)
    assert not issubclass(ddb.OutcomeUnknownError, ddb.ServiceError)
    assert not issubclass(ddb.StoredItemError, ddb.UsageError)


@pytest.mark.parametrize(
    ("code", "kind", "retryable"),
    [
        ("ConditionalCheckFailedException", ddb.ConditionFailedError, False),
        ("TransactionConflictException", ddb.TransactionConflictError, True),
        ("TransactionInProgressException", ddb.TransactionInProgressError, True),
        ("IdempotentParameterMismatchException", ddb.IdempotencyMismatchError, False),
        ("ProvisionedThroughputExceededException", ddb.ThrottledError, True),
        ("ThrottlingException", ddb.ThrottledError, True),
        ("RequestLimitExceeded", ddb.ThrottledError, True),
        ("ResourceNotFoundException", ddb.TableNotFoundError, False),
        ("ValidationException", ddb.ServiceError, False),
        ("InternalServerError", ddb.ServiceError, True),
        ("ServiceUnavailable", ddb.ServiceError, True),
        ("AccessDeniedException", ddb.ServiceError, False),
        ("ItemCollectionSizeLimitExceededException", ddb.ServiceError, False),
        ("BrandNewException", ddb.ServiceError, False),
        ("", ddb.ServiceError, False),
    ],
)
def test_a_code_has_its_class_and_says_whether_it_passes(
    code: str, kind: type[ServiceError], *, retryable: bool
) -> None:
    error = refused(code)(Request("PutItem", b"{}", ("app",)))
    assert type(error) is kind
    assert error.code == code
    assert error.retryable is retryable
    assert error.is_validation is (code == "ValidationException")
    assert "PutItem on app" in str(error)
    assert "request-1" in str(error)


@pytest.mark.parametrize(
    ("status", "operation", "unknown"),
    [
        (400, "PutItem", False),
        (500, "PutItem", True),
        (503, "TransactWriteItems", True),
        (500, "GetItem", False),
        (None, "PutItem", False),
    ],
)
def test_a_failure_of_dynamodb_itself_leaves_a_write_open(status: Any, operation: str, *, unknown: bool) -> None:
    error = ServiceError("text", fault=Fault("InternalServerError", operation=operation, http_status=status))
    assert error.outcome_unknown is unknown


def test_a_usage_error_always_has_a_problem() -> None:
    error = ddb.UsageError("text")
    assert error.problems == (Problem("text"),)


def test_a_problem_names_its_place() -> None:
    assert str(PROBLEM) == "[1] (l) Put User user_id='u1': text"
    assert str(Problem("text")) == "text"
    assert str(Problem("text", index=0)) == "[0] text"


def test_reasons_are_found_by_identity_and_by_label() -> None:
    one, other = User("u1", "x"), User("u1", "x")
    reasons = [CancellationReason(0, "None", command=one), CancellationReason(1, "X", command=other, label="b")]
    error = ddb.TransactionCanceledError("text", reasons=reasons)
    assert error.reason_for(other) is reasons[1]
    assert error.reason_for(one) is reasons[0]
    assert error.by_label == {"b": reasons[1]}
    with pytest.raises(KeyError):
        error.reason_for(User("u1", "x"))


def test_a_cancellation_still_finds_a_reason_by_its_own_command_after_pickling() -> None:
    put = ddb.Put(User("u1", "x"))
    with pytest.raises(ddb.TransactionCanceledError) as caught:
        play(
            ddb.TransactWrite(writes=[put]).__flow__(users.__model__),
            cancelled({**CONDITION_FAILED, "Item": ALICE_ITEM}),
        )
    other = pickle.loads(pickle.dumps(caught.value))  # noqa: S301
    [reason] = other.reasons
    assert reason == caught.value.reasons[0]
    assert other.reason_for(reason.command) is reason


@pytest.mark.parametrize(
    ("expected", "found", "item", "said"),
    [
        (3, 4, {"a": 1}, "it was changed since it was read (version 3 expected, version 4 found)"),
        (3, None, {"a": 1}, "it was changed since it was read (version 3 expected)"),
        (3, None, None, "it was changed or deleted since it was read (version 3 expected)"),
        (0, 2, {"a": 1}, "an item is there already (none expected, version 2 found)"),
        (0, None, None, "an item is there already (none expected)"),
    ],
)
def test_a_stale_reason_says_which_version_was_expected(expected: int, found: Any, item: Any, said: str) -> None:
    reason = CancellationReason(
        0,
        "ConditionalCheckFailed",
        "The conditional request failed",
        name="Delete",
        raw_item=item,
        stale=True,
        expected_version=expected,
        stored_version=found,
    )
    assert str(reason) == f"[0] Delete: ConditionalCheckFailed - {said}"
    assert not reason.retryable


def test_a_reason_names_the_clauses_that_were_false() -> None:
    assert str(REASON) == "[1] (l) Put User user_id='u1': ConditionalCheckFailed - m (name: equals)"
    silent = CancellationReason(0, "ConditionalCheckFailed", failed_clauses=(CLAUSE,))
    assert str(silent) == "[0] : ConditionalCheckFailed - (name: equals)"
    assert ddb.ConditionFailedError("text").failed_clauses == ()


def test_the_stale_reasons_of_a_cancellation_are_found() -> None:
    fine = CancellationReason(0, "None", expected_version=1)
    stale = CancellationReason(1, "ConditionalCheckFailed", stale=True, expected_version=1)
    false = CancellationReason(2, "ConditionalCheckFailed", expected_version=1, stored_version=1)
    error = ddb.TransactionCanceledError("text", reasons=[fine, stale, false])
    assert error.stale == (stale,)
    assert error.failures == (stale, false)
    assert ddb.TransactionCanceledError("text", reasons=[fine]).stale == ()


def test_a_stale_version_is_a_failed_condition_that_never_passes() -> None:
    error = StaleVersionError("text", fault=Fault("ConditionalCheckFailedException", attempts=2))
    assert isinstance(error, ConditionFailedError)
    assert (error.expected_version, error.stored_version) == (0, None)
    assert error.after_retry
    assert not error.retryable


def test_a_long_key_is_cut_in_texts() -> None:
    text = str(Problem("text", operation="Put", entity="User", key={"user_id": "x" * 500}))
    assert len(text) < 150


def test_an_error_raised_by_a_flow_keeps_no_context_of_the_library() -> None:
    with pytest.raises(ddb.TransactionCanceledError) as caught:
        play(ddb.TransactWrite(writes=[ddb.Put(User("u1", "x"))]).__flow__(users.__model__), cancelled(FINE))
    assert isinstance(caught.value.__cause__, LookupError)
    assert caught.value.__suppress_context__
