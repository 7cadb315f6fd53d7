"""
Generated code: the fast path of encoding and decoding is straight-line Python, compiled once per class.

Field names and attribute names come into the source as data only: a local variable is called `v0`, a helper by a name
made here, and an attribute name is a string literal.
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
    """A piece of an f-string that is an expression; its value's text is what goes in."""

    expression: str
    is_text: bool = True
    """Whether the value is text already."""


Part: TypeAlias = str | Code


class Source(Struct):
    """The names one generated function can see, and its lines."""

    title: str
    trusted: bool = False
    """Whether the schema classes' own validators are left out."""
    names: dict[str, Any] = field(default_factory=dict[str, Any])
    lines: list[str] = field(default_factory=list[str])

    def bind(self, value: Any, hint: str) -> str:
        """Make a value visible to the code, under a name that no variable has."""
        for name, known in self.names.items():
            if known is value:
                return name
        name = f"_{hint}{len(self.names)}"
        self.names[name] = value
        return name

    def inner(self, title: str) -> Source:
        """Return the source of a function that this one calls."""
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
    """Return the source of an f-string made of text and expressions."""
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
    """Return pieces with a text between each two."""
    together: list[Part] = []
    for index, piece in enumerate(parts):
        if index:
            together.append(between)
        together.extend(piece)
    return together


def elements_text(parts: Sequence[Part], loop: str, *, ordered: bool = False) -> str:
    """Return an expression for the text of all elements of a loop, with commas between; *parts* are one's."""
    before, one, after = _in_the_middle(parts)
    elements = f"[{one} {loop}]"
    if ordered:
        elements = f"sorted({elements})"
    joint = f"{f'{after},{before}'!r}.join({elements})"
    return f"{before!r} + {joint} + {after!r} if v else ''" if before or after else joint


def _in_the_middle(parts: Sequence[Part]) -> tuple[str, str, str]:
    """Split off the text around a single expression, so that it stands in the joint and not in every element."""
    codes = [part for part in parts if isinstance(part, Code)]
    if len(codes) != 1 or not codes[0].is_text:
        return "", template(parts), ""
    place = parts.index(codes[0])
    before, after = parts[:place], parts[place + 1 :]
    return "".join(map(str, before)), codes[0].expression, "".join(map(str, after))
