"""Scan: read all items of a table or an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar, cast, overload

from attrs import evolve, field, frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.options.refuses_unknown import tells_options
from dynamo_document_builder.model.reading.result_types import Bound, M_co, P_co, Part, Several, Whole
from dynamo_document_builder.paging.flow import read_pages
from dynamo_document_builder.paging.options import OnUnknown, PagedOptionNames, PagedOptions, positive
from dynamo_document_builder.paging.page import Page
from dynamo_document_builder.paging.planning import Planning

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
    """Items in no order that means anything, and where to go on."""


class ScanOptionNames(PagedOptionNames, total=False, closed=True):
    """The options of a scan, for its own `__init__`."""

    index_name: str | None
    segment: int | None
    total_segments: int | None


def _segments(command: Scan[Any], attribute: Any, value: Any) -> None:
    positive(command, attribute, value)
    if value is not None and value > MAX_SEGMENTS:
        raise UsageError(f"Scan(total_segments=...): at most {MAX_SEGMENTS}")


def _segment(command: Scan[Any], _: Any, value: Any) -> None:
    total = command.total_segments
    if value is not None and not (type(value) is int and total is not None and 0 <= value < total):
        raise UsageError(
            "Scan(segment=...): a whole number from 0 to one below total_segments=, which is given with it"
        )


# The class writes its own `__init__`: mypy drops overloads of one that attrs makes.
@tells_options
@frozen(init=False, repr=False)
class Scan(PagedOptions, Generic[P_co, M_co]):
    """
    Read all items of a table or of an index.

    Every item is read and paid for, also what the filter leaves out and what belongs to other entities: half a read
    unit per 4 KB, one with `consistent=True`. One request reads at most 1 MB, and that is one page.
    With `total_segments`, send each `segment` on its own, or give the scan to `entity.paginate`, which reads all
    segments side by side.

    Raises:
        UsageError: it cannot be sent.
        StoredItemError: a stored item does not fit the schema; its `cursor` goes on after it. `on_unfit` leaves such
            items out instead.
        NoAnswerError: no answer came; a read can always be sent again.

    Example:
        >>> users.send(Scan(filter={"name": "Alice"}, max_items=1)).items
        [User(user_id='u1', name='Alice', balance=100)]

    """

    index_name: str | None = field(default=None, kw_only=True)
    """The index to read instead of the table: only items that are in it."""
    total_segments: int | None = field(default=None, validator=_segments, kw_only=True)
    """How many parts the table is divided into, to be read side by side: 1 to 1,000,000."""
    segment: int | None = field(default=None, validator=_segment, kw_only=True)
    """Which of the parts to read, from 0."""

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
        """Return what to read first to read it all: one page of each segment, if none is named."""
        if self.total_segments is None or self.segment is not None:
            return super().__starts__()
        if any(given is not None for given in (self.start, self.max_items, self.max_requests)):
            raise UsageError(
                "Scan of all segments: start=, max_items= and max_requests= are for one segment, so give segment= too"
            )
        scan: Any = self  # evolve takes an attrs class that is no generic
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
        """Send the scan, and decode what comes."""
        planning = Planning.of("Scan", self, to)
        if self.index_name is not None:
            planning.use_index(self.index_name)
        if self.total_segments is not None and self.segment is None:
            planning.problems.note("total_segments= needs segment= here; paginate reads all segments")
        plan, start = planning.finish(self._members(), self._members())
        found = yield from read_pages(self, plan, start)
        return ScanResult(**found.facts())

    def _members(self) -> str:
        if self.segment is None:
            return ""
        return f',"Segment":{self.segment},"TotalSegments":{self.total_segments}'
