"""What an export or import keeps beside its file: how far it is, and what it is of."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import msgspec
from msgspec import to_builtins

from dynamo_document_builder.cli.transfer.appended_file import lock, sync_folder
from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence


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
        self._of = path
        self.path = path.with_name(f"{path.name}.{what}")

    @contextmanager
    def exclusive_run(self) -> Generator[None]:
        """
        Keep other runs of this file out: before the lock is held, nothing is read and nothing is written.

        The file that is locked stays where it is for the whole run, as the file of the progress does not: each write
        puts a new one in its place. Windows has no such locks.
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
            file.close()  # the run that held it has ended, and took the file away
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
        Return how far an interrupted run is, or what a new run begins with.

        *own*: the files that a new run makes. *aside*: the file for what does not fit.

        Raises:
            UsageError: the interrupted run is of something else, or a file is there that no such run wrote.

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
        """Return the file for what does not fit that an interrupted run has, `None` where it cannot be read."""
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
        except ValueError as error:  # msgspec's own is one
            raise UsageError(
                f"{self.path} is not what an interrupted run leaves: {error}; --restart begins again without it"
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
                f"{self.path} is of another run: {'; '.join(differing)}. Nothing was read or written. Repeat the "
                "command as it was to finish that run, give another file, or begin again with --restart"
            )

    def save(self, progress: Progress) -> None:
        """Keep what is needed to go on: it survives a crash of the machine, and so must all that it counts."""
        new = self.path.with_name(f"{self.path.name}{_NEW}")
        with new.open("wb") as file:
            file.write(json.dumps(to_builtins(progress)).encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, self.path)  # noqa: PTH105  Path.replace says no more
        sync_folder(self.path)

    def delete(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)
        sync_folder(self.path)


_NEW: Final = ".new"
_LOCK: Final = ".lock"
_SIDE_FILES: Final = tuple(f".{what}{end}" for what in ("cursor", "imported") for end in ("", _NEW, _LOCK))
"""What the names of the files that are kept beside a file end with."""


def _has_lines(own: Sequence[Path], identity: Mapping[str, str]) -> bool:
    """Tell whether a run that counts nothing as done has written lines: it may have been killed before it did."""
    aside = identity.get("--rejects")
    files = [*own, *([Path(aside)] if aside else [])]
    return any(file.is_file() and file.stat().st_size for file in files)


def _check_free(file: Path) -> None:
    if file.exists():
        raise UsageError(
            f"{file} is there already, and no interrupted run of this command wrote it: the run that did has ended, "
            "or it is another file. Give another name"
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
    """Refuse a file for `--rejects` that cannot be made, or that is there: a stream is never resumed."""
    _check_name(aside)
    if aside.exists():
        raise UsageError(f"{aside} is there already: give another name for --rejects")


def check_files(path: Path, aside: Path | None) -> None:
    """Refuse files that cannot be made, and one file for two things."""
    for file in (path, aside):
        if file is not None:
            _check_name(file)
    if aside is None:
        return
    if _is_one_file(aside, path):
        raise UsageError(f"{path} cannot be the file for --rejects too")
    if any(_is_one_file(aside, path.with_name(f"{path.name}{end}")) for end in _SIDE_FILES):
        raise UsageError(f"{aside} cannot be the file for --rejects: ddb keeps the progress of {path} there")
