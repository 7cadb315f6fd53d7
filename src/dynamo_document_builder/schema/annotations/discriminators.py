"""Finds the discriminator of a union: the field or the wire type that tells which member a stored value is."""

from __future__ import annotations

import typing
from typing import Any, Literal, cast

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import unwrapped
from dynamo_document_builder.schema.fields.metadata import metadata_of
from dynamo_document_builder.schema.kinds.choices import choice_value
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.unions import Record, UnionKind, WireValue
from dynamo_document_builder.schema.libraries.lookup import is_record

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.schema.kinds.base import Kind


def discriminated_union(kinds: Sequence[Kind]) -> UnionKind:
    """Return the kind of a union; raises `DefinitionError` if stored values do not tell which member they are."""
    records = [kind for kind in kinds if isinstance(kind, (RecordKind, RecursiveKind)) and is_record(kind.cls)]
    by_value, discriminator = _discriminator(records) if len(records) > 1 else (dict[WireValue, Record](), "")
    others = [kind for kind in kinds if kind not in by_value.values()]
    seen = set[str]("M" if by_value else "")
    for kind in others:
        if not kind.wire_types or kind.wire_types & seen:
            raise DefinitionError(
                f"the members of {' | '.join(kind.expected for kind in kinds)} cannot be told apart by how they are "
                "stored: declare the one that takes both (Decimal and float take int), Any, or attrs classes that each "
                "have a field of one name with a Literal of its own, such as kind: Literal['card'] = 'card'"
            )
        seen |= kind.wire_types
    return UnionKind(others, by_value, discriminator)


def _discriminator(records: Sequence[Record]) -> tuple[Mapping[WireValue, Record], str]:
    """Return each record by the value of the discriminator, and the attribute name of the discriminator."""
    literals = [_literal_fields(record) for record in records]
    for stored in literals[0]:
        forms = [fields.get(stored, ()) for fields in literals]
        together = [form for given in forms for form in given]
        if all(forms) and len(set(together)) == len(together):
            pairs = zip(records, forms, strict=True)
            return {form: record for record, given in pairs for form in given}, stored
    names = ", ".join(record.expected for record in records)
    raise DefinitionError(
        f"{names} cannot be told apart when they are read: give each a field of one name with its own Literal, "
        "such as kind: Literal['card'] = 'card'"
    )


def _literal_fields(record: Record) -> dict[str, tuple[WireValue, ...]]:
    of = record.of if isinstance(record, RecursiveKind) else record
    adapter = cast("RecordKind", of).layout.adapter
    found: dict[str, tuple[WireValue, ...]] = {name: (_wire_value(value),) for name, value in adapter.constants.items()}
    for field in adapter.fields:
        metadata, choices = metadata_of(field.marks), _choices(field.annotation)
        if choices and metadata.codec is None:
            found[metadata.alias or field.rename or field.name] = tuple(map(_wire_value, choices))
    return found


def _choices(annotation: Any) -> tuple[Any, ...]:
    annotation = unwrapped(annotation)
    choices = typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()
    return () if None in choices else choices  # None is not stored, so it cannot be a discriminator


def _wire_value(choice: Any) -> WireValue:
    value = choice_value(choice)
    if isinstance(value, bool):
        return "BOOL", value
    return ("N", str(value)) if isinstance(value, int) else ("S", value)
