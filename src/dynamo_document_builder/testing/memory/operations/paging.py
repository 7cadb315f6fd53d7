"""
Query and Scan.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import define, field, frozen

from dynamo_document_builder.testing.memory.evaluating.conditions import holds
from dynamo_document_builder.testing.memory.evaluating.projecting import projected
from dynamo_document_builder.testing.memory.evaluating.ranges import KeyRange, key_range
from dynamo_document_builder.testing.memory.language import Language
from dynamo_document_builder.testing.memory.operations.capacity import Consumed
from dynamo_document_builder.testing.memory.operations.single import CAPACITY
from dynamo_document_builder.testing.memory.refused import invalid, invalid_values
from dynamo_document_builder.testing.memory.storage.tables import Key, Table, entry_place
from dynamo_document_builder.testing.memory.storage.values import canonical_item, type_of
from dynamo_document_builder.wire.json.sizes import item_size

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.expressions.tree.paths import Segment
    from dynamo_document_builder.testing.memory.members import Members
    from dynamo_document_builder.testing.memory.storage.database import Database
    from dynamo_document_builder.testing.memory.storage.definitions import Index
    from dynamo_document_builder.testing.memory.storage.store import Ordered, Store
    from dynamo_document_builder.testing.memory.storage.values import Item

PAGE_BYTES: Final = 1024 * 1024
MAX_SEGMENTS: Final = 1_000_000
_SELECTS: Final = ("SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES")


@frozen
class Source:
    """The table or index that a request reads."""

    table: Table
    index: Index | None

    @property
    def store(self) -> Store:
        """The items of the table, or the entries of the index."""
        return self.table.items if self.index is None else self.table.entries[self.index.name]

    @property
    def partition_names(self) -> tuple[str, ...]:
        """The attributes of the partition key."""
        return (self.table.definition.partition,) if self.index is None else self.index.partition

    @property
    def sort_names(self) -> tuple[str, ...]:
        """The attributes of the sort key."""
        return self.table.definition.keys[1:] if self.index is None else self.index.sort

    @property
    def cursor_names(self) -> tuple[str, ...]:
        """The attributes of a cursor: the keys of the table and of the index."""
        keys = self.table.definition.keys
        return keys if self.index is None else tuple(dict.fromkeys((*self.index.keys, *keys)))

    def cursor_of(self, item: Item) -> Item:
        """Return the cursor that continues after an item."""
        return {name: item[name] for name in self.cursor_names}

    def place_of(self, cursor: Item) -> tuple[Ordered, Ordered]:
        """Check a cursor, and return its position."""
        types = self.table.definition.types
        if cursor.keys() != set(self.cursor_names) or any(
            type_of(value) != types[name] for name, value in cursor.items()
        ):
            raise invalid("The provided starting key is invalid")
        key: Key = self.table.key_of({name: cursor[name] for name in self.table.definition.keys})
        return (key.partition, key.sort) if self.index is None else entry_place(self.index, key, cursor)


@frozen
class PageRequest:
    """The parameters that Query and Scan share."""

    source: Source
    language: Language
    condition: Condition | None
    """The filter expression."""
    key_condition: Condition | None
    paths: tuple[tuple[Segment, ...], ...] | None
    limit: int | None
    cursor: Item | None
    counts_only: bool
    consistent: bool
    detail: str
    fetches: bool
    """True if attributes missing in a local index are read from the table."""

    @classmethod
    def of(cls, database: Database, members: Members, *, has_key_condition: bool) -> PageRequest:
        """Read and check a request."""
        table_name, name = members.table(), members.text("IndexName")
        limit, consistent = members.integer("Limit", 1), members.flag("ConsistentRead")
        select = members.choice("Select", _SELECTS, "")
        detail = members.choice("ReturnConsumedCapacity", CAPACITY, "NONE")
        given = members.mapping("ExclusiveStartKey")
        cursor = None if given is None else canonical_item(given)
        language = Language.of(members)
        condition = language.condition(members, "FilterExpression")
        paths = language.projection(members)
        key_condition = language.key_condition(members) if has_key_condition else None
        language.finish()
        table = database.table(table_name)
        source = Source(table, None if name is None else table.definition.index(name))
        if consistent and source.index is not None and source.index.is_global:
            raise invalid("Consistent reads are not supported on global secondary indexes")
        language.check_keys(table.definition)
        _check_select(select, source, paths)
        return cls(
            source=source,
            language=language,
            condition=condition,
            key_condition=key_condition,
            paths=paths,
            limit=limit,
            cursor=cursor,
            counts_only=select == "COUNT",
            consistent=consistent,
            detail=detail,
            fetches=_fetches(source, select, paths),
        )


def _check_select(select: str, source: Source, paths: object) -> None:
    index = source.index
    if paths is not None and select not in {"", "SPECIFIC_ATTRIBUTES"}:
        raise invalid(f"Cannot specify the ProjectionExpression when choosing to get {select}")
    if select == "SPECIFIC_ATTRIBUTES" and paths is None:
        raise invalid(
            "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"
        )
    if select == "ALL_PROJECTED_ATTRIBUTES" and index is None:
        raise invalid_values("ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName")
    if select == "ALL_ATTRIBUTES" and index is not None and index.is_global and index.projected != "ALL":
        raise invalid_values(
            f"Select type ALL_ATTRIBUTES is not supported for global secondary index {index.name} because its "
            "projection type is not ALL"
        )


def _fetches(source: Source, select: str, paths: Iterable[tuple[Segment, ...]] | None) -> bool:
    index = source.index
    if index is None or index.projected == "ALL":
        return False
    held = {*index.keys, *index.table_keys, *index.included}
    missing = [str(path[0]) for path in paths or () if path[0] not in held]
    if missing and index.is_global:
        raise invalid_values(f"Global secondary index {index.name} does not project [{', '.join(sorted(missing))}]")
    return bool(missing) or select == "ALL_ATTRIBUTES"


@define(eq=False)
class Page:
    """The page that a request reads."""

    request: PageRequest
    found: list[Item] = field(factory=list["Item"])
    scanned: int = 0
    size: int = 0
    last: Item | None = None
    """The last item of the page, if the page stopped before the end of the range."""

    def read(self, items: Iterable[Item]) -> None:
        """Read items until the page is full. The limit counts items before the filter."""
        for entry in items:
            item = self._whole(entry) if self.request.fetches else entry
            self.scanned += 1
            self.size += item_size(entry)
            if self.request.condition is None or holds(self.request.condition, item):
                self.found.append(item)
            if self.scanned == self.request.limit or self.size > PAGE_BYTES:
                self.last = entry
                return

    def _whole(self, entry: Item) -> Item:
        table = self.request.source.table
        return table.get(table.key_of({name: entry[name] for name in table.definition.keys})) or entry

    def answer(self) -> dict[str, Any]:
        """Return the response."""
        request, source = self.request, self.request.source
        answer: dict[str, Any] = {"Count": len(self.found), "ScannedCount": self.scanned}
        if not request.counts_only:
            paths = request.paths
            answer["Items"] = self.found if paths is None else [projected(item, paths) for item in self.found]
        if self.last is not None:
            answer["LastEvaluatedKey"] = source.cursor_of(self.last)
        if request.detail != "NONE":
            consumed = Consumed(source.table.definition.name, is_write=False)
            consumed.read(self.size, consistent=request.consistent, index=source.index)
            if request.fetches:
                for item in self.found:
                    consumed.read(item_size(item), consistent=request.consistent)
            answer["ConsumedCapacity"] = consumed.response(request.detail)
        return answer


def query(database: Database, members: Members) -> dict[str, Any]:
    """Carry out Query."""
    request = PageRequest.of(database, members, has_key_condition=True)
    source = request.source
    if request.key_condition is None:
        raise invalid("Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.")
    wanted = key_range(request.key_condition, source.partition_names, source.sort_names, source.table.definition.types)
    _check_filter(request)
    page = Page(request)
    page.read(_in_range(request, wanted, forward=members.flag("ScanIndexForward", default=True)))
    return page.answer()


def _in_range(request: PageRequest, wanted: KeyRange, *, forward: bool) -> Iterator[Item]:
    partition = request.source.store.partition(wanted.partition)
    low, high = wanted.within(partition.order)
    if request.cursor is not None:
        key, sort = request.source.place_of(request.cursor)
        if key != wanted.partition:
            raise invalid("The provided starting key is outside query boundaries based on provided conditions")
        if wanted.within([sort]) != (0, 1):
            raise invalid("The provided starting key does not match the range key predicate")
        if forward:
            low = max(low, partition.after(sort))
        else:
            high = min(high, partition.before(sort))
    positions = range(low, high) if forward else range(high - 1, low - 1, -1)
    return (partition.items[position] for position in positions)


def _check_filter(request: PageRequest) -> None:
    """Refuse a filter on key attributes, which belong in the key condition."""
    keys = {*request.source.partition_names, *request.source.sort_names}
    for name in sorted(request.language.attributes_in("FilterExpression") & keys):
        raise invalid("Filter Expression can only contain non-primary key attributes: Primary key attribute: " + name)


def scan(database: Database, members: Members) -> dict[str, Any]:
    """Carry out Scan."""
    segment, total = members.integer("Segment", 0), members.integer("TotalSegments", 1, MAX_SEGMENTS)
    _check_segments(segment, total)
    request = PageRequest.of(database, members, has_key_condition=False)
    after = None if request.cursor is None else request.source.place_of(request.cursor)
    page = Page(request)
    page.read(
        item
        for hashed, item in request.source.store.scanned(after)
        if segment is None or total is None or _segment_of(hashed, total) == segment
    )
    return page.answer()


def _check_segments(segment: int | None, total: int | None) -> None:
    if segment is None and total is None:
        return
    if segment is None:
        raise invalid(
            "The Segment parameter is required but was not present in the request when parameter "
            "TotalSegments is present"
        )
    if total is None:
        raise invalid(
            "The TotalSegments parameter is required but was not present in the request when Segment "
            "parameter is present"
        )
    if segment >= total:
        raise invalid(
            "The Segment parameter is zero-based and must be less than parameter TotalSegments: "
            f"Segment: {segment} is not less than TotalSegments: {total}"
        )


def _segment_of(hashed: bytes, total: int) -> int:
    return int.from_bytes(hashed[:8]) * total >> 64
