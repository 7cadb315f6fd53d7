"""
Whether anybody listens to a client's events.

To prepare an event takes longer than to sign a request, and mostly nobody but botocore itself is there to see it. Who
listens is no public question: botocore's emitter keeps the handlers of each event that it has met, until one is added
or removed. Where that is not found as it is known here, somebody may listen, and every event is prepared.
"""

from __future__ import annotations

import os
from typing import Any, Final

from dynamo_document_builder.wire.type_guards import is_mapping

_EVENTS: Final = ("before-call", "before-send", "after-call")
_HARMLESS: Final = frozenset(
    {
        "inject_api_version_header_if_needed",  # for services whose endpoints are discovered
        "RetryQuotaChecker.release_retry_quota",  # botocore's own, of which nothing was taken
    }
)
_OWN_HANDLERS: Final = "dynamo_document_builder.transports.sdk.events"
"""Where the handlers of `BotocoreTransport` are, on the same client: they look for its own calls only."""
_LAMBDA_HANDLER: Final = "add_recursion_detection_header"
"""Does something inside of an AWS Lambda function only."""


class Listeners:
    """The handlers of one client, as far as they matter."""

    __slots__ = ("_emitter", "_events", "_idle")

    def __init__(self, client: Any) -> None:
        self._emitter = getattr(client.meta.events, "_emitter", None)
        self._events: dict[str, tuple[str, ...]] = {}
        self._idle: dict[str, list[Any]] = {}
        """By operation, the handlers of each event that were found to do nothing, as botocore keeps them."""

    def is_unobserved(self, operation: str) -> bool:
        """Tell whether no handler of a request's events does anything."""
        found: Any = getattr(self._emitter, "_lookup_cache", None)
        if not is_mapping(found):
            return False
        events = self._events.get(operation)
        if events is None:
            events = self._events[operation] = tuple(f"{event}.dynamodb.{operation}" for event in _EVENTS)
        handlers = [*map(found.get, events)]
        if handlers == self._idle.get(operation):
            return True
        if not all(map(_do_nothing, handlers)):
            return False
        self._idle[operation] = handlers
        return True


def _do_nothing(handlers: Any) -> bool:
    return handlers is not None and all(map(_does_nothing, handlers))


def _does_nothing(handler: Any) -> bool:
    module = str(getattr(handler, "__module__", ""))
    if not module.startswith("botocore."):
        return module == _OWN_HANDLERS
    name = getattr(handler, "__qualname__", "")
    return name in _HARMLESS or (name == _LAMBDA_HANDLER and "AWS_LAMBDA_FUNCTION_NAME" not in os.environ)
