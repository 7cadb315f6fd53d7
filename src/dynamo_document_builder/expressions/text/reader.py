"""The reader of an expression: reads tokens, paths and values, and creates the errors for unexpected tokens."""

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
    """The tokens of one expression and the current position in them."""

    text: str
    names: Mapping[str, str]
    values: Mapping[str, Any]
    _tokens: tuple[Token, ...] = field(init=False)
    _closing: Mapping[int, int] = field(init=False)
    """For each opening parenthesis, the index of the token after its closing parenthesis."""
    _at: int = field(default=0, init=False)
    _operators: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        self._tokens = tokens_of(self.text)
        self._closing = _closing(self._tokens)

    @property
    def token(self) -> Token:
        """The next token."""
        return self._tokens[self._at]

    @property
    def at_function(self) -> bool:
        """True if a function comes next: a word followed by a parenthesis."""
        return _names_function(self.token) and self._tokens[self._at + 1].text == "("

    @property
    def after_parentheses(self) -> Token | None:
        """
        The token after the pair of parentheses that opens at the next token.

        `None` if the next token is not an opening parenthesis, or if it is never closed.
        """
        closing = self._closing.get(self._at)
        return None if closing is None else self._tokens[closing]

    @property
    def redundant_parenthesis(self) -> Token | None:
        """The first parenthesis that directly encloses another pair, as in `((a = b))`, which DynamoDB refuses."""
        for index, after in self._closing.items():
            is_call = index > 0 and _names_function(self._tokens[index - 1])
            if not is_call and self._closing.get(index + 1) == after - 1:
                return self._tokens[index]
        return None

    def advance(self) -> Token:
        """Read the next token and return it."""
        token = self.token
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def take_sign(self, *signs: str) -> str | None:
        """Read the next token and return its text if it is one of these signs; otherwise return `None`."""
        return self.advance().text if self.token.kind == SIGN and self.token.text in signs else None

    def take_word(self, *words: str) -> str | None:
        """Read the next token and return it in upper case if it is one of these keywords; otherwise return `None`."""
        return self.advance().text.upper() if self.token.is_word(*words) else None

    def require(self, sign: str) -> None:
        """Read a sign. Raises `ExpressionSyntaxError` if the next token is another."""
        if self.take_sign(sign) is None:
            raise self.expected(repr(sign))

    def end(self, expected: str) -> None:
        """Raise `ExpressionSyntaxError` if the next token is not the end."""
        if self.token.kind != END:
            raise self.expected(expected)

    def count_operator(self, token: Token) -> None:
        """Count an operator or a function. Raises `ExpressionSyntaxError` above DynamoDB's limit of 300."""
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            raise self.error(f"it has more than {MAX_OPERATORS} operators and functions", token)

    def expected(self, what: str) -> ExpressionSyntaxError:
        """Return the error for a next token that is not the expected one."""
        return self.error(f"expected {what}, found {self.token}")

    def error(self, problem: str, token: Token | None = None) -> ExpressionSyntaxError:
        """Return the error for a token, by default the next one."""
        return syntax_error(self.text, (token or self.token).position, problem)

    def comma_separated(self, read: Callable[[], T]) -> list[T]:
        """Read one or more elements with commas between them."""
        found = [read()]
        while self.take_sign(",") is not None:
            found.append(read())
        return found

    def path(self, expected: str = "an attribute") -> Path:
        """Read a document path."""
        segments: list[Segment] = [self._name(expected)]
        while True:
            if self.take_sign(".") is not None:
                segments.append(self._name("the name of an attribute"))
            elif self.take_sign("[") is not None:
                segments.append(self._index())
            else:
                return Path(tuple(segments))

    def _name(self, expected: str) -> str:
        token = self.token
        if token.kind == NAME:
            if token.text not in self.names:
                raise self.error(f"{token.text} has no name: give names={{{token.text!r}: ...}}")
            return self.names[self.advance().text]
        if token.kind != WORD or token.text.upper() in KEYWORDS:
            raise self.expected(expected)
        if token.text.upper() in RESERVED:
            word = token.text
            raise self.error(f"{word!r} is a reserved word: write #{word}, with names={{'#{word}': {word!r}}}")
        return self.advance().text

    def _index(self) -> int:
        if self.token.kind != NUMBER:
            raise self.expected("the index of a list, from 0")
        if len(self.token.text) > _MAX_INDEX_DIGITS:
            raise self.error("the index of a list has too many digits")
        index = int(self.advance().text)
        self.require("]")
        return index

    @property
    def at_value(self) -> bool:
        """True if a value comes next."""
        return self.token.kind == VALUE

    def value(self, expected: str = "a value, such as :value") -> Any:
        """Read the placeholder of a value and return the value."""
        token = self.token
        if token.kind != VALUE:
            raise self.expected(expected)
        if token.text not in self.values:
            raise self.error(f"{token.text} has no value: give values={{{token.text!r}: ...}}")
        return self.values[self.advance().text]


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
