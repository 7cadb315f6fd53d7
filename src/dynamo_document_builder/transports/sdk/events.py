"""
Event handlers that put the bytes of the library into a botocore call, and take the bytes of the answer out of it.

The handlers stay registered on the client. They do nothing unless the current context has an active call of the
library, so they do not affect other threads, tasks and users of the client.

A handler of a user can make a nested call in the same context. It is recognised by its body, and by botocore's request
context, which is a separate dict for each call.
"""

from __future__ import annotations

import json
from contextvars import ContextVar
from copy import deepcopy
from threading import Lock
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol
from weakref import WeakSet

from msgspec import Struct

from dynamo_document_builder.errors.codes import SERVER_ERROR
from dynamo_document_builder.transports.sdk.parameters import Parameters, stand_in_body, typed_parameters
from dynamo_document_builder.transports.sdk.resources import Registry, converts_values, undo_conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.wire.request import Request


class Events(Registry, Protocol):
    """The part of `client.meta.events` that this module uses."""

    def register_first(self, event_name: str, handler: Callable[..., Any], unique_id: str | None = None) -> None:
        """Register a handler that is called before all others; do nothing if the `unique_id` is registered."""

    def register_last(self, event_name: str, handler: Callable[..., Any], unique_id: str | None = None) -> None:
        """Register a handler that is called after all others."""


class AbandonedError(Exception):
    """Ends a call before its next attempt, because its caller has timed out."""


class Progress(Struct, eq=False):
    """The state that a caller shares with the thread that makes its call."""

    attempts: int = 0
    abandoned: bool = False
    maybe_applied: bool = False
    """True if an earlier attempt may have been applied."""
    open: bool = False
    """True if the current attempt may have been applied: it has no answer yet, or the answer does not tell."""


class Call(Struct, eq=False):
    """An active call of a client: how to recognise it, the bytes to send, and the answer."""

    expected: Mapping[str, Any]
    """The payload that botocore writes for the parameters."""
    body: bytes | None
    """The bytes to send instead; `None` to send botocore's own."""
    progress: Progress
    expected_body: bytes = b""
    """The payload as botocore writes it if no handler changes the parameters; compared first, as that is faster."""
    context: object = None
    """Botocore's request context, set when the bytes are put in."""
    answer: tuple[bytes, Mapping[str, Any]] | None = None
    """Body and headers of the last answer."""
    nested: set[int] = set()
    """The ids of the request contexts of nested calls."""
    operation: str = ""
    undone_in: object = None
    """Botocore's request context, set when the conversion of a resource is undone."""
    parsed: dict[str, Any] | None = None
    """The answer that botocore parsed, before a resource converted its values."""

    @property
    def is_placed(self) -> bool:
        """True if the call was recognised and the bytes were put in."""
        return self.context is not None


_BEYOND_SUCCESS: Final = 300
"""The first HTTP status that is not a success, as in botocore."""

_current: Final[ContextVar[Call | None]] = ContextVar("dynamo_document_builder_call", default=None)


def call_with_bytes(client: Any, request: Request, parameters: Parameters, progress: Progress) -> Call:
    """Return a call with stand-in *parameters*, whose body the handlers replace by the bytes of the request."""
    register_handlers(client.meta.events)
    body = stand_in_body(request.operation, request.tables)
    return Call(parameters, request.body, progress, body, operation=request.operation)


def call_with_parameters(client: Any, request: Request, progress: Progress) -> tuple[Parameters, Call]:
    """Return the full parameters of a request, and a call that botocore serializes from them."""
    payload = request.payload
    register_handlers(client.meta.events)
    shape = client.meta.service_model.operation_model(request.operation).input_shape
    return typed_parameters(payload, shape), Call(payload, None, progress, operation=request.operation)


class ActiveCall:
    """Makes a call visible to the handlers, in the current context only."""

    __slots__ = ("_call", "_token")

    def __init__(self, call: Call) -> None:
        self._call = call

    def __enter__(self) -> None:
        self._token = _current.set(self._call)

    def __exit__(self, *_: object) -> None:
        _current.reset(self._token)


