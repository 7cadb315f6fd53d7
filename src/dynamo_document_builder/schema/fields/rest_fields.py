"""Which classes keep the attributes that no field has, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.kinds.open import AnyKind
from dynamo_document_builder.schema.kinds.records.rest import Rest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.kinds.base import FieldInfo
    from dynamo_document_builder.schema.libraries.base import Adapter


def rest_of(adapter: Adapter, fields: Mapping[str, FieldInfo]) -> Rest | None:
    """Return how a class keeps the attributes that no field has; `None` where they are left out."""
    kept = [info for info in fields.values() if info.rest]
    if len(kept) > 1:
        raise DefinitionError(
            f"schema {adapter.title!r}: {kept[0].name!r} and {kept[1].name!r} are both rest=True; one can be"
        )
    known = frozenset(info.stored for info in fields.values() if not info.rest).union(adapter.constants)
    if not kept:
        # An extra with the name of a field would be taken for that field when the class is called.
        return Rest(AnyKind(), known.union(fields), adapter.extras) if adapter.keeps_extras else None
    [info] = kept
    if not isinstance(info.kind, MapKind):
        raise DefinitionError(f"schema {adapter.title!r}, field {info.name!r}: rest=True is for dict[str, Any]")
    if adapter.keeps_extras:
        raise DefinitionError(
            f"schema {adapter.title!r}: {info.name!r} is rest=True, and extra='allow' keeps the same; say one of them"
        )
    return Rest(info.kind.of, known, lambda item: adapter.value(item, info.name), info.name, info.kind.expected)
