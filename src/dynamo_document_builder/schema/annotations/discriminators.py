"""Unions: which can be told apart when they are read, and what to say of the others."""

from __future__ import annotations

import typing
from typing import Any, Literal, cast

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import unwrapped
from dynamo_document_builder.schema.fields.metadata import metadata_of
from dynamo_document_builder.schema.kinds.choices import form_of
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.unions import Form, Record, UnionKind
from dynamo_document_builder.schema.libraries.lookup import is_record

if typing.TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.schema.kinds.base import Kind


def told_apart(kinds: Sequence[Kind]) -> UnionKind:
    """Return the kind of a union, if what is stored says which member it is."""
    records = [kind for kind in kinds if isinstance(kind, (RecordKind, RecursiveKind)) and is_record(kind.cls)]
    tagged, tag = _tagged(records) if len(records) > 1 else (dict[Form, Record](), "")
    others = [kind for kind in kinds if kind not in tagged.values()]
    seen = set[str]("M" if tagged else "")
    for kind in others:
        if not kind.tags or kind.tags & seen:
            raise DefinitionError(
                f"the members of {' | '.join(kind.expected for kind in kinds)} cannot be told apart by how they are "
                "stored: declare the one that takes both (Decimal and float take int), Any, or attrs classes that each "
                "have a field of one name with a Literal of its own, such as kind: Literal['card'] = 'card'"
            )
        seen |= kind.tags
    return UnionKind(others, tagged, tag)


def _tagged(records: Sequence[Record]) -> tuple[Mapping[Form, Record], str]:
    """Find the field that tells records apart, and each record by its value."""
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


def _literal_fields(record: Record) -> dict[str, tuple[Form, ...]]:
    of = record.of if isinstance(record, RecursiveKind) else record
    adapter = cast("RecordKind", of).plan.adapter
    found: dict[str, tuple[Form, ...]] = {name: (_form(tag),) for name, tag in adapter.constants.items()}
    for field in adapter.fields:
        metadata, choices = metadata_of(field.marks), _choices(field.annotation)
        if choices and metadata.codec is None:
            found[metadata.alias or field.rename or field.name] = tuple(map(_form, choices))
    return found


def _choices(annotation: Any) -> tuple[Any, ...]:
    annotation = unwrapped(annotation)
    choices = typing.get_args(annotation) if typing.get_origin(annotation) is Literal else ()
    return () if None in choices else choices  # what is None is not stored, and tells nothing


def _form(choice: Any) -> Form:
    form = form_of(choice)
    if isinstance(form, bool):
        return "BOOL", form
    return ("N", str(form)) if isinstance(form, int) else ("S", form)
