"""TableBatchGet: read any number of items of several entities, each group in its own type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, TypeVarTuple, cast, overload

from attrs import evolve, frozen

from dynamo_document_builder.batches.incomplete import whole
from dynamo_document_builder.batches.options import BatchReadOptionNames, BatchReadOptions, check_group, grouped
from dynamo_document_builder.batches.reads import PreparedBatchGet, laid_out
from dynamo_document_builder.batches.results import BatchResult
from dynamo_document_builder.batches.rounds import Rounds
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.refuses_unknown import tells_options

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from dynamo_document_builder.model.commands.frozen import KeyLike
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.reading.unfit import UnfitItem
    from dynamo_document_builder.wire.flow import Flow

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


def _groups(gets: Any) -> tuple[PreparedBatchGet[Any], ...]:
    return grouped(
        gets,
        PreparedBatchGet,
        "TableBatchGet takes a tuple of groups: gets=(users.prepare(BatchGet(...)),)",
        "TableBatchGet takes what entity.prepare(BatchGet(...)) returns",
    )


class TableBatchGetResult(BatchResult, Generic[*Rs], frozen=True, kw_only=True):
    """What was found."""

    items: tuple[*Rs]
    """
    One list per group, in order: one entry per key, `None` where there is no item.

    Also where it is `unprocessed` or `unfit`.
    """
    unfit: tuple[UnfitItem, ...] = ()
    """
    Items that do not fit their schema, of groups that are read with `on_unfit="collect"`.

    Each says of which table and entity it is; in `items` they are `None`.
    """
    unprocessed: tuple[tuple[KeyLike, ...], ...] = ()
    """
    The keys that were not read: none, but in the `result` of a `BatchIncompleteError`.

    There it is one tuple per group, in order, with the keys as they were given.
    """


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@tells_options
@frozen(init=False, repr=False)
class TableBatchGet(BatchReadOptions, Generic[*Rs]):
    """
    Read any number of items of several entities, 100 with each request, with `table.send` or `database.send`.

    The costs and promises of `BatchGet` hold for all groups together: requests are filled across groups and tables,
    but groups of one table that differ in `consistent` or `projection` share none.
    `items` is a tuple with one list per group, typed by the group's entity: up to eight groups of different entities,
    any number with `and_`. The `on_unfit` of a group that skips or collects goes before the one given here.

    Raises:
        UsageError: it cannot be sent, with every finding in `problems`.
        TableMismatchError: a group is bound to another table or database.
        BatchIncompleteError: some keys were not read; `result` has what was, `unprocessed` the keys of each group to
            ask for again.
        StoredItemError: a stored item does not fit its schema; `on_unfit`, here or of its group, leaves it out instead.
        NoAnswerError: no answer came, and nothing was read before; a read can always be sent again.

    Example:
        >>> found_users, found_orders = table.send(TableBatchGet(gets=(
        ...     users.prepare(BatchGet(keys=[{"user_id": "u1"}])),
        ...     orders.prepare(BatchGet(keys=[{"order_id": "o1"}, {"order_id": "nope"}])),
        ... ))).items
        >>> found_orders
        [Order(order_id='o1', status='new'), None]

    """

    __sent_by__: ClassVar[str] = "table"

    gets: tuple[PreparedBatchGet[Any], ...]
    """Groups that `entity.prepare` returned, in the order of the results."""

    # One overload per number of groups: Python cannot map a tuple of types to another.
    @overload
    def __init__(
        self: TableBatchGet[list[A | None]],
        gets: tuple[PreparedBatchGet[A]],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[list[A | None], list[B | None]],
        gets: tuple[PreparedBatchGet[A], PreparedBatchGet[B]],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[list[A | None], list[B | None], list[C | None]],
        gets: tuple[PreparedBatchGet[A], PreparedBatchGet[B], PreparedBatchGet[C]],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[list[A | None], list[B | None], list[C | None], list[D | None]],
        gets: tuple[PreparedBatchGet[A], PreparedBatchGet[B], PreparedBatchGet[C], PreparedBatchGet[D]],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[list[A | None], list[B | None], list[C | None], list[D | None], list[E | None]],
        gets: tuple[
            PreparedBatchGet[A],
            PreparedBatchGet[B],
            PreparedBatchGet[C],
            PreparedBatchGet[D],
            PreparedBatchGet[E],
        ],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[
            list[A | None], list[B | None], list[C | None], list[D | None], list[E | None], list[F | None]
        ],
        gets: tuple[
            PreparedBatchGet[A],
            PreparedBatchGet[B],
            PreparedBatchGet[C],
            PreparedBatchGet[D],
            PreparedBatchGet[E],
            PreparedBatchGet[F],
        ],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[
            list[A | None],
            list[B | None],
            list[C | None],
            list[D | None],
            list[E | None],
            list[F | None],
            list[G | None],
        ],
        gets: tuple[
            PreparedBatchGet[A],
            PreparedBatchGet[B],
            PreparedBatchGet[C],
            PreparedBatchGet[D],
            PreparedBatchGet[E],
            PreparedBatchGet[F],
            PreparedBatchGet[G],
        ],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: TableBatchGet[
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
            PreparedBatchGet[A],
            PreparedBatchGet[B],
            PreparedBatchGet[C],
            PreparedBatchGet[D],
            PreparedBatchGet[E],
            PreparedBatchGet[F],
            PreparedBatchGet[G],
            PreparedBatchGet[H],
        ],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload  # any number of groups of one entity
    def __init__(
        self: TableBatchGet[*tuple[list[A | None], ...]],
        gets: tuple[PreparedBatchGet[A], ...],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    @overload  # more than eight, mixed
    def __init__(
        self: TableBatchGet[*tuple[list[Any], ...]],
        gets: tuple[PreparedBatchGet[Any], ...],
        **options: Unpack[BatchReadOptionNames],
    ) -> None: ...
    def __init__(self, gets: tuple[PreparedBatchGet[Any], ...], **options: Unpack[BatchReadOptionNames]) -> None:
        object.__setattr__(self, "gets", _groups(gets))
        super().__init__(**options)

    def and_(self, get: PreparedBatchGet[X]) -> TableBatchGet[*Rs, list[X | None]]:
        """Return the same read with one more group; there is no limit to how many keep their types."""
        return cast("TableBatchGet[*Rs, list[X | None]]", evolve(cast("Any", self), gets=(*self.gets, get)))

    def __flow__(self, target: Target, /) -> Flow[TableBatchGetResult[*Rs]]:
        """Check the keys, read until none is left, and decode what came, group by group."""
        problems = Problems("TableBatchGet")
        for group in self.gets:
            check_group(problems, target, group.entity, group.command)
        reads = laid_out(self, self.gets, problems)
        problems.raise_any()
        rounds = Rounds(reads, self)
        yield from rounds.run()
        left = tuple(group.unprocessed() for group in reads.groups)
        items = tuple(group.items() for group in reads.groups)
        result = TableBatchGetResult(
            items=cast("tuple[*Rs]", items),
            unfit=tuple(reads.unfit.found),
            unprocessed=left if any(left) else (),
            attempts=rounds.attempts,
            response_metadata=rounds.metadata,
            consumed_capacity=reads.consumed_capacity,
        )
        return whole(result, rounds, target)
