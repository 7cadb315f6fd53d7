"""Writes the items of a file or a stream to a table."""

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
from dynamo_document_builder.cli.transfer.appended_file import AppendedFile, Digest, Mark
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
    """The progress of an import. It counts only lines that were certainly written or put aside."""

    identity: dict[str, str]
    """The entity, table and options. A resumed run must have the same."""
    done: Mark = Mark()
    """The part of the file that was processed."""
    lines: int = 0
    items: int = 0
    rejected: int = 0
    rejects: Mark = Mark()
    is_whole: bool = True
    """True if the last processed line ended with a newline. If it did not, the file must not have grown since."""

    @property
    def has_begun(self) -> bool:
        """True if at least one line was processed."""
        return self.lines > 0


class _Line(Struct):
    """A line of the file."""

    number: int
    text: bytes
    item: Any = None
    why: str = ""
    """The reason why the line is refused; empty if it is not."""
    cause: Exception | None = None

    def error(self, done: str) -> UsageError:
        """Return the error that ends the run; *done* is a text about what was written."""
        error = UsageError(f"line {self.number} {self.why}; {done}")
        error.__cause__ = self.cause
        return error


def import_from_file(
    entity: Entity[Any],
    path: Path,
    *,
    rejects: Path | None,
    on_progress: Callable[[int], None],
    target: Mapping[str, str] | None = None,
    restart: bool = False,
) -> Progress:
    """
    Write the items of a file to the table of an entity, or resume an interrupted run.

    Lines that do not fit the schema, or that DynamoDB refuses, are written to *rejects*. Without *rejects*, the run
    stops at the first such line. *on_progress* is called after each batch with the number of items so far. *target*
    identifies the table.
    """
    check_files(path, rejects)
    side = SideFile(path, "imported")
    aside = "" if rejects is None else str(rejects.resolve())
    identity = {"entity": entity.name, "table": entity.table.name, **(target or {}), "--rejects": aside}
    with side.exclusive_run():
        progress = side.load_or_start(Progress, identity, lambda: Progress(identity), aside=rejects, restart=restart)
        digest = Digest()
        with _open(path) as file, _naming_damaged_file(path):
            if not digest.read(file, progress.done) or not (progress.is_whole or not file.read(1)):
                raise UsageError(
                    f"{path} was changed after the interrupted import of its first {progress.lines} lines. Nothing was "
                    "sent. Restore the file, or start again with --restart"
                )
            file.seek(progress.done.bytes)
            side.save(progress)  # first, so that rejected lines that are not recorded count as unfinished
            _Import(entity, progress, rejects, on_progress, lambda: side.save(progress)).run(file, digest)
        side.delete()
    return progress


def import_from_stream(
    entity: Entity[Any], stream: BinaryIO, *, rejects: Path | None, on_progress: Callable[[int], None]
) -> Progress:
    """Write the items of a stream to the table of an entity, as `import_from_file` does. The run cannot be resumed."""
    if rejects is not None:
        check_new(rejects)
    progress = Progress({})
    _Import(entity, progress, rejects, on_progress, lambda: None).run(stream, Digest())
    return progress


def _open(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(len(_GZIP)) == _GZIP
    return cast("BinaryIO", gzip.open(path)) if packed else path.open("rb")


@contextmanager
def _naming_damaged_file(path: Path) -> Generator[None]:
    """Add the name of the file to the error for a damaged gzip file."""
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
    on_progress: Callable[[int], None]
    save: Callable[[], None]

    def run(self, file: BinaryIO, digest: Digest) -> None:
        """Write all remaining lines, one batch at a time."""
        aside = None
        if self.rejects is not None and (self.rejects.exists() or self.progress.rejects.bytes):
            aside = AppendedFile(self.rejects, self.progress.rejects)
        try:
            while texts := [text for _, text in zip(range(BATCH), iter(file.readline, b""), strict=False)]:
                lines = [self._line(number, text) for number, text in enumerate(texts, self.progress.lines + 1)]
                wrong = next((line for line in lines if line.why), None)
                if wrong is not None and self.rejects is None:
                    done = self.progress.lines
                    raise wrong.error(f"lines 1 to {done} were written" if done else "nothing was written")
                self._put([line for line in lines if not line.why])
                refused = b"".join(_with_newline(line.text) for line in lines if line.why)
                if refused and aside is None and self.rejects is not None:
                    aside = AppendedFile(self.rejects, self.progress.rejects)
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
        self.save()
        self.on_progress(self.progress.items)

    def _line(self, number: int, text: bytes) -> _Line:
        try:
            return _Line(number, text, _item(self.entity, text))
        except (DocumentBuilderError, ValueError, TypeError, RecursionError) as error:
            return _Line(number, text, why=f"is not a valid {self.entity.name}: {error}", cause=error)

    def _put(self, lines: list[_Line]) -> None:
        """Write the items of some lines. If DynamoDB refuses the batch as invalid, write them one by one."""
        if not lines:
            return
        try:
            self.entity.send(BatchWrite(_last_per_key(self.entity, [line.item for line in lines]), check_version=False))
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


def _last_per_key(entity: Entity[Any], items: list[Any]) -> list[Any]:
    """Return the last item for each key: a batch cannot contain a key twice, and later lines replace earlier ones."""
    return list({entity.__model__.encode_key(item): item for item in items}.values())


def _with_newline(text: bytes) -> bytes:
    return text if text.endswith(b"\n") else text + b"\n"


def _item(entity: Entity[Any], line: bytes) -> Any:
    wire = json.loads(line)
    if not is_mapping(wire):
        raise UsageError("it is not a JSON object")
    item = item_of(entity.__model__, _unwrapped(wire))
    entity.request(Put(item, check_version=False))  # raises for this line alone what the batch would raise for all
    return item


def _unwrapped(wire: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the item of a line. Files that DynamoDB exports to S3 have lines of the form `{"Item": ...}`."""
    inner = wire.get("Item")
    if len(wire) == 1 and is_mapping(inner) and all(map(is_mapping, inner.values())):
        return inner
    return wire
