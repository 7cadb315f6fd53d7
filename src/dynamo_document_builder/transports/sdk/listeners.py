"""
Finds out if a client has event handlers that matter, so that events without handlers are skipped.

Preparing an event takes longer than signing a request, and most clients have no handlers except those of botocore.
botocore has no public method to list handlers. This module reads the cache of its emitter, which changes whenever a
handler is added or removed. If the cache is missing or has another form, every event is emitted.
"""

from __future__ import annotations

import os
from typing import Any, Final

from dynamo_document_builder.wire.type_guards import is_mapping

_EVENTS: Final = ("before-call", "before-send", "after-call")
_HARMLESS: Final = frozenset(
    {
        "inject_api_version_header_if_needed",  # for services whose endpoints are discovered
        "RetryQuotaChecker.release_retry_quota",  # the direct transport has its own retry quota
    }
)
_OWN_HANDLERS: Final = "dynamo_document_builder.transports.sdk.events"
"""The module of the handlers of `BotocoreTransport`, which ignore all calls except its own."""
_LAMBDA_HANDLER: Final = "add_recursion_detection_header"
"""A handler of botocore that adds a header inside AWS Lambda functions only."""


class Listeners:
    """The handlers of one client for the events that a direct transport emits."""

    __slots__ = ("_emitter", "_events", "_idle")

    def __init__(self, client: Any) -> None:
        self._emitter = getattr(client.meta.events, "_emitter", None)
        self._events: dict[str, tuple[str, ...]] = {}
        self._idle: dict[str, list[Any]] = {}
        """By operation, the cached handlers of each event that were found to do nothing."""

    def is_unobserved(self, operation: str) -> bool:
        """Return True if no handler for the events of an operation does anything."""
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
