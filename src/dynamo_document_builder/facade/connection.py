"""Where requests go, and how that ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import OutcomeUnknownError, ServiceError, UsageError
from dynamo_document_builder.facade.outcomes import Moment, make_resolvable
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
    """Where requests go; shared by the tables of one database, and filled in when a client is known."""

    transport: Transport | None = None
    """What `send` goes through."""
    async_transport: AsyncTransport | None = None
    """What `asend` goes through; without one it goes through what awaits `transport`."""
    _awaiting: AsyncTransport | None = None

    @classmethod
    def through(cls, client: Any, transport: AnyTransport | None) -> Connection:
        """Return a connection through a client, a transport, or neither yet."""
        return cls(*transports_for(client, transport))

    def connect(self, client: Any, transport: AnyTransport | None) -> None:
        """Go another way from now on."""
        self.transport, self.async_transport = transports_for(client, transport)
        self._awaiting = None

    def run(self, flow: Flow[R], limits: Limits, subject: str, began: Moment | None = None) -> R:
        """
        Play a flow through the transport; *subject* is what the text of an error calls whoever has none.

        *began*: when what it sends was sent first, if that was before.
        """
        if self.transport is None:
            raise self._no_way(subject)
        began = began or Moment()
        try:
            return Driver(self.transport).run(flow, limits)
        except (OutcomeUnknownError, ServiceError) as error:
            make_resolvable(error, self, began, subject)
            raise

    async def arun(self, flow: Flow[R], limits: Limits, subject: str, began: Moment | None = None) -> R:
        """Play a flow through the async transport, or through what awaits the other one."""
        from dynamo_document_builder.wire.async_driver import AsyncDriver  # noqa: PLC0415  only now asyncio is needed

        began = began or Moment()
        try:
            return await AsyncDriver(self.async_transport or self._counterpart(subject)).run(flow, limits)
        except (OutcomeUnknownError, ServiceError) as error:
            make_resolvable(error, self, began, subject)
            raise
        except BaseException as cancelled:
            if isinstance(cancelled.__cause__, OutcomeUnknownError):
                make_resolvable(cancelled.__cause__, self, began, subject)
            raise

    def _counterpart(self, subject: str) -> AsyncTransport:
        if self._awaiting is None:
            if self.transport is None:
                raise self._no_way(subject)
            self._awaiting = async_counterpart(self.transport)
        return self._awaiting

    def _no_way(self, subject: str) -> UsageError:
        if self.async_transport is not None:
            return UsageError(f"{subject} has an async transport only, nothing was sent: await asend(...)")
        return UsageError(
            f"{subject} is not connected to a client, nothing was sent: give client= where it is defined, "
            "or call connect(client) before the first send"
        )

    def is_other(self, other: Connection) -> bool:
        """Whether both are known to lead to different clients."""
        pairs = zip(self._ways, other._ways, strict=True)
        return any(None not in pair and pair[0] != pair[1] for pair in pairs)

    def is_same(self, other: Connection) -> bool:
        """Whether both go the same ways."""
        return self._ways == other._ways

    @property
    def _ways(self) -> tuple[object, object]:
        return self.transport, self.async_transport

    def close(self) -> None:
        """Close everything, unless that has to be awaited."""
        self.check_closable()
        _close(self.async_transport)
        self._close_blocking()

    async def aclose(self) -> None:
        """Close everything."""
        await _aclose(self.async_transport)
        await _aclose(self._awaiting)
        self._close_blocking()

    def check_closable(self) -> None:
        """Refuse to close what has to be awaited."""
        if hasattr(self.async_transport, "aclose"):
            raise UsageError("its async transport is closed by `await aclose()`, or by `async with`")

    def _close_blocking(self) -> None:
        counterpart, self._awaiting = self._awaiting, None
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
    """What has a connection, and closes what that keeps open: `with` and `async with`, or `close` and `aclose`."""

    __slots__ = ()

    __connection__: Connection

    def close(self) -> None:
        """
        Close the connections that the transport keeps open, and end the threads behind `asend`.

        A client that was given stays open: it is yours. All tables of a database share one connection. Sending again
        opens what it needs.
        """
        self.__connection__.close()

    async def aclose(self) -> None:
        """Do what `close` does, for an async transport too."""
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
