"""What an export or import keeps beside its file: how far it is, and what it is of."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Protocol, TypeVar

import msgspec
from msgspec import Struct, to_builtins

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class Progress(Protocol):
    """How far a run is."""

    identity: dict[str, str]
    """What it is of, by the words that an error has for each part."""

    @property
    def has_begun(self) -> bool:
        """Whether anything is done that another run would have to know of."""
        ...


P = TypeVar("P", bound=Progress)

MAY_BE_ADDED: Final = frozenset({"--rejects", "--on-unfit"})
"""Options that a resumed run may have where the first had none: nothing was put aside before."""


class SideFile:
    """A file beside the file of a run, written whole or not at all."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path.with_name(f"{path.name}.{what}")

    def read(self, shape: type[P], identity: Mapping[str, str]) -> P | None:
        """
        Return what an interrupted run kept, `None` if there was no run, or none that did anything.

        Raises:
            UsageError: it is of something else, or cannot be read.

        """
        try:
            found = msgspec.convert(json.loads(self.path.read_bytes()), shape)
        except FileNotFoundError:
            return None
        except ValueError as error:  # msgspec's own is one
            raise UsageError(
                f"{self.path} is not what an interrupted run leaves: {error}; --restart begins again without it"
            ) from error
        if found.has_begun:
            self._check(found.identity, identity)
        found.identity = dict(identity)
        return found

    def _check(self, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        names = dict.fromkeys((*before, *now))
        differing = [
            f"{name} was {before.get(name) or 'not given'}, and is {now.get(name) or 'not given'}"
            for name in names
            if before.get(name, "") != now.get(name, "") and not (name in MAY_BE_ADDED and not before.get(name))
        ]
        if differing:
            raise UsageError(
                f"{self.path} is of another run: {'; '.join(differing)}. Nothing was read or written. Repeat the "
                "command as it was to finish that run, give another file, or begin again with --restart"
            )

    def keep(self, progress: Progress) -> None:
        """Keep what is needed to go on: it survives a crash of the machine, and so must all that it counts."""
        new = self.path.with_name(f"{self.path.name}.new")
        with new.open("wb") as file:
            file.write(json.dumps(to_builtins(progress)).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)  # noqa: PTH105  Path.replace says no more
        sync_folder(self.path)

    def forget(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)
        sync_folder(self.path)


def sync_folder(path: Path) -> None:
    """Have the name of a file survive a crash of the machine, where the system can."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Mark(Struct, frozen=True):
    """How much of a file counts: what is behind that is unfinished."""

    bytes: int = 0
    digest: str = ""
    """Of these bytes, in hexadecimal SHA-256."""


class Digest:
    """The digest of a file up to a place, from its beginning."""

    def __init__(self) -> None:
        self.bytes = 0
        self._hash: Any = sha256()

    def add(self, data: bytes) -> None:
        """Count more bytes."""
        self._hash.update(data)
        self.bytes += len(data)

    @property
    def mark(self) -> Mark:
        """What is counted so far."""
        return Mark(self.bytes, self._hash.hexdigest())

    def read(self, file: BinaryIO, mark: Mark) -> bool:
        """Read a file from its beginning up to a mark; return whether it is what was marked."""
        left = mark.bytes
        while left and (data := file.read(min(left, _CHUNK))):
            self.add(data)
            left -= len(data)
        return not mark.bytes or self.mark == mark


_CHUNK = 1 << 20


class Appended:
    """A file that grows at its end, and of which all that counts is on the disk."""

    def __init__(self, path: Path, mark: Mark) -> None:
        self._digest = Digest()
        self._file = self._opened(path, mark)
        self._file.truncate(mark.bytes)
        self._file.seek(mark.bytes)
        sync_folder(path)

    def _opened(self, path: Path, mark: Mark) -> BinaryIO:
        """Open the file, and check that it still begins with all that counts."""
        if mark.bytes and not path.exists():
            raise UsageError(f"{path} is not there any more, so the interrupted run cannot be resumed{_AGAIN}")
        file = path.open("r+b" if path.exists() else "x+b")
        if not self._digest.read(file, mark):
            file.close()
            raise UsageError(f"{path} was changed after the interrupted run, which wrote {mark.bytes} bytes{_AGAIN}")
        return file

    def add(self, lines: bytes) -> Mark:
        """Write lines for good, and return how much of the file counts now."""
        if lines:
            self._file.write(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
            self._digest.add(lines)
        return self._digest.mark

    def close(self) -> None:
        """Close the file."""
        self._file.close()


_AGAIN: Final = ". Put the file back as it was, or begin again with --restart"


class Streamed:
    """A stream, of which nothing can be taken back."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, lines: bytes) -> Mark:
        """Write lines; nothing of a stream counts when a run is resumed."""
        self._stream.write(lines)
        self._stream.flush()
        return Mark()

    def close(self) -> None:
        """Leave the stream open: it is not ours."""


def check_files(path: Path, aside: Path | None) -> None:
    """Refuse files that cannot be made, and one file for two things."""
    for file in (path, aside):
        if file is not None and not file.parent.is_dir():
            raise UsageError(f"{file}: there is no folder {file.parent}")
    if aside is not None and aside.resolve() == path.resolve():
        raise UsageError(f"{path} cannot be the file for --rejects too")
