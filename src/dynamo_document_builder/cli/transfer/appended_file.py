"""Files that lines are appended to, and whose valid part is recorded by its length and digest."""

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
    """Flush the directory of a file to disk, so that its name survives a crash. Windows cannot do that."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Mark(Struct, frozen=True):
    """The valid part of a file. Bytes after it were written by a run that was interrupted, and do not count."""

    bytes: int = 0
    digest: str = ""
    """The SHA-256 digest of these bytes, in hexadecimal."""


class Digest:
    """Computes the digest of the beginning of a file."""

    def __init__(self) -> None:
        self.bytes = 0
        self._hash: Any = sha256()

    def add(self, data: bytes) -> None:
        """Add bytes to the digest."""
        self._hash.update(data)
        self.bytes += len(data)

    @property
    def mark(self) -> Mark:
        """The length and digest of the bytes so far."""
        return Mark(self.bytes, self._hash.hexdigest())

    def read(self, file: BinaryIO, mark: Mark) -> bool:
        """Read a file up to a mark; return True if the digest matches."""
        left = mark.bytes
        while left and (data := file.read(min(left, _CHUNK))):
            self.add(data)
            left -= len(data)
        return not mark.bytes or self.mark == mark


_CHUNK = 1 << 20


class AppendedFile:
    """A file to append to. Lines are on disk before they count."""

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
        """Open the file, and check that its valid part was not changed."""
        if mark.bytes and not path.exists():
            raise UsageError(f"{path} no longer exists, so the interrupted run cannot be resumed{_HOW_TO_RESTART}")
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
        """Append lines, flush them to disk, and return the valid part of the file."""
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
    """Lock a file for this run, or raise a `UsageError` if another run uses it. A crash releases the lock, too."""
    if sys.platform == "win32":
        return
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise UsageError(f"{path} is in use by another run of ddb: wait until it ends") from error
    except OSError as error:
        if error.errno not in {ENOLCK, ENOTSUP}:  # some network file systems have no locks
            raise


_HOW_TO_RESTART: Final = ". Restore the file, or start again with --restart"


class OutputStream:
    """An output stream. What is written to it cannot be undone."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, lines: bytes) -> Mark:
        """Write lines. The mark is empty, because a stream cannot be resumed."""
        self._stream.write(lines)
        self._stream.flush()
        return Mark()

    def close(self) -> None:
        """Leave the stream open: its owner closes it."""
