"""What a condition is on one item, clause by clause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.display.colours import coloured
from dynamo_document_builder.display.page import page_of
from dynamo_document_builder.errors.clauses import value_text
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.model.entities.hidden import is_hidden
from dynamo_document_builder.schema.items.hidden_differences import hidden_differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.errors import StoredItemError
    from dynamo_document_builder.errors.clauses import Clause

_OUTCOMES: Final = {True: "passes", False: "fails", None: "cannot be told"}
_STYLES: Final = {True: "green", False: "red", None: "yellow"}


@frozen(kw_only=True)
class ConditionReport:
    """
    What the condition of one operation is on the item that is there: as a whole, and each of its clauses.

    `str()` names the clauses; `show(values=True)` has what was found, too. It has colours in a terminal with rich, and
    is a block in a notebook.
    """

    name: str
    """The operation: `Update`, `ConditionCheck`, ..."""
    index: int | None = None
    """Its place in a transaction."""
    label: str | None = None
    """The label of the operation."""
    command: Any = field(repr=False)
    """The command of the condition."""
    entity: str | None = None
    """The name of the entity."""
    key: Mapping[str, Any] | None = None
    """The fields of the item's key."""
    passed: bool | None
    """Whether DynamoDB would take the operation, as far as its condition goes; `None` if that cannot be told."""
    clauses: tuple[Clause, ...] = ()
    """Every clause, in order; none for an operation without a condition."""
    stale: bool = False
    """Whether the item has another version than the operation is for."""
    item: Any = field(default=None, repr=False)
    """The item as it is, `None` if there is none."""
    raw_item: Mapping[str, Any] | None = field(default=None, repr=False)
    """The same in DynamoDB JSON."""
    item_error: StoredItemError | None = None
    """Set where the item does not fit the schema; then `item` is `None`."""
    hidden: frozenset[str] = field(default=frozenset(), repr=False)
    """The names of the attributes whose values `show(values=True)` leaves out: fields with `repr=False`."""

    @property
    def failed(self) -> tuple[Clause, ...]:
        """The clauses that are not as they are wanted."""
        return tuple(clause for clause in self.clauses if not clause.passed)

    @property
    def title(self) -> str:
        """What it is about, and how that ends, in one line."""
        place = "" if self.index is None else f"[{self.index}] "
        label = "" if self.label is None else f"({self.label}) "
        subject = f"{self.name} {describe_item(self.entity, self.key)}".strip()
        stale = ", the item was changed since it was read" if self.stale else ""
        return f"{place}{label}{subject}: {_OUTCOMES[self.passed]}{stale}"

    def show(self, *, values: bool = False, hidden: bool = False) -> str:
        """Return it as text: with `values`, what was found stands beside each clause; *hidden* shows all of them."""
        return "\n".join(text for text, _ in self.lines(values=values, hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return it with colours; rich asks for this, so nobody else needs it installed."""
        return coloured(self.lines(values=True))

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        return page_of(self.title, [self._line(clause, values=True, hidden=False) for clause in self.clauses], (), {})

    def lines(self, *, values: bool, hidden: bool = False) -> Iterator[tuple[str, str]]:
        """Yield each line, and how it looks where there are colours."""
        yield self.title, _STYLES[self.passed]
        for clause in self.clauses:
            yield f"  {self._line(clause, values=values, hidden=hidden)}", "" if clause.passed else "red"

    def _line(self, clause: Clause, *, values: bool, hidden: bool) -> str:
        names = [clause.path, *filter(None, clause.others)]
        shown = values and (hidden or not any(is_hidden(name, self.hidden) for name in names))
        text = f"{clause.explain()}{_unseen(clause, hidden=hidden)}" if shown else clause.title
        return f"{'passes' if clause.passed else 'FAILS '}  {text}"


def _unseen(clause: Clause, *, hidden: bool) -> str:
    """Say in which nested fields two values differ that the texts of the values do not show."""
    if clause.operator not in {"equals", "not_equals"}:
        return ""
    found = hidden_differences(clause.path, clause.actual, clause.expected)
    return "".join(
        f"; {path} is {value_text(actual)}, not {value_text(expected)}" if hidden else f"; {path} differs {MASKED}"
        for path, actual, expected in found
    )
