"""The default transport: sends requests through your own boto3 client."""

from __future__ import annotations

from ssl import SSLCertVerificationError
from typing import TYPE_CHECKING, Any, Final, Protocol

from attrs import field, frozen
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]  it ships no types
from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError
from urllib3.exceptions import NewConnectionError

from dynamo_document_builder.errors import DefinitionError, ServiceError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.transports.errors import seconds_text, service_error
from dynamo_document_builder.transports.sdk.answers import NO_ANSWER, lost_error, to_fault, to_response
from dynamo_document_builder.transports.sdk.events import (
    ActiveCall,
    Call,
    Progress,
    call_with_bytes,
    call_with_parameters,
    clear_handler_cache,
)
from dynamo_document_builder.transports.sdk.parameters import Parameters, stand_in
from dynamo_document_builder.transports.threads.daemon_threads import StillRunningError, run_with_timeout
from dynamo_document_builder.wire.no_answer import no_answer_error

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.wire.request import Request, Response

_NEVER_CONNECTED: Final = (ConnectTimeoutError, EndpointConnectionError)


class Client(Protocol):
    """A DynamoDB client of boto3. botocore creates its methods at run time, so no type can list them."""

    @property
    def meta(self) -> Any:
        """The events, configuration and service model of the client."""


@frozen
class BotocoreTransport:
    """
    Sends requests through a boto3 client: `BotocoreTransport(boto3.client("dynamodb"))`.

    The client keeps its credentials, region, endpoint, retries, proxies and event handlers. moto, Stubber and tracers
    that wrap the client keep working. Errors about credentials, region and configuration are botocore's own.

    botocore neither serializes requests nor parses answers: the transport puts the bytes of the library in and takes
    the bytes of DynamoDB out, which saves most of the time of a large request. Event handlers therefore see stand-in
    parameters that name the tables only, and an empty answer. The `expected_params` of a Stubber cannot match.

    If a handler changes the parameters, the transport sends a second request with the full parameters. Pass
    `wire=False` for such handlers and stubs: every call is then a plain method call, with full parameters and answers,
    and is slower.

    A transport can be used by any number of threads. Two transports with the same client and mode are equal.
    """

    client: Client = field(eq=id)
    """The boto3 client."""
    wire: bool = field(default=True, kw_only=True)
    """True (the default) to put bytes into the client's calls; `False` for plain method calls."""

    def __attrs_post_init__(self) -> None:
        meta = getattr(self.client, "meta", None)
        service = getattr(getattr(meta, "service_model", None), "service_name", None)
        if service != "dynamodb":
            mistaken = _mistaken(self.client, service)
            raise DefinitionError(f"a client is what boto3.client('dynamodb') returns, {mistaken}")

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """
        Send a request and return its answer, with the errors of `Transport.send`.

        With a *timeout*, the client's call runs in a daemon thread, which costs a few tenths of a millisecond. A call
        that has timed out makes no further attempt. Its thread ends after the `connect_timeout` and `read_timeout` of
        the client.
        """
        progress = Progress()
        if timeout is None:
            return self._send(request, progress)
        try:
            return run_with_timeout(timeout, lambda: self._send(request, progress))
        except StillRunningError:
            raise no_answer_error(request, f"no answer within {seconds_text(timeout)}", timed_out=True) from None
        finally:
            progress.abandoned = True  # also after Ctrl-C

    def _send(self, request: Request, progress: Progress) -> Response:
        parameters = stand_in(request) if self.wire else None
        if parameters is not None:
            response = self._send_bytes(request, parameters, progress)
            if response is not None:
                return response
        return self._send_typed(request, progress)

    def _send_bytes(self, request: Request, parameters: Parameters, progress: Progress) -> Response | None:
        """Return `None` if the bytes were not put in. DynamoDB has seen, and refused, the stand-in at most."""
        call = call_with_bytes(self.client, request, parameters, progress)
        try:
            response = self._call(request, parameters, call)
        except ServiceError:
            if call.is_placed:
                raise
        else:
            if call.is_placed:
                return response
        clear_handler_cache(self.client.meta.events)
        return None

    def _send_typed(self, request: Request, progress: Progress) -> Response:
        parameters, call = call_with_parameters(self.client, request, progress)
        return self._call(request, parameters, call)

    def _call(self, request: Request, parameters: Parameters, call: Call) -> Response:
        method = getattr(self.client, xform_name(request.operation))
        try:
            with ActiveCall(call):
                parsed = method(**parameters)
        except ClientError as error:
            answer: Mapping[str, Any] = error.response
            raise service_error(request, to_fault(request, answer, call)) from error
        except NO_ANSWER as error:
            raise lost_error(request, error, call, never_connected=_never_connected(error)) from error
        return to_response(request, parsed if call.parsed is None else call.parsed, call)


def _mistaken(client: object, service: str | None) -> str:
    if service is not None:
        return f"not a client of {service}"
    if hasattr(getattr(client, "meta", None), "client"):
        return "not a boto3 resource: take its client, resource.meta.client"
    return f"not {given_type(client)}"


def _never_connected(error: Exception) -> bool:
    """Return True if no connection was opened. A reset or a TLS error can also come after a request was sent."""
    cause = getattr(error, "kwargs", {}).get("error")
    cause = getattr(cause, "original_error", cause)  # wrapped by the error of a proxy
    rejected = any(isinstance(detail, SSLCertVerificationError) for detail in getattr(cause, "args", ()))
    return rejected or isinstance(cause, NewConnectionError) or isinstance(error, _NEVER_CONNECTED)
