"""The tokens of expressions: words, signs, numbers and placeholders."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from dynamo_document_builder.errors import ExpressionSyntaxError, UsageError
from dynamo_document_builder.errors.texts import given_type

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "name"
"""A placeholder for a name: `#status`."""
VALUE: Final = "value"
"""A placeholder for a value: `:min`."""
WORD: Final = "word"
"""The name of an attribute, a function or a keyword."""
NUMBER: Final = "number"
"""An index of a list."""
SIGN: Final = "sign"
END: Final = "end"

KEYWORDS: Final = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
"""The words between operands, in upper or lower case."""

_TOKEN: Final = re.compile(
    r"\s*(?:"
    r"(?P<name>#[A-Za-z0-9_]+)|(?P<value>:[A-Za-z0-9_]+)|(?P<word>[A-Za-z][A-Za-z0-9_]*)|(?P<number>[0-9]+)"
    r"|(?P<sign><>|<=|>=|[=<>()\[\],.+-])|(?P<end>$)"
    r")"
)
_LITERAL: Final = "; values are placeholders, such as :value"
_UNQUOTED: Final = "; a name that begins so needs a placeholder, such as #name"


class Token(Struct, frozen=True):
    """One token and its position in the text."""

    kind: str
    text: str
    position: int

    def is_word(self, *words: str) -> bool:
        """Return True if the token is one of these keywords, in upper or lower case."""
        return self.kind == WORD and self.text.upper() in words

    def __str__(self) -> str:
        if self.kind == END:
            return "the end"
        return f"{self.text!r}{_LITERAL if self.kind == NUMBER else ''}"


def tokens_of(text: object) -> tuple[Token, ...]:
    """Return the tokens of an expression, followed by a token for the end."""
    if not isinstance(text, str):
        raise UsageError(f"an expression is text, not {given_type(text)}")
    return tuple(_tokens(text))


def _tokens(text: str) -> Iterator[Token]:
    position = 0
    while True:
        found = _TOKEN.match(text, position)
        if found is None:
            raise syntax_error(text, _first_visible(text, position))
        kind = found.lastgroup or END
        yield Token(kind, found[kind], found.start(kind))
        if kind == END:
            return
        position = found.end()


def _first_visible(text: str, position: int) -> int:
    return len(text) - len(text[position:].lstrip())


def syntax_error(text: str, position: int, problem: str | None = None) -> ExpressionSyntaxError:
    """Return the error for a position in the text. Its message shows the line and the position."""
    if problem is None:
        advice = {'"': _LITERAL, "'": _LITERAL, "_": _UNQUOTED}.get(text[position], "")
        problem = f"{text[position]!r} is not valid in an expression{advice}"
    start = text.rfind("\n", 0, position) + 1
    line = text[start:].partition("\n")[0]
    margin = "".join("\t" if character == "\t" else " " for character in line[: position - start])
    return ExpressionSyntaxError(
        f"{problem}\n  {line}\n  {margin}^", expression=text, position=position, problem=problem
    )