def _before_call(params: dict[str, Any], context: object, **_: Any) -> None:
    call = _current.get()
    if call is None or call.is_placed or not _is_ours(call, params["body"]):
        return
    call.context = context
    if call.body is not None:
        params["body"] = call.body


_ANY_TOKEN: Final = {"ClientRequestToken": None}  # botocore adds a token if there is none


def _is_ours(call: Call, body: Any) -> bool:
    if body == call.expected_body:
        return True
    try:
        sent = json.loads(body)
    except (TypeError, ValueError):
        return False
    return isinstance(sent, dict) and sent | _ANY_TOKEN == {**call.expected, **_ANY_TOKEN}


def _request_created(request: Any, **_: Any) -> None:
    call = _current.get()
    if call is None:
        return
    call.progress.attempts += (
        1  # counts nested calls, too: an unsent write may be reported as unknown, never the reverse
    )
    if request.context is call.context:
        _begin_attempt(call)
    else:
        call.nested.add(id(request.context))


def _begin_attempt(call: Call) -> None:
    call.nested.clear()
    progress = call.progress
    if progress.abandoned:
        raise AbandonedError
    progress.maybe_applied |= progress.open
    progress.open = True


def _before_parse(response_dict: dict[str, Any], **_: Any) -> None:
    # The event does not name its call, hence `nested`. This only saves parsing the body; botocore 1.34 lacks the event.
    call = _current.get()
    if call is None or call.body is None or call.nested:
        return
    if response_dict["status_code"] < _BEYOND_SUCCESS:
        response_dict["body"] = b"{}"


def _response_received(context: object, response_dict: dict[str, Any] | None, **_: Any) -> None:
    call = _current.get()
    if call is None:
        return
    if context is not call.context:
        call.nested.discard(id(context))
    elif response_dict is not None:
        call.answer = response_dict["body"], response_dict["headers"]
        # If another attempt follows a success, the body of the answer came damaged, but the write was applied.
        call.progress.open = not _BEYOND_SUCCESS <= response_dict["status_code"] < SERVER_ERROR


def _before_parameter_build(params: dict[str, Any], model: Any, context: object, **_: Any) -> None:
    call = _current.get()
    if call is not None and call.undone_in is None and model.name == call.operation:
        call.undone_in = context
        undo_conversion(params, model.input_shape)


def _after_call(parsed: dict[str, Any], context: object, **_: Any) -> None:
    call = _current.get()
    if call is None or context is not call.undone_in:
        return
    if call.body is None or call.answer is None:  # the response is made from the answer that botocore parsed
        call.parsed = deepcopy(parsed)


_HANDLERS: Final[Mapping[str, Callable[..., None]]] = MappingProxyType(
    {
        "before-call": _before_call,
        "request-created": _request_created,
        "before-parse": _before_parse,
        "response-received": _response_received,
    }
)
_lock: Final = Lock()
_registered: Final[WeakSet[Events]] = WeakSet()


def register_handlers(events: Events) -> None:
    """
    Register the handlers on a client, once, before all other handlers.

    botocore calls handlers with wildcards first, including those of Stubber. It stops after the first one that answers.
    """
    if events in _registered:
        return
    with _lock:
        for event, handler in _HANDLERS.items():
            events.register_first(f"{event}.*.*", handler, unique_id=f"dynamo-document-builder.{event}")
        if converts_values(events):
            for event, handler, register in (
                ("before-parameter-build", _before_parameter_build, events.register_last),
                ("after-call.*.*", _after_call, events.register_first),
            ):
                register(event, handler, unique_id=f"dynamo-document-builder.{event}")
        _registered.add(events)


def clear_handler_cache(events: Events) -> None:
    """
    Clear botocore's cache of the handlers of each event, which any registration does.

    A thread that filled the cache while `register_handlers` was running may have cached a list without them.
    """
    name = "dynamo-document-builder.refresh"
    with _lock:
        for change in (events.register_first, events.unregister):
            change(name, _nothing, unique_id=name)


def _nothing(**_: Any) -> None: ...
