"""The fields of a schema whose values the library keeps by itself: a version, and two moments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.fields.metadata import Role
    from dynamo_document_builder.schema.kinds.base import FieldInfo


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
