"""Prints data to standard output and messages to standard error, with control characters escaped for terminals."""

from __future__ import annotations

import json
import os
import re
import sys
from errno import EBADF
from io import BufferedWriter, FileIO, RawIOBase, TextIOWrapper
from pathlib import Path
from select import select
from typing import TYPE_CHECKING, Any, Final, TextIO

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from _typeshed import ReadableBuffer

_CONTROLS: Final = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and characters that change the direction of text, which could hide what is stored."""
_STYLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "bold": {"bold": True},
    "italic": {"italic": True},
    **{colour: {"fg": colour} for colour in ("red", "green", "yellow", "magenta", "cyan")},
}


class CompleteWriter(RawIOBase):
    """
    Writes all bytes of each call to a file, a pipe or a terminal.

    One system call can write only a part: if a pipe is full, if a signal interrupts it, or if the pipe is non-blocking.
    Python without buffers (`PYTHONUNBUFFERED`) drops the remaining bytes then.
    """

    def __init__(self, raw: RawIOBase) -> None:
        self._raw = raw

    def writable(self) -> bool:
        """Return True."""
        return True

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._raw.fileno()

    def isatty(self) -> bool:
        """Return True for a terminal."""
        return self._raw.isatty()

    def write(self, given: ReadableBuffer, /) -> int:
        """Write all bytes, and return their number."""
        remaining = whole = memoryview(given).cast("B")
        while remaining:
            count = self._raw.write(remaining)
            if count is None:  # a non-blocking pipe is full
                select([], [self._raw], [])
            else:
                remaining = remaining[count:]
        return len(whole)


def prepare_streams() -> None:
    """Set up standard output and error: UTF-8 for files and pipes, whatever the locale, and no encoding errors."""
    sys.stdout = _prepared_stream(sys.stdout)
    if sys.stderr is None:  # closed by the caller
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8", errors="backslashreplace")  # noqa: SIM115  for the run
    else:
        sys.stderr = _prepared_stream(sys.stderr)


def _prepared_stream(stream: TextIO) -> TextIO:
    if not isinstance(stream, TextIOWrapper):
        return stream
    text: TextIOWrapper[Any] = stream  # pyright: ignore[reportUnknownVariableType]  # whatever is below it
    raw = getattr(text.buffer, "raw", text.buffer)
    if isinstance(raw, FileIO):
        by_line = text.line_buffering or text.write_through
        text = TextIOWrapper(BufferedWriter(CompleteWriter(raw)), encoding=text.encoding, line_buffering=by_line)
    encoding = text.encoding if text.isatty() else "utf-8"
    text.reconfigure(encoding=encoding, errors="backslashreplace", newline="\n")
    return text


def check_stdout() -> None:
    """Raise an error if standard output is closed: the next file that is opened would get its descriptor."""
    if sys.stdout is None:
        raise OSError(
            EBADF, "it is closed, and nothing was done. Redirect it to /dev/null to discard the output", "stdout"
        )


def flush() -> None:
    """Flush standard output, while an error can still be reported."""
    if sys.stdout is not None:
        sys.stdout.flush()


def print_data(text: str) -> None:
    """Print a line of data. Control characters are escaped for a terminal only."""
    _write_line(sys.stdout, text)


def print_message(text: str) -> None:
    """Print a message to standard error."""
    _write_line(sys.stderr, text)


def print_json(value: Any, *, indent: int | None = None) -> None:
    """Print a value as JSON, on one line unless *indent* is given."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    if sys.stdout.isatty():  # json.dumps escapes only some of these characters
        text = "\n".join(_CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", line) for line in text.split("\n"))
    sys.stdout.write(f"{text}\n")


def print_styled(lines: Iterable[tuple[str, str]]) -> None:
    """Print lines of data, with colours on a terminal."""
    coloured = _has_colours(sys.stdout)
    for text, style in lines:
        shown = _for_stream(sys.stdout, text)
        sys.stdout.write(click.style(shown, **_STYLES[style]) if coloured and style and shown else shown)
        sys.stdout.write("\n")


def print_grid(rows: Iterable[tuple[str, str]]) -> None:
    """Print a table of names and values."""
    pairs = list(rows)
    width = max((len(name) for name, _ in pairs), default=0)
    bold = _has_colours(sys.stdout)
    for name, value in pairs:
        padded = f"{_for_stream(sys.stdout, name):<{width}}"
        title = click.style(padded, bold=True) if bold else padded
        shown = _escaped(value) if sys.stdout.isatty() else value
        sys.stdout.write(f"{title}  {shown}\n")


def escape_controls(text: str) -> str:
    """Return a text with control characters escaped, for a question on a terminal."""
    return _escaped(text)


def _write_line(stream: TextIO, text: str) -> None:
    stream.write(f"{_for_stream(stream, text)}\n")


def _for_stream(stream: TextIO, text: str) -> str:
    """Return a text as it is written to a stream: with control characters escaped, except newlines, for a terminal."""
    return "\n".join(map(_escaped, text.split("\n"))) if stream.isatty() else text


def _escaped(text: str) -> str:
    return _CONTROLS.sub(lambda found: _escape(found[0]), text)


def _escape(character: str) -> str:
    code = ord(character)
    return _ESCAPES.get(character) or (f"\\x{code:02x}" if code <= _LAST_BYTE else f"\\u{code:04x}")


_ESCAPES: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LAST_BYTE: Final = 0xFF


def _has_colours(stream: TextIO) -> bool:
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
