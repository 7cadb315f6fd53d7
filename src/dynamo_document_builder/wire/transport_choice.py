"""Which transport carries requests through which client: named here, loaded when it is first needed."""

from __future__ import annotations

from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dynamo_document_builder.errors import DefinitionError

if TYPE_CHECKING:
    from typing_extensions import TypeIs

    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport

    AnyTransport: TypeAlias = Transport | AsyncTransport

# By name, because transports stand above everything that uses them, and bring an SDK or asyncio with them.
BOTO3: Final = "dynamo_document_builder.transports.botocore:BotocoreTransport"
AIOBOTOCORE: Final = "dynamo_document_builder.transports.aiobotocore:AiobotocoreTransport"
THREADS: Final = "dynamo_document_builder.transports.async_threads:AsyncThreadTransport"
DIRECT: Final = "dynamo_document_builder.transports.http.blocking.transport:HttpTransport"
ASYNC_DIRECT: Final = "dynamo_document_builder.transports.http.awaited.transport:AsyncHttpTransport"


def transports_for(client: Any, transport: AnyTransport | None) -> tuple[Transport | None, AsyncTransport | None]:
    """Return the transport of `send` and that of `asend`; a client and a transport are given for one of them each."""
    blocking: Transport | None = None
    awaited: AsyncTransport | None = None
    for given in (transport, _through(client)):
        if given is None:
            continue
        if _is_async(given):
            if awaited is not None:
                raise _two_ways("await", "asend")
            awaited = given
        else:
            if blocking is not None:
                raise _two_ways("block", "send")
            blocking = given
    return blocking, awaited


def _two_ways(do: str, verb: str) -> DefinitionError:
    return DefinitionError(
        f"a client and a transport that both {do} are two ways for {verb}, which takes one: give the client or the "
        "transport; both together only if one of them blocks and the other is async"
    )


def awaiting(transport: Transport) -> AsyncTransport:
    """Return a way to await a transport that blocks: its counterpart where it has one, or threads."""
    as_async = getattr(transport, "as_async", None)
    if as_async is not None:
        own: AsyncTransport = as_async()
        return own
    counterpart: AsyncTransport = (
        _loaded(ASYNC_DIRECT).like(transport) if _is_direct(transport) else _loaded(THREADS)(transport)
    )
    return counterpart


def _through(client: Any) -> AnyTransport | None:
    if client is None:
        return None
    transport: AnyTransport = _loaded(AIOBOTOCORE if _is_aiobotocore(client) else BOTO3)(client)
    return transport


def _loaded(name: str) -> Any:
    from pkgutil import resolve_name  # noqa: PLC0415  slow to load, and not for a transport that is given

    return resolve_name(name)


def _is_async(transport: AnyTransport) -> TypeIs[AsyncTransport]:
    return iscoroutinefunction(getattr(transport, "send", None))


def _is_direct(transport: Transport) -> bool:
    """Tell it by its name, so as not to load it. One derived from it may do more, and keeps its own `send`."""
    found = type(transport)
    return f"{found.__module__}:{found.__qualname__}" == DIRECT


def _is_aiobotocore(client: Any) -> bool:
    return any(base.__module__.startswith("aiobotocore.") for base in type(client).__mro__)
