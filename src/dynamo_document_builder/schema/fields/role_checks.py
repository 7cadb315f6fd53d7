"""Which fields can have a role."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.kinds.scalars import IntKind
from dynamo_document_builder.wire.json.text import read_json

_MOMENT: Final = datetime(2000, 1, 2, 3, 4, 5, 678_901, UTC)

if TYPE_CHECKING:
    from dynamo_document_builder.schema.fields.metadata import Metadata
    from dynamo_document_builder.schema.kinds.base import Kind


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
    if role != "version" and not _keeps_moments(kind):
        raise DefinitionError(
            f"{role}=True is for datetime with a timezone; a codec has to keep microseconds, or to say what is rounded="
        )


def _keeps_moments(kind: Kind) -> bool:
    try:
        moment = kind.storable(_MOMENT)
        back: object = kind.decode_wire(read_json(kind.encode(moment)))
    except Exception:  # noqa: BLE001  whatever it is: a kind that is not for moments, or a codec that does not take them
        return False
    return isinstance(back, datetime) and back == moment
