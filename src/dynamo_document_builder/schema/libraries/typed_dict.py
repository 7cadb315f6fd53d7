"""The adapter of `TypedDict`."""

from __future__ import annotations

import typing
from copy import copy
from typing import TYPE_CHECKING, Any, cast

from dynamo_document_builder.schema.annotations.hints import hints_of, is_not_required
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.libraries.base import ABSENT, Adapter, Field
from dynamo_document_builder.schema.type_guards import is_dict, type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.codegen.source import Source


class TypedDictAdapter(Adapter):
    """One `TypedDict`; its objects are dictionaries."""

    def __init__(self, cls: Any) -> None:
        super().__init__(typing.get_origin(cls) or cls)
        self.fields = tuple(_field(self.cls, name, hint) for name, hint in hints_of(cls).items())
        self._names = frozenset(field.name for field in self.fields)

    def value(self, item: Any, name: str) -> Any:
        return cast("Mapping[str, Any]", item).get(name, ABSENT)

    def instance_test_code(self, source: Source, /) -> str:
        return f"type(o) is dict and o.keys() <= {source.bind(self._names, 'names')}"

    def mismatch(self, item: object, /) -> str:
        if not is_dict(item) or type(item) is not dict:
            return type_name(item)
        return "" if item.keys() <= self._names else "a key the TypedDict does not have"

    def access_code(self, field: Field, unset: str) -> str:
        return f"o.get({field.name!r}, {unset})" if field.missing else f"o[{field.name!r}]"

    def make(self, arguments: dict[str, Any], /) -> Any:
        return arguments

    def rebuild(self, item: Any, changes: Mapping[str, Any], *, trusted: bool) -> Any:  # noqa: ARG002  nothing is validated
        made = copy(item)  # with unknown keys, so that they are still reported
        made.update(changes)
        return made

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        return dict(values)


def _field(cls: Any, name: str, hint: Any) -> Field:
    missing = is_not_required(cls, name, hint)
    return Field(name=name, annotation=hint, marks=marks_of(hint), argument=name, has_default=missing, missing=missing)
