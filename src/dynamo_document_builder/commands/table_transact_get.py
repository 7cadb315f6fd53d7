"""TableTransactGet: read items of several entities at one moment, each group in its own type."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, TypeVarTuple, cast, overload

from attrs import evolve, frozen
from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.refuses_unknown import tells_options
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
    """What was found, at one moment."""

    items: tuple[*Rs]
    """One list per group, in order: one entry per key, `None` where there is no item, or where it is `unfit`."""
    unfit: tuple[UnfitItem, ...] = ()
    """Items that do not fit its schema, of a read with `on_unfit="collect"`. In `items` they are `None`."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """One entry per table, if asked for."""


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@tells_options
@frozen(init=False, repr=False)
class TableTransactGet(TransactReadOptions, Generic[*Rs]):
    """
    Read 1 to 100 items of several entities as they were at one moment, with `table.send` or `database.send`.

    Costs two read units per 4 KB of each item.
    `items` is a tuple with one list per group, typed by the group's entity: up to eight groups of different entities,
    any number with `and_`. The `on_unfit` of a group that skips or collects goes before the one given here.

    Raises:
        UsageError: it cannot be sent.
        TransactionCanceledError: a write was in the way; nothing was read.
        StoredItemError: a stored item does not fit its schema; `on_unfit`, here or of its group, leaves it out instead.

    Example:
        >>> found_users, found_orders = table.send(TableTransactGet(gets=(
        ...     users.prepare(TransactGet(keys=[{"user_id": "u1"}])),
        ...     orders.prepare(TransactGet(keys=[{"order_id": "o1"}, {"order_id": "o2"}])),
        ... ))).items

    """

    __sent_by__: ClassVar[str] = "table"

    gets: tuple[PreparedTransactGet[Any], ...]
    """Groups that `entity.prepare` returned, in the order of the results."""

    # One overload per number of groups: Python cannot map a tuple of types to another.
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
        """Return the same read with one more group; there is no limit to how many keep their types."""
        return cast("TableTransactGet[*Rs, list[X | None]]", evolve(cast("Any", self), gets=(*self.gets, get)))

    def __flow__(self, target: Target, /) -> Flow[TableTransactGetResult[*Rs]]:
        """Send the read and decode what comes, group by group."""
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
