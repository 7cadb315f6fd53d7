"""
Clients that belong to a resource: `boto3.resource("dynamodb").meta.client`.

A resource registers handlers on its client that turn Python values into DynamoDB JSON on the way in, and back on the
way out. What goes through such a client here is DynamoDB JSON already, which they would turn into maps of maps. So
their work is undone for calls of this library, after them on the way in and before them on the way out. All other
handlers, and all other calls, stay as they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_CONVERTER_ID: Final = "dynamodb-attr-value-input"
"""The name under which boto3 registers the handler that turns values."""
_CONVERTED_SHAPE: Final = "AttributeValue"
"""What botocore calls the parameters that are turned."""


class Registry(Protocol):
    """The part of `client.meta.events` that tells whether a handler is registered."""

    def register(
        self,
        event_name: str,
        handler: Callable[..., Any],
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,  # noqa: FBT001, FBT002  botocore's signature
    ) -> None:
        """Register a handler; a `unique_id` that is known, and was registered without a count, is a `ValueError`."""

    def unregister(
        self,
        event_name: str,
        handler: Callable[..., Any] | None = None,
        unique_id: str | None = None,
        unique_id_uses_count: bool = False,  # noqa: FBT001, FBT002  the same
    ) -> None:
        """Take a handler away; an unknown one is no error."""


def converts_values(events: Registry) -> bool:
    """Tell whether a client belongs to a resource: whether its handler is there, which registers without a count."""
    try:
        events.register("before-parameter-build.dynamodb", _nothing, unique_id=_CONVERTER_ID, unique_id_uses_count=True)
    except ValueError:
        return True
    events.unregister("before-parameter-build.dynamodb", _nothing, unique_id=_CONVERTER_ID, unique_id_uses_count=True)
    return False


def undo_conversion(params: dict[str, Any], shape: Any) -> None:
    """Undo what a resource has made of parameters that were DynamoDB JSON; *shape* is what botocore says of them."""
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
    """Return what a resource has taken for a value: part of an attribute in DynamoDB JSON."""
    [(tag, held)] = turned.items()
    if tag == "M":
        return {name: _value(one) for name, one in held.items()}
    if tag == "L":
        return [_value(one) for one in held]
    return None if tag == "NULL" else held


def _nothing(**_: Any) -> None: ...
