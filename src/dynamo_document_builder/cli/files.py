"""Items in files of JSON lines, written and read so that what was interrupted goes on where it was."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.changesets.edits import item_of, wire_of
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.errors import DocumentBuilderError, UsageError
from dynamo_document_builder.wire.guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from dynamo_document_builder.facade.entity import Entity

BATCH = 25


class SideFile:
    """What is known of an interrupted run, beside its file; written whole or not at all."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path.with_name(f"{path.name}.{what}")

    def read(self) -> dict[str, Any]:
        """Return what was kept, nothing if there was no run."""
        if not self.path.exists():
            return {}
        found: Any = json.loads(self.path.read_text())
        return dict(found) if is_mapping(found) else {}

    def keep(self, **facts: Any) -> None:
        """Keep what is needed to go on."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(json.dumps(facts))
        os.replace(new, self.path)  # noqa: PTH105  Path.replace says no more

    def forget(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)


def exported(entity: Entity[Any], path: Path, *, page_size: int | None, seen: Callable[[int], None]) -> int:
    """Write all items of an entity to a file, one in each line; *seen* is told after each page how many there are."""
    side = SideFile(path, "cursor")
    before = side.read()
    if path.exists() and not before:
        raise UsageError(f"{path} is there already, and no interrupted export of it: give another name")
    count = int(before.get("count", 0))
    side.keep(**{"bytes": 0, "count": 0, **before})  # first, so that whatever is in the file is known to be unfinished
    with path.open("r+b" if path.exists() else "xb") as file:
        file.truncate(int(before.get("bytes", 0)))
        file.seek(0, os.SEEK_END)
        for page in entity.paginate(Scan(page_size=page_size, start=before.get("cursor"))):
            for item in page.items:
                file.write(json.dumps(wire_of(entity, item), ensure_ascii=False).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            count += len(page.items)
            if page.cursor is not None:
                side.keep(cursor=page.cursor, bytes=file.tell(), count=count)
            seen(count)
    side.forget()
    return count


def imported(entity: Entity[Any], path: Path, *, rejects: Path | None, seen: Callable[[int], None]) -> tuple[int, int]:
    """Put the items of a file; return how many, and how many lines did not fit and were put aside."""
    side = SideFile(path, "imported")
    before = side.read()
    done, rejected = int(before.get("items", 0)), int(before.get("rejected", 0))
    with path.open("rb") as file:
        file.seek(int(before.get("bytes", 0)))
        number = int(before.get("lines", 0))
        while True:
            lines = [line for _, line in zip(range(BATCH), iter(file.readline, b""), strict=False)]
            if not lines:
                break
            items = list(_items(entity, lines, number, rejects))
            if items:
                entity.send(BatchWrite(_distinct(entity, items), check_version=False))
            number += len(lines)
            done, rejected = done + len(items), rejected + len(lines) - len(items)
            side.keep(bytes=file.tell(), lines=number, items=done, rejected=rejected)
            seen(done)
    side.forget()
    return done, rejected


def _distinct(entity: Entity[Any], items: list[Any]) -> list[Any]:
    """Leave out all but the last of equal keys: a batch takes each item once, and the last line is to win."""
    return list({entity.encode_key(item): item for item in items}.values())


def _items(entity: Entity[Any], lines: list[bytes], before: int, rejects: Path | None) -> Iterator[Any]:
    for offset, line in enumerate(lines, before + 1):
        try:
            yield _item(entity, line)
        except (DocumentBuilderError, ValueError, TypeError) as error:
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
    entity.encode(item)
    return item
