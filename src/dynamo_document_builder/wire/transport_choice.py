"""Chooses the transports of a table or database for a client, and imports a transport when it is first needed."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dynamo_document_builder.errors import DefinitionError

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport

    AnyTransport: TypeAlias = Transport | AsyncTransport

# By name: transports are a higher layer, and import an SDK or asyncio.
BOTO3: Final = "dynamo_document_builder.transports.botocore:BotocoreTransport"
AIOBOTOCORE: Final = "dynamo_document_builder.transports.aiobotocore:AiobotocoreTransport"
THREADS: Final = "dynamo_document_builder.transports.async_threads:AsyncThreadTransport"
DIRECT: Final = "dynamo_document_builder.transports.http.blocking.transport:HttpTransport"
ASYNC_DIRECT: Final = "dynamo_document_builder.transports.http.awaited.transport:AsyncHttpTransport"


def transports_for(client: Any, transport: AnyTransport | None) -> tuple[Transport | None, AsyncTransport | None]:
    """
    Return the transport for `send` and the one for `asend`; each is `None` if it is not given.

    Raises:
        DefinitionError: The client and the transport are both for `send`, or both for `asend`.

    """
    blocking: Transport | None = None
    awaited: AsyncTransport | None = None
    for given in (transport, _client_transport(client)):
        if given is None:
            continue
        if _is_async(given):
            if awaited is not None:
                raise _conflict("await", "asend")
            awaited = given
        else:
            if blocking is not None:
                raise _conflict("block", "send")
            blocking = given
    return blocking, awaited


def _conflict(do: str, verb: str) -> DefinitionError:
    return DefinitionError(
        f"a client and a transport that both {do} are two ways for {verb}, which takes one: give the client or the "
        "transport; both together only if one of them blocks and the other is async"
    )


def async_counterpart(transport: Transport) -> AsyncTransport:
    """Return an async transport for a blocking one: its async counterpart if it has one, or a thread pool around it."""
    as_async = getattr(transport, "as_async", None)
    if as_async is not None:
        counterpart: AsyncTransport = as_async()
    elif _is_direct(transport):
        counterpart = _load(ASYNC_DIRECT).like(transport)
    else:
        counterpart = _load(THREADS)(transport)
    return counterpart


def _client_transport(client: Any) -> AnyTransport | None:
    if client is None:
        return None
    transport: AnyTransport = _load(AIOBOTOCORE if _is_aiobotocore(client) else BOTO3)(client)
    return transport


def _load(name: str) -> Any:
    from pkgutil import resolve_name  # noqa: PLC0415  lazy import: loads 3 ms of modules, only needed with a client

    return resolve_name(name)


def _is_async(transport: AnyTransport) -> TypeIs[AsyncTransport]:
    return iscoroutinefunction(getattr(transport, "send", None))


def _is_direct(transport: Transport) -> bool:
    """Return True for an `HttpTransport`, compared by name so as not to import it. A subclass may override `send`."""
    found = type(transport)
    return f"{found.__module__}:{found.__qualname__}" == DIRECT


def _is_aiobotocore(client: Any) -> bool:
    return any(base.__module__.startswith("aiobotocore.") for base in type(client).__mro__)
