"""The report of a condition evaluated on one item."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.display import html_block, rich_text
from dynamo_document_builder.errors.clauses import value_text
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.model.entities.hidden import is_hidden
from dynamo_document_builder.schema.items.hidden_differences import hidden_differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.errors import StoredItemError
    from dynamo_document_builder.errors.clauses import Clause

_OUTCOMES: Final = {True: "passes", False: "fails", None: "cannot be evaluated"}
_STYLES: Final = {True: "green", False: "red", None: "yellow"}


@frozen(kw_only=True)
class ConditionReport:
    """
    The report of the condition of one operation, evaluated on the stored item.

    `str()` names the clauses. `show(values=True)` adds the stored values. rich shows the report in colours, and a
    notebook as a block.
    """

    name: str
    """The operation: `Update`, `ConditionCheck`, ..."""
    index: int | None = None
    """The position of the operation in a transaction."""
    label: str | None = None
    """The label of the command."""
    command: Any = field(repr=False)
    """The command."""
    entity: str | None = None
    """The name of the entity."""
    key: Mapping[str, Any] | None = None
    """The key of the item in your own terms."""
    passed: bool | None
    """True if the condition is true, False if it is false, `None` if the library cannot evaluate it."""
    clauses: tuple[Clause, ...] = ()
    """Every clause, in order; empty for an operation without a condition."""
    stale: bool = False
    """True if the stored item has another version than the operation expects."""
    item: Any = field(default=None, repr=False)
    """The stored item; `None` if it does not exist or does not fit the schema."""
    raw_item: Mapping[str, Any] | None = field(default=None, repr=False)
    """The stored item in DynamoDB JSON."""
    item_error: StoredItemError | None = None
    """The error if the stored item does not fit the schema."""
    hidden: frozenset[str] = field(default=frozenset(), repr=False)
    """The names of the attributes whose values `show(values=True)` masks: fields with `repr=False`."""

    @property
    def failed(self) -> tuple[Clause, ...]:
        """The clauses that failed."""
        return tuple(clause for clause in self.clauses if not clause.passed)

    @property
    def title(self) -> str:
        """The operation, the item and the outcome in one line."""
        place = "" if self.index is None else f"[{self.index}] "
        label = "" if self.label is None else f"({self.label}) "
        subject = f"{self.name} {describe_item(self.entity, self.key)}".strip()
        stale = ", the item was changed since it was read" if self.stale else ""
        return f"{place}{label}{subject}: {_OUTCOMES[self.passed]}{stale}"

    def show(self, *, values: bool = False, hidden: bool = False) -> str:
        """
        Return the report as text.

        *values* adds the stored value to each clause. *hidden* shows the values of fields with `repr=False` too.
        """
        return "\n".join(text for text, _ in self.lines(values=values, hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return the report in colours. rich calls this method."""
        return rich_text(self.lines(values=True))

    def _repr_html_(self) -> str:
        """Return the report as HTML. Notebooks call this method."""
        return html_block(
            self.title, [self._line(clause, values=True, hidden=False) for clause in self.clauses], (), {}
        )

    def lines(self, *, values: bool, hidden: bool = False) -> Iterator[tuple[str, str]]:
        """Yield each line and its style for rich."""
        yield self.title, _STYLES[self.passed]
        for clause in self.clauses:
            yield f"  {self._line(clause, values=values, hidden=hidden)}", "" if clause.passed else "red"

    def _line(self, clause: Clause, *, values: bool, hidden: bool) -> str:
        names = [clause.path, *filter(None, clause.others)]
        shown = values and (hidden or not any(is_hidden(name, self.hidden) for name in names))
        text = f"{clause.explain()}{_hidden_differences(clause, hidden=hidden)}" if shown else clause.title
        return f"{'passes' if clause.passed else 'FAILS '}  {text}"


def _hidden_differences(clause: Clause, *, hidden: bool) -> str:
    """Return a text for the nested fields in which two values differ, but which the texts of the values omit."""
    if clause.operator not in {"equals", "not_equals"}:
        return ""
    found = hidden_differences(clause.path, clause.actual, clause.expected)
    return "".join(
        f"; {path} is {value_text(actual)}, not {value_text(expected)}" if hidden else f"; {path} differs {MASKED}"
        for path, actual, expected in found
    )
