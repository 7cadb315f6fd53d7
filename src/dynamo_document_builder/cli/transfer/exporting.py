"""All items of an entity written to a file or a stream, by as many readers as people ask for."""

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
from dynamo_document_builder.cli.transfer.appended_file import Appended, Mark, Streamed
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
    """How far one reader is."""

    cursor: str | None = None
    done: bool = False


class Progress(Struct):
    """How far all are: what is needed to go on."""

    segments: list[Segment]
    identity: dict[str, str]
    """What is exported, from where, and how."""
    count: int = 0
    written: Mark = Mark()
    unfit: int = 0
    """How many items do not fit, and were put aside."""
    unfit_written: Mark = Mark()

    @property
    def has_begun(self) -> bool:
        """Whether anything is done that another run would have to know of."""
        return any(segment.done or segment.cursor is not None for segment in self.segments)


@frozen(kw_only=True)
class Choices:
    """How items are exported."""

    page_size: int | None = None
    segments: int | None = None
    on_unfit: OnUnfit = "raise"
    aside: Path | None = None
    """Where items that do not fit are put."""
    wrapped: bool = False
    """Each line is `{"Item": ...}`, as in the files that DynamoDB exports to S3 and imports from there."""

    def lines(self, items: Iterable[Mapping[str, Any]]) -> bytes:
        """Return the lines of items in DynamoDB JSON."""
        wrapped = ({"Item": item} for item in items) if self.wrapped else items
        return "".join([f"{json.dumps(item, ensure_ascii=False)}\n" for item in wrapped]).encode()

    @property
    def identity(self) -> dict[str, str]:
        """What of this must be the same when an export is resumed."""
        return {
            "--on-unfit": "" if self.on_unfit == "raise" else self.on_unfit,
            "--rejects": "" if self.aside is None else str(self.aside.resolve()),
            "--wrapped": "yes" if self.wrapped else "",
        }


def exported(
    entity: Entity[Any],
    path: Path,
    *,
    page_size: int | None,
    segments: int | None,
    seen: Callable[[int], None],
    on_unfit: OnUnfit = "raise",
    rejects: Path | None = None,
    wrapped: bool = False,
    source: Mapping[str, str] | None = None,
    restart: bool = False,
) -> Progress:
    """
    Write all items of an entity to a file, one in each line, or finish what an interrupted run began.

    *seen* is called after each page with the number of items so far. Items that do not fit are put into *rejects*, by
    default a file beside *path*, if *on_unfit* is "collect". *source* says where the items are, for the progress.
    """
    choices = Choices(
        page_size=page_size,
        segments=segments,
        on_unfit=on_unfit,
        aside=(rejects or aside_of(path)) if on_unfit == "collect" else None,
        wrapped=wrapped,
    )
    check_files(path, choices.aside)
    side = SideFile(path, "cursor")
    identity = {"entity": entity.name, "table": entity.table.name, **(source or {}), **choices.identity}
    with side.only_run():
        progress = side.begun(
            Progress, identity, lambda: _fresh(choices, identity), own=[path], aside=choices.aside, restart=restart
        )
        if segments not in (None, len(progress.segments)):
            begun = len(progress.segments)
            raise UsageError(f"{path} was begun in {begun} segments, and goes on in as many: leave --segments out")
        # First the progress, then the files: whatever is in them is known to be unfinished.
        side.keep(progress)
        with _Files(path, choices, progress) as files:
            _Export(entity, choices, progress, files, seen, lambda: side.keep(progress)).run()
        side.forget()
    return progress


def streamed(
    entity: Entity[Any],
    stream: BinaryIO,
    *,
    page_size: int | None,
    segments: int | None,
    seen: Callable[[int], None],
    on_unfit: OnUnfit = "raise",
    rejects: Path | None = None,
    wrapped: bool = False,
) -> Progress:
    """Write all items of an entity to a stream, as `exported` does to a file; it cannot be resumed."""
    choices = Choices(page_size=page_size, segments=segments, on_unfit=on_unfit, aside=rejects, wrapped=wrapped)
    if rejects is not None:
        check_new(rejects)
    progress = _fresh(choices, {})
    with _Files(stream, choices, progress) as files:
        _Export(entity, choices, progress, files, seen, lambda: None).run()
    return progress


def aside_of(path: Path) -> Path:
    """Return the file for items that do not fit."""
    return path.with_name(f"{path.name}.unfit")


