"""
The protocol between a command and the driver that runs it.

A flow is a generator. It yields the effects that it needs (a request, a token, a pause) and returns its result. It does
no I/O, reads no clock and draws no random numbers, so tests can play it by hand. Compose flows with `yield from`, and
use the functions of this module: they give each answer its type.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from dynamo_document_builder.wire.request import Request, Response

R = TypeVar("R")


class NewToken(Struct, frozen=True):
    """Requests a new idempotency token. A dry run answers `None`, so that equal commands give equal requests."""


class Pause(Struct, frozen=True):
    """Requests a pause of a random length, from 0 to `at_most` seconds (full jitter)."""

    at_most: float


Effect: TypeAlias = Request | NewToken | Pause
Flow: TypeAlias = Generator[Effect, Any, R]


def ask(request: Request) -> Flow[Response]:
    """Send a request and return the answer. The driver raises the error of a failed request in here."""
    response: Response = yield request
    return response


def new_token() -> Flow[str | None]:
    """Return a new idempotency token, or `None` in a dry run."""
    token: str | None = yield NewToken()
    return token


def pause(at_most: float) -> Flow[None]:
    """Pause for a random time of up to *at_most* seconds. The deadline and the abort signal raise their error here."""
    yield Pause(at_most)
