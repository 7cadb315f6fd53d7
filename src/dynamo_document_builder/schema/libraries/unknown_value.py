"""A placeholder for the other fields of an object while one new value is validated."""

from __future__ import annotations

from typing import Any, Final, NoReturn


class NeedsOtherFieldsError(Exception):
    """Raised when a validator uses another field, whose value only the stored item has."""


def _refuse_use(*_: Any, **__: Any) -> NoReturn:
    raise NeedsOtherFieldsError


def _refuse_attribute(_: object, name: str) -> NoReturn:
    if name.startswith("__"):  # Python looks these up on every object
        raise AttributeError(name)
    raise NeedsOtherFieldsError


# fmt: off
_USES: Final = (
    "eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "contains", "hash", "int", "float", "str",
    "repr", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "neg", "abs", "call",
    "getitem", "index", "round", "format", "bytes", "enter", "and", "or",
)
# fmt: on

UNKNOWN: Final[Any] = type(
    "Unknown", (), {"__getattr__": _refuse_attribute, **{f"__{use}__": _refuse_use for use in _USES}}
)()
"""Raises `NeedsOtherFieldsError` on any use, so a rule between fields never runs with a wrong value."""
