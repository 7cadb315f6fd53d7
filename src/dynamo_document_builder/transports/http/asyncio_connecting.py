"""Opening a connection on an event loop, which a host that does not answer must not hold up."""

from __future__ import annotations

import socket
import time
from asyncio import get_running_loop, timeout_at, wrap_future
from typing import TYPE_CHECKING

from dynamo_document_builder.transports.daemon_pool import started
from dynamo_document_builder.transports.http.addresses import addresses_of, connected_by, shares
from dynamo_document_builder.transports.http.asyncio_connection import Connection
from dynamo_document_builder.transports.http.exchange import LostError

if TYPE_CHECKING:
    import ssl

    from dynamo_document_builder.transports.http.addresses import Address
    from dynamo_document_builder.transports.http.wiring import Route, Wiring


async def connected(wiring: Wiring, route: Route, deadline: float | None) -> Connection:
    """Open a connection to the endpoint of a route."""
    patience, trust = wiring.plan.patience, route.trust
    until = connected_by(patience, deadline)
    context = None if trust is None else trust.context
    try:
        connection = await _connected(route, context, patience.read_timeout, until)
    except LostError as error:
        if trust is None or context is None or not trust.may_learn(error.__cause__, context):
            raise
        await wrap_future(started(trust.learn))
        connection = await _connected(route, trust.context, patience.read_timeout, until)
    if patience.keep_alive:
        connection.keep_alive()
    return connection


async def _connected(route: Route, context: ssl.SSLContext | None, read_timeout: float, until: float) -> Connection:
    endpoint, loop = route.endpoint, get_running_loop()
    try:
        async with timeout_at(loop.time() + until - time.monotonic()):
            # In a thread of its own: the loop's are waited for when it ends, and a resolver cannot be interrupted.
            addresses = await wrap_future(started(lambda: addresses_of(endpoint)))
            opened = await _opened(addresses, until)
            try:
                _, connection = await loop.create_connection(
                    lambda: Connection(read_timeout),
                    sock=opened,
                    ssl=context,
                    server_hostname=None if context is None else endpoint.host,
                )
            except BaseException:
                opened.close()
                raise
    except TimeoutError as error:
        raise LostError(f"no connection to {endpoint.host} in time", unsent=True, timed_out=True) from error
    except OSError as error:  # those of TLS are OSErrors too; nothing of the request has left
        raise LostError(f"no connection to {endpoint.host}: {error}", unsent=True) from error
    return connection


async def _opened(addresses: list[Address], until: float) -> socket.socket:
    loop, failure = get_running_loop(), OSError("it has no address")
    for (family, address), seconds in shares(addresses, until):
        opened = socket.socket(family, socket.SOCK_STREAM)
        try:
            opened.settimeout(0)
            async with timeout_at(loop.time() + seconds):
                await loop.sock_connect(opened, address)
        except OSError as error:
            opened.close()
            failure = error
        except BaseException:
            opened.close()
            raise
        else:
            return opened
    raise failure
