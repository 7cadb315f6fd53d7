"""Checks of a projection class, before the request: its fields must be a subset of the schema's fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.texts import suggestion
from dynamo_document_builder.expressions.rendering.rendering import wire_types_of
from dynamo_document_builder.schema.kinds.records.record import RecordKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.schema.items.registry import Codec
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind


def check_subset(part: RecordKind, whole: Codec[Any], keys: tuple[str, ...]) -> Iterator[str]:
    """Yield a text for each field of a projection class that the items of *whole* do not have in this form."""
    for info in part.fields.values():
        if info.derived:  # computed by the class, not stored
            continue
        source = whole.kind.member(info.name)
        if source is not None:
            yield from _check_field(part.expected, info, whole.name, source)
        elif info.attribute not in keys:
            known = (*whole.kind.member_names(), *keys)
            advice = suggestion(info.name, known)
            yield f"{part.expected} has a field {info.name!r}, which {whole.name} does not have; {advice}"


def _check_field(part: str, info: FieldInfo, whole: str, source: FieldInfo) -> Iterator[str]:
    name = repr(info.name)
    if info.attribute != source.attribute:
        yield f"field {name} is stored as {source.attribute!r} in {whole}, and as {info.attribute!r} in {part}"
    if source.missing_in and not info.may_be_absent:
        lacking = " and ".join(source.missing_in)
        yield f"field {name} is not in {lacking}, so it must be optional in {part}, or have a default"
    elif source.optional and not info.may_be_absent:
        yield f"field {name} may be None in {whole}, so it must be optional in {part} too"
    if not _may_hold(info.kind, source.kind):
        yield f"field {name} is {source.kind.expected} in {whole}, which {info.kind.expected} in {part} cannot hold"
    elif isinstance(info.kind, RecordKind):
        yield from _check_inner(info.kind, source.kind, f"{part}.{info.name}")


def _check_inner(part: RecordKind, source: Kind, place: str) -> Iterator[str]:
    for info in part.fields.values():
        if info.derived:
            continue
        member = source.member(info.name)
        if member is not None:
            yield from _check_field(place, info, source.expected, member)
        elif not info.may_be_absent:
            yield f"{place} has a field {info.name!r}, which {source.expected} does not have"


def _may_hold(kind: Kind, source: Kind) -> bool:
    tags, found = wire_types_of(kind), wire_types_of(source)
    return tags is None or found is None or found <= tags
