"""Writes all items of an entity to a file or a stream, with one thread for each segment of the scan."""

from __future__ import annotations

import json
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any, BinaryIO, Self

from attrs import evolve, frozen
from msgspec import Struct

from dynamo_document_builder.changesets.item_values import wire_of
from dynamo_document_builder.cli.transfer.appended_file import AppendedFile, Mark, OutputStream
from dynamo_document_builder.cli.transfer.side_file import SideFile, check_files, check_new
from dynamo_document_builder.commands.scan import Scan
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.wire.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from dynamo_document_builder.facade.entity import Entity
    from dynamo_document_builder.model.reading.unfit import OnUnfit
    from dynamo_document_builder.paging.page import Page


class Segment(Struct):
    """The progress of one segment."""

    cursor: str | None = None
    done: bool = False


class Progress(Struct):
    """The progress of an export, from which an interrupted run is resumed."""

    segments: list[Segment]
    identity: dict[str, str]
    """The entity, table and options. A resumed run must have the same."""
    count: int = 0
    written: Mark = Mark()
    unfit: int = 0
    """The number of items that do not fit the schema and were put aside."""
    unfit_written: Mark = Mark()

    @property
    def has_begun(self) -> bool:
        """True if at least one page was written."""
        return any(segment.done or segment.cursor is not None for segment in self.segments)


@frozen(kw_only=True)
class ExportOptions:
    """The options of an export."""

    page_size: int | None = None
    segments: int | None = None
    on_unfit: OnUnfit = "raise"
    aside: Path | None = None
    """The file for items that do not fit the schema."""
    wrapped: bool = False
    """Each line is `{"Item": ...}`, as in the files that DynamoDB exports to S3 and imports from there."""

    def lines(self, items: Iterable[Mapping[str, Any]]) -> bytes:
        """Return the lines of items in DynamoDB JSON."""
        wrapped = ({"Item": item} for item in items) if self.wrapped else items
        return "".join([f"{json.dumps(item, ensure_ascii=False)}\n" for item in wrapped]).encode()

    @property
    def identity(self) -> dict[str, str]:
        """The options that must be the same when the export is resumed."""
        return {
            "--on-unfit": "" if self.on_unfit == "raise" else self.on_unfit,
            "--rejects": "" if self.aside is None else str(self.aside.resolve()),
            "--wrapped": "yes" if self.wrapped else "",
        }


def export_to_file(
    entity: Entity[Any],
    path: Path,
    *,
    page_size: int | None,
    segments: int | None,
    on_progress: Callable[[int], None],
    on_unfit: OnUnfit = "raise",
    rejects: Path | None = None,
    wrapped: bool = False,
    source: Mapping[str, str] | None = None,
    restart: bool = False,
) -> Progress:
    """
    Write all items of an entity to a file, one per line, or resume an interrupted run.

    *on_progress* is called after each page with the number of items so far. If *on_unfit* is "collect", items that do
    not fit the schema are written to *rejects*; by default a file next to *path*. *source* identifies the table.
    """
    options = ExportOptions(
        page_size=page_size,
        segments=segments,
        on_unfit=on_unfit,
        aside=(rejects or unfit_file_of(path)) if on_unfit == "collect" else None,
        wrapped=wrapped,
    )
    check_files(path, options.aside)
    side = SideFile(path, "cursor")
    identity = {"entity": entity.name, "table": entity.table.name, **(source or {}), **options.identity}
    with side.exclusive_run():
        progress = side.load_or_start(
            Progress,
            identity,
            lambda: _new_progress(options, identity),
            own=[path],
            aside=options.aside,
            restart=restart,
        )
        if segments not in (None, len(progress.segments)):
            begun = len(progress.segments)
            raise UsageError(
                f"{path} was started with {begun} segments, and must be resumed with as many: leave --segments out"
            )
        # The progress is saved before the files are opened, so that lines that are not recorded count as unfinished.
        side.save(progress)
        with _Files(path, options, progress) as files:
            _Export(entity, options, progress, files, on_progress, lambda: side.save(progress)).run()
        side.delete()
    return progress


def export_to_stream(
    entity: Entity[Any],
    stream: BinaryIO,
    *,
    page_size: int | None,
    segments: int | None,
    on_progress: Callable[[int], None],
    on_unfit: OnUnfit = "raise",
    rejects: Path | None = None,
    wrapped: bool = False,
) -> Progress:
    """Write all items of an entity to a stream, as `export_to_file` does. The run cannot be resumed."""
    options = ExportOptions(page_size=page_size, segments=segments, on_unfit=on_unfit, aside=rejects, wrapped=wrapped)
    if rejects is not None:
        check_new(rejects)
    progress = _new_progress(options, {})
    with _Files(stream, options, progress) as files:
        _Export(entity, options, progress, files, on_progress, lambda: None).run()
    return progress


def unfit_file_of(path: Path) -> Path:
    """Return the default file for items that do not fit the schema."""
    return path.with_name(f"{path.name}.unfit")


