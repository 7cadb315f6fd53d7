"""Fields of which the value is known, and the errors for those of which it is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

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


def check_known(values: Mapping[str, Any], name: str) -> None:
    """Raise the error for a field that is not known."""
    if name not in values:
        raise MissingFieldError(name)
    if values[name] is UNKNOWN:
        raise UnknownFieldError(name)
