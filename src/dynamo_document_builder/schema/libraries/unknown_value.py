"""What stands for the other fields of an object while one new value is judged alone."""

from __future__ import annotations

from typing import Any, Final, NoReturn


class NeedsOtherFieldsError(Exception):
    """A validator asked for what only the stored item knows."""


def _asked(*_: Any, **__: Any) -> NoReturn:
    raise NeedsOtherFieldsError


def _attribute(_: object, name: str) -> NoReturn:
    if name.startswith("__"):  # Python itself asks for these, of every object
        raise AttributeError(name)
    raise NeedsOtherFieldsError


# fmt: off
_USES: Final = (
    "eq", "ne", "lt", "le", "gt", "ge", "bool", "len", "iter", "contains", "hash", "int", "float", "str",
    "repr", "add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "neg", "abs", "call",
    "getitem", "index", "round", "format", "bytes", "enter", "and", "or",
)
# fmt: on

UNKNOWN: Final[Any] = type("Unknown", (), {"__getattr__": _attribute, **{f"__{use}__": _asked for use in _USES}})()
"""Raises on any use: no rule between fields is judged against a value that is not the stored one."""
