"""Sends requests through your own aiobotocore client, without blocking the event loop."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from attrs import field, frozen
from botocore import xform_name  # pyright: ignore[reportUnknownVariableType]  it ships no types
from botocore.exceptions import ClientError, ConnectTimeoutError

from dynamo_document_builder.errors import DefinitionError, DocumentBuilderError, ServiceError, UsageError
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
from dynamo_document_builder.wire.no_answer import no_answer_error, request_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.transports.botocore import Client
    from dynamo_document_builder.wire.request import Request, Response


@frozen
class AiobotocoreTransport:
    """
    Sends requests through an aiobotocore client: `AiobotocoreTransport(client)`, or `Table(name, client=client)`.

    Like `BotocoreTransport`, it puts the bytes of the library into the client's calls, so event handlers see stand-in
    parameters. Pass `wire=False` for plain method calls. A request that is cancelled or times out drops its connection.

    You keep ownership of the client: open it with `async with`, and send nothing after that block has ended.
    """

    client: Client = field(eq=id)
    """The aiobotocore client."""
    wire: bool = field(default=True, kw_only=True)
    """True (the default) to put bytes into the client's calls; `False` for plain method calls."""

    def __attrs_post_init__(self) -> None:
        mistaken = _mistaken(self.client)
        if mistaken is not None:
            raise DefinitionError(f"an aiobotocore client is what create_client('dynamodb') gives, {mistaken}")

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Send a request and return its answer, with the errors of `Transport.send`."""
        if _is_closed(self.client):
            raise UsageError(f"{request_name(request)} was not sent: the `async with` of the client has ended")
        try:
            async with asyncio.timeout(timeout):
                return await self._send(request)
        except DocumentBuilderError:  # RequestTimeoutError is also a TimeoutError
            raise
        except TimeoutError:
            raise no_answer_error(request, f"no answer within {seconds_text(timeout)}", timed_out=True) from None

    async def _send(self, request: Request) -> Response:
        parameters = stand_in(request) if self.wire else None
        if parameters is not None:
            response = await self._send_bytes(request, parameters)
            if response is not None:
                return response
        return await self._send_typed(request)

    async def _send_bytes(self, request: Request, parameters: Parameters) -> Response | None:
        """Return `None` if the bytes were not put in. DynamoDB has seen, and refused, the stand-in at most."""
        call = call_with_bytes(self.client, request, parameters, Progress())
        try:
            response = await self._call(request, parameters, call)
        except ServiceError:
            if call.is_placed:
                raise
        else:
            if call.is_placed:
                return response
        clear_handler_cache(self.client.meta.events)
        return None

    async def _send_typed(self, request: Request) -> Response:
        parameters, call = call_with_parameters(self.client, request, Progress())
        return await self._call(request, parameters, call)

    async def _call(self, request: Request, parameters: Parameters, call: Call) -> Response:
        method = getattr(self.client, xform_name(request.operation))
        try:
            with ActiveCall(call):
                parsed = await method(**parameters)
        except ClientError as error:
            answer: Mapping[str, Any] = error.response
            raise service_error(request, to_fault(request, answer, call)) from error
        except NO_ANSWER as error:
            raise lost_error(request, error, call, never_connected=_never_connected(error)) from error
        return to_response(request, parsed if call.parsed is None else call.parsed, call)


def _mistaken(client: Any) -> str | None:
    meta = getattr(client, "meta", None)
    service = getattr(getattr(meta, "service_model", None), "service_name", None)
    if hasattr(client, "__aenter__") and meta is None:
        return "inside `async with session.create_client('dynamodb') as client:`"
    if service is None:
        return f"not {given_type(client)}"
    if service != "dynamodb":
        return f"not a client of {service}"
    if not hasattr(client, "__aenter__"):
        return "not a boto3 client: give that to Table(client=...) or to BotocoreTransport"
    return None


def _is_closed(client: Any) -> bool:
    """Return True if the client is closed. aiobotocore has no public attribute for it, and raises AttributeError."""
    session = getattr(getattr(client, "_endpoint", None), "http_session", None)
    return getattr(session, "_sessions", ...) is None


def _never_connected(error: Exception) -> bool:
    """Return True if no connection was opened. aiobotocore raises EndpointConnectionError for a reset, too."""
    cause = getattr(error, "kwargs", {}).get("error")
    # By name, because aiobotocore can also run without aiohttp.
    never_connected = any(base.__name__ == "ClientConnectorError" for base in type(cause).__mro__)
    return never_connected or isinstance(error, ConnectTimeoutError)
