"""The default transport: a user's own boto3 client, with everything that is configured, patched or traced on it."""

from __future__ import annotations

from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import field, frozen
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]  it ships no types
from botocore.exceptions import (
    ChecksumError,
    ClientError,
    ConnectionError,  # noqa: A004  botocore's name
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ReadTimeoutError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NewConnectionError

from dynamo_document_builder.errors import DefinitionError, NoAnswerError, OutcomeUnknownError, ServiceError
from dynamo_document_builder.errors.findings import Fault
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.transports.errors import seconds_text, service_error
from dynamo_document_builder.transports.sdk.bodies import is_complete_body, to_body
from dynamo_document_builder.transports.sdk.events import (
    ActiveCall,
    Call,
    Progress,
    clear_handler_cache,
    register_handlers,
)
from dynamo_document_builder.transports.sdk.parameters import Parameters, stand_in, stand_in_body, typed_parameters
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, run_with_timeout
from dynamo_document_builder.wire.no_answer import no_answer_error
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Mapping

NO_ANSWER: Final = (
    ChecksumError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
    ResponseParserError,
    UnicodeDecodeError,  # of a body that is no text, as one that was zipped without being asked for
)
NEVER_LEFT: Final = (ConnectTimeoutError, EndpointConnectionError)
TIMED_OUT: Final = (ConnectTimeoutError, ReadTimeoutError)


class Client(Protocol):
    """A DynamoDB client of boto3; its operations are methods that come from a model, so no type can name them."""

    @property
    def meta(self) -> Any:
        """What botocore says of the client: its events, its service model."""


@frozen
class BotocoreTransport:
    """
    Carries requests through a boto3 client: `BotocoreTransport(boto3.client("dynamodb"))`.

    Credentials, region, endpoint, retries, proxies and event handlers are the client's; moto, Stubber and tracers that
    wrap the client keep working. Errors about credentials, region and configuration are botocore's own.

    A request's bytes go in as they are and the answer's bytes come out as they are; botocore neither serializes nor
    parses them, which is most of the time of a large request. So handlers see a stand-in of the parameters (it names
    the tables) and an empty answer, and Stubber's `expected_params` cannot match. A handler that changes parameters
    is heeded, at the price of a second request for each call. `wire=False` is the plain method call, slower, with full
    parameters and answers: choose it for such handlers and stubs.

    One value serves any number of threads. Two of one client and mode are equal.
    """

    client: Client = field(eq=id)
    wire: bool = field(default=True, kw_only=True)

    def __attrs_post_init__(self) -> None:
        meta = getattr(self.client, "meta", None)
        service = getattr(getattr(meta, "service_model", None), "service_name", None)
        if service != "dynamodb":
            mistaken = _mistaken(self.client, service)
            raise DefinitionError(f"a client is what boto3.client('dynamodb') returns, {mistaken}")

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """
        Send a request and return its answer, or raise one of the library's errors.

        With a `timeout` the caller waits that many seconds at most. The client's call has a thread of its own then, for
        a few tenths of a millisecond; one that is given up makes no further attempt, and ends by the client's
        `connect_timeout` and `read_timeout`.
        """
        progress = Progress()
        if timeout is None:
            return self._send(request, progress)
        try:
            return run_with_timeout(timeout, lambda: self._send(request, progress))
        except StillRunningError:
            raise no_answer_error(request, f"no answer within {seconds_text(timeout)}", timed_out=True) from None
        finally:
            progress.abandoned = True  # Ctrl-C ends the waiting too

    def _send(self, request: Request, progress: Progress) -> Response:
        parameters = stand_in(request) if self.wire else None
        if parameters is not None:
            response = self._send_bytes(request, parameters, progress)
            if response is not None:
                return response
        return self._send_typed(request, progress)

    def _send_bytes(self, request: Request, parameters: Parameters, progress: Progress) -> Response | None:
        """Return `None` if the bytes were never put in: then all that DynamoDB has seen and refused is the stand-in."""
        events = self.client.meta.events
        register_handlers(events)
        expected_body = stand_in_body(request.operation, request.tables)
        call = Call(parameters, request.body, progress, expected_body, operation=request.operation)
        try:
            response = self._call(request, parameters, call)
        except ServiceError:
            if call.is_placed:
                raise
        else:
            if call.is_placed:
                return response
        clear_handler_cache(events)
        return None

    def _send_typed(self, request: Request, progress: Progress) -> Response:
        payload = request.payload
        meta = self.client.meta
        register_handlers(meta.events)
        shape = meta.service_model.operation_model(request.operation).input_shape
        call = Call(payload, None, progress, operation=request.operation)
        return self._call(request, typed_parameters(payload, shape), call)

    def _call(self, request: Request, parameters: Parameters, call: Call) -> Response:
        method = getattr(self.client, xform_name(request.operation))
        try:
            with ActiveCall(call):
                parsed = method(**parameters)
        except ClientError as error:
            answer: Mapping[str, Any] = error.response
            raise service_error(request, _fault(request, answer, call)) from error
        except NO_ANSWER as error:
            raise _lost(request, error, call) from error
        return _response(request, parsed if call.parsed is None else call.parsed, call)


def _mistaken(client: object, service: str | None) -> str:
    if service is not None:
        return f"not a client of {service}"
    if hasattr(getattr(client, "meta", None), "client"):
        return "not a boto3 resource: take its client, resource.meta.client"
    return f"not {given_type(client)}"


def _response(request: Request, parsed: Mapping[str, Any], call: Call) -> Response:
    metadata = _metadata(parsed, call)
    if call.answer is None:  # nothing came over the wire: a Stubber answered
        return Response(to_body(parsed), metadata)
    body, headers = call.answer
    if not is_complete_body(body, headers):
        raise no_answer_error(request, "the answer came damaged")
    return Response(to_body(parsed) if call.body is None else body, metadata)


def _metadata(parsed: Mapping[str, Any], call: Call) -> ResponseMetadata:
    given = parsed.get("ResponseMetadata", {})
    attempts = given.get("RetryAttempts", max(call.progress.attempts, 1) - 1) + 1
    return ResponseMetadata(given.get("RequestId"), given.get("HTTPStatusCode"), attempts)


def _fault(request: Request, parsed: Mapping[str, Any], call: Call) -> Fault:
    metadata = _metadata(parsed, call)
    error = parsed.get("Error", {})
    return Fault(
        code=error.get("Code", ""),
        message=error.get("Message", ""),
        operation=request.operation,
        request_id=metadata.request_id,
        http_status=metadata.http_status,
        attempts=metadata.attempts,
        maybe_applied=call.progress.maybe_applied,
        body=to_body(parsed) if call.answer is None else call.answer[0],
    )


def _lost(request: Request, error: Exception, call: Call) -> NoAnswerError | OutcomeUnknownError:
    # Retries hide the earlier attempts' errors, so only a first attempt is known not to have left.
    unsent = call.progress.attempts == 1 and _never_left(error)
    why = f"{type(error).__name__}: {error}"
    return no_answer_error(request, why, unsent=unsent, timed_out=isinstance(error, TIMED_OUT))


def _never_left(error: Exception) -> bool:
    """Tell whether no connection came about. A reset or a TLS error can also come after a request was sent."""
    cause = getattr(error, "kwargs", {}).get("error")
    cause = getattr(cause, "original_error", cause)  # a proxy's
    rejected = any(isinstance(detail, SSLCertVerificationError) for detail in getattr(cause, "args", ()))
    return rejected or isinstance(cause, NewConnectionError) or isinstance(error, NEVER_LEFT)
