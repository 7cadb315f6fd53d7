"""What DynamoDB refuses: class, text, data, and how often it was asked."""

from __future__ import annotations

import copy
import json
import pickle
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError, NoCredentialsError, ParamValidationError

from dynamo_document_builder import HttpTransport, ThrottlingReason, errors
from dynamo_document_builder.errors import ConditionFailedError, ServiceError
from dynamo_document_builder.errors.codes import INCONCLUSIVE_CODES, THROTTLING_CODES
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.transports.botocore import BotocoreTransport
from dynamo_document_builder.transports.errors import ERROR_CLASSES, service_error
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request
from tests.unit.transports.server import Answer, Server, refused
from tests.unit.transports.written import get, primary, put, request, transact_write

if TYPE_CHECKING:
    import boto3

    from tests.unit.transports.conftest import MakeClient

RETRY_MODES = pytest.mark.parametrize("mode", ["legacy", "standard"])
BOTH = pytest.mark.parametrize("wire", [True, False], ids=["wire", "plain"])


@BOTH
@pytest.mark.parametrize(("code", "error_class"), sorted(ERROR_CLASSES.items()))
def test_each_code_has_its_class(
    server: Server, make_client: MakeClient, code: str, error_class: type[ServiceError], *, wire: bool
) -> None:
    server.script = [refused(code, "the reason")]
    with pytest.raises(ServiceError) as caught:
        BotocoreTransport(make_client(server.endpoint), wire=wire).send(put(primary("1")))
    error = caught.value
    assert type(error) is error_class
    assert (error.code, error.message, error.operation) == (code, "the reason", "PutItem")
    assert (error.request_id, error.fault.http_status, error.attempts) == ("REQUEST1", 400, 1)
    assert str(error) == f"PutItem on app: {code} - the reason (request id REQUEST1)"
    assert isinstance(error.__cause__, ClientError)


def test_every_class_of_a_code_is_in_the_table() -> None:
    with_a_code = {each for each in vars(errors).values() if isinstance(each, type) and ServiceError in each.__bases__}
    assert set(ERROR_CLASSES.values()) == with_a_code
    assert set(ERROR_CLASSES) >= THROTTLING_CODES


@BOTH
@RETRY_MODES
def test_the_error_body_is_what_was_sent(server: Server, make_client: MakeClient, mode: str, *, wire: bool) -> None:
    reasons = [{"Code": "None"}, {"Code": "ConditionalCheckFailed", "Item": {"b": {"B": "AP8="}}, "New": 1}]
    server.script = [refused("TransactionCanceledException", CancellationReasons=reasons)]
    sent = server.script[0].body
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode), wire=wire)
    with pytest.raises(errors.TransactionCanceledError) as cancelled:
        transport.send(transact_write({"Delete": {"TableName": "app", "Key": primary("1")}}))
    assert cancelled.value.fault.body == sent
    cause: Any = cancelled.value.__cause__
    assert cause.response["CancellationReasons"][1]["Item"] == {"b": {"B": b"\x00\xff"}}


@RETRY_MODES
@pytest.mark.usefixtures("no_backoff")
def test_a_refusal_after_a_retry_says_so(server: Server, make_client: MakeClient, mode: str) -> None:
    server.script = [refused("InternalServerError", status=500), refused("ConditionalCheckFailedException")]
    transport = BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=3))
    with pytest.raises(ConditionFailedError) as failed:
        transport.send(put(primary("1")))
    assert failed.value.attempts == 2
    assert failed.value.after_retry
    assert json.loads(failed.value.fault.body)["__type"].endswith("ConditionalCheckFailedException")
    assert server.bodies == [put(primary("1")).body] * 2


@BOTH
@RETRY_MODES
@pytest.mark.usefixtures("no_backoff")
def test_throttling_that_passes_is_no_error(server: Server, make_client: MakeClient, mode: str, *, wire: bool) -> None:
    item = json.dumps({"Item": primary("1")}).encode()
    server.script = [refused("ProvisionedThroughputExceededException"), refused("ThrottlingException"), Answer(item)]
    answer = BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=3), wire=wire).send(get(primary("1")))
    assert json.loads(answer.body) == {"Item": primary("1")}
    assert answer.metadata.attempts == 3


@BOTH
@pytest.mark.parametrize(
    ("code", "member"),
    [
        ("ThrottlingException", "throttlingReasons"),
        ("ProvisionedThroughputExceededException", "ThrottlingReasons"),
        ("RequestLimitExceeded", "ThrottlingReasons"),
    ],
)
def test_the_reasons_of_throttling_come_through_every_transport(
    server: Server, make_client: MakeClient, code: str, member: str, *, wire: bool
) -> None:
    hot = {"reason": "TableReadKeyRangeThroughputExceeded", "resource": "arn:aws:dynamodb:eu-west-1:1:table/app"}
    server.otherwise = lambda _operation, _body: refused(code, **{member: [hot]})
    client = make_client(server.endpoint)
    for transport in (BotocoreTransport(client, wire=wire), HttpTransport.from_client(client)):
        with pytest.raises(errors.ThrottledError) as throttled:
            transport.send(get(primary("1")))
        assert throttled.value.reasons == (ThrottlingReason(**hot),)


