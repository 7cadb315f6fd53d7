"""The progress file of an export or import, which is stored next to the data file."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec
from msgspec import ValidationError, to_builtins

from dynamo_document_builder.cli.transfer.appended_file import lock, sync_folder
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence


class Progress(Protocol):
    """The progress of a run."""

    identity: dict[str, str]
    """The source or target and the options of the run, by the names in error texts."""

    @property
    def has_begun(self) -> bool:
        """True if the run has processed anything."""
        ...


P = TypeVar("P", bound=Progress)

MAY_BE_ADDED: Final = frozenset({"--rejects", "--on-unfit"})
"""Options that a resumed run may add, because the interrupted run put nothing aside without them."""


class SideFile:
    """A progress file, which is replaced atomically."""

    def __init__(self, path: Path, what: str) -> None:
        self._of = path
        self.path = path.with_name(f"{path.name}.{what}")

    @contextmanager
    def exclusive_run(self) -> Generator[None]:
        """
        Lock the data file against other runs. Call it before anything is read or written.

        A separate file is locked, because each save replaces the progress file. Windows has no such locks.
        """
        if sys.platform == "win32":
            yield
            return
        path = self.path.with_name(f"{self.path.name}{_LOCK}")
        while True:
            file = path.open("ab")
            try:
                lock(file, self._of)
                is_still_there = path.exists() and os.path.samestat(path.stat(), os.fstat(file.fileno()))
            except BaseException:
                file.close()
                raise
            if is_still_there:
                break
            file.close()  # the run that held the lock has ended and removed the file: try again
        with file:
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def load_or_start(
        self,
        shape: type[P],
        identity: Mapping[str, str],
        fresh: Callable[[], P],
        *,
        own: Sequence[Path] = (),
        aside: Path | None,
        restart: bool,
    ) -> P:
        """
        Return the progress of an interrupted run, or that of a new run.

        Args:
            shape: The class of the progress.
            identity: The source or target and the options of this run.
            fresh: Returns the progress of a new run.
            own: The files that a new run creates.
            aside: The file for items that do not fit.
            restart: Ignore an interrupted run.

        Raises:
            UsageError: The interrupted run had another identity, or a file exists that no interrupted run wrote.

        """
        is_there = self.path.exists()
        before = None if restart else self._read(shape)
        if before is not None and (before.has_begun or _has_lines(own, before.identity)):
            self._check(before.identity, identity)
        for file in () if is_there else own:
            _check_free(file)
        recorded = self._recorded_rejects() if is_there else None
        if aside is not None and str(aside.resolve()) != recorded:
            _check_free(aside)
        found = before or fresh()
        found.identity = dict(identity)
        return found

    def _recorded_rejects(self) -> str | None:
        """Return the `--rejects` file of an interrupted run; `None` if its progress cannot be read."""
        try:
            found = json.loads(self.path.read_bytes())
        except ValueError:
            return None
        identity = found.get("identity") if is_mapping(found) else None
        return identity.get("--rejects") if is_mapping(identity) else None

    def _read(self, shape: type[P]) -> P | None:
        try:
            return msgspec.convert(json.loads(self.path.read_bytes()), shape)
        except FileNotFoundError:
            return None
        except (ValueError, ValidationError) as error:  # older versions of msgspec keep them apart
            raise UsageError(
                f"{self.path} is not a progress file of an interrupted run: {error}; pass --restart to start again"
            ) from error

    def _check(self, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        names = dict.fromkeys((*before, *now))
        differing = [
            f"{name} was {before.get(name) or 'not given'}, and is {now.get(name) or 'not given'}"
            for name in names
            if before.get(name, "") != now.get(name, "") and not (name in MAY_BE_ADDED and not before.get(name))
        ]
        if differing:
            raise UsageError(
                f"{self.path} belongs to another run: {'; '.join(differing)}. Nothing was read or written. Repeat the "
                "original command to finish that run, give another file, or start again with --restart"
            )

    def save(self, progress: Progress) -> None:
        """Save the progress to disk. Everything that it counts must be on disk before."""
        new = self.path.with_name(f"{self.path.name}{_NEW}")
        with new.open("wb") as file:
            file.write(json.dumps(to_builtins(progress)).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)  # noqa: PTH105  Path.replace does the same
        sync_folder(self.path)

    def delete(self) -> None:
        """Delete the progress file at the end of the run."""
        self.path.unlink(missing_ok=True)
        sync_folder(self.path)


_NEW: Final = ".new"
_LOCK: Final = ".lock"
_SIDE_FILES: Final = tuple(f".{what}{end}" for what in ("cursor", "imported") for end in ("", _NEW, _LOCK))
"""The suffixes of progress files and their lock files."""


def _has_lines(own: Sequence[Path], identity: Mapping[str, str]) -> bool:
    """Return True if a run has written lines that it did not record, because it was killed before."""
    aside = identity.get("--rejects")
    files = [*own, *([Path(aside)] if aside else [])]
    return any(file.is_file() and file.stat().st_size for file in files)


def _check_free(file: Path) -> None:
    if file.exists():
        raise UsageError(
            f"{file} already exists, and no interrupted run of this command wrote it: give another name, "
            "or delete the file"
        )


def _is_one_file(one: Path, other: Path) -> bool:
    if one.exists() and other.exists():
        return one.samefile(other)
    return one.resolve() == other.resolve()


def _check_name(file: Path) -> None:
    if not file.name:
        raise UsageError("a file needs a name")
    if not file.parent.is_dir():
        raise UsageError(f"{file}: there is no folder {file.parent}")


def check_new(aside: Path) -> None:
    """Raise a `UsageError` if the `--rejects` file of a stream cannot be created, or exists."""
    _check_name(aside)
    if aside.exists():
        raise UsageError(f"{aside} already exists: give another name for --rejects")


def check_files(path: Path, aside: Path | None) -> None:
    """Raise a `UsageError` for files that cannot be created, and for one file with two purposes."""
    for file in (path, aside):
        if file is not None:
            _check_name(file)
    if aside is None:
        return
    if _is_one_file(aside, path):
        raise UsageError(f"{path} cannot be the file for --rejects too")
    if any(_is_one_file(aside, path.with_name(f"{path.name}{end}")) for end in _SIDE_FILES):
        raise UsageError(f"{aside} cannot be the file for --rejects: ddb keeps the progress of {path} there")
