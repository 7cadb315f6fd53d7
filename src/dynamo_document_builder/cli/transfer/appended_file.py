"""Files that grow at their end: what counts of them is on the disk, and is known by its length and its digest."""

from __future__ import annotations

import os
import sys
from errno import ENOLCK, ENOTSUP
from hashlib import sha256
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from msgspec import Struct

from dynamo_document_builder.errors import UsageError

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path


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


class AppendedFile:
    """A file that grows at its end, and of which all that counts is on the disk."""

    def __init__(self, path: Path, mark: Mark) -> None:
        self._digest = Digest()
        self._file = self._open_checked(path, mark)
        try:
            self._file.truncate(mark.bytes)
            self._file.seek(mark.bytes)
            sync_folder(path)
        except BaseException:
            self._file.close()
            raise

    def _open_checked(self, path: Path, mark: Mark) -> BinaryIO:
        """Open the file, and check that it still begins with all that counts."""
        if mark.bytes and not path.exists():
            raise UsageError(f"{path} is not there any more, so the interrupted run cannot be resumed{_HOW_TO_RESTART}")
        file = path.open("r+b" if path.exists() else "x+b")
        try:
            lock(file, path)
            self._check(file, path, mark)
        except BaseException:
            file.close()
            raise
        return file

    def _check(self, file: BinaryIO, path: Path, mark: Mark) -> None:
        if not self._digest.read(file, mark):
            raise UsageError(
                f"{path} was changed after the interrupted run, which wrote {mark.bytes} bytes{_HOW_TO_RESTART}"
            )

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


def lock(file: BinaryIO, path: Path) -> None:
    """Refuse what another run uses; the lock ends with the run, however that ends."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{path} is in use by another run of ddb: wait for its end") from error
    except OSError as error:
        if error.errno not in {ENOLCK, ENOTSUP}:  # some network file systems have no locks
            raise


_HOW_TO_RESTART: Final = ". Put the file back as it was, or begin again with --restart"


class OutputStream:
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
