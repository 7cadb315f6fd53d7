"""All items of an entity written to a file, by as many readers as people ask for."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from msgspec import Struct, to_builtins

from dynamo_document_builder.changesets.edits import wire_of
from dynamo_document_builder.cli.side_file import SideFile
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.paging.page import Page


class Segment(Struct):
    """How far one reader is."""

    cursor: str | None = None
    done: bool = False


class Progress(Struct):
    """How far all are: what is needed to go on."""

    segments: list[Segment]
    count: int = 0
    bytes: int = 0
    """The length of the file with all that is counted; what is behind that is unfinished."""


def exported(
    entity: Entity[Any], path: Path, *, page_size: int | None, segments: int | None, seen: Callable[[int], None]
) -> int:
    """Write all items of an entity to a file, one in each line; *seen* is told after each page how many there are."""
    side = SideFile(path, "cursor")
    progress = _begun(path, side.read(Progress), segments)
    side.keep(to_builtins(progress))  # first, so that whatever is in the file is known to be unfinished
    with path.open("r+b" if path.exists() else "xb") as file:
        file.truncate(progress.bytes)
        file.seek(0, os.SEEK_END)
        _Export(entity, file, side, progress, seen).run(page_size)
    side.forget()
    return progress.count


def _begun(path: Path, before: Progress | None, segments: int | None) -> Progress:
    if before is None:
        if path.exists():
            raise UsageError(f"{path} is there already, and no interrupted export of it: give another name")
        return Progress([Segment() for _ in range(segments or 1)])
    begun = len(before.segments)
    if segments not in (None, begun):
        raise UsageError(f"{path} was begun in {begun} segments, and goes on in as many: leave --segments out")
    return before


class _Export:
    """One run. Readers take turns at the file, a page at a time."""

    def __init__(
        self, entity: Entity[Any], file: BinaryIO, side: SideFile, progress: Progress, seen: Callable[[int], None]
    ) -> None:
        self.entity, self.file, self.side, self.progress, self.seen = entity, file, side, progress, seen
        self.turn, self.over = Lock(), Event()

    def run(self, page_size: int | None) -> None:
        """Read all segments that are not done; if one cannot, the others stop after the page they are at."""
        places = [place for place, segment in enumerate(self.progress.segments) if not segment.done]
        with ThreadPoolExecutor(len(self.progress.segments), "ddb-export") as readers:
            try:
                for done in as_completed([readers.submit(self._read, place, page_size) for place in places]):
                    done.result()
            finally:
                self.over.set()

    def _read(self, place: int, page_size: int | None) -> None:
        for page in self.entity.paginate(self._scan(place, page_size)):
            lines = [f"{json.dumps(wire_of(self.entity, item), ensure_ascii=False)}\n" for item in page.items]
            with self.turn:
                if self.over.is_set():
                    return
                self._keep(self.progress.segments[place], page, "".join(lines).encode())

    def _scan(self, place: int, page_size: int | None) -> Any:
        count, cursor = len(self.progress.segments), self.progress.segments[place].cursor
        if count == 1:
            return Scan(page_size=page_size, start=cursor)
        return Scan(page_size=page_size, start=cursor, segment=place, total_segments=count)

    def _keep(self, segment: Segment, page: Page[Any], lines: bytes) -> None:
        self.file.write(lines)
        self.file.flush()
        os.fsync(self.file.fileno())
        segment.cursor, segment.done = page.cursor, page.cursor is None
        self.progress.count += len(page.items)
        self.progress.bytes = self.file.tell()
        self.side.keep(to_builtins(self.progress))
        self.seen(self.progress.count)
