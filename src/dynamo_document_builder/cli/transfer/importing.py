"""The items of a file put into a table, so that an interrupted run can be resumed."""

from __future__ import annotations

import gzip
import json
import zlib
from contextlib import contextmanager
from errno import EIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from attrs import frozen
from msgspec import Struct

from dynamo_document_builder.changesets.item_values import item_of
from dynamo_document_builder.cli.transfer.appended_file import Appended, Digest, Mark
from dynamo_document_builder.cli.transfer.side_file import SideFile, check_files, check_new
from dynamo_document_builder.commands.batch_write import BatchWrite
from dynamo_document_builder.commands.put import Put
from dynamo_document_builder.errors import DocumentBuilderError, ServiceError, UsageError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping
    from pathlib import Path

    from dynamo_document_builder.facade.entity import Entity

BATCH: Final = 25
_GZIP: Final = b"\x1f\x8b"


class Progress(Struct):
    """How far it is: all counts are of what was written or put aside for certain."""

    identity: dict[str, str]
    """What is imported, where to, and how."""
    done: Mark = Mark()
    """The part of the file that is done."""
    lines: int = 0
    items: int = 0
    rejected: int = 0
    rejects: Mark = Mark()
    is_whole: bool = True
    """Whether the last line that is done had an end: otherwise the file must not have grown."""

    @property
    def has_begun(self) -> bool:
        """Whether anything is done that another run would have to know of."""
        return self.lines > 0


class _Line(Struct):
    """One line of the file."""

    number: int
    text: bytes
    item: Any = None
    why: str = ""
    """Why it is refused; empty if it is not."""
    cause: Exception | None = None

    def error(self, done: str) -> UsageError:
        """Return the error that ends the run; *done* says what was written."""
        error = UsageError(f"line {self.number} {self.why}; {done}")
        error.__cause__ = self.cause
        return error


def imported(
    entity: Entity[Any],
    path: Path,
    *,
    rejects: Path | None,
    seen: Callable[[int], None],
    target: Mapping[str, str] | None = None,
    restart: bool = False,
) -> Progress:
    """
    Put the items of a file, or finish what an interrupted run began.

    A line that does not fit, or that DynamoDB refuses, is put into *rejects*; without it the run stops there. *seen* is
    called after each batch with the number of items so far. *target* says where the items go, for the progress.
    """
    check_files(path, rejects)
    side = SideFile(path, "imported")
    aside = "" if rejects is None else str(rejects.resolve())
    identity = {"entity": entity.name, "table": entity.table.name, **(target or {}), "--rejects": aside}
    with side.only_run():
        progress = side.begun(Progress, identity, lambda: Progress(identity), aside=rejects, restart=restart)
        digest = Digest()
        with _opened(path) as file, _told_of(path):
            if not digest.read(file, progress.done) or not (progress.is_whole or not file.read(1)):
                raise UsageError(
                    f"{path} was changed after the interrupted import of its first {progress.lines} lines. Nothing was "
                    "sent. Put the file back as it was, or begin again with --restart"
                )
            file.seek(progress.done.bytes)
            side.keep(progress)  # first, so that whatever is in the file of rejects is known to be unfinished
            _Import(entity, progress, rejects, seen, lambda: side.keep(progress)).run(file, digest)
        side.forget()
    return progress


def streamed(entity: Entity[Any], stream: BinaryIO, *, rejects: Path | None, seen: Callable[[int], None]) -> Progress:
    """Put the items of a stream, as `imported` does those of a file; it cannot be resumed."""
    if rejects is not None:
        check_new(rejects)
    progress = Progress({})
    _Import(entity, progress, rejects, seen, lambda: None).run(stream, Digest())
    return progress


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


@contextmanager
def _told_of(path: Path) -> Generator[None]:
    """Say which file is damaged, where it is a packed one."""
    try:
        yield
    except (EOFError, zlib.error) as error:
        raise OSError(EIO, f"it is cut off or damaged: {error}", str(path)) from error


@frozen
class _Import:
    """One run."""

    entity: Entity[Any]
    progress: Progress
    rejects: Path | None
    seen: Callable[[int], None]
    keep: Callable[[], None]

    def run(self, file: BinaryIO, digest: Digest) -> None:
        """Put all lines that are left, a batch at a time."""
        aside = None
        if self.rejects is not None and (self.rejects.exists() or self.progress.rejects.bytes):
            aside = Appended(self.rejects, self.progress.rejects)
        try:
            while texts := [text for _, text in zip(range(BATCH), iter(file.readline, b""), strict=False)]:
                lines = [self._line(number, text) for number, text in enumerate(texts, self.progress.lines + 1)]
                wrong = next((line for line in lines if line.why), None)
                if wrong is not None and self.rejects is None:
                    done = self.progress.lines
                    raise wrong.error(f"lines 1 to {done} were written" if done else "nothing was written")
                self._put([line for line in lines if not line.why])
                refused = b"".join(_ended(line.text) for line in lines if line.why)
                if refused and aside is None and self.rejects is not None:
                    aside = Appended(self.rejects, self.progress.rejects)
                if aside is not None:
                    self.progress.rejects = aside.add(refused)
                self._count(lines, digest)
        finally:
            if aside is not None:
                aside.close()

    def _count(self, lines: list[_Line], digest: Digest) -> None:
        digest.add(b"".join(line.text for line in lines))
        fitting = sum(not line.why for line in lines)
        self.progress.done = digest.mark
        self.progress.lines += len(lines)
        self.progress.items += fitting
        self.progress.rejected += len(lines) - fitting
        self.progress.is_whole = lines[-1].text.endswith(b"\n")
        self.keep()
        self.seen(self.progress.items)

    def _line(self, number: int, text: bytes) -> _Line:
        try:
            return _Line(number, text, _item(self.entity, text))
        except (DocumentBuilderError, ValueError, TypeError, RecursionError) as error:
            return _Line(number, text, why=f"is no {self.entity.name}: {error}", cause=error)

    def _put(self, lines: list[_Line]) -> None:
        """Put the items of some lines; where DynamoDB refuses them together, one by one, to find those it refuses."""
        if not lines:
            return
        try:
            self.entity.send(BatchWrite(_distinct(self.entity, [line.item for line in lines]), check_version=False))
        except ServiceError as error:
            if not error.is_validation:
                raise
            if len(lines) > 1:
                for line in lines:
                    self._put([line])
                return
            [line] = lines
            line.why, line.cause = f"is refused by DynamoDB: {error}", error
            if self.rejects is None:
                raise line.error("the lines before it were written") from error


def _distinct(entity: Entity[Any], items: list[Any]) -> list[Any]:
    """Leave out all but the last of equal keys: a batch takes each item once, and the last line is to win."""
    return list({entity.__model__.encode_key(item): item for item in items}.values())


def _ended(text: bytes) -> bytes:
    return text if text.endswith(b"\n") else text + b"\n"


def _item(entity: Entity[Any], line: bytes) -> Any:
    wire = json.loads(line)
    if not is_mapping(wire):
        raise UsageError("it is no JSON object")
    item = item_of(entity.__model__, _unwrapped(wire))
    entity.request(Put(item, check_version=False))  # what a write refuses is refused here, line by line
    return item


def _unwrapped(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item of a line, also where it is `{"Item": ...}`, as in a file that DynamoDB exports to S3."""
    inner = wire.get("Item")
    if len(wire) == 1 and is_mapping(inner) and all(map(is_mapping, inner.values())):
        return inner
    return wire