@RETRY_MODES
@pytest.mark.usefixtures("no_backoff")
def test_throttling_that_stays_is_one_error(server: Server, make_client: MakeClient, mode: str) -> None:
    server.otherwise = lambda _operation, _body: refused("ThrottlingException")
    with pytest.raises(errors.ThrottledError) as throttled:
        BotocoreTransport(make_client(server.endpoint, mode=mode, attempts=2)).send(put(primary("1")))
    assert throttled.value.attempts == len(server.received) == 2
    assert throttled.value.retryable


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (refused("InternalServerError", status=500), "InternalServerError"),
        (Answer(b"<html><b>Service Unavailable</b></html>", status=503), "503"),
        (Answer(b"", status=500), "500"),
        (Answer(b"plain words", status=400), "400"),
        (refused("ValidationException"), "ValidationException"),
    ],
)
def test_any_other_refusal_is_a_service_error(
    server: Server, make_client: MakeClient, answer: Answer, code: str
) -> None:
    server.script = [answer]
    with pytest.raises(ServiceError) as caught:
        BotocoreTransport(make_client(server.endpoint)).send(put(primary("1")))
    assert type(caught.value) is ServiceError
    assert caught.value.code == code
    assert caught.value.is_validation is (code == "ValidationException")


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])  # noqa: S301
def test_errors_can_be_copied_and_pickled(server: Server, make_client: MakeClient, duplicate: Any) -> None:
    server.script = [refused("ConditionalCheckFailedException", Item=primary("1"))]
    with pytest.raises(ConditionFailedError) as failed:
        BotocoreTransport(make_client(server.endpoint)).send(put(primary("1")))
    twin = duplicate(failed.value)
    assert type(twin) is ConditionFailedError
    assert (str(twin), twin.fault) == (str(failed.value), failed.value.fault)
    assert isinstance(twin.__cause__, ClientError)


def test_no_text_holds_a_value_of_an_item(server: Server, make_client: MakeClient) -> None:
    secret = {**primary("1"), "card": {"S": "4111-1111"}}
    server.script = [refused("ConditionalCheckFailedException", Item=secret), Answer(closes=True)]
    for _ in range(2):
        with pytest.raises(errors.DocumentBuilderError) as caught:
            BotocoreTransport(make_client(server.endpoint)).send(put(secret))
        assert "4111" not in f"{caught.value} {caught.value!r} {getattr(caught.value, 'fault', '')}"


def test_errors_of_credentials_and_parameters_are_botocores_own(
    make_client: MakeClient, session: boto3.Session
) -> None:
    def no_credentials(**_: Any) -> None:
        raise NoCredentialsError

    client = make_client("http://127.0.0.1:9")
    client.meta.events.register("before-sign.dynamodb", no_credentials)
    with pytest.raises(NoCredentialsError):
        BotocoreTransport(client).send(put(primary("1")))
    with pytest.raises(ParamValidationError):
        BotocoreTransport(make_client(), wire=False).send(request("PutItem", "app", TableName="app"))


LOST = pytest.mark.parametrize("code", sorted(INCONCLUSIVE_CODES))


@LOST
@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems"])
def test_a_refusal_that_says_nothing_of_a_lost_attempt_leaves_the_outcome_open(code: str, operation: str) -> None:
    fault = Fault(code, operation=operation, attempts=2, maybe_applied=True)
    error = service_error(Request(operation, b"{}", ("app",)), fault)
    assert isinstance(error, errors.OutcomeUnknownError)
    assert f"no answer came at first, and {code} when it was sent again" in str(error)
    assert isinstance(service_error(Request(operation, b"{}"), Fault(code, maybe_applied=False)), ServiceError)


@LOST
@pytest.mark.parametrize("operation", ["GetItem", "Query", "TransactGetItems", "BatchGetItem", "BatchWriteItem"])
def test_what_can_be_repeated_is_refused_as_usual_after_a_lost_attempt(code: str, operation: str) -> None:
    assert isinstance(service_error(Request(operation, b"{}"), Fault(code, maybe_applied=True)), ServiceError)


def test_a_write_of_another_region_can_be_tried_again() -> None:
    fault = Fault("ReplicatedWriteConflictException", "another Region", "PutItem", http_status=409)
    error = service_error(put(primary("1")), fault)
    assert type(error) is errors.ReplicatedWriteConflictError
    assert error.retryable
    assert not error.outcome_unknown


def test_a_text_names_each_table_once() -> None:
    several = Request("TransactWriteItems", b"{}", ("app", "users", "app"))
    assert str(service_error(several, Fault(code="X"))) == "TransactWriteItems on app, users: X"
    assert str(service_error(Request("PutItem", b"{}"), Fault(code="X", message="m"))) == "PutItem: X - m"


def test_a_missing_answer_says_what_may_have_happened() -> None:
    write, read = put(primary("1")), get(primary("1"))
    assert str(no_answer_error(write, "gone")) == "PutItem on app: gone; whether it was applied is unknown"
    assert str(no_answer_error(write, "gone", unsent=True)) == "PutItem on app: gone; nothing was sent"
    assert str(no_answer_error(read, "gone")) == "GetItem on app: gone; it only reads"
    assert type(no_answer_error(read, "late", timed_out=True)) is errors.RequestTimeoutError
    assert type(no_answer_error(write, "late", timed_out=True)) is errors.OutcomeUnknownError


@pytest.mark.parametrize("operation", ["BatchWriteItem", "BatchGetItem", "GetItem"])
def test_what_can_be_repeated_is_throttled_even_after_a_lost_attempt(operation: str) -> None:
    """A batch that is written again leaves the same, so nothing hangs on the attempt before."""
    fault = Fault("ThrottlingException", operation=operation, maybe_applied=True)
    assert type(service_error(Request(operation, b"{}", ("app",)), fault)) is errors.ThrottledError


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem", "TransactWriteItems"])
def test_any_other_write_is_of_unknown_outcome_then(operation: str) -> None:
    fault = Fault("ThrottlingException", operation=operation, maybe_applied=True)
    assert type(service_error(Request(operation, b"{}", ("app",)), fault)) is errors.OutcomeUnknownError
