"""Reads with `skip_validation=True`: a value that does not fit the schema is returned as it is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.schema.codegen.records import empty_set
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.type_guards import is_dict, is_list, split_wire
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind


def read_as_stored(kind: RecordKind, stored: Mapping[str, Any]) -> Any:
    """Return an object that holds the stored values without validation; required fields that are absent are `None`."""
    adapter = kind.layout.adapter
    values: dict[str, Any] = {}
    for info in kind.layout.stored_fields:
        if info.attribute in stored:
            values[info.name] = _value(info, stored[info.attribute])
        elif info.kind.is_set and not (info.optional or info.null or info.missing):
            values[info.name] = empty_set(info.kind)()
        elif info.optional or not (info.missing or info.has_default):
            values[info.name] = None
    if kind.layout.rest_field is not None and kind.layout.rest is not None:
        known = kind.layout.rest.known
        values[kind.layout.rest_field.name] = {
            name: untyped_value(one) for name, one in stored.items() if name not in known
        }
    by_argument = {
        field.argument: values[field.name] for field in adapter.fields if field.init and field.name in values
    }
    try:
        made = adapter.make_trusted(by_argument)
    except Exception:  # noqa: BLE001  the class may refuse these values in any way
        return adapter.make_bare({**{field.name: None for field in adapter.fields}, **values})
    for field in adapter.fields:
        if not field.init and field.name in values and not kind.fields[field.name].derived:
            adapter.restore_trusted(made, field.name, values[field.name])
    return made


def _value(info: FieldInfo, wire: Any) -> Any:
    if info.optional and wire == {"NULL": True}:
        return None
    return _of_kind(info.kind, wire)


def _of_kind(kind: Kind, wire: Any) -> Any:
    wire_type, inner = split_wire(wire)
    of = kind.of if isinstance(kind, RecursiveKind) else kind
    if isinstance(of, RecordKind) and wire_type == "M" and is_dict(inner):
        return read_as_stored(of, inner)
    try:
        return kind.decode_wire(wire)
    except MisfitError:
        pass
    element = kind.element()
    if wire_type == "L" and is_list(inner) and element is not None:
        return [_of_kind(element, one) for one in inner]
    return untyped_value(wire)
