"""
The source of generated code: the fast path of encoding and decoding, compiled once per class.

Names of users enter the source as string literals only. Local variables are named `v0`, `v1`, ..., and values that the
code uses get names that are made here.
"""

from __future__ import annotations

import linecache
from itertools import count
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_serial: Final = count()


class Code(Struct, frozen=True, gc=False):
    """An expression inside an f-string."""

    expression: str
    is_text: bool = True
    """True if the value of the expression is a `str`."""


Part: TypeAlias = str | Code


class Source(Struct):
    """The lines of one generated function, and the names that the code can use."""

    title: str
    trusted: bool = False
    """True if the code does not run the validators of schema classes."""
    names: dict[str, Any] = field(default_factory=dict[str, Any])
    lines: list[str] = field(default_factory=list[str])

    def bind(self, value: Any, hint: str) -> str:
        """Make a value available to the code, and return its name."""
        for name, known in self.names.items():
            if known is value:
                return name
        name = f"_{hint}{len(self.names)}"
        self.names[name] = value
        return name

    def inner(self, title: str) -> Source:
        """Return a new source, for a function that this one calls."""
        return Source(title, self.trusted)

    def add(self, *lines: str) -> None:
        self.lines.extend(lines)

    def compile(self, function: str) -> Callable[..., Any]:
        """Compile the lines and return one of their functions; tracebacks show the generated source."""
        text = "\n".join(self.lines) + "\n"
        filename = f"<codec of {self.title} {next(_serial)}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), self.names)
        made: Callable[..., Any] = self.names[function]
        return made


def template(parts: Iterable[Part]) -> str:
    """Return the source of an f-string with texts and expressions."""
    body = "".join(f"{{{part.expression}}}" if isinstance(part, Code) else _literal(part) for part in parts)
    return f"f'''{body}'''"


def _literal(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'").replace("{", "{{").replace("}", "}}")
    return escaped.replace("\n", "\\n").replace("\r", "\\r")


def compile_expression(argument: str, expression: str, source: Source) -> Callable[..., Any]:
    """Compile `lambda argument: expression`."""
    source.add(f"def _function({argument}):", f"  return {expression}")
    return source.compile("_function")


def joined(parts: Sequence[Sequence[Part]], between: str) -> list[Part]:
    """Join lists of parts with a text between them."""
    together: list[Part] = []
    for index, piece in enumerate(parts):
        if index:
            together.append(between)
        together.extend(piece)
    return together


def elements_text(parts: Sequence[Part], loop: str, *, ordered: bool = False) -> str:
    """Return an expression for the joined texts of the elements of a loop; *parts* are the parts of one element."""
    before, one, after = _in_the_middle(parts)
    elements = f"[{one} {loop}]"
    if ordered:
        elements = f"sorted({elements})"
    joint = f"{f'{after},{before}'!r}.join({elements})"
    return f"{before!r} + {joint} + {after!r} if v else ''" if before or after else joint


def _in_the_middle(parts: Sequence[Part]) -> tuple[str, str, str]:
    """Split off the text around a single expression, so that the joined text contains it and no element does."""
    codes = [part for part in parts if isinstance(part, Code)]
    if len(codes) != 1 or not codes[0].is_text:
        return "", template(parts), ""
    place = parts.index(codes[0])
    before, after = parts[:place], parts[place + 1 :]
    return "".join(map(str, before)), codes[0].expression, "".join(map(str, after))
