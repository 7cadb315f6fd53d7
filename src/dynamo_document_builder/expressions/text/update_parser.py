"""
The parser of update expressions in DynamoDB's language.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from attrs import define, field

from dynamo_document_builder.expressions.json_values.undecoded import PlainJson, Undecoded, natural
from dynamo_document_builder.expressions.text.tokens import END, SIGN
from dynamo_document_builder.expressions.tree.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.tree.paths import Arithmetic, IfNotExists, ListAppend, Path
from dynamo_document_builder.schema.type_guards import is_list

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.expressions.text.reader import Reader
    from dynamo_document_builder.expressions.text.tokens import Token

_TERM: Final = "an attribute, a value, if_not_exists(...) or list_append(...)"
_FUNCTIONS: Final = {"if_not_exists": IfNotExists, "list_append": ListAppend}
_SIGNS: Final = ("+", "-")


@define(eq=False)
class _Opened:
    """A function or a parenthesis that is not closed yet."""

    function: str | None
    """The name of the function; `None` for a parenthesis."""
    token: Token
    """The token after the opening parenthesis."""
    arguments: list[Any] = field(factory=list[Any])

    @property
    def lacks_argument(self) -> bool:
        return self.function is not None and len(self.arguments) < 2  # noqa: PLR2004  both functions take two

    def closed(self, reader: Reader) -> Any:
        """Return the node of the function, or the term inside the parentheses."""
        if self.function is None:
            return self.arguments[0]
        if self.function == "if_not_exists" and not isinstance(self.arguments[0], Path):
            raise reader.error("expected an attribute as the first argument of if_not_exists", self.token)
        return _FUNCTIONS[self.function](*self.arguments)


@define(eq=False)
class UpdateParser:
    """A parser of one update expression."""

    reader: Reader

    def parse(self) -> tuple[Change, ...]:
        """Return the changes. Clauses can be in any order, each once. Raises `ExpressionSyntaxError`."""
        remaining: dict[str, Callable[[], Change]] = {
            "SET": self._assign,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        changes = self._clause(remaining)
        while self.reader.token.kind != END:
            changes += self._clause(remaining)
        return tuple(changes)

    def _clause(self, remaining: dict[str, Callable[[], Change]]) -> list[Change]:
        clause = self.reader.take_word(*remaining)
        if clause is None:
            raise self.reader.expected(f"one of {', '.join(remaining)}" if remaining else "the end")
        return self.reader.comma_separated(remaining.pop(clause))

    def _assign(self) -> Change:
        path = self.reader.path()
        self.reader.require("=")
        opened = 0
        while self._encloses_all():
            self.reader.require("(")
            opened += 1
        value = self._sum()
        for _ in range(opened):
            self.reader.require(")")
        return Assign(path, value)

    def _encloses_all(self) -> bool:
        """Return True if the next parentheses enclose a whole sum, as in `(a + b)`, not a term, as in `(a) + b`."""
        after = self.reader.after_parentheses
        return after is not None and not (after.kind == SIGN and after.text in _SIGNS)

    def _sum(self) -> Any:
        left, token = self._term(), self.reader.token
        sign = self.reader.take_sign(*_SIGNS)
        if sign is None:
            return left
        self.reader.count_operator(token)
        return Arithmetic(left, sign, self._term())

    def _remove(self) -> Change:
        return Remove(self.reader.path())

    def _add(self) -> Change:
        path, value = self.reader.path(), self.reader.value()
        return ChangeSet(path, _elements(value)) if _is_set(value) else Increment(path, value)

    def _delete(self) -> Change:
        path, token = self.reader.path(), self.reader.token
        value = self.reader.value()
        if not _is_set(value):
            raise self.reader.error("DELETE removes elements from a set, so its value must be a set", token)
        return ChangeSet(path, _elements(value), gain=False)

    def _term(self) -> Any:
        """Read an attribute, a value or a function, without recursion, because functions may be nested deeply."""
        opened: list[_Opened] = []
        while True:
            if (one := self._opens()) is not None:
                opened.append(one)
                continue
            value = self.reader.value() if self.reader.at_value else self.reader.path(_TERM)
            while opened:
                opened[-1].arguments.append(value)
                if opened[-1].lacks_argument:
                    self.reader.require(",")
                    break
                self.reader.require(")")
                value = opened.pop().closed(self.reader)
            else:
                return value

    def _opens(self) -> _Opened | None:
        if self.reader.take_sign("(") is not None:
            return _Opened(None, self.reader.token)
        if not self.reader.at_function:
            return None
        token = self.reader.token
        if token.text not in _FUNCTIONS:
            raise self.reader.expected(_TERM)
        self.reader.count_operator(self.reader.advance())
        self.reader.require("(")
        return _Opened(token.text, self.reader.token)


def _is_set(value: object) -> bool:
    """Return True if a value is a set. In plain JSON, a list of text or numbers counts as a set."""
    if isinstance(value, PlainJson) and is_list(value.json):
        return all(isinstance(element, (str, int, float, Decimal)) for element in value.json)
    return isinstance(natural(value), AbstractSet)


def _elements(value: Any) -> Any:
    return value if isinstance(value, Undecoded) else frozenset(value)
