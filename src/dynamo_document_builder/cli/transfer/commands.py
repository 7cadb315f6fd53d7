"""The commands `export` and `import`."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from errno import EBADF
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Literal, TextIO

import click

from dynamo_document_builder.cli.exit_status import Exit, noting_interrupt
from dynamo_document_builder.cli.lookup import load_entity
from dynamo_document_builder.cli.options import ENTITY, ON_UNFIT, Command, SharedOptions, with_shared_options
from dynamo_document_builder.cli.output import print_data, print_message
from dynamo_document_builder.cli.transfer import exporting, importing
from dynamo_document_builder.cli.transfer.table_identity import table_identity
from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from dynamo_document_builder.model.reading.unfit import OnUnfit

_STANDARD = Path("-")
_NOT_RESUMED = "a stream cannot be resumed, so run it again from the beginning"
_RESUMED = "the same command resumes it"


def _check_not_stream(_: click.Context, __: click.Parameter, value: Path | None) -> Path | None:
    if value == _STANDARD:
        raise UsageError("--rejects needs a file, and - is a stream: give the name of a file")
    return value


REJECTS = click.option(
    "--rejects",
    type=click.Path(dir_okay=False, path_type=Path),
    callback=_check_not_stream,
    metavar="FILE",
    help="Write items that do not fit to FILE, and continue. A resumed run does not write them twice.",
)
RESTART = click.option("--restart", is_flag=True, help="Ignore an interrupted run of this file, and start again.")


@click.command("export", cls=Command)
@ENTITY
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--page-size", type=click.IntRange(1), help="Items that DynamoDB evaluates for each request.")
@click.option("--segments", type=click.IntRange(1, 64), help="Number of segments of the table to read in parallel.")
@click.option("--wrapped", is_flag=True, help='Write lines as {"Item": ...}, which DynamoDB can import from S3.')
@ON_UNFIT
@REJECTS
@RESTART
@with_shared_options
def export(
    shared: SharedOptions,
    entity: str,
    file: Path,
    page_size: int | None,
    segments: int | None,
    wrapped: bool,
    on_unfit: OnUnfit,
    rejects: Path | None,
    restart: bool,
) -> Exit:
    """
    Write all items to FILE, one per line, in DynamoDB JSON; - is standard output.

    If a run is interrupted, the same command resumes it. With --rejects, items that do not fit the schema are written
    to a separate file, as they are stored.
    """
    if rejects is not None:
        if on_unfit == "skip":
            raise UsageError("--on-unfit skip leaves items out that --rejects would keep: give one of them")
        on_unfit = "collect"
    users = load_entity(entity, shared)
    options: dict[str, Any] = {
        "page_size": page_size,
        "segments": segments,
        "on_unfit": on_unfit,
        "rejects": rejects,
        "wrapped": wrapped,
    }
    is_stream = _is_stream(file)
    if is_stream:
        _refuse_restart(restart=restart)
        if on_unfit == "collect" and rejects is None:
            raise UsageError("--on-unfit collect needs --rejects FILE if the items are written to a stream")
        with _stream(file, "wb", sys.stdout) as stream, noting_interrupt(_NOT_RESUMED):
            done = exporting.export_to_stream(users, stream, on_progress=lambda _: None, **options)
    else:
        with _showing_progress("exporting") as on_progress, noting_interrupt(_RESUMED):
            done = exporting.export_to_file(
                users, file, on_progress=on_progress, source=table_identity(users), restart=restart, **options
            )
    aside = (rejects or exporting.unfit_file_of(file)).name
    text = f"{done.count} items" + (f", {done.unfit} put aside in {aside}" if done.unfit else "")
    (print_message if is_stream else print_data)(text)
    return Exit.NO if done.unfit else Exit.OK


@click.command("import", cls=Command)
@ENTITY
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@REJECTS
@RESTART
@with_shared_options
def import_(shared: SharedOptions, entity: str, file: Path, rejects: Path | None, restart: bool) -> Exit:
    """
    Put the items of a file that `export`, or DynamoDB's own export to S3, wrote; - is standard input.

    If a run is interrupted, the same command resumes it. It stops at a line that does not fit the schema; with
    --rejects, it writes such lines to a file and continues.
    """
    users = load_entity(entity, shared)
    if _is_stream(file):
        _refuse_restart(restart=restart)
        with (
            _stream(file, "rb", sys.stdin) as stream,
            _showing_progress("importing") as on_progress,
            noting_interrupt(_NOT_RESUMED),
        ):
            done = importing.import_from_stream(users, stream, rejects=rejects, on_progress=on_progress)
    else:
        target = table_identity(users)
        with _showing_progress("importing") as on_progress, noting_interrupt(_RESUMED):
            done = importing.import_from_file(
                users, file, rejects=rejects, on_progress=on_progress, target=target, restart=restart
            )
    print_data(f"{done.items} items" + (f", {done.rejected} lines put aside" if done.rejected else ""))
    return Exit.NO if done.rejected else Exit.OK


def _is_stream(file: Path) -> bool:
    """Return True for standard input or output, a pipe, or a device, which cannot be read or written again."""
    return file == _STANDARD or (file.exists() and not file.is_file())


@contextmanager
def _stream(file: Path, mode: Literal["rb", "wb"], standard: TextIO | None) -> Generator[BinaryIO]:
    if file == _STANDARD:
        if standard is None:
            raise OSError(EBADF, "it is closed", "stdin")
        yield standard.buffer
        return
    with file.open(mode) as stream:
        yield stream


def _refuse_restart(*, restart: bool) -> None:
    if restart:
        raise UsageError("--restart cannot be used with a stream, which is never resumed: leave it out")


@contextmanager
def _showing_progress(what: str) -> Generator[Callable[[int], None]]:
    """Show the number of processed items if standard error is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console  # noqa: PLC0415  lazy import: only a terminal needs it
    from rich.progress import (  # noqa: PLC0415  lazy import: only a terminal needs it
        MofNCompleteColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(what, total=None)
        yield lambda now: progress.update(task, completed=now)
