"""
Updates in DynamoDB's own language.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from attrs import define

from dynamo_document_builder.expressions.changes import Assign, Change, ChangeSet, Increment, Remove
from dynamo_document_builder.expressions.paths import Arithmetic, IfNotExists, ListAppend, Path
from dynamo_document_builder.expressions.text.tokens import END

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.expressions.text.reader import Reader

_TERM: Final = "an attribute, a value, if_not_exists(...) or list_append(...)"


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
        left = self._term()
        sign = self.reader.sign("+", "-")
        return Assign(path, left if sign is None else Arithmetic(left, sign, self._term()))

    def _remove(self) -> Change:
        return Remove(self.reader.path())

    def _add(self) -> Change:
        path, value = self.reader.path(), self.reader.value()
        return ChangeSet(path, frozenset(value)) if _is_set(value) else Increment(path, value)

    def _delete(self) -> Change:
        path, token = self.reader.path(), self.reader.here
        value = self.reader.value()
        if not _is_set(value):
            raise self.reader.wrong("DELETE takes elements out of a set, so its value is a set", token)
        return ChangeSet(path, frozenset(value), gain=False)

    def _term(self) -> Any:
        if self.reader.at_value:
            return self.reader.value()
        if not self.reader.calls:
            return self.reader.path(_TERM)
        name = self.reader.here.text
        if name == "if_not_exists":
            return IfNotExists(*self._two(self.reader.path))
        if name == "list_append":
            return ListAppend(*self._two(self._term))
        raise self.reader.expected(_TERM)

    def _two(self, first: Callable[[], Path]) -> tuple[Any, Any]:
        self.reader.step()
        self.reader.need("(")
        one = first()
        self.reader.need(",")
        other = self._term()
        self.reader.need(")")
        return one, other


def _is_set(value: object) -> TypeGuard[AbstractSet[Any]]:
    return isinstance(value, AbstractSet)
