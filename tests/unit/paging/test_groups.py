"""Reads over several entities: of one table, without what is skipped, page by page from a database too."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import Database, Entity, Query, Scan, Table, TableMismatchError, UsageError
from dynamo_document_builder.testing import AsyncScriptedTransport, ScriptedTransport, answer
from tests.unit.paging.shelf import C1, Customer, Order, customers, orders, page, stored, table
from tests.unit.play import model, play

if TYPE_CHECKING:
    from collections.abc import Callable

BOTH = orders | customers
ELSEWHERE = Entity(Customer, Table("crm", entity_attribute="_type"), partition_key="{customer_id}", sort_key="META")


def untagged(name: str = "shop", **more: Any) -> tuple[Entity[Order], Entity[Customer]]:
    shop = Table(name, **more)
    return (
        Entity(Order, shop, partition_key="CUSTOMER#{customer_id}", sort_key="ORDER#{placed_on}#{order_id}"),
        Entity(Customer, shop, partition_key="CUSTOMER#{customer_id}", sort_key="META"),
    )


COMMANDS: list[Callable[[Any], Any]] = [
    lambda both: Scan(entities=both),
    lambda both: Scan(entities=both, count_only=True),
    lambda both: Query({"PK": "x"}, entities=both),
]


@pytest.mark.parametrize("make", COMMANDS)
@pytest.mark.parametrize("to", [table, Database()], ids=["table", "database"])
@pytest.mark.parametrize("both", [orders | ELSEWHERE, [orders, ELSEWHERE]], ids=["group", "list"])
def test_entities_of_two_tables_are_not_read_together(make: Any, to: Any, both: Any) -> None:
    wanted = r"Order is in table 'shop' and Customer in table 'crm', and one (Scan|Query) reads one table: send one"
    with pytest.raises(TableMismatchError, match=wanted):
        to.request(make(both))


def test_entities_of_one_table_may_be_defined_on_two_objects() -> None:
    (one, _), (_, other) = untagged(), untagged()
    assert Database().request(Scan(entities=one | other)).payload == {"TableName": "shop"}


def test_each_entity_is_of_the_client_that_reads_it() -> None:
    (one, _), (_, other) = untagged(transport=ScriptedTransport()), untagged(transport=ScriptedTransport())
    with pytest.raises(
        TableMismatchError, match="Customer was not sent: it is bound to table 'shop' on another client"
    ):
        one.table.request(Scan(entities=one | other))


@pytest.mark.parametrize("given", [["x"], [orders, "x"], [Order], [None, orders]])
def test_entities_are_entities(given: Any) -> None:
    with pytest.raises(UsageError, match="an entity can be grouped only with other entities, not with"):
        Scan(entities=given)


@pytest.mark.parametrize("on_unknown", ["raise", "skip", "collect"])
@pytest.mark.parametrize("make", [lambda **o: Query(C1, **o), Scan])
def test_without_entities_no_item_is_unknown(make: Any, on_unknown: Any) -> None:
    with pytest.raises(UsageError, match=r"\(on_unknown=\.\.\.\) is about items of entities that are not in entities="):
        make(on_unknown=on_unknown)


FOREIGN = {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "NOTE#1"}, "_type": {"S": "Note"}}
TWIN = stored(3, SK={"S": "ORDER#2026-02-01#o9"})
"""It lies under another key than its fields build."""
MIXED: dict[str, Any] = {"Items": [FOREIGN, TWIN, stored(1), FOREIGN, TWIN, stored(2), stored(4)], "ScannedCount": 7}


@pytest.mark.parametrize("is_tagged", [True, False])
@pytest.mark.parametrize("make", [lambda **o: Query({"PK": "CUSTOMER#c1"}, **o), Scan])
def test_what_is_skipped_does_not_count_towards_max_items(make: Any, *, is_tagged: bool) -> None:
    one, other = (orders, customers) if is_tagged else untagged()
    command = make(entities=one | other, on_unknown="skip", on_unfit="skip", max_items=2)
    _, result = play(command.__flow__(one.table), MIXED)
    assert [order.order_id for order in result.items] == ["o1", "o2"]
    assert result.count == 2
    assert result.cursor is not None


@pytest.mark.parametrize("is_tagged", [True, False])
def test_nor_is_it_counted_over_pages(*, is_tagged: bool) -> None:
    one, other = (orders, customers) if is_tagged else untagged()
    last = {"LastEvaluatedKey": {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "x"}}}
    script = ScriptedTransport(answer({"Items": [FOREIGN, TWIN, stored(1)], **last}), answer(MIXED))
    database = Database(transport=script)
    command = Scan(entities=one | other, on_unknown="skip", on_unfit="skip", max_items=2)
    assert [item.order_id for item in database.paginate(command).items() if isinstance(item, Order)] == ["o1", "o1"]
    assert script.requests[1].payload["Limit"] == 1


@pytest.mark.parametrize("command", [Query(C1, on_unfit="skip", max_items=2), Scan(on_unfit="skip", max_items=2)])
def test_nor_is_what_one_entity_leaves_out(command: Any) -> None:
    entity, _ = untagged()
    _, result = play(command.__flow__(model(entity)), MIXED)
    assert [order.order_id for order in result.items] == ["o1", "o2"]


def test_a_database_reads_page_by_page() -> None:
    answers = page(1, 2, more=True), page(3)
    database = Database(transport=ScriptedTransport(*map(answer, answers)))
    pages = database.paginate(Scan(entities=BOTH))
    assert [one.count for one in pages] == [2, 1]
    awaited = Database(transport=AsyncScriptedTransport(*map(answer, answers)))

    async def scenario() -> list[Any]:
        return [item.order_id async for item in awaited.apaginate(Query({"PK": "CUSTOMER#c1"}, entities=BOTH)).items()]

    assert asyncio.run(scenario()) == ["o1", "o2", "o3"]


@pytest.mark.parametrize("to", [table, Database()], ids=["table", "database"])
@pytest.mark.parametrize("verb", ["paginate", "apaginate"])
def test_pages_of_one_entity_are_not_read_from_a_table(to: Any, verb: str) -> None:
    with pytest.raises(UsageError, match="it is about one entity, so send it with that entity"):
        getattr(to, verb)(Scan())


BOUNDED: list[tuple[Any, int]] = [
    (Query(C1, filter={"total": 1}, max_items=5, max_requests=3), 3),
    (Query(C1, max_items=5, max_requests=1), 1),
    (Scan(filter={"total": 1}, max_items=2, max_requests=7), 7),
    (Query(C1, filter={"total": 1}, max_requests=2), 1),
]


@pytest.mark.parametrize(("command", "requests"), BOUNDED)
def test_no_more_requests_are_sent_than_may_be(command: Any, requests: int) -> None:
    payloads, result = play(command.__flow__(orders.__model__), *[page(more=True, scanned=4)] * requests)
    assert len(payloads) == requests
    assert result.items == []
    assert result.scanned_count == 4 * requests
    [payload], _ = play(
        type(command)(**({"key": C1} if requests != 7 else {}), start=result.cursor).__flow__(orders.__model__), page()
    )
    assert payload["ExclusiveStartKey"] == page(more=True)["LastEvaluatedKey"]


def test_enough_items_end_it_before() -> None:
    _, result = play(
        Query(C1, max_items=2, max_requests=9).__flow__(orders.__model__), page(1, more=True), page(2, more=True)
    )
    assert result.count == 2


@pytest.mark.parametrize("is_async", [False, True])
def test_pages_are_bounded_together(*, is_async: bool) -> None:
    answers = [answer(page(number, more=True)) for number in (1, 2)]
    shop, _ = untagged(transport=(AsyncScriptedTransport if is_async else ScriptedTransport)(*answers))
    command = Query(C1, max_requests=2)

    async def scenario() -> list[Any]:
        return [one async for one in shop.apaginate(command)]

    pages = asyncio.run(scenario()) if is_async else list(shop.paginate(command))
    assert [one.count for one in pages] == [1, 1]
    assert pages[-1].cursor is not None


@pytest.mark.parametrize("given", [0, -1, True, 1.0, "2"])
@pytest.mark.parametrize("make", [lambda **o: Query(C1, **o), Scan])
def test_it_is_a_number_of_requests(make: Any, given: Any) -> None:
    with pytest.raises(UsageError, match=r"\(max_requests=\.\.\.\): must be a whole number, 1 or more"):
        make(max_requests=given)
