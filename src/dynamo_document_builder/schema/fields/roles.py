"""The fields of a schema whose values the library keeps by itself: a version, and two moments."""

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
    """Which field has which role."""

    version: FieldInfo | None = None
    created_at: FieldInfo | None = None
    updated_at: FieldInfo | None = None


def roles_in(fields: Mapping[str, FieldInfo]) -> Roles | None:
    """Return the roles of a schema's fields, `None` if none has one."""
    found: dict[Role, FieldInfo] = {}
    for info in fields.values():
        if info.role is None:
            continue
        other = found.setdefault(info.role, info)
        if other is not info:
            raise DefinitionError(f"fields {other.name!r} and {info.name!r} are both {info.role}=True; one can be")
    return Roles(**found) if found else None


def check_role(metadata: Metadata, kind: Kind, *, optional: bool, init: bool, required: bool) -> None:
    """Refuse a field that cannot have its role."""
    role = metadata.role
    if not init:
        raise DefinitionError(f"{role}=True is for a field that __init__ takes: the item that is stored is made by it")
    if metadata.null:
        raise DefinitionError(f"null=True has no use beside {role}=True: what is stored has a value there")
    if role == "version" and (optional or type(kind) is not IntKind):
        raise DefinitionError("version=True is for int that is never None: 0 stands for an item not stored yet")
    if role == "version" and not required:
        raise DefinitionError("version=True is for a required key: 0 stands for an item not stored yet")
    if role != "version" and not _stores_microseconds(kind):
        raise DefinitionError(
            f"{role}=True is for datetime with a timezone; a codec has to keep microseconds, or to say what is rounded="
        )


def _stores_microseconds(kind: Kind) -> bool:
    try:
        moment = kind.rounded_down(_DATETIME)
        back: object = kind.decode_wire(read_json(kind.encode(moment)))
    except Exception:  # noqa: BLE001  whatever it is: a kind that is not for moments, or a codec that does not take them
        return False
    return isinstance(back, datetime) and back == moment
