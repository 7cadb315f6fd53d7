"""
The clauses of a condition, and what each of them found in an item.

A failed condition loads this module; no command does before it is sent, or when all goes well.
"""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from enum import Enum
from typing import Any, ClassVar, Final, TypeGuard

from attrs import field, frozen

_CLAIMS: Final = {
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
    One comparison, or one question, that a condition is made of, and what it found.

    Its text and its `repr` have no values; `explain()` has them.
    """

    passed: ClassVar[bool] = True
    """Whether the condition got from it what it wants: that it is false, where it is `negated`."""

    path: str = ""
    """The attribute it is about, as the condition names it; empty where it is about the item as a whole."""
    operator: str
    """The function that it can be written with: `equals`, `begins_with`, `not_exists`, `item_exists`, ..."""
    negated: bool = False
    """Whether it stands under `not_`: then it is wanted to be false."""
    of_size: bool = False
    """Whether it is about the size of the attribute."""
    of_value: bool = False
    """Whether a given value stands where the attribute would, as in `begins_with("Ada Lovelace", u.name)`."""
    missing: bool = False
    """Whether the attribute is not stored, or, of a question about the item, the item."""
    actual: Any = field(default=None, repr=False)
    """What is stored, as the field's own type if it fits; the size, of `type_is` the stored type, or `of_value` it."""
    values: tuple[Any, ...] = field(default=(), repr=False)
    """What it compares with, in order; of another attribute what is stored there, `None` if nothing is."""
    others: tuple[str | None, ...] = ()
    """For each of `values` the other attribute that it is the value of, `None` where it was given."""

    @property
    def expected(self) -> Any:
        """What it compares with: one value, or all `values` of `between` and `is_in`; `None` if it compares nothing."""
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
        """Its text for a report: of a question about the item as a whole, the words that `explain()` begins with."""
        return str(self) if self.path else self._asked

    def explain(self) -> str:
        """
        Say it with all values, for those who may see them.

        Example:
            >>> FailedClause(path="balance", operator="greater_than", values=(100,), actual=40).explain()
            'balance > 100: balance is 40'

        """
        others = [f"{other} is {said(value)}" for other, value in self._compared if other is not None]
        found = others if self.of_value else [self._found, *others]
        return f"{self._asked}: {', '.join(found)}" if found else self._asked

    @property
    def _compared(self) -> list[tuple[str | None, Any]]:
        return list(zip(self.others or (None,) * len(self.values), self.values, strict=True))

    @property
    def _asked(self) -> str:
        return f"not ({self._claim})" if self.negated else self._claim

    @property
    def _claim(self) -> str:
        values = [other or self._said(value) for other, value in self._compared]
        if self.operator == "is_in":
            return f"{self._named} is one of {', '.join(values)}"
        return _CLAIMS[self.operator].format(self._named, *values)

    @property
    def _found(self) -> str:
        if not self.path:
            return "there is none" if self.missing else "there is one"
        if self.missing:
            return f"{self.path} is not stored"
        return f"{self._named} is {'stored as ' if self.operator == 'type_is' else ''}{self._said(self.actual)}"

    @property
    def _named(self) -> str:
        if self.of_value:
            return said(self.actual)
        return f"the size of {self.path}" if self.of_size else self.path

    def _said(self, value: object) -> str:
        return str(value) if self.operator == "type_is" else said(value)


@frozen(kw_only=True)
class FailedClause(Clause):
    """
    A clause that made a condition false.

    Its text and its `repr` have no values; `explain()` has them.
    """

    passed: ClassVar[bool] = False


def said(value: object) -> str:
    """Say a value in a sentence, an equal one always in the same way."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if _is_set(value):
        return f"{{{', '.join(sorted(map(said, value)))}}}"
    return repr(value) if isinstance(value, (str, bytes)) else str(value)


def _is_set(value: object) -> TypeGuard[AbstractSet[Any]]:
    return isinstance(value, AbstractSet)
