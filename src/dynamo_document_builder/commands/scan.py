"""Scan: read all items of a table or an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast, overload

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Several, Whole
from dynamo_document_builder.paging.flow import read_pages
from dynamo_document_builder.paging.options import OnUnknown, PagedOptionNames, PagedOptions, positive
from dynamo_document_builder.paging.page import Page
from dynamo_document_builder.paging.read_builder import ReadBuilder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Never

    from typing_extensions import Unpack

    from dynamo_document_builder.errors.recipients import HasSchema
    from dynamo_document_builder.expressions.builders.operands import Operand
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityGroup, EntityModel
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")
S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")

MAX_SEGMENTS: Final = 1_000_000
"""https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html"""


class ScanResult(Page[S_co], frozen=True, kw_only=True):
    """One page of a `Scan`: items in no particular order, and the cursor of the next page."""


class ScanOptionNames(PagedOptionNames, total=False, closed=True):
    """The options that `Scan.__init__` accepts by keyword, for type checkers."""

    index_name: str | None
    segment: int | None
    total_segments: int | None


def _segments(command: Scan[Any], attribute: Any, value: Any) -> None:
    positive(command, attribute, value)
    if value is not None and value > MAX_SEGMENTS:
        raise UsageError(f"Scan(total_segments=...) must be at most {MAX_SEGMENTS}")


def _segment(command: Scan[Any], _: Any, value: Any) -> None:
    total = command.total_segments
    if value is not None and not (type(value) is int and total is not None and 0 <= value < total):
        raise UsageError(
            "Scan(segment=...) must be an int from 0 to total_segments - 1, and total_segments= is required with it"
        )


# The class defines `__init__` itself: mypy ignores overloads on an `__init__` that attrs generates.
@explain_unknown_options
@frozen(init=False, repr=False)
class Scan(PagedOptions, Generic[P_co, M_co]):
    """
    Read all items of a table or of an index.

    - One request reads at most 1 MB, which is one page. To read more, pass `cursor` as `start=`, set `max_items`, or
      use `entity.paginate`.
    - To scan in parallel, set `total_segments` and either send one command per `segment`, or pass the command to
      `entity.paginate`, which reads all segments.
    - To read several entities of one table, pass `entities=` and send the scan with `table.send`.

    Cost: half a read unit per 4 KB of every item in the table or index, including items that the filter removes and
    items of other entities; twice that with `consistent=True`.

    AWS: [Scan](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Scan.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StoredItemError: A stored item does not fit the schema; `error.cursor` continues after that item. Pass
            `on_unfit="skip"` or `"collect"` to read on.
        NoAnswerError: No response arrived. A read is always safe to send again.
        ServiceError: DynamoDB refused the request.

    Example:
        >>> users.send(Scan(filter={"name": "Alice"}, max_items=1)).items
        [User(user_id='u1', name='Alice', balance=100)]

    """

    index_name: str | None = field(default=None, kw_only=True)
    """The index to scan. Default: the table. An index contains only the items that have its key attributes."""
    total_segments: int | None = field(default=None, validator=_segments, kw_only=True)
    """The number of segments of a parallel scan, 1 to 1,000,000. Default: no parallel scan."""
    segment: int | None = field(default=None, validator=_segment, kw_only=True)
    """The segment to read, from 0 to `total_segments - 1`. Requires `total_segments`."""

    @overload
    def __init__(
        self: Scan[Never, Whole], *, projection: None = None, entities: None = None, **options: Unpack[ScanOptionNames]
    ) -> None: ...
    @overload
    def __init__(
        self: Scan[dict[str, Any], Part],
        *,
        projection: Sequence[str | Operand],
        entities: None = None,
        **options: Unpack[ScanOptionNames],
    ) -> None: ...
    @overload
    def __init__(
        self: Scan[T, Part], *, projection: type[T], entities: None = None, **options: Unpack[ScanOptionNames]
    ) -> None: ...
    @overload
    def __init__(
        self: Scan[T, Several],
        *,
        projection: None = None,
        entities: EntityGroup[T] | Sequence[HasSchema[T]],
        on_unknown: OnUnknown = ...,
        **options: Unpack[ScanOptionNames],
    ) -> None: ...
    @overload  # entities of different classes in one list, whose types only `users | orders` keeps
    def __init__(
        self: Scan[Any, Several],
        *,
        projection: None = None,
        entities: Sequence[HasSchema[Any]],
        on_unknown: OnUnknown = ...,
        **options: Unpack[ScanOptionNames],
    ) -> None: ...
    def __init__(self, **options: Any) -> None:
        cast("Any", self).__attrs_init__(**options)

    def __starts__(self) -> tuple[Any, ...]:
        """Return the reads that `paginate` starts with: one per segment, if the command names no segment."""
        if self.total_segments is None or self.segment is not None:
            return super().__starts__()
        if any(given is not None for given in (self.start, self.max_items, self.max_requests)):
            raise UsageError(
                "Scan of all segments: start=, max_items= and max_requests= are for one segment, so give segment= too"
            )
        scan: Any = self  # type checkers refuse `evolve` on a generic class
        return tuple(evolve(scan, segment=segment, _one_page=True) for segment in range(self.total_segments))

    @overload
    def __flow__(self: Scan[Never, Whole], entity: EntityModel[S], /) -> Flow[ScanResult[S]]: ...
    @overload
    def __flow__(self: Scan[P_co, Several], target: Target, /) -> Flow[ScanResult[P_co]]: ...
    @overload
    def __flow__(self: Scan[P_co, Part], entity: EntityModel[Any], /) -> Flow[ScanResult[P_co]]: ...
    @overload
    def __flow__(self: Scan[S, Bound], entity: EntityModel[S], /) -> Flow[ScanResult[S]]: ...
    def __flow__(self, to: Any, /) -> Flow[ScanResult[Any]]:
        """Send the scan and decode the items."""
        builder = ReadBuilder.of("Scan", self, to)
        if self.index_name is not None:
            builder.use_index(self.index_name)
        if self.total_segments is not None and self.segment is None:
            builder.problems.note("total_segments= needs segment= here; paginate reads all segments")
        prepared, start = builder.build(self._members(), self._members())
        found = yield from read_pages(self, prepared, start)
        return ScanResult(**found.facts())

    def _members(self) -> str:
        if self.segment is None:
            return ""
        return f',"Segment":{self.segment},"TotalSegments":{self.total_segments}'
