"""TableBatchGet: read any number of items of several entities, typed per entity."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, TypeVarTuple, cast, overload

from attrs import evolve, frozen

from dynamo_document_builder.batches.incomplete import whole
from dynamo_document_builder.batches.options import BatchReadOptionNames, BatchReadOptions, check_group, grouped
from dynamo_document_builder.batches.reads import PreparedBatchGet, laid_out
from dynamo_document_builder.batches.results import BatchResult
from dynamo_document_builder.batches.rounds import Rounds
from dynamo_document_builder.model.commands.problems import Problems
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options

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
    """The result of a `TableBatchGet`."""

    items: tuple[*Rs]
    """
    One list per group, in order, with one entry per key.

    An entry is the item, or `None` if there is no item or it is in `unprocessed` or `unfit`.
    """
    unfit: tuple[UnfitItem, ...] = ()
    """
    Stored items that do not fit their schema, if the read or the group set `on_unfit="collect"`.

    Each names its table and entity; `items` has `None` for each.
    """
    unprocessed: tuple[tuple[KeyLike, ...], ...] = ()
    """
    The keys that were not read, as you passed them: one tuple per group, in order.

    Empty, except in `BatchIncompleteError.result`.
    """


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@explain_unknown_options
@frozen(init=False, repr=False)
class TableBatchGet(BatchReadOptions, Generic[*Rs]):
    """
    Read any number of items of several entities, 100 with each request, with `table.send` or `database.send`.

    - Items are read independently, not as one snapshot; use `TableTransactGet` for a consistent snapshot.
    - The library fills requests across groups and tables. Groups of one table that differ in `consistent` or
      `projection` need separate requests.
    - The library retries keys that DynamoDB leaves unprocessed, as `retry` allows.
    - `items` is a tuple with one list per group. Type checkers infer the type of each list from the group's entity, for
      up to eight groups, or for any number of groups added with `and_`.
    - If a group sets `on_unfit`, that setting overrides the setting of this command.

    Cost: the same as separate `Get`s.

    AWS: [BatchGetItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        TableMismatchError: A group belongs to another table or database. Nothing was sent.
        BatchIncompleteError: Some keys were not read. `result` has the items, `unprocessed` the keys of each group.
        StoredItemError: A stored item does not fit its schema. Pass `on_unfit="skip"` or `"collect"` to leave it out.
        NoAnswerError: No response arrived, and nothing was read. A read is always safe to send again.
        ServiceError: DynamoDB refused the first request.

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
    """The groups to read, each the result of `entity.prepare(BatchGet(...))`."""

    # One overload per number of groups: Python's type system cannot map one tuple of types to another.
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
        """Return this read with one more group. The types of all groups are kept, for any number of groups."""
        return cast("TableBatchGet[*Rs, list[X | None]]", evolve(cast("Any", self), gets=(*self.gets, get)))

    def __flow__(self, target: Target, /) -> Flow[TableBatchGetResult[*Rs]]:
        """Check the keys, send requests until all keys are read, and decode the items by group."""
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
