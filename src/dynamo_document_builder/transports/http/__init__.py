"""
Sending without an SDK, over sockets of the library's own.

- `environment` and `settings` say where to send and how patiently, `credentials` whose keys sign.
- `signing` and `heads` make the bytes of a request; `parser` and `answers` read those that come back.
- `retries` decides what is sent again, and `exchange` plays one request through all of it.
- `wiring` puts these together. None of them opens a socket, or knows whether its caller blocks or awaits.
- `sync` and `asyncio` do, each with its connections and their pool.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dynamo_document_builder.transports.http.awaited.transport import AsyncHttpTransport
    from dynamo_document_builder.transports.http.blocking.transport import HttpTransport

__all__ = ["AsyncHttpTransport", "HttpTransport"]


def __getattr__(name: str) -> Any:
    from importlib import import_module  # noqa: PLC0415  lazy import: a caller that blocks does not load asyncio

    modules = {"AsyncHttpTransport": "awaited", "HttpTransport": "blocking"}
    if name not in modules:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{modules[name]}.transport"), name)
