"""Roles: the fields whose values the library sets, which are the version and two timestamps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.kinds.scalars import IntKind
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.fields.metadata import Metadata, Role
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

_DATETIME: Final = datetime(2000, 1, 2, 3, 4, 5, 678_901, UTC)
"""A datetime with microseconds: a field that the library sets must store every digit."""


class Roles(Struct, frozen=True):
    """The field for each role, `None` if the schema has no such field."""

    version: FieldInfo | None = None
    created_at: FieldInfo | None = None
    updated_at: FieldInfo | None = None


def roles_in(fields: Mapping[str, FieldInfo]) -> Roles | None:
    """Return the roles of a schema's fields, `None` if no field has a role."""
    found: dict[Role, FieldInfo] = {}
    for info in fields.values():
        if info.role is None:
            continue
        other = found.setdefault(info.role, info)
        if other is not info:
            raise DefinitionError(
                f"fields {other.name!r} and {info.name!r} are both {info.role}=True; keep one of them"
            )
    return Roles(**found) if found else None


def check_role(metadata: Metadata, kind: Kind, *, optional: bool, init: bool, required: bool) -> None:
    """Raise a `DefinitionError` if a field cannot have its role."""
    role = metadata.role
    if not init:
        raise DefinitionError(f"{role}=True needs a field that __init__ takes: the library calls the class to set it")
    if metadata.null:
        raise DefinitionError(f"null=True cannot be used with {role}=True: the stored field is never None")
    if role == "version" and (optional or type(kind) is not IntKind):
        raise DefinitionError("version=True needs an int that is never None: 0 means that the item is not stored yet")
    if role == "version" and not required:
        raise DefinitionError("version=True needs a required key: 0 means that the item is not stored yet")
    if role != "version" and not _stores_microseconds(kind):
        raise DefinitionError(
            f"{role}=True needs a datetime with a timezone; its codec must store microseconds, or have rounded="
        )


def _stores_microseconds(kind: Kind) -> bool:
    try:
        stored_value = kind.rounded_down(_DATETIME)
        back: object = kind.decode_wire(read_json(kind.encode(stored_value)))
    except Exception:  # noqa: BLE001  a kind of another type, and a codec, may raise anything
        return False
    return isinstance(back, datetime) and back == stored_value
