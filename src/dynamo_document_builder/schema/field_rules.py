"""What must be true of the fields of one schema together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.roles import roles_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.kinds.base import FieldInfo


def check_fields(schema: str, fields: Mapping[str, FieldInfo]) -> None:
    """Refuse two fields that are stored as one, or that have one role."""
    _check_stored_names(schema, fields)
    try:
        roles_in(fields)
    except DefinitionError as error:
        raise DefinitionError(f"schema {schema!r}: {error}") from error


def _check_stored_names(schema: str, fields: Mapping[str, FieldInfo]) -> None:
    seen: dict[str, str] = {}
    for info in fields.values():
        other = seen.setdefault(info.stored, info.name)
        if other != info.name:
            raise DefinitionError(
                f"schema {schema!r}: fields {other!r} and {info.name!r} are both stored as {info.stored!r}"
            )
