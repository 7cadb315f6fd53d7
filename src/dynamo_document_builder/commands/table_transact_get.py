"""TableTransactGet: read items of several entities as one snapshot, typed per entity."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, TypeVarTuple, cast, overload

from attrs import evolve, frozen
from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.transactions.read import read_transaction
from dynamo_document_builder.transactions.read_slots import (
    GetSlots,
    PreparedTransactGet,
    TransactReadOptions,
    check_reads,
)

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.commands.results import ConsumedCapacity
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.transactions.read_slots import TransactReadOptionNames
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.request import ResponseMetadata

Rs = TypeVarTuple("Rs")
X = TypeVar("X")
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")
F = TypeVar("F")
G = TypeVar("G")
H = TypeVar("H")


def _groups(gets: Any) -> tuple[PreparedTransactGet[Any], ...]:
    if isinstance(gets, PreparedTransactGet) or not hasattr(gets, "__iter__"):
        raise UsageError("TableTransactGet takes a tuple of groups: gets=(users.prepare(TransactGet(...)),)")
    checked = tuple(gets)
    for group in checked:
        if not isinstance(group, PreparedTransactGet):
            raise UsageError(
                f"TableTransactGet takes what entity.prepare(TransactGet(...)) returns, not {given_type(group)}"
            )
    return checked


class TableTransactGetResult(Struct, Generic[*Rs], frozen=True, kw_only=True):
    """The result of a `TableTransactGet`: a consistent snapshot of the items."""

    items: tuple[*Rs]
    """
    One list per group, in order, with one entry per key.

    An entry is the item, or `None` if there is no item or it is in `unfit`.
    """
    unfit: tuple[UnfitItem, ...] = ()
    """
    Stored items that do not fit their schema, if the read or the group set `on_unfit="collect"`.

    Each names its table and entity; `items` has `None` for each.
    """
    response_metadata: ResponseMetadata
    """The HTTP status, the request ID and the number of attempts."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """The capacity units used, one entry per table, if the command set `return_consumed_capacity`."""


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@explain_unknown_options
@frozen(init=False, repr=False)
class TableTransactGet(TransactReadOptions, Generic[*Rs]):
    """
    Read 1 to 100 items of several entities as one consistent snapshot, with `table.send` or `database.send`.

    - `items` is a tuple with one list per group. Type checkers infer the type of each list from the group's entity, for
      up to eight groups, or for any number of groups added with `and_`.
    - DynamoDB cancels the read if another write holds one of the items. The library retries then, as `retry` allows.
    - If a group sets `on_unfit`, that setting overrides the setting of this command.

    Cost: two read units per 4 KB of each item.

    AWS: [TransactGetItems](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactGetItems.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TableMismatchError: A group belongs to another table or database. Nothing was sent.
        TransactionCanceledError: Another write held an item, for all attempts. Nothing was read.
        StoredItemError: A stored item does not fit its schema. Pass `on_unfit="skip"` or `"collect"` to leave it out.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> found_users, found_orders = table.send(TableTransactGet(gets=(
        ...     users.prepare(TransactGet(keys=[{"user_id": "u1"}])),
        ...     orders.prepare(TransactGet(keys=[{"order_id": "o1"}, {"order_id": "o2"}])),
        ... ))).items
        >>> found_orders
        [Order(order_id='o1', status='new'), None]

    """

    __sent_by__: ClassVar[str] = "table"

    gets: tuple[PreparedTransactGet[Any], ...]
    """The groups to read, each the result of `entity.prepare(TransactGet(...))`."""

    # One overload per number of groups: Python's type system cannot map one tuple of types to another.
    @overload
    def __init__(
        self: TableTransactGet[list[A | None]],
        gets: tuple[PreparedTransactGet[A]],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[list[A | None], list[B | None]],
        gets: tuple[PreparedTransactGet[A], PreparedTransactGet[B]],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[list[A | None], list[B | None], list[C | None]],
        gets: tuple[PreparedTransactGet[A], PreparedTransactGet[B], PreparedTransactGet[C]],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[list[A | None], list[B | None], list[C | None], list[D | None]],
        gets: tuple[PreparedTransactGet[A], PreparedTransactGet[B], PreparedTransactGet[C], PreparedTransactGet[D]],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[list[A | None], list[B | None], list[C | None], list[D | None], list[E | None]],
        gets: tuple[
            PreparedTransactGet[A],
            PreparedTransactGet[B],
            PreparedTransactGet[C],
            PreparedTransactGet[D],
            PreparedTransactGet[E],
        ],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[
            list[A | None], list[B | None], list[C | None], list[D | None], list[E | None], list[F | None]
        ],
        gets: tuple[
            PreparedTransactGet[A],
            PreparedTransactGet[B],
            PreparedTransactGet[C],
            PreparedTransactGet[D],
            PreparedTransactGet[E],
            PreparedTransactGet[F],
        ],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[
            list[A | None],
            list[B | None],
            list[C | None],
            list[D | None],
            list[E | None],
            list[F | None],
            list[G | None],
        ],
        gets: tuple[
            PreparedTransactGet[A],
            PreparedTransactGet[B],
            PreparedTransactGet[C],
            PreparedTransactGet[D],
            PreparedTransactGet[E],
            PreparedTransactGet[F],
            PreparedTransactGet[G],
        ],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableTransactGet[
            list[A | None],
            list[B | None],
            list[C | None],
            list[D | None],
            list[E | None],
            list[F | None],
            list[G | None],
            list[H | None],
        ],
        gets: tuple[
            PreparedTransactGet[A],
            PreparedTransactGet[B],
            PreparedTransactGet[C],
            PreparedTransactGet[D],
            PreparedTransactGet[E],
            PreparedTransactGet[F],
            PreparedTransactGet[G],
            PreparedTransactGet[H],
        ],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload  # any number of groups of one entity
    def __init__(
        self: TableTransactGet[*tuple[list[A | None], ...]],
        gets: tuple[PreparedTransactGet[A], ...],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    @overload  # more than eight, mixed
    def __init__(
        self: TableTransactGet[*tuple[list[Any], ...]],
        gets: tuple[PreparedTransactGet[Any], ...],
        **options: Unpack[TransactReadOptionNames],
    ) -> None: ...
    def __init__(self, gets: tuple[PreparedTransactGet[Any], ...], **options: Unpack[TransactReadOptionNames]) -> None:
        object.__setattr__(self, "gets", _groups(gets))
        super().__init__(**options)

    def and_(self, get: PreparedTransactGet[X]) -> TableTransactGet[*Rs, list[X | None]]:
        """Return this read with one more group. The types of all groups are kept, for any number of groups."""
        return cast("TableTransactGet[*Rs, list[X | None]]", evolve(cast("Any", self), gets=(*self.gets, get)))

    def __flow__(self, target: Target, /) -> Flow[TableTransactGetResult[*Rs]]:
        """Send the read and decode the items by group."""
        problems = Problems("TableTransactGet")
        check_reads(problems, target, self.gets, "the TableTransactGet")
        slots = GetSlots(self.gets, trusted=self.skip_validation, on_unfit=self.on_unfit)
        snapshot = yield from read_transaction(self, slots, problems)
        found = iter(snapshot.items)
        groups = tuple(list(islice(found, len(group.keys))) for group in self.gets)
        return TableTransactGetResult(
            items=cast("tuple[*Rs]", groups),
            unfit=slots.unfit,
            response_metadata=snapshot.response_metadata,
            consumed_capacity=snapshot.consumed_capacity,
        )
