"""The one flow behind every read of pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw, Struct, UnsetType

from dynamo_document_builder.errors import StoredItemError, UnexpectedResponseError
from dynamo_document_builder.model.commands.results import ConsumedCapacity, read
from dynamo_document_builder.model.keys.stored_keys import stored_key
from dynamo_document_builder.model.options.options import option
from dynamo_document_builder.model.reading.unfit import UnfitItems
from dynamo_document_builder.model.writing.operation import body_of
from dynamo_document_builder.paging.counting import sort_key
from dynamo_document_builder.paging.cursors import new_cursor
from dynamo_document_builder.paging.page import Unknown
from dynamo_document_builder.paging.sources.uniform_pages import read_at_once
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.model.reading.projections import ItemReader
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.options import PagedOptions

_GROWTH: Final = 4
_LARGEST: Final = 2**31 - 1


class Plan(Struct, frozen=True):
    """A read, ready to be sent page by page."""

    operation: str
    table: TableModel
    members: str
    """The request's members that are the same for every page."""
    identity: str
    """What a cursor of it is bound to."""
    key_names: tuple[str, ...]
    """The attributes of the key to go on from."""
    reader: ItemReader[Any]
    """Gives what is returned of an item."""
    counts: Callable[[Raw], bool] | None
    """Tells whether an item is counted; `None`: DynamoDB counts."""
    is_meant: Callable[[str], bool] | None
    """Tells, of the sort key of an item that was read, whether it is one that is meant; `None`: all are."""
    sort_attribute: str
    """The attribute that it looks at."""
    filtered: bool
    """Whether items may be read that are not returned."""
    collects: bool
    """Whether items of unknown entities are kept."""

    def request(self, start: str | None, limit: int | None) -> Request:
        start_member = "" if start is None else f',"ExclusiveStartKey":{start}'
        limit_member = "" if limit is None else f',"Limit":{limit}'
        body = f"{{{self.table.__named__}{self.members}{limit_member}{start_member}}}"
        return Request(self.operation, body_of(body), (self.table.name,))


class _Output(msgspec.Struct, rename="pascal"):
    items: list[Raw] = []
    count: int = 0
    scanned_count: int = 0
    last_evaluated_key: Raw | UnsetType = msgspec.UNSET
    consumed_capacity: ConsumedCapacity | None = None


class Found(Struct):
    """What the requests of one read have found so far."""

    unfit: UnfitItems
    items: list[Any] = []
    unknown: list[Mapping[str, Any]] = []
    counted: int = 0
    scanned: int = 0
    cursor: str | None = None
    capacities: list[ConsumedCapacity] = []
    metadata: ResponseMetadata = ResponseMetadata()

    def facts(self) -> dict[str, Any]:
        """Return what a `Page` is made of."""
        return {
            "items": self.items,
            "scanned_count": self.scanned,
            "counted": self.counted,
            "cursor": self.cursor,
            "unknown_items": tuple(self.unknown),
            "unfit": tuple(self.unfit.found),
            "response_metadata": self.metadata,
            "consumed_capacity": tuple(self.capacities),
        }


def read_pages(command: PagedOptions, plan: Plan, start: str | None) -> Flow[Found]:
    """Send request after request, until there are enough items, or no more, or no more requests may be sent."""
    found = Found(UnfitItems(command.on_unfit))
    wanted, sent = command.max_items, 0
    at_once = not command.count_only and plan.is_meant is None
    while True:
        request = plan.request(start, _limit(command, plan, wanted, sent))
        response = yield from ask(request)
        quick = read_at_once(plan.reader, response.body) if at_once else None
        at_once = quick is not None  # where one page is unusual, the next ones may be, too
        if quick is not None and (wanted is None or len(quick[1]) <= wanted):
            output, items = quick
            found.items += items
            looked_at = kept = len(items)
        else:
            output = read(_Output, request, response)
            looked_at, kept = (_count if command.count_only else _keep)(found, output, plan, wanted)
        found.metadata = response.metadata
        found.scanned += output.scanned_count
        if output.consumed_capacity is not None:
            found.capacities.append(output.consumed_capacity)
        last = _last_key(output, looked_at, plan)
        found.cursor = None if last is None else new_cursor(plan.identity, last)
        wanted = None if wanted is None else wanted - kept
        sent += 1
        if last is None or command.__one_page__ or sent == command.max_requests or not (wanted or command.count_only):
            return found
        start = last.decode()


def _limit(command: PagedOptions, plan: Plan, wanted: int | None, sent: int) -> int | None:
    """Return how many items to read: what is wanted, and where a filter leaves too few, more each time."""
    if wanted is None or (command.__one_page__ and command.filter is not None):
        return command.page_size
    enough = wanted * _GROWTH**sent if plan.filtered else wanted
    return min(enough, command.page_size or _LARGEST)


def _count(found: Found, output: _Output, plan: Plan, _: int | None) -> tuple[int, int]:
    """Count the items of an answer; return how many were looked at, and how many were counted."""
    counted = output.count if plan.counts is None else sum(map(plan.counts, output.items))
    found.counted += counted
    return len(output.items), counted


def _keep(found: Found, output: _Output, plan: Plan, wanted: int | None) -> tuple[int, int]:
    """Keep the items of an answer, *wanted* at most; return how many were looked at, and how many were kept."""
    decode, is_meant, items = plan.reader.decode, plan.is_meant, found.items
    most = len(output.items) if wanted is None else wanted
    looked_at = kept = 0
    for raw in output.items:
        if kept >= most:
            break
        looked_at += 1
        if is_meant is not None and not is_meant(sort_key(raw, plan.sort_attribute)):
            continue
        try:
            item = decode(raw)
        except StoredItemError as error:
            kept += found.unfit.handle(error, partial(_cursor_after, output, looked_at, plan))
            continue
        if type(item) is not Unknown:
            items.append(item)
        elif item.refusal is not None:
            raise item.refusal.with_cursor(_cursor_after(output, looked_at, plan))
        elif plan.collects:
            found.unknown.append(item.attributes)
        else:
            continue
        kept += 1
    return looked_at, kept


def _last_key(output: _Output, looked_at: int, plan: Plan) -> bytes | None:
    if looked_at < len(output.items):  # DynamoDB read on: the next page begins after the last item that is returned
        return stored_key(plan.key_names)(output.items[looked_at - 1]).encode()
    return None if isinstance(output.last_evaluated_key, UnsetType) else bytes(output.last_evaluated_key)


def _cursor_after(output: _Output, looked_at: int, plan: Plan) -> str | None:
    """Return where an error lets the caller go on; `None` also after an item that has no key to go on from."""
    try:
        last = _last_key(output, looked_at, plan)
    except UnexpectedResponseError:
        return None
    return None if last is None else new_cursor(plan.identity, last)


def page_members(command: PagedOptions) -> str:
    """Return the members for the options of every read of pages."""
    consistent = ',"ConsistentRead":true' if command.consistent else ""
    return consistent + option("ReturnConsumedCapacity", command.return_consumed_capacity)
