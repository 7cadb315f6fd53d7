"""Which transport carries requests through which client: named here, loaded when it is first needed."""

from __future__ import annotations

from inspect import iscoroutinefunction
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from dynamo_document_builder.wire.drive import Transport
    from dynamo_document_builder.wire.drive_async import AsyncTransport

    AnyTransport: TypeAlias = Transport | AsyncTransport

# By name, because transports stand above everything that uses them, and bring an SDK or asyncio with them.
BOTO3: Final = "dynamo_document_builder.transports.botocore:BotocoreTransport"
AIOBOTOCORE: Final = "dynamo_document_builder.transports.aiobotocore:AiobotocoreTransport"
THREADS: Final = "dynamo_document_builder.transports.async_threads:AsyncThreadTransport"


def transports_for(client: Any, transport: AnyTransport | None) -> tuple[Transport | None, AsyncTransport | None]:
    """Return the transport of `send` and that of `asend`, each the given one rather than one through the client."""
    blocking: Transport | None = None
    awaited: AsyncTransport | None = None
    for given in (transport, _through(client)):
        if given is None:
            continue
        if _is_async(given):
            awaited = awaited or given
        else:
            blocking = blocking or given
    return blocking, awaited


def in_threads(transport: Transport) -> AsyncTransport:
    """Return a way to await a transport that blocks."""
    threads: AsyncTransport = resolve_name(THREADS)(transport)
    return threads


def _through(client: Any) -> AnyTransport | None:
    if client is None:
        return None
    transport: AnyTransport = resolve_name(AIOBOTOCORE if _is_aiobotocore(client) else BOTO3)(client)
    return transport


def _is_async(transport: AnyTransport) -> TypeIs[AsyncTransport]:
    return iscoroutinefunction(getattr(transport, "send", None))


def _is_aiobotocore(client: Any) -> bool:
    return any(base.__module__.startswith("aiobotocore.") for base in type(client).__mro__)
