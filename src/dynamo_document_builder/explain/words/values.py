"""How values and paths are said in a sentence."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from dynamo_document_builder.errors.clauses import value_text
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.expressions.evaluation.stored_values import AsStored
from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.tree.paths import (
    Arithmetic,
    EmptyList,
    IfNotExists,
    ListAppend,
    Path,
    SizeOf,
    Value,
)
from dynamo_document_builder.model.entities.hidden import leads_to_hidden, paths_in

HIDDEN: Final = "?"
"""Stands for a value where all values are left out."""
_LONGEST: Final = 80
"""Characters of a value that a sentence shows."""


@frozen
class _Hidden:
    """Stands where a value was."""

    mark: str

    def __str__(self) -> str:
        return self.mark


@frozen
class Words:
    """Says values, or that there is one."""

    values: bool = True
    """Whether values are shown."""
    hidden: frozenset[str] = frozenset()
    """The names of attributes whose values are not shown."""
    mark: str = HIDDEN
    """Stands for a value that is not shown."""

    def about(self, part: object) -> Words:
        """Return the words for a part of an expression: without values if it names a hidden attribute."""
        if not self.values or not any(leads_to_hidden(path, self.hidden) for path in paths_in(part)):
            return self
        return Words(values=False, mark=MASKED)

    def value(self, value: object) -> str:
        """Say a plain value."""
        if not self.values:
            return self.mark
        text = value_text(_python(value))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def item(self, entity: str | None, key: Mapping[str, Any] | None) -> str:
        """Name an item by its key, as every error does."""
        if key is None or self.values:
            return describe_item(entity, key)
        return describe_item(entity, dict.fromkeys(key, _Hidden(self.mark)))

    def sought(self, entity: str, key: Mapping[str, Any] | None) -> str:
        """Name the items under an index key, which may be built from hidden fields."""
        if key is None or not self.values:
            return self.item(entity, key)
        shown = {name: _Hidden(MASKED) if name in self.hidden else value for name, value in key.items()}
        return describe_item(entity, shown)

    def pairs(self, fields: Mapping[str, Any]) -> str:
        """Say fields with their values."""
        return ", ".join(f"{name}={self.of(name).value(value)}" for name, value in fields.items())

    def of(self, name: str) -> Words:
        """Return the words for the value of one attribute."""
        return Words(values=False, mark=MASKED) if self.values and name in self.hidden else self

    def term(self, value: object) -> str:  # noqa: PLR0911  one line for each kind of node
        """Say what stands on one side of a comparison, or is assigned."""
        match value:
            case Path():
                return str(value)
            case SizeOf(of=of):
                return f"the size of {self.term(of)}"
            case Value(value=given):
                return self.value(given)
            case IfNotExists(path=path, value=other):
                return f"{path} (or {self.term(other)} where there is none)"
            case EmptyList():
                return "an empty list"
            case Arithmetic() | ListAppend():
                return self._computed(value)
            case _:
                return self.value(value)

    def _computed(self, value: Arithmetic | ListAppend) -> str:
        if isinstance(value, ListAppend):
            return f"{self.term(value.first)} followed by {self.term(value.second)}"
        sign, right = value.sign, value.right
        if self.values and sign == "+" and isinstance(right, (int, float, Decimal)) and right < 0:
            sign, right = "-", -right
        return f"{self.term(value.left)} {sign} {self.term(right)}"

    def terms(self, values: AbstractSet[Any] | tuple[Any, ...]) -> str:
        """Say several values; those of a set always in the same order."""
        texts = [self.term(value) for value in values]
        if not self.values:
            return self.mark
        return ", ".join(sorted(texts) if isinstance(values, AbstractSet) else texts)


def _python(value: object) -> object:
    if isinstance(value, Undecoded):
        return value.natural
    return value.python() if isinstance(value, AsStored) else value
