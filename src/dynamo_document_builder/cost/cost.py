"""What a command costs, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.cost.prices import price_of
from dynamo_document_builder.cost.units import Units
from dynamo_document_builder.explain.layouts import layout_of
from dynamo_document_builder.explain.words.titles import title_of
from dynamo_document_builder.explain.words.values import Words

if TYPE_CHECKING:
    from dynamo_document_builder.explain.steps import Step


@frozen(kw_only=True)
class OperationCost:
    """What one operation of a command costs at least."""

    title: str
    """What it does to which item."""
    units: Units
    """What the operation costs at least."""
    without_transaction: Units
    """What the same work costs outside a transaction."""
    unknown: tuple[str, ...] = ()
    """What would have to be known to say more."""

    def __str__(self) -> str:
        least, unknown = ("at least ", f"; unknown: {', '.join(self.unknown)}") if self.unknown else ("", "")
        return f"{self.title}: {least}{self.units}{unknown}"


@frozen(kw_only=True)
class Cost:
    """
    What a command costs at least in capacity units, and what that depends on beside the command.

    It is counted by DynamoDB's rules, and it is exact where `unknown` is empty.

    Example:
        >>> insert = Put(User("u4", "Dan"), condition=item_not_exists())
        >>> print(users.cost(insert).write_units, users.cost(TransactWrite([insert])).write_units)
        1 2
        >>> users.cost(Get({"user_id": "u1"})).unknown
        ('the size of the item it reads',)

    """

    command: str
    """The command's name."""
    operations: tuple[OperationCost, ...]
    """One entry per operation, in order."""

    @property
    def units(self) -> Units:
        """All of it."""
        return sum((operation.units for operation in self.operations), Units())

    @property
    def write_units(self) -> float:
        """The write units, at least."""
        return self.units.write

    @property
    def read_units(self) -> float:
        """The read units, at least."""
        return self.units.read

    @property
    def without_transaction(self) -> Units:
        """What the same work costs outside a transaction: single writes, and consistent reads."""
        return sum((operation.without_transaction for operation in self.operations), Units())

    @property
    def unknown(self) -> tuple[str, ...]:
        """What would have to be known to say more, each once."""
        return tuple(dict.fromkeys(one for operation in self.operations for one in operation.unknown))

    def __str__(self) -> str:
        texts = [f"  [{index}] {operation}" for index, operation in enumerate(self.operations)]
        if len(texts) == 1 and self.without_transaction == self.units:
            return str(self.operations[0])
        return "\n".join([self._title(), *texts])

    def _title(self) -> str:
        least = "at least " if self.unknown else ""
        alone = "" if self.without_transaction == self.units else f" ({self.without_transaction} without a transaction)"
        return f"{self.command}: {least}{self.units}{alone}"


def cost_of(command: Any, to: Any) -> Cost:
    """Return what a command costs that can be sent to an entity, a table or a database."""
    steps = layout_of(command, to).steps
    return Cost(command=type(command).__name__, operations=tuple(map(_operation, steps)))


def _operation(step: Step) -> OperationCost:
    price = price_of(step)
    return OperationCost(
        title=title_of(step, Words()),
        units=price.units,
        without_transaction=price.alone,
        unknown=price.unknown,
    )
