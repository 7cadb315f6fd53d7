"""
The direct transports: they send requests over their own sockets, without an SDK.

- `configuration/` has the settings, credentials and certificates. Its `wiring` module assembles a transport.
- `request_writer` and `signing` write the bytes of a request; `parser` and `answers` read the bytes of an answer.
- `retries` decides what is sent again and after which delay. `exchange` has the state of one request.
- `blocking/` and `awaited/` open connections: for threads, and for asyncio. No other module does I/O.
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
