"""What is asked of any object, whichever library made its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dynamo_document_builder.schema.libraries.lookup import adapter_of, is_record, is_schema

if TYPE_CHECKING:
    from dynamo_document_builder.schema.libraries.base import Field

__all__ = ["hidden_in", "is_record", "is_schema", "members_of", "value_of"]


def members_of(cls: Any) -> tuple[Field, ...]:
    """Return the fields of a class in order."""
    return adapter_of(cls).fields


def value_of(item: object, name: str, default: Any = None) -> Any:
    """Return what an item holds in a field; one of a `TypedDict` is a dictionary."""
    return cast("dict[str, Any]", item).get(name, default) if type(item) is dict else getattr(item, name, default)


def hidden_in(item: object) -> frozenset[str]:
    """Return the fields that an item's class keeps out of texts, by `repr=False`."""
    cls = item.__class__
    return frozenset(field.name for field in members_of(cls) if not field.repr) if is_record(cls) else frozenset()
