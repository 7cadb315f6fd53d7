"""The items of a file put into a table, so that what was interrupted goes on where it was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins

from dynamo_document_builder.changesets.edits import item_of
from dynamo_document_builder.cli.side_file import SideFile
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dynamo_document_builder.facade.entity import Entity

BATCH = 25


class Progress(Struct):
    """How far it is: all counts are of what was written or put aside for certain."""

    bytes: int = 0
    lines: int = 0
    items: int = 0
    rejected: int = 0


def imported(entity: Entity[Any], path: Path, *, rejects: Path | None, seen: Callable[[int], None]) -> Progress:
    """Put the items of a file; lines that do not fit stop it, or are put aside into *rejects*."""
    side = SideFile(path, "imported")
    progress = side.read(Progress) or Progress()
    with path.open("rb") as file:
        file.seek(progress.bytes)
        while lines := [line for _, line in zip(range(BATCH), iter(file.readline, b""), strict=False)]:
            items = list(_items(entity, lines, progress.lines, rejects))
            if items:
                entity.send(BatchWrite(_distinct(entity, items), check_version=False))
            progress.lines += len(lines)
            progress.items += len(items)
            progress.rejected += len(lines) - len(items)
            progress.bytes = file.tell()
            side.keep(to_builtins(progress))
            seen(progress.items)
    side.forget()
    return progress


def _distinct(entity: Entity[Any], items: list[Any]) -> list[Any]:
    """Leave out all but the last of equal keys: a batch takes each item once, and the last line is to win."""
    return list({entity.encode_key(item): item for item in items}.values())


def _items(entity: Entity[Any], lines: list[bytes], before: int, rejects: Path | None) -> Iterator[Any]:
    for offset, line in enumerate(lines, before + 1):
        try:
            yield _item(entity, line)
        except (DocumentBuilderError, ValueError, TypeError, RecursionError) as error:
            if rejects is None:
                raise UsageError(
                    f"line {offset} is no {entity.name}: {error}; what is before it was written"
                ) from error
            with rejects.open("ab") as aside:
                aside.write(line)


def _item(entity: Entity[Any], line: bytes) -> Any:
    wire = json.loads(line)
    if not is_mapping(wire):
        raise UsageError("it is no JSON object")
    item = item_of(entity, wire)
    entity.request(Put(item, check_version=False))  # what a write refuses is refused here, line by line
    return item
