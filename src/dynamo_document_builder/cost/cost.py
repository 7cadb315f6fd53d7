"""The cost of a command, as a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.cost.step_costs import cost_of_step
from dynamo_document_builder.cost.units import Units
from dynamo_document_builder.explain.layouts import layout_of
from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.explain.words.titles import title_of

if TYPE_CHECKING:
    from dynamo_document_builder.explain.steps import Step


@frozen(kw_only=True)
class OperationCost:
    """The cost of one operation of a command: a lower bound in capacity units."""

    title: str
    """The operation and the item."""
    units: Units
    """The lower bound. It is exact if `unknown` is empty."""
    without_transaction: Units
    """The cost of the same operation outside a transaction."""
    unknown: tuple[str, ...] = ()
    """The facts that the cost depends on and that the library does not know."""

    def __str__(self) -> str:
        least, unknown = ("at least ", f"; unknown: {', '.join(self.unknown)}") if self.unknown else ("", "")
        return f"{self.title}: {least}{self.units}{unknown}"


@frozen(kw_only=True)
class Cost:
    """
    The cost of a command: a lower bound in capacity units, and the facts that the exact cost depends on.

    The library computes it by DynamoDB's rules and sends nothing. The cost is exact if `unknown` is empty.
    See https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html

    Example:
        >>> insert = Put(User("u4", "Dan"), condition=item_not_exists())
        >>> print(users.cost(insert).write_units, users.cost(TransactWrite([insert])).write_units)
        1 2
        >>> users.cost(Get({"user_id": "u1"})).unknown
        ('the size of the item it reads',)

    """

    command: str
    """The name of the command."""
    operations: tuple[OperationCost, ...]
    """The cost of each operation, in order."""

    @property
    def units(self) -> Units:
        """The sum of the costs of all operations."""
        return sum((operation.units for operation in self.operations), Units())

    @property
    def write_units(self) -> float:
        """The minimum number of write units."""
        return self.units.write

    @property
    def read_units(self) -> float:
        """The minimum number of read units."""
        return self.units.read

    @property
    def without_transaction(self) -> Units:
        """The cost of the same operations outside a transaction: single writes and strongly consistent reads."""
        return sum((operation.without_transaction for operation in self.operations), Units())

    @property
    def unknown(self) -> tuple[str, ...]:
        """The facts that the cost depends on and that the library does not know, without duplicates."""
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
    """Return the cost of a command sent to an entity, a table or a database."""
    steps = layout_of(command, to).steps
    return Cost(command=type(command).__name__, operations=tuple(map(_operation, steps)))


def _operation(step: Step) -> OperationCost:
    price = cost_of_step(step)
    return OperationCost(
        title=title_of(step, Describer()),
        units=price.units,
        without_transaction=price.alone,
        unknown=price.unknown,
    )
