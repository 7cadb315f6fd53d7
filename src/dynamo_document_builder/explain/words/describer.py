"""The describer: texts of values, keys and paths in a sentence, with hidden values masked."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any, Final

from attrs import frozen

from dynamo_document_builder.errors.clauses import value_text
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.expressions.evaluation.stored_values import WireValue
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
"""The text for a value if all values are masked."""
_LONGEST: Final = 80
"""The maximum number of characters of a value in a sentence."""


@frozen
class _Hidden:
    """A masked value."""

    mark: str

    def __str__(self) -> str:
        return self.mark


@frozen
class Describer:
    """Describes values, keys and paths."""

    values: bool = True
    """False to mask all values."""
    hidden: frozenset[str] = frozenset()
    """The names of the attributes whose values are masked."""
    mark: str = HIDDEN
    """The text for a masked value."""

    def for_part(self, part: object) -> Describer:
        """Return the describer for a part of an expression, which masks all values if the part is hidden."""
        if not self.values or not any(leads_to_hidden(path, self.hidden) for path in paths_in(part)):
            return self
        return Describer(values=False, mark=MASKED)

    def value(self, value: object) -> str:
        """Describe a Python value."""
        if not self.values:
            return self.mark
        text = value_text(_python(value))
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"

    def item(self, entity: str | None, key: Mapping[str, Any] | None) -> str:
        """Describe an item by its key, as errors do."""
        if key is None or self.values:
            return describe_item(entity, key)
        return describe_item(entity, dict.fromkeys(key, _Hidden(self.mark)))

    def items_in_index(self, entity: str, key: Mapping[str, Any] | None) -> str:
        """Describe the items under an index key, which can be built from hidden fields."""
        if key is None or not self.values:
            return self.item(entity, key)
        shown = {name: _Hidden(MASKED) if name in self.hidden else value for name, value in key.items()}
        return describe_item(entity, shown)

    def pairs(self, fields: Mapping[str, Any]) -> str:
        """Describe fields and their values."""
        return ", ".join(f"{name}={self.for_attribute(name).value(value)}" for name, value in fields.items())

    def for_attribute(self, name: str) -> Describer:
        """Return the describer for the value of one attribute."""
        return Describer(values=False, mark=MASKED) if self.values and name in self.hidden else self

    def term(self, value: object) -> str:  # noqa: PLR0911  one line for each kind of node
        """Describe one side of a comparison, or an assigned value."""
        match value:
            case Path():
                return str(value)
            case SizeOf(of=of):
                return f"the size of {self.term(of)}"
            case Value(value=given):
                return self.value(given)
            case IfNotExists(path=path, value=other):
                return f"{path} (or {self.term(other)} if it does not exist)"
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
        """Describe several values; those of a set in sorted order."""
        texts = [self.term(value) for value in values]
        if not self.values:
            return self.mark
        return ", ".join(sorted(texts) if isinstance(values, AbstractSet) else texts)


def _python(value: object) -> object:
    if isinstance(value, Undecoded):
        return value.natural
    return value.python() if isinstance(value, WireValue) else value
