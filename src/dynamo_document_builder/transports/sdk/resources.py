"""
Support for the client of a boto3 resource: `boto3.resource("dynamodb").meta.client`.

A resource registers handlers on its client that convert Python values to DynamoDB JSON in requests, and back in
answers. The library sends DynamoDB JSON, which the handlers would convert a second time. So the library undoes the
conversion for its own calls. Other handlers and other calls are not changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONVERTER_ID: Final = "dynamodb-attr-value-input"
"""The id under which boto3 registers the handler that converts values."""
_CONVERTED_SHAPE: Final = "AttributeValue"
"""The name of the shape of values in botocore's service model."""


class Registry(Protocol):
    """The part of `client.meta.events` that registers handlers."""

    def register(
        self,
        event_name: str,
        handler: Callable[..., Any],
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,  # noqa: FBT001, FBT002  botocore's signature
    ) -> None:
        """Register a handler; raise `ValueError` for a `unique_id` that was registered without a count before."""

    def unregister(
        self,
        event_name: str,
        handler: Callable[..., Any] | None = None,
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,  # noqa: FBT001, FBT002  the same
    ) -> None:
        """Remove a handler; do nothing if it is not registered."""


def converts_values(events: Registry) -> bool:
    """Return True if the client belongs to a resource, which has registered the id of its handler without a count."""
    try:
        events.register("before-parameter-build.dynamodb", _nothing, unique_id=_CONVERTER_ID, unique_id_uses_count=True)
    except ValueError:
        return True
    events.unregister("before-parameter-build.dynamodb", _nothing, unique_id=_CONVERTER_ID, unique_id_uses_count=True)
    return False


def undo_conversion(params: dict[str, Any], shape: Any) -> None:
    """Undo the conversion of parameters that were DynamoDB JSON; *shape* is their shape in botocore's service model."""
    members = shape.members
    params.update({name: _undone(value, members[name]) for name, value in params.items() if name in members})


def _undone(value: Any, shape: Any) -> Any:
    if shape.name == _CONVERTED_SHAPE:
        return _value(value)
    if shape.type_name == "structure":
        return {name: _undone(one, shape.members[name]) for name, one in value.items()}
    if shape.type_name == "map":
        return {name: _undone(one, shape.value) for name, one in value.items()}
    if shape.type_name == "list":
        return [_undone(one, shape.member) for one in value]
    return value


def _value(turned: Mapping[str, Any]) -> Any:
    """Return the DynamoDB JSON that a resource took for a Python value and converted."""
    [(tag, held)] = turned.items()
    if tag == "M":
        return {name: _value(one) for name, one in held.items()}
    if tag == "L":
        return [_value(one) for one in held]
    return None if tag == "NULL" else held


def _nothing(**_: Any) -> None: ...
