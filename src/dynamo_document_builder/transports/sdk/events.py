"""
The handlers that put a request's own bytes into a botocore call, and take the answer's own bytes out of it.

They stay registered on the client and do nothing unless the context they run in has a call of ours under way, so
other threads, tasks and users of the client never notice them. A call that a user's own handler makes inside ours
has the same context; it is told apart by botocore's request context, one dict per call, and by its body.
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
from dynamo_document_builder.transports.sdk.resources import Registry, converts_values, undo_conversion

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Events(Registry, Protocol):
    """The part of `client.meta.events` that is used here."""

    def register_first(self, event_name: str, handler: Callable[..., Any], unique_id: str | None = None) -> None:
        """Register a handler that comes before the others; a known `unique_id` makes this do nothing."""

    def register_last(self, event_name: str, handler: Callable[..., Any], unique_id: str | None = None) -> None:
        """Register a handler that comes after the others."""


class AbandonedError(Exception):
    """Ends a call whose caller has stopped waiting, before it makes another attempt."""


class Progress(Struct, eq=False):
    """What a caller and the thread that makes its call tell each other."""

    attempts: int = 0
    abandoned: bool = False
    maybe_applied: bool = False
    """Whether an attempt before this one may have been applied."""
    open: bool = False
    """Whether this one may have been: no answer came, or one that says nothing of it."""


class Call(Struct, eq=False):
    """One client call under way: what it is known by, what to send in it, what came back."""

    expected: Mapping[str, Any]
    """The payload that botocore writes for it."""
    body: bytes | None
    """What is sent in its place, `None` to leave it."""
    progress: Progress
    expected_body: bytes = b""
    """The same as text, if nothing was added to it."""
    context: object = None
    """Botocore's request context, known once our bytes are in place."""
    answer: tuple[bytes, Mapping[str, Any]] | None = None
    """Body and headers of the last answer."""
    nested: set[int] = set()
    """The request contexts of other calls in flight inside this one."""
    operation: str = ""
    undone_in: object = None
    """Botocore's request context, once what a resource made of the parameters is undone."""
    parsed: dict[str, Any] | None = None
    """The answer that botocore parsed, before a resource turned its values."""

    @property
    def is_placed(self) -> bool:
        """Whether botocore's call was recognised and has our bytes."""
        return self.context is not None


_BEYOND_SUCCESS: Final = 300
"""Every status below is a success, as botocore has it."""

_current: Final[ContextVar[Call | None]] = ContextVar("dynamo_document_builder_call", default=None)


class ActiveCall:
    """Lets the handlers see a call, in this context only."""

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


_ANY_TOKEN: Final = {"ClientRequestToken": None}  # botocore makes one up where there is none


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
    call.progress.attempts += 1  # nested ones too: what is provably unsent may be called unknown, never the reverse
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
    # It does not say whose answer this is, hence `nested`; and botocore 1.34 lacks it, so all it does is save time.
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
        # Another attempt follows a success only where its body came damaged: then it was applied, all the same.
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
    if call.body is None or call.answer is None:  # botocore's own reading of the answer is what counts
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
    Register the handlers on a client, once, ahead of everybody else's.

    Botocore calls handlers of wildcards first, Stubber's among them, and none after the first that answers.
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
    Make botocore look up its handlers anew.

    It keeps what it found for an event, and a thread that was looking just while `watch` registered keeps a list
    without ours. Any registration clears that.
    """
    name = "dynamo-document-builder.refresh"
    with _lock:
        for change in (events.register_first, events.unregister):
            change(name, _nothing, unique_id=name)


def _nothing(**_: Any) -> None: ...
