"""
The clauses of a condition, with the value that each of them found in an item.

Only a failed condition or a tested condition loads this module.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, ClassVar, Final, TypeGuard

from attrs import field, frozen

_SENTENCES: Final = {
    "equals": "{} is {}",
    "not_equals": "{} is not {}",
    "less_than": "{} < {}",
    "less_than_or_equal": "{} <= {}",
    "greater_than": "{} > {}",
    "greater_than_or_equal": "{} >= {}",
    "between": "{} is between {} and {}",
    "begins_with": "{} begins with {}",
    "contains": "{} contains {}",
    "exists": "{} exists",
    "not_exists": "{} does not exist",
    "type_is": "{} is stored as {}",
    "item_exists": "there is such an item",
    "item_not_exists": "there is no such item yet",
}


@frozen(kw_only=True)
class Clause:
    """
    One comparison or function of a condition, with the value that it found in an item.

    `str` and `repr` show no values. `explain()` shows them.
    """

    passed: ClassVar[bool] = True
    """
    True if the clause came out the way the condition needs.

    For a `negated` clause, that means that its comparison is false.
    """

    path: str = ""
    """The attribute, as the condition names it; empty if the clause is about the item as a whole."""
    operator: str
    """The name of the function: `equals`, `begins_with`, `not_exists`, `item_exists`, ..."""
    negated: bool = False
    """True if the clause is inside `not_`, so that the condition needs it to be false."""
    of_size: bool = False
    """True if the clause compares the size of the attribute."""
    of_value: bool = False
    """True if the first operand is a value instead of an attribute, as in `begins_with("Ada Lovelace", u.name)`."""
    missing: bool = False
    """True if the attribute is not stored, or, for a clause about the item as a whole, the item is not stored."""
    actual: Any = field(default=None, repr=False)
    """
    The stored value, as the type of the field if it fits that type.

    It is the size if `of_size` is true, the stored type for `type_is`, and the given value if `of_value` is true.
    """
    values: tuple[Any, ...] = field(default=(), repr=False)
    """The values compared with, in order. For an attribute, its stored value, or `None` if it is not stored."""
    others: tuple[str | None, ...] = ()
    """For each of `values`, the attribute that it was read from, or `None` if it is a value in the condition."""

    @property
    def expected(self) -> Any:
        """The value compared with; all `values` for `between` and `is_in`; `None` if there is nothing to compare."""
        if self.operator in {"between", "is_in"}:
            return self.values
        return self.values[0] if self.values else None

    def __str__(self) -> str:
        name = f"not_({self.operator})" if self.negated else self.operator
        nothing = ", nothing stored" if self.missing and self.values else ""
        subject = f"size({self.path})" if self.of_size else self.path
        return f"{subject}: {name}{nothing}" if self.path else name

    @property
    def title(self) -> str:
        """The heading for a report. Unlike `str`, it is a sentence if the clause is about the item as a whole."""
        return str(self) if self.path else self._sentence

    def explain(self) -> str:
        """
        Return a sentence with all values. Do not log it if the values are confidential.

        Example:
            >>> FailedClause(path="balance", operator="greater_than", values=(100,), actual=40).explain()
            'balance > 100: balance is 40'

        """
        others = [f"{other} is {value_text(value)}" for other, value in self._operands if other is not None]
        found = others if self.of_value else [self._finding, *others]
        return f"{self._sentence}: {', '.join(found)}" if found else self._sentence

    @property
    def _operands(self) -> list[tuple[str | None, Any]]:
        return list(zip(self.others or (None,) * len(self.values), self.values, strict=True))

    @property
    def _sentence(self) -> str:
        return f"not ({self._comparison})" if self.negated else self._comparison

    @property
    def _comparison(self) -> str:
        values = [other or self._text_of(value) for other, value in self._operands]
        if self.operator == "is_in":
            return f"{self._subject} is one of {', '.join(values)}"
        return _SENTENCES[self.operator].format(self._subject, *values)

    @property
    def _finding(self) -> str:
        if not self.path:
            return "there is none" if self.missing else "there is one"
        if self.missing:
            return f"{self.path} is not stored"
        return f"{self._subject} is {'stored as ' if self.operator == 'type_is' else ''}{self._text_of(self.actual)}"

    @property
    def _subject(self) -> str:
        if self.of_value:
            return value_text(self.actual)
        return f"the size of {self.path}" if self.of_size else self.path

    def _text_of(self, value: object) -> str:
        return str(value) if self.operator == "type_is" else value_text(value)


@frozen(kw_only=True)
class FailedClause(Clause):
    """
    A clause that made a condition false.

    `str` and `repr` show no values. `explain()` shows them.
    """

    passed: ClassVar[bool] = False


def value_text(value: object) -> str:
    """Return the text of a value in a sentence. Equal values have equal texts."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if _is_set(value):
        return f"{{{', '.join(sorted(map(value_text, value)))}}}"
    return repr(value) if isinstance(value, (str, bytes)) else str(value)


def _is_set(value: object) -> TypeGuard[AbstractSet[Any]]:
    return isinstance(value, AbstractSet)
