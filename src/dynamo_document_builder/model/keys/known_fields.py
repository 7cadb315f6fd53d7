"""Known and unknown field values, for building keys from some fields of an item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from dynamo_document_builder.schema.items.members import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingFieldError(Exception):
    """A key depends on a field that is not given."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class UnknownFieldError(MissingFieldError):
    """A key depends on a field whose new value only DynamoDB will know."""


class _Unknown:
    """Marks a value that only DynamoDB will know, such as the sum of an `add`."""


UNKNOWN: Final = _Unknown()


def field_value(item: Any, name: str) -> Any:
    """Return the value of a field; `None` for msgspec's `UNSET`."""
    value = value_of(item, name)
    return None if value is UNSET else value


def check_known(values: Mapping[str, Any], name: str) -> None:
    """Raise `MissingFieldError` for a field that is not given or unknown."""
    if name not in values:
        raise MissingFieldError(name)
    if values[name] is UNKNOWN:
        raise UnknownFieldError(name)
