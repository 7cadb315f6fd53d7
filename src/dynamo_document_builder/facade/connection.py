"""A connection: the transports of a table or a database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import OutcomeUnknownError, ServiceError, UsageError
from dynamo_document_builder.facade.resolving import Moment, make_resolvable
from dynamo_document_builder.wire.driver import Driver
from dynamo_document_builder.wire.transport_choice import async_counterpart, transports_for

if TYPE_CHECKING:
    from dynamo_document_builder.wire.async_driver import AsyncTransport
    from dynamo_document_builder.wire.driver import Transport
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.limits import Limits
    from dynamo_document_builder.wire.transport_choice import AnyTransport

R = TypeVar("R")


class Connection(Struct, eq=False):
    """The transports of a table, or of all tables of a database; empty until a client is given."""

    transport: Transport | None = None
    """The transport of `send`."""
    async_transport: AsyncTransport | None = None
    """The transport of `asend`. Without one, `asend` uses the async counterpart of `transport`."""
    _counterpart: AsyncTransport | None = None

    @classmethod
    def through(cls, client: Any, transport: AnyTransport | None) -> Connection:
        """Return a connection for a client, a transport, both or neither."""
        return cls(*transports_for(client, transport))

    def connect(self, client: Any, transport: AnyTransport | None) -> None:
        """Replace the transports."""
        self.transport, self.async_transport = transports_for(client, transport)
        self._counterpart = None

    def run(self, flow: Flow[R], limits: Limits, subject: str, began: Moment | None = None) -> R:
        """
        Run a flow on the transport and return its result.

        *subject* names the sender in error messages. *began* is the time of the first attempt, if this is a later one.
        """
        if self.transport is None:
            raise self._not_connected(subject)
        began = began or Moment()
        try:
            return Driver(self.transport).run(flow, limits)
        except (OutcomeUnknownError, ServiceError) as error:
            make_resolvable(error, self, began, subject)
            raise

    async def arun(self, flow: Flow[R], limits: Limits, subject: str, began: Moment | None = None) -> R:
        """Run a flow on the async transport, or on the async counterpart of the transport."""
        from dynamo_document_builder.wire.async_driver import AsyncDriver  # noqa: PLC0415  lazy import: loads asyncio

        began = began or Moment()
        try:
            return await AsyncDriver(self.async_transport or self._async_counterpart(subject)).run(flow, limits)
        except (OutcomeUnknownError, ServiceError) as error:
            make_resolvable(error, self, began, subject)
            raise
        except BaseException as cancelled:
            if isinstance(cancelled.__cause__, OutcomeUnknownError):
                make_resolvable(cancelled.__cause__, self, began, subject)
            raise

    def _async_counterpart(self, subject: str) -> AsyncTransport:
        if self._counterpart is None:
            if self.transport is None:
                raise self._not_connected(subject)
            self._counterpart = async_counterpart(self.transport)
        return self._counterpart

    def _not_connected(self, subject: str) -> UsageError:
        if self.async_transport is not None:
            return UsageError(f"{subject} has an async transport only, nothing was sent: await asend(...)")
        return UsageError(
            f"{subject} is not connected to a client, nothing was sent: give client= where it is defined, "
            "or call connect(client) before the first send"
        )

    def is_other(self, other: Connection) -> bool:
        """Return True if both have a transport for the same verb, and the transports differ."""
        pairs = zip(self._transports, other._transports, strict=True)
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)

    def is_same(self, other: Connection) -> bool:
        """Return True if both have the same transports."""
        return self._transports == other._transports

    @property
    def _transports(self) -> tuple[object, object]:
        return self.transport, self.async_transport

    def close(self) -> None:
        """Close all transports; refuse if one must be closed with `aclose`."""
        self.check_closable()
        _close(self.async_transport)
        self._close_blocking()

    async def aclose(self) -> None:
        """Close all transports."""
        await _aclose(self.async_transport)
        await _aclose(self._counterpart)
        self._close_blocking()

    def check_closable(self) -> None:
        """Raise a `UsageError` if the async transport must be closed with `aclose`."""
        if hasattr(self.async_transport, "aclose"):
            raise UsageError("its async transport is closed by `await aclose()`, or by `async with`")

    def _close_blocking(self) -> None:
        counterpart, self._counterpart = self._counterpart, None
        _close(counterpart)
        _close(self.transport)


async def _aclose(transport: object) -> None:
    aclose = getattr(transport, "aclose", None)
    if aclose is None:
        _close(transport)
    else:
        await aclose()


def _close(transport: object) -> None:
    close = getattr(transport, "close", None)
    if close is not None:
        close()


class Connected:
    """A sender with a connection; `with`, `async with`, `close` and `aclose` close it."""

    __slots__ = ()

    __connection__: Connection

    def close(self) -> None:
        """
        Close the network connections of the transport, and end the threads behind `asend`.

        A client that you passed stays open. All tables of a database share their connections. You can send again
        afterwards: the transport opens new connections.

        Raises:
            UsageError: the async transport must be closed with `await aclose()`.

        """
        self.__connection__.close()

    async def aclose(self) -> None:
        """Close the network connections, those of an async transport included; see `close`."""
        await self.__connection__.aclose()

    def __enter__(self) -> Self:
        self.__connection__.check_closable()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()
