"""Typed dictionaries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from dynamo_document_builder.schema.hints import hints_of, may_be_missing
from dynamo_document_builder.schema.libraries.base import ABSENT, Adapter, Field
from dynamo_document_builder.schema.marks import marks_of

if TYPE_CHECKING:
    from collections.abc import Mapping


class TypedDictAdapter(Adapter):
    """One `TypedDict`: its dictionaries are what they hold."""

    def __init__(self, cls: Any) -> None:
        super().__init__(cls)
        self.fields = tuple(_field(cls, name, hint) for name, hint in hints_of(cls).items())

    def value(self, item: Any, name: str) -> Any:
        return cast("Mapping[str, Any]", item).get(name, ABSENT)

    def taken(self, field: Field, unset: str) -> str:
        return f"o.get({field.name!r}, {unset})" if field.missing else f"o[{field.name!r}]"

    def make(self, arguments: dict[str, Any], /) -> Any:
        return arguments

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        return dict(values)


def _field(cls: Any, name: str, hint: Any) -> Field:
    missing = may_be_missing(cls, name, hint)
    return Field(
        name=name, annotation=hint, marks=marks_of(hint), argument=name, has_default=missing, missing=missing
    )
