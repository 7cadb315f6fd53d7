"""Keys in DynamoDB JSON, from the fields of an entity or the stored attributes of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.commands.get import Get
from dynamo_document_builder.facade.entity import Entity
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import untyped_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.facade.table import Table


def stored_keys(
    where: Entity[Any] | Table | str, keys: Iterable[Mapping[str, Any]]
) -> tuple[str, list[dict[str, Any]]]:
    """Return the name of the table, and the keys in DynamoDB JSON."""
    if isinstance(where, Entity):
        return where.table.name, [where.request(Get(key)).payload["Key"] for key in keys]
    name = where if isinstance(where, str) else where.name
    return name, [{part: read_json(untyped_text(value)) for part, value in key.items()} for key in keys]
