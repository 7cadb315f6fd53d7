"""Fields of which the value is known, and the errors for those of which it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from dynamo_document_builder.schema.items.members import value_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class MissingFieldError(Exception):
    """A key depends on a field that is not known."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class UnknownFieldError(MissingFieldError):
    """A key depends on a field whose new value only DynamoDB will know."""


class _Unknown:
    """The value of a field that only DynamoDB will know, such as the sum of an `add`."""


UNKNOWN: Final = _Unknown()


def held(item: Any, name: str) -> Any:
    """Return what an item holds in a field; `None` for nothing, which msgspec may say by `UNSET`."""
    value = value_of(item, name)
    return None if value is UNSET else value


def check_known(values: Mapping[str, Any], name: str) -> None:
    """Raise the error for a field that is not known."""
    if name not in values:
        raise MissingFieldError(name)
    if values[name] is UNKNOWN:
        raise UnknownFieldError(name)
