"""
Instances of the classes that can be a schema, for type checkers.

Each library leaves one attribute on its classes by which type checkers know them. `attrs.AttrsInstance` cannot be used:
to all but mypy it is a protocol without members, which a text satisfies too.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol, TypeAlias


class AttrsMade(Protocol):
    """An instance of a class of attrs, to mypy."""

    __attrs_attrs__: ClassVar[Any]


class DataclassMade(Protocol):
    """An instance of a dataclass, and to type checkers other than mypy also one of a class of attrs."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


class StructMade(Protocol):
    """An instance of a class of msgspec."""

    __struct_fields__: ClassVar[tuple[str, ...]]


class ModelMade(Protocol):
    """An instance of a class of pydantic."""

    __pydantic_fields__: ClassVar[dict[str, Any]]


Instance: TypeAlias = AttrsMade | DataclassMade | StructMade | ModelMade
"""An instance of a schema that is a class."""
