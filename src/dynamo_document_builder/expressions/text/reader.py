"""Reading an expression token by token: paths and values, and what to say of a token that is not expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import define, field

from dynamo_document_builder.expressions.rendering.limits import MAX_OPERATORS
from dynamo_document_builder.expressions.text.reserved import RESERVED
from dynamo_document_builder.expressions.text.tokens import (
    END,
    KEYWORDS,
    NAME,
    NUMBER,
    SIGN,
    VALUE,
    WORD,
    Token,
    syntax_error,
    tokens_of,
)
from dynamo_document_builder.expressions.tree.paths import Path, Segment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.errors import ExpressionSyntaxError


T = TypeVar("T")

_MAX_INDEX_DIGITS: Final = 10


@define(eq=False)
class Reader:
    """The tokens of one expression, and how far they are read."""

    text: str
    names: Mapping[str, str]
    values: Mapping[str, Any]
    _tokens: tuple[Token, ...] = field(init=False)
    _closing: Mapping[int, int] = field(init=False)
    """For each opening parenthesis, the index of the token behind its closing one."""
    _at: int = field(default=0, init=False)
    _operators: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._tokens = tokens_of(self.text)
        self._closing = _closing(self._tokens)

    @property
    def here(self) -> Token:
        """The token to be read next."""
        return self._tokens[self._at]

    @property
    def calls(self) -> bool:
        """Whether a function comes next: a word with a parenthesis behind it."""
        here = self.here
        return _names_function(here) and self._tokens[self._at + 1].text == "("

    @property
    def behind_parentheses(self) -> Token | None:
        """What stands behind the parentheses that open here; `None` if none do, or if they are never closed."""
        closing = self._closing.get(self._at)
        return None if closing is None else self._tokens[closing]

    @property
    def redundant_parenthesis(self) -> Token | None:
        """The first parenthesis that directly encloses another pair: DynamoDB refuses it, as in `((a = b))`."""
        for index, behind in self._closing.items():
            is_call = index > 0 and _names_function(self._tokens[index - 1])
            if not is_call and self._closing.get(index + 1) == behind - 1:
                return self._tokens[index]
        return None

    def step(self) -> Token:
        """Read a token, whatever it is."""
        token = self.here
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def sign(self, *signs: str) -> str | None:
        """Read one of these signs, if it comes next."""
        return self.step().text if self.here.kind == SIGN and self.here.text in signs else None

    def word(self, *words: str) -> str | None:
        """Read one of these keywords, if it comes next."""
        return self.step().text.upper() if self.here.is_word(*words) else None

    def need(self, sign: str) -> None:
        """Read a sign that has to come next."""
        if self.sign(sign) is None:
            raise self.expected(repr(sign))

    def end(self, expected: str) -> None:
        """Refuse anything but the end."""
        if self.here.kind != END:
            raise self.expected(expected)

    def count_operator(self, token: Token) -> None:
        """Count an operator or a function, and refuse more of them than DynamoDB takes."""
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            raise self.wrong(f"it has more than {MAX_OPERATORS} operators and functions", token)

    def expected(self, what: str) -> ExpressionSyntaxError:
        """Return the error for a token that is not what should come next."""
        return self.wrong(f"expected {what}, found {self.here}")

    def wrong(self, problem: str, token: Token | None = None) -> ExpressionSyntaxError:
        """Return the error for what is wrong with a token."""
        return syntax_error(self.text, (token or self.here).position, problem)

    def listed(self, read: Callable[[], T]) -> list[T]:
        """Read one or several, with commas between them."""
        found = [read()]
        while self.sign(",") is not None:
            found.append(read())
        return found

    def path(self, expected: str = "an attribute") -> Path:
        """Read a document path."""
        segments: list[Segment] = [self._name(expected)]
        while True:
            if self.sign(".") is not None:
                segments.append(self._name("the name of an attribute"))
            elif self.sign("[") is not None:
                segments.append(self._index())
            else:
                return Path(tuple(segments))

    def _name(self, expected: str) -> str:
        token = self.here
        if token.kind == NAME:
            if token.text not in self.names:
                raise self.wrong(f"{token.text} stands for no name: give names={{{token.text!r}: ...}}")
            return self.names[self.step().text]
        if token.kind != WORD or token.text.upper() in KEYWORDS:
            raise self.expected(expected)
        if token.text.upper() in RESERVED:
            word = token.text
            raise self.wrong(f"{word!r} is a reserved word: write #{word}, with names={{'#{word}': {word!r}}}")
        return self.step().text

    def _index(self) -> int:
        if self.here.kind != NUMBER:
            raise self.expected("an index of a list, from 0")
        if len(self.here.text) > _MAX_INDEX_DIGITS:
            raise self.wrong("an index of a list has too many digits")
        index = int(self.step().text)
        self.need("]")
        return index

    @property
    def at_value(self) -> bool:
        """Whether a value comes next."""
        return self.here.kind == VALUE

    def value(self, expected: str = "a value, such as :value") -> Any:
        """Read the placeholder of a value."""
        token = self.here
        if token.kind != VALUE:
            raise self.expected(expected)
        if token.text not in self.values:
            raise self.wrong(f"{token.text} stands for no value: give values={{{token.text!r}: ...}}")
        return self.values[self.step().text]


def _names_function(token: Token) -> bool:
    return token.kind == WORD and token.text.upper() not in KEYWORDS


def _closing(tokens: tuple[Token, ...]) -> dict[int, int]:
    closing: dict[int, int] = {}
    opened: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind == SIGN and token.text == "(":
            opened.append(index)
        elif token.kind == SIGN and token.text == ")" and opened:
            closing[opened.pop()] = index + 1
    return closing