def _fresh(choices: Choices, identity: dict[str, str]) -> Progress:
    return Progress([Segment() for _ in range(choices.segments or 1)], identity)


class _Files:
    """What items are written to, and a file for items that do not fit, which is made when there is one."""

    def __init__(self, target: Path | BinaryIO, choices: Choices, progress: Progress) -> None:
        self._path = choices.aside
        self._aside: Appended | None = None
        self._open = ExitStack()
        self._target = Appended(target, progress.written) if isinstance(target, Path) else Streamed(target)
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
        self._aside = Appended(path, progress.unfit_written)
        self._open.callback(self._aside.close)

    def add(self, progress: Progress, lines: bytes, unfit: bytes) -> None:
        """Write the lines of one page for good, and mark in the progress how much counts."""
        progress.written = self._target.add(lines)
        if self._aside is None and unfit and self._path is not None:
            self._put_aside(self._path, progress)
        if self._aside is not None:
            progress.unfit_written = self._aside.add(unfit)


class _Export:
    """One run. Readers take turns at the files, a page at a time."""

    def __init__(
        self,
        entity: Entity[Any],
        choices: Choices,
        progress: Progress,
        files: _Files,
        seen: Callable[[int], None],
        keep: Callable[[], None],
    ) -> None:
        self.entity, self.choices, self.progress = entity, choices, progress
        self.files, self.seen, self.keep = files, seen, keep
        self.turn, self.over = Lock(), Event()

    def run(self) -> None:
        """Read all segments that are not done; if one cannot, the others stop after the page they are at."""
        places = [place for place, segment in enumerate(self.progress.segments) if not segment.done]
        if len(places) == 1:
            self._read(places[0])
            return
        ends: SimpleQueue[BaseException | None] = SimpleQueue()
        for place in places:
            # Nobody waits for these threads: one may be waiting for a server that never answers.
            Thread(target=self._reader, args=(place, ends), name=f"ddb-export-{place}", daemon=True).start()
        try:
            for _ in places:
                error = ends.get()
                if error is not None:
                    raise error
        finally:
            with self.turn:  # no thread writes to the files from here on
                self.over.set()

    def _reader(self, place: int, ends: SimpleQueue[BaseException | None]) -> None:
        try:
            self._read(place)
        except BaseException as error:  # noqa: BLE001  raised again where the threads are waited for
            ends.put(error)
        else:
            ends.put(None)

    def _read(self, place: int) -> None:
        for page in self.entity.paginate(self._part(place)):
            items, unfit = self._sorted(page)
            with self.turn:
                if self.over.is_set():
                    return
                self._add(self.progress.segments[place], page.cursor, items, unfit)

    def _sorted(self, page: Page[Any]) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
        """Return the items of a page as they are written, and those that do not fit as they are stored."""
        items: list[Mapping[str, Any]] = []
        unfit = [one.item for one in page.unfit]
        for item in page.items:
            try:
                items.append(wire_of(self.entity.__model__, item))
            except (MisfitError, UsageError) as error:  # it can be read, and could not be put again
                stored = self._stored(item)
                if stored is None:  # it was deleted meanwhile
                    continue
                if self.choices.on_unfit == "raise":
                    failures = getattr(error, "failures", ()) or (FieldFailure("", "an item to be put", f"{error}"),)
                    raise self.entity.__model__.stored_item_error(
                        stored, failures, self.entity.__model__.codec.name
                    ) from error
                if self.choices.on_unfit == "collect":
                    unfit.append(stored)
        return items, unfit

    def _stored(self, item: Any) -> Mapping[str, Any] | None:
        table = self.entity.table
        body = f'{{{table.__named__},"Key":{self.entity.__model__.encode_key(item)},"ConsistentRead":true}}'
        transport: Any = table.__connection__.transport
        found = json.loads(transport.send(Request("GetItem", body.encode(), (table.name,))).body)
        stored: Mapping[str, Any] | None = found.get("Item")
        return stored

    def _part(self, place: int) -> Any:
        count, cursor = len(self.progress.segments), self.progress.segments[place].cursor
        scan: Any = Scan(page_size=self.choices.page_size, on_unfit=self.choices.on_unfit)
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
        self.files.add(progress, self.choices.lines(items), self.choices.lines(unfit))
        segment.cursor, segment.done = cursor, cursor is None
        progress.count += len(items)
        progress.unfit += len(unfit)
        self.keep()
        self.seen(progress.count)