def _new_progress(options: ExportOptions, identity: dict[str, str]) -> Progress:
    return Progress([Segment() for _ in range(options.segments or 1)], identity)


class _Files:
    """The file for items, and the file for items that do not fit, which is created for the first such item."""

    def __init__(self, target: Path | BinaryIO, options: ExportOptions, progress: Progress) -> None:
        self._path = options.aside
        self._aside: AppendedFile | None = None
        self._open = ExitStack()
        self._target = AppendedFile(target, progress.written) if isinstance(target, Path) else OutputStream(target)
        self._open.callback(self._target.close)
        try:
            if self._path is not None and (self._path.exists() or progress.unfit_written.bytes):
                self._put_aside(self._path, progress)
        except BaseException:
            self._open.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def _put_aside(self, path: Path, progress: Progress) -> None:
        self._aside = AppendedFile(path, progress.unfit_written)
        self._open.callback(self._aside.close)

    def add(self, progress: Progress, lines: bytes, unfit: bytes) -> None:
        """Write the lines of one page to disk, and record the valid parts of the files in the progress."""
        progress.written = self._target.add(lines)
        if self._aside is None and unfit and self._path is not None:
            self._put_aside(self._path, progress)
        if self._aside is not None:
            progress.unfit_written = self._aside.add(unfit)


class _Export:
    """One run. Each segment has a thread, and the threads write whole pages, one at a time."""

    def __init__(
        self,
        entity: Entity[Any],
        options: ExportOptions,
        progress: Progress,
        files: _Files,
        on_progress: Callable[[int], None],
        save: Callable[[], None],
    ) -> None:
        self.entity, self.options, self.progress = entity, options, progress
        self.files, self.on_progress, self.save = files, on_progress, save
        self.write_lock, self.stopped = Lock(), Event()

    def run(self) -> None:
        """Read all segments that are not done. After an error in one of them, the others stop at their next page."""
        places = [place for place, segment in enumerate(self.progress.segments) if not segment.done]
        if len(places) == 1:
            self._read(places[0])
            return
        ends: SimpleQueue[BaseException | None] = SimpleQueue()
        for place in places:
            # Daemon threads, because one may wait for a server that never answers.
            Thread(target=self._reader, args=(place, ends), name=f"ddb-export-{place}", daemon=True).start()
        try:
            for _ in places:
                error = ends.get()
                if error is not None:
                    raise error
        finally:
            with self.write_lock:  # no thread writes to the files after this
                self.stopped.set()

    def _reader(self, place: int, ends: SimpleQueue[BaseException | None]) -> None:
        try:
            self._read(place)
        except BaseException as error:  # noqa: BLE001  raised again in the main thread
            ends.put(error)
        else:
            ends.put(None)

    def _read(self, place: int) -> None:
        for page in self.entity.paginate(self._scan(place)):
            items, unfit = self._split(page)
            with self.write_lock:
                if self.stopped.is_set():
                    return
                self._add(self.progress.segments[place], page.cursor, items, unfit)

    def _split(self, page: Page[Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Return the items of a page in DynamoDB JSON: those that fit the schema, and those that do not."""
        items: list[Mapping[str, Any]] = []
        unfit = [one.item for one in page.unfit]
        for item in page.items:
            try:
                items.append(wire_of(self.entity.__model__, item))
            except (MisfitError, UsageError) as error:  # the item can be read, but not written back
                stored = self._stored(item)
                if stored is None:  # deleted since the page was read
                    continue
                if self.options.on_unfit == "raise":
                    refusal = FieldFailure("", "an item that can be put", str(error))
                    failures = getattr(error, "failures", ()) or (refusal,)
                    raise self.entity.__model__.stored_item_error(
                        stored, failures, self.entity.__model__.codec.name
                    ) from error
                if self.options.on_unfit == "collect":
                    unfit.append(stored)
        return items, unfit

    def _stored(self, item: Any) -> Mapping[str, Any] | None:
        table = self.entity.table
        body = f'{{{table.__named__},"Key":{self.entity.__model__.encode_key(item)},"ConsistentRead":true}}'
        transport: Any = table.__connection__.transport
        found = json.loads(transport.send(Request("GetItem", body.encode(), (table.name,))).body)
        stored: Mapping[str, Any] | None = found.get("Item")
        return stored

    def _scan(self, place: int) -> Any:
        count, cursor = len(self.progress.segments), self.progress.segments[place].cursor
        scan: Any = Scan(page_size=self.options.page_size, on_unfit=self.options.on_unfit)
        if count == 1:
            return evolve(scan, start=cursor)
        return evolve(scan, start=cursor, segment=place, total_segments=count)

    def _add(
        self,
        segment: Segment,
        cursor: str | None,
        items: Sequence[Mapping[str, Any]],
        unfit: Sequence[Mapping[str, Any]],
    ) -> None:
        progress = self.progress
        self.files.add(progress, self.options.lines(items), self.options.lines(unfit))
        segment.cursor, segment.done = cursor, cursor is None
        progress.count += len(items)
        progress.unfit += len(unfit)
        self.save()
        self.on_progress(progress.count)
