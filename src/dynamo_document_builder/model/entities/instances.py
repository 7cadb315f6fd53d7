"""
Types for instances of schema classes, for type checkers.

Each class library sets an attribute on its classes that type checkers can recognize. `attrs.AttrsInstance` does not
work here: for all type checkers but mypy it is a protocol without members, which a `str` satisfies too.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeAlias


class AttrsMade(Protocol):
    """An instance of an attrs class, as mypy sees it."""

    __attrs_attrs__: ClassVar[Any]


class DataclassMade(Protocol):
    """An instance of a dataclass; for type checkers other than mypy, also an instance of an attrs class."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class StructMade(Protocol):
    """An instance of a msgspec struct."""

    __struct_fields__: ClassVar[tuple[str, ...]]


class ModelMade(Protocol):
    """An instance of a pydantic model."""

    __pydantic_fields__: ClassVar[dict[str, Any]]


Instance: TypeAlias = AttrsMade | DataclassMade | StructMade | ModelMade
"""An instance of a schema class."""
