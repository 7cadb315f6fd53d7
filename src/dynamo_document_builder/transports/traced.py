"""
OpenTelemetry spans for the requests of any transport, with the attribute names of its semantic conventions.

https://opentelemetry.io/docs/specs/semconv/database/dynamodb/
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Self

from dynamo_document_builder.errors import DefinitionError, ServiceError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from collections.abc import Generator

    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport
    from dynamo_document_builder.wire.request import Request, Response

_SCOPE: Final = "dynamo_document_builder"
_MULTI_ITEM: Final = frozenset({"BatchGetItem", "BatchWriteItem", "TransactGetItems", "TransactWriteItems"})


class _TracingTransport:
    """The part that the blocking and the async transport share."""

    def __init__(self, transport: Any, *, tracer_provider: Any = None) -> None:
        if not callable(getattr(transport, "send", None)):
            raise DefinitionError(f"{type(self).__name__}(...) wraps a transport, not {given_type(transport)}")
        try:
            self._trace: Any = import_module("opentelemetry.trace")
        except ImportError as error:
            raise DefinitionError("spans need the extra otel: pip install 'dynamo-document-builder[otel]'") from error
        self._inner = transport
        self._tracer: Any = self._trace.get_tracer(_SCOPE, tracer_provider=tracer_provider)

    @contextmanager
    def _span(self, request: Request) -> Generator[Any]:
        """Open a span. It records the class or code of an error, but not its text, which can contain keys."""
        span = self._tracer.start_span(
            _name(request), kind=self._trace.SpanKind.CLIENT, attributes=_request_attributes(request)
        )
        with self._trace.use_span(span, end_on_exit=True, record_exception=False, set_status_on_exception=False):
            try:
                yield span
            except BaseException as error:
                span.set_attributes(_error_attributes(error))
                span.set_status(self._trace.StatusCode.ERROR)
                raise

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._inner!r})"


class TracedTransport(_TracingTransport):
    """
    Creates an OpenTelemetry span for each request that another transport sends.

    A span includes the retries of the transport. A retry by the library, such as one of a transaction, has a separate
    span. The attributes are the operation, the tables, the number of items of a batch or transaction, the request id,
    the attempts, and the code or class of an error. A span contains no keys, no values and no error texts.

    Install it with the extra `otel`: `pip install 'dynamo-document-builder[otel]'`.

    Raises:
        DefinitionError: The argument is not a transport, or the extra `otel` is not installed.

    Example:
        >>> table = Table("app", transport=TracedTransport(BotocoreTransport(boto3.client("dynamodb"))))

    """

    _inner: Transport

    def send(self, request: Request, timeout: float | None = None, /) -> Response:
        """Send a request within a span."""
        with self._span(request) as span:
            response = self._inner.send(request, timeout)
            span.set_attributes(_response_attributes(response))
            return response

    def close(self) -> None:
        """Close the inner transport, if it can be closed."""
        close = getattr(self._inner, "close", None)
        if close is not None:
            close()


class AsyncTracedTransport(_TracingTransport):
    """
    Creates an OpenTelemetry span for each request that an async transport sends: see `TracedTransport`.

    Example:
        >>> transport = AsyncHttpTransport(region="eu-north-1", endpoint_url="http://localhost:8000")
        >>> table = Table("app", transport=AsyncTracedTransport(transport))

    """

    _inner: AsyncTransport

    async def send(self, request: Request, timeout: float | None = None, /) -> Response:  # noqa: ASYNC109  as a Transport
        """Send a request within a span."""
        with self._span(request) as span:
            response = await self._inner.send(request, timeout)
            span.set_attributes(_response_attributes(response))
            return response

    async def aclose(self) -> None:
        """Close the inner transport, if it can be closed."""
        inner: Any = self._inner
        if hasattr(inner, "aclose"):
            await inner.aclose()
        elif hasattr(inner, "close"):
            inner.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def _name(request: Request) -> str:
    tables = tuple(dict.fromkeys(request.tables))
    return f"{request.operation} {tables[0]}" if len(tables) == 1 else request.operation


def _request_attributes(request: Request) -> dict[str, Any]:
    tables = tuple(dict.fromkeys(request.tables))
    asked: dict[str, Any] = {
        "db.system.name": "aws.dynamodb",
        "db.operation.name": request.operation,
        "aws.dynamodb.table_names": tables,
    }
    if len(tables) == 1:
        asked["db.collection.name"] = tables[0]
    if request.operation in _MULTI_ITEM:
        asked["db.operation.batch.size"] = _count(request.payload)
    return asked


def _count(payload: dict[str, Any]) -> int:
    if "TransactItems" in payload:
        return len(payload["TransactItems"])
    tables: list[Any] = list(payload["RequestItems"].values())
    # For each table, BatchGetItem has an object with keys, and BatchWriteItem has a list of requests.
    return sum(len(one if is_sequence(one) else one["Keys"]) for one in tables)


def _response_attributes(response: Response) -> dict[str, Any]:
    return _metadata_attributes(response.metadata.request_id, response.metadata.http_status, response.metadata.attempts)


def _error_attributes(error: BaseException) -> dict[str, Any]:
    if not isinstance(error, ServiceError):
        return {"error.type": type(error).__name__}
    known = _metadata_attributes(error.request_id, error.fault.http_status, error.attempts)
    return {**known, "error.type": error.code, "db.response.status_code": error.code}


def _metadata_attributes(request_id: str | None, http_status: int | None, attempts: int) -> dict[str, Any]:
    given = {
        "aws.request_id": request_id,
        "http.response.status_code": http_status,
        "http.request.resend_count": attempts - 1 or None,
    }
    return {name: value for name, value in given.items() if value is not None}
