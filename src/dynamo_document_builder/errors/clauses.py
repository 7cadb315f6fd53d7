"""
The clauses of a condition, and what each of them found in an item.

Nothing but a failed condition loads this module.
"""

from __future__ import annotations

from typing import Any, ClassVar, Final

from attrs import field, frozen

SIGNS: Final = {
    "equals": "=",
    "not_equals": "<>",
    "less_than": "<",
    "less_than_or_equal": "<=",
    "greater_than": ">",
    "greater_than_or_equal": ">=",
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
    missing: bool = False
    """Whether the attribute is not stored, or, of a question about the item, the item."""
    actual: Any = field(default=None, repr=False)
    """What is stored, as the field's own type if it fits; the size, or of `type_is` the stored type."""
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
        return f"{self._subject}: {name}{nothing}" if self.path else name

    def explain(self) -> str:
        """
        Say it with all values, for those who may see them.

        Example:
            >>> FailedClause(path="balance", operator="greater_than", values=(100,), actual=40).explain()
            'balance > 100: balance is 40'

        """
        claim = f"not {self._claim}" if self.negated else self._claim
        compared = zip(self.others, self.values, strict=False)
        others = "".join(f", {other} is {value!r}" for other, value in compared if other is not None)
        return f"{claim}: {self._found}{others}"

    @property
    def _subject(self) -> str:
        return f"size({self.path})" if self.of_size else self.path

    @property
    def _claim(self) -> str:
        subject = self._subject
        shown = [repr(value) for value in self.values]
        for position, other in enumerate(self.others):
            shown[position] = other or shown[position]
        if self.operator in SIGNS:
            return f"{subject} {SIGNS[self.operator]} {shown[0]}"
        if self.operator == "between":
            return f"{subject} between {shown[0]} and {shown[1]}"
        if self.operator == "is_in":
            return f"{subject} in ({', '.join(shown)})"
        return f"{self.operator}({', '.join([subject, *shown] if subject else shown)})"

    @property
    def _found(self) -> str:
        if not self.path:
            return "there is none" if self.missing else "there is one"
        if self.missing:
            return f"{self.path} is not stored"
        return f"{self._subject} is {'stored as ' if self.operator == 'type_is' else ''}{self.actual!r}"


@frozen(kw_only=True)
class FailedClause(Clause):
    """
    A clause that made a condition false.

    Its text and its `repr` have no values; `explain()` has them.
    """

    passed: ClassVar[bool] = False
