"""
The protocol between a command and whoever drives it.

A flow is a generator. It yields what it needs from the world and returns its result; it never does I/O, looks at a
clock or draws a random number. Compose flows with `yield from`, and use the helpers here, which give the answers
their types.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from dynamo_document_builder.wire.request import Request, Response

R = TypeVar("R")


class NewToken(Struct, frozen=True):
    """Asks for a fresh idempotency token. A dry run answers `None`: a token is no part of a request's meaning."""


class Pause(Struct, frozen=True):
    """Asks to wait for a random time, from nothing to so many seconds, so that clients who failed at once part ways."""

    at_most: float


Effect: TypeAlias = Request | NewToken | Pause
Flow: TypeAlias = Generator[Effect, Any, R]


def ask(request: Request) -> Flow[Response]:
    """Send one request. A transport's error is thrown in here, so a flow can say what it means."""
    response: Response = yield request
    return response


def new_token() -> Flow[str | None]:
    token: str | None = yield NewToken()
    return token


def pause(at_most: float) -> Flow[None]:
    """Wait. The deadline and the abort signal end it: their error is thrown in here."""
    yield Pause(at_most)
