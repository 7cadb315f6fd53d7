"""The flow of Query and Scan: request pages until enough items are collected."""

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
from dynamo_document_builder.paging.page import UnknownItem
from dynamo_document_builder.paging.sources.one_pass import decode_in_one_pass
from dynamo_document_builder.wire.flow import Flow, ask
from dynamo_document_builder.wire.request import Request, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.model.reading.projections import ItemReader
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.paging.options import PagedOptions

_GROWTH: Final = 4
_LARGEST: Final = 2**31 - 1


class PreparedRead(Struct, frozen=True):
    """A read that is ready to be sent page by page."""

    operation: str
    table: TableModel
    members: str
    """The members of the request that are the same for every page."""
    identity: str
    """The text that identifies the read: its cursors are valid only for it."""
    key_names: tuple[str, ...]
    """The attributes of the keys in cursors."""
    reader: ItemReader[Any]
    """Decodes the items."""
    counts: Callable[[Raw], bool] | None
    """Returns True for an item that counts; `None` if DynamoDB counts."""
    is_selected: Callable[[str], bool] | None
    """Returns True for a sort key that satisfies the condition; `None` if all keys that DynamoDB returns do."""
    sort_attribute: str
    """The sort key attribute that `is_selected` checks."""
    filtered: bool
    """True if the read may skip some items, for example because of a filter."""
    collects: bool
    """True if items of other entities are returned in `unknown_items`."""

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


class Collected(Struct):
    """The items and facts that the requests of one read have returned so far."""

    unfit: UnfitItems
    items: list[Any] = []
    unknown: list[Mapping[str, Any]] = []
    counted: int = 0
    scanned: int = 0
    cursor: str | None = None
    capacities: list[ConsumedCapacity] = []
    metadata: ResponseMetadata = ResponseMetadata()

    def facts(self) -> dict[str, Any]:
        """Return the fields of a `Page`."""
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


def read_pages(command: PagedOptions, prepared: PreparedRead, start: str | None) -> Flow[Collected]:
    """Request pages until there are enough items, no more items, or no more requests are allowed."""
    collected = Collected(UnfitItems(command.on_unfit))
    wanted, sent = command.max_items, 0
    one_pass = not command.count_only and prepared.is_selected is None
    while True:
        request = prepared.request(start, _limit(command, prepared, wanted, sent))
        response = yield from ask(request)
        quick = decode_in_one_pass(prepared.reader, response.body) if one_pass else None
        one_pass = quick is not None  # if one page is unusual, the next ones probably are too
        if quick is not None and (wanted is None or len(quick[1]) <= wanted):
            output, items = quick
            collected.items += items
            examined = added = len(items)
        else:
            output = read(_Output, request, response)
            examined, added = (_count if command.count_only else _collect)(collected, output, prepared, wanted)
        collected.metadata = response.metadata
        collected.scanned += output.scanned_count
        if output.consumed_capacity is not None:
            collected.capacities.append(output.consumed_capacity)
        last = _last_key(output, examined, prepared)
        collected.cursor = None if last is None else new_cursor(prepared.identity, last)
        wanted = None if wanted is None else wanted - added
        sent += 1
        if last is None or command.__one_page__ or sent == command.max_requests or not (wanted or command.count_only):
            return collected
        start = last.decode()


def _limit(command: PagedOptions, prepared: PreparedRead, wanted: int | None, sent: int) -> int | None:
    """Return the number of items to request: the missing ones, and more each time if the read skips items."""
    if wanted is None or (command.__one_page__ and command.filter is not None):
        return command.page_size
    enough = wanted * _GROWTH**sent if prepared.filtered else wanted
    return min(enough, command.page_size or _LARGEST)


def _count(collected: Collected, output: _Output, prepared: PreparedRead, _: int | None) -> tuple[int, int]:
    """Count the items of a response; return how many items it has, and how many count."""
    counted = output.count if prepared.counts is None else sum(map(prepared.counts, output.items))
    collected.counted += counted
    return len(output.items), counted


def _collect(collected: Collected, output: _Output, prepared: PreparedRead, wanted: int | None) -> tuple[int, int]:
    """Collect at most *wanted* items of a response; return how many were examined, and how many collected."""
    decode, is_selected, items = prepared.reader.decode, prepared.is_selected, collected.items
    most = len(output.items) if wanted is None else wanted
    examined = added = 0
    for raw in output.items:
        if added >= most:
            break
        examined += 1
        if is_selected is not None and not is_selected(sort_key(raw, prepared.sort_attribute)):
            continue
        try:
            item = decode(raw)
        except StoredItemError as error:
            added += collected.unfit.handle(error, partial(_cursor_after, output, examined, prepared))
            continue
        if type(item) is not UnknownItem:
            items.append(item)
        elif item.refusal is not None:
            raise item.refusal.with_cursor(_cursor_after(output, examined, prepared))
        elif prepared.collects:
            collected.unknown.append(item.attributes)
        else:
            continue
        added += 1
    return examined, added


def _last_key(output: _Output, examined: int, prepared: PreparedRead) -> bytes | None:
    if examined < len(
        output.items
    ):  # the response has more items than wanted: continue after the last one that is returned
        return stored_key(prepared.key_names)(output.items[examined - 1]).encode()
    return None if isinstance(output.last_evaluated_key, UnsetType) else bytes(output.last_evaluated_key)


def _cursor_after(output: _Output, examined: int, prepared: PreparedRead) -> str | None:
    """Return the cursor after the current item; `None` at the end of the read, or if the item has no valid key."""
    try:
        last = _last_key(output, examined, prepared)
    except UnexpectedResponseError:
        return None
    return None if last is None else new_cursor(prepared.identity, last)


def page_members(command: PagedOptions) -> str:
    """Return the members of a request for the options that Query and Scan share."""
    consistent = ',"ConsistentRead":true' if command.consistent else ""
    return consistent + option("ReturnConsumedCapacity", command.return_consumed_capacity)
