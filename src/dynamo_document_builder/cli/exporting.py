"""All items of an entity written to a file, by as many readers as people ask for."""

from __future__ import annotations

import json
import os
from concurrent.futures import ThreadPoolExecutor, as_completed
from threading import Event, Lock
from typing import TYPE_CHECKING, Any, BinaryIO

from attrs import evolve
from msgspec import Struct, to_builtins

from dynamo_document_builder.changesets.edits import wire_of
from dynamo_document_builder.cli.side_file import SideFile
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.model.unfit import OnUnfit
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
    unfit: int = 0
    """How many items do not fit, and were put aside."""
    unfit_bytes: int = 0
    """The length of the file that they are in."""


def exported(
    entity: Entity[Any],
    path: Path,
    *,
    page_size: int | None,
    segments: int | None,
    seen: Callable[[int], None],
    on_unfit: OnUnfit = "raise",
) -> Progress:
    """Write all items of an entity to a file, one in each line; *seen* is told after each page how many there are."""
    side = SideFile(path, "cursor")
    progress = _begun(path, side.read(Progress), segments)
    side.keep(to_builtins(progress))  # first, so that whatever is in the files is known to be unfinished
    with _opened(path, progress.bytes) as file:
        _Export(entity, file, aside_of(path), side, progress, seen).run(Scan(page_size=page_size, on_unfit=on_unfit))
    side.forget()
    return progress


def aside_of(path: Path) -> Path:
    """Return the file for items that do not fit."""
    return path.with_name(f"{path.name}.unfit")


def _begun(path: Path, before: Progress | None, segments: int | None) -> Progress:
    if before is None:
        for file in (path, aside_of(path)):
            if file.exists():
                raise UsageError(f"{file} is there already, and no interrupted export of it: give another name")
        return Progress([Segment() for _ in range(segments or 1)])
    begun = len(before.segments)
    if segments not in (None, begun):
        raise UsageError(f"{path} was begun in {begun} segments, and goes on in as many: leave --segments out")
    return before


def _opened(path: Path, length: int) -> BinaryIO:
    """Open a file to be written on, without what is unfinished."""
    file = path.open("r+b" if path.exists() else "xb")
    file.truncate(length)
    file.seek(0, os.SEEK_END)
    return file


def _lines(items: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join([f"{json.dumps(item, ensure_ascii=False)}\n" for item in items]).encode()


class _Export:
    """One run. Readers take turns at the files, a page at a time."""

    def __init__(
        self,
        entity: Entity[Any],
        file: BinaryIO,
        aside: Path,
        side: SideFile,
        progress: Progress,
        seen: Callable[[int], None],
    ) -> None:
        self.entity, self.file, self.aside, self.side = entity, file, aside, side
        self.progress, self.seen = progress, seen
        self.turn, self.over = Lock(), Event()

    def run(self, scan: Scan[Any]) -> None:
        """Read all segments that are not done; if one cannot, the others stop after the page they are at."""
        places = [place for place, segment in enumerate(self.progress.segments) if not segment.done]
        with ThreadPoolExecutor(len(self.progress.segments), "ddb-export") as readers:
            try:
                for done in as_completed([readers.submit(self._read, place, scan) for place in places]):
                    done.result()
            finally:
                self.over.set()

    def _read(self, place: int, scan: Scan[Any]) -> None:
        for page in self.entity.paginate(self._part(place, scan)):
            lines = _lines(wire_of(self.entity, item) for item in page.items)
            with self.turn:
                if self.over.is_set():
                    return
                self._keep(self.progress.segments[place], page, lines)

    def _part(self, place: int, scan: Any) -> Any:
        count, cursor = len(self.progress.segments), self.progress.segments[place].cursor
        if count == 1:
            return evolve(scan, start=cursor)
        return evolve(scan, start=cursor, segment=place, total_segments=count)

    def _keep(self, segment: Segment, page: Page[Any], lines: bytes) -> None:
        progress = self.progress
        progress.bytes = _written(self.file, lines)
        if page.unfit or self.aside.exists():
            with _opened(self.aside, progress.unfit_bytes) as aside:
                progress.unfit_bytes = _written(aside, _lines(one.item for one in page.unfit))
        segment.cursor, segment.done = page.cursor, page.cursor is None
        progress.count += len(page.items)
        progress.unfit += len(page.unfit)
        self.side.keep(to_builtins(progress))
        self.seen(progress.count)


def _written(file: BinaryIO, lines: bytes) -> int:
    """Write to a file for good, and return how long it is now."""
    file.write(lines)
    file.flush()
    os.fsync(file.fileno())
    return file.tell()
