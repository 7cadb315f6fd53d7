"""Rules for the options and defaults of fields, checked when a schema is defined."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.roles import check_role, roles_in
from dynamo_document_builder.schema.libraries.base import UNCHECKED
from dynamo_document_builder.schema.round_trip.equality import are_equal
from dynamo_document_builder.schema.type_guards import type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.fields.metadata import Metadata
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
    from dynamo_document_builder.schema.libraries.base import Adapter, Field


def check_marks(metadata: Metadata, field: Field, kind: Kind, *, optional: bool) -> None:
    """Raise a `DefinitionError` if an option of `stored(...)` does not fit the field."""
    if metadata.null and not optional:
        raise DefinitionError("null=True is for a field that may be None")
    if metadata.derived and field.init:
        raise DefinitionError("derived=True is for a field that the class computes: one with init=False")
    if metadata.rest:
        others = metadata.alias or metadata.null or metadata.codec or metadata.role
        if not kind.is_map or optional or others or not field.init or field.missing:
            raise DefinitionError("rest=True needs a dict[str, Any] that is never None or missing, and no other option")
    if metadata.role is not None:
        check_role(metadata, kind, optional=optional, init=field.init, required=not field.missing)


def check_fields(adapter: Adapter, fields: Mapping[str, FieldInfo]) -> None:
    """Check the attribute names and roles of a schema's fields, and that every default can be stored."""
    check_names(adapter.title, fields)
    for name, default in adapter.constant_defaults().items():
        if name in fields and not fields[name].rest:
            _check_default(f"schema {adapter.title!r}, field {name!r}", adapter, fields[name], default)


def check_names(schema: str, fields: Mapping[str, FieldInfo]) -> None:
    """Raise a `DefinitionError` if two fields have the same attribute name or the same role."""
    seen: dict[str, str] = {}
    for info in fields.values():
        other = seen.setdefault(info.attribute, info.name)
        if other != info.name:
            raise DefinitionError(
                f"schema {schema!r}: fields {other!r} and {info.name!r} are both stored as {info.attribute!r}"
            )
    try:
        roles_in(fields)
    except DefinitionError as error:
        raise DefinitionError(f"schema {schema!r}: {error}") from error


def _is_of_another_type(default: Any, made: Any) -> bool:
    return type(made) is not type(default) and made is not None and default is not None and not are_equal(made, default)


_PLAIN: Final = (str, int, bool, float, bytes, Decimal)


def _check_default(place: str, adapter: Adapter, info: FieldInfo, default: Any) -> None:
    if adapter.runs_user_code:
        try:
            made = adapter.validated(info.name, default)
        except Exception as error:
            raise DefinitionError(
                f"{place}: the class refuses its own default with {type(error).__name__}, so what is written with it "
                "could not be read"
            ) from error
        if adapter.validates_default(info.name):
            default = made
        elif made is not UNCHECKED and _is_of_another_type(default, made):
            raise DefinitionError(
                f"{place}: its default does not fit: expected {info.kind.expected}, found {type_name(default)}"
            )
    if default is UNCHECKED or (default is None and (info.optional or info.null)):
        return
    if type(default) in _PLAIN and type(default).__name__ == info.kind.expected:
        return
    if info.kind.is_set and not default:
        return
    try:
        info.kind.encode(default)
    except MisfitError as error:
        failure = error.failures[0]
        raise DefinitionError(
            f"{place}: its default does not fit: expected {failure.expected}, found {failure.found}"
        ) from error
