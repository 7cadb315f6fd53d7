"""
Updates in DynamoDB's own language.

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
    token: Token
    """Where its first argument stands."""
    arguments: list[Any] = field(factory=list[Any])

    @property
    def lacks_argument(self) -> bool:
        return self.function is not None and len(self.arguments) < 2  # noqa: PLR2004  both functions take two

    def closed(self, reader: Reader) -> Any:
        """Return what it says."""
        if self.function is None:
            return self.arguments[0]
        if self.function == "if_not_exists" and not isinstance(self.arguments[0], Path):
            raise reader.wrong("expected an attribute as the first argument of if_not_exists", self.token)
        return _FUNCTIONS[self.function](*self.arguments)


@define(eq=False)
class Updates:
    """Reads one update expression."""

    reader: Reader

    def whole(self) -> tuple[Change, ...]:
        """Read the text to its end: clauses in any order, each once."""
        left: dict[str, Callable[[], Change]] = {
            "SET": self._assign,
            "REMOVE": self._remove,
            "ADD": self._add,
            "DELETE": self._delete,
        }
        changes = self._clause(left)
        while self.reader.here.kind != END:
            changes += self._clause(left)
        return tuple(changes)

    def _clause(self, left: dict[str, Callable[[], Change]]) -> list[Change]:
        clause = self.reader.word(*left)
        if clause is None:
            raise self.reader.expected(f"one of {', '.join(left)}" if left else "the end")
        return self.reader.listed(left.pop(clause))

    def _assign(self) -> Change:
        path = self.reader.path()
        self.reader.need("=")
        opened = 0
        while self._encloses_all():
            self.reader.need("(")
            opened += 1
        value = self._sum()
        for _ in range(opened):
            self.reader.need(")")
        return Assign(path, value)

    def _encloses_all(self) -> bool:
        """Tell whether the parentheses that open here stand around a whole sum: `(a + b)`, not `(a) + b`."""
        behind = self.reader.behind_parentheses
        return behind is not None and not (behind.kind == SIGN and behind.text in _SIGNS)

    def _sum(self) -> Any:
        left, token = self._term(), self.reader.here
        sign = self.reader.sign(*_SIGNS)
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
        path, token = self.reader.path(), self.reader.here
        value = self.reader.value()
        if not _is_set(value):
            raise self.reader.wrong("DELETE takes elements out of a set, so its value is a set", token)
        return ChangeSet(path, _elements(value), gain=False)

    def _term(self) -> Any:
        """Read an attribute, a value or a function, without recursion: functions may be nested deep."""
        opened: list[_Opened] = []
        while True:
            if (one := self._opens()) is not None:
                opened.append(one)
                continue
            value = self.reader.value() if self.reader.at_value else self.reader.path(_TERM)
            while opened:
                opened[-1].arguments.append(value)
                if opened[-1].lacks_argument:
                    self.reader.need(",")
                    break
                self.reader.need(")")
                value = opened.pop().closed(self.reader)
            else:
                return value

    def _opens(self) -> _Opened | None:
        if self.reader.sign("(") is not None:
            return _Opened(None, self.reader.here)
        if not self.reader.calls:
            return None
        token = self.reader.here
        if token.text not in _FUNCTIONS:
            raise self.reader.expected(_TERM)
        self.reader.count_operator(self.reader.step())
        self.reader.need("(")
        return _Opened(token.text, self.reader.here)


def _is_set(value: object) -> bool:
    """Tell whether a value is a set; plain JSON has lists of text or numbers in place of sets."""
    if isinstance(value, PlainJson) and is_list(value.json):
        return all(isinstance(element, (str, int, float, Decimal)) for element in value.json)
    return isinstance(natural(value), AbstractSet)


def _elements(value: Any) -> Any:
    return value if isinstance(value, Undecoded) else frozenset(value)
