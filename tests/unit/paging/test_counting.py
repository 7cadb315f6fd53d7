"""Counting: DynamoDB counts where its count is right, keys are counted where it would count other items too."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve, frozen

from dynamo_document_builder import (
    Entity,
    Query,
    Scan,
    Table,
    ThrottledError,
    UsageError,
    begins_with,
    greater_than,
)
from dynamo_document_builder.testing import ScriptedTransport, answer, throttle
from tests.unit.paging.shelf import C1, customers, orders, page, table
from tests.unit.play import model, play

LAST = {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "ORDER#9"}}


def counted(count: int, scanned: int, *, more: bool = False) -> dict[str, Any]:
    return {"Count": count, "ScannedCount": scanned, **({"LastEvaluatedKey": LAST} if more else {})}


@frozen
class Note:
    owner: str
    title: str
    text: str = ""


plain = Table("notes", global_secondary_indexes={"GSI1": {"partition_key": "GSI1PK"}})
notes = Entity(
    Note,
    plain,
    partition_key="OWNER#{owner}",
    sort_key="NOTE#{title}",
    global_secondary_indexes={"GSI1": {"partition_key": "TITLE#{title}"}},
)
owners = Entity(Note, plain, partition_key="OWNER#{owner}", sort_key="META", name="Owner")
HERS = {"owner": "o1"}


def key_of(sort_key: str) -> dict[str, Any]:
    return {"PK": {"S": "OWNER#o1"}, "SK": {"S": sort_key}}


def keys(*sort_keys: str, **more: Any) -> dict[str, Any]:
    found = [key_of(one) for one in sort_keys]
    return {"Items": found, "Count": len(found), "ScannedCount": len(found), **more}


@pytest.mark.parametrize(
    ("entity", "command"),
    [
        (orders, Query(C1, count_only=True)),
        (orders, Query(C1, count_only=True, filter={"total": 3}, consistent=True, page_size=5)),
        (orders, Query(index={"by_status": {"status": "new"}}, count_only=True)),
        (orders, Query(index={"by_total": C1}, count_only=True)),
        (orders, Scan(count_only=True)),
        (customers, Scan(count_only=True, index_name="by_email", segment=0, total_segments=2)),
        (table, Scan(entities=orders | customers, count_only=True)),
        (table, Query({"PK": "CUSTOMER#c1"}, entities=orders | customers, count_only=True, on_unknown="skip")),
        (owners, Query(HERS, count_only=True)),
    ],
)
def test_dynamodb_counts_what_it_can_tell(entity: Any, command: Any) -> None:
    payload = entity.request(command).payload
    assert payload["Select"] == "COUNT"
    assert "ProjectionExpression" not in payload
    _, result = play(command.__flow__(model(entity)), counted(3, 7))
    assert (result.items, result.count, result.scanned_count, result.cursor) == ([], 3, 7, None)


def test_a_count_over_several_entities_is_of_these_alone() -> None:
    payload = table.request(Query({"PK": "CUSTOMER#c1"}, entities=orders | customers, count_only=True)).payload
    assert payload["FilterExpression"] == "#0 IN (:0, :1)"
    assert [*payload["ExpressionAttributeValues"].values()].count({"S": "Customer"}) == 1


def test_a_count_is_of_all_pages() -> None:
    command = Query(C1, count_only=True, return_consumed_capacity="TOTAL")
    capacity = {"ConsumedCapacity": {"CapacityUnits": 1.0}}
    answers = [counted(3, 5, more=True) | capacity, counted(0, 4, more=True) | capacity, counted(2, 2) | capacity]
    payloads, result = play(command.__flow__(orders.__model__), *answers)
    assert (result.count, result.scanned_count, result.cursor) == (5, 11, None)
    assert len(result.consumed_capacity) == 3
    assert [payload.get("ExclusiveStartKey") for payload in payloads] == [None, LAST, LAST]


def test_a_bounded_count_goes_on_from_its_cursor() -> None:
    command = Query(C1, count_only=True, max_requests=2)
    _, first = play(command.__flow__(orders.__model__), counted(3, 5, more=True), counted(1, 4, more=True))
    assert (first.count, first.scanned_count) == (4, 9)
    [payload], rest = play(evolve(command, start=first.cursor).__flow__(orders.__model__), counted(2, 2))
    assert payload["ExclusiveStartKey"] == LAST
    assert (rest.count, rest.cursor) == (2, None)


@pytest.mark.parametrize("command", [Query(C1, count_only=True), Scan(count_only=True)])
def test_pages_are_counted_one_by_one(command: Any) -> None:
    shop = Table(
        "shop", transport=ScriptedTransport(answer(counted(3, 5, more=True)), throttle(), answer(counted(2, 2)))
    )
    entity = Entity(orders.schema, shop, partition_key="{customer_id}", sort_key="{order_id}")
    pages = entity.paginate(command)
    assert next(pages).count == 3
    with pytest.raises(ThrottledError):
        next(pages)
    assert [one.count for one in pages] == [2]


@pytest.mark.parametrize("verb", ["paginate", "apaginate"])
def test_pages_of_counts_have_no_items_to_go_through(verb: str) -> None:
    shop = Table("shop", transport=ScriptedTransport())
    entity = Entity(orders.schema, shop, partition_key="{customer_id}", sort_key="{order_id}")
    for command in (Query(C1, count_only=True), Scan(total_segments=2, count_only=True)):
        with pytest.raises(UsageError, match="count_only=True returns no items: add up the counts"):
            getattr(entity, verb)(command).items()


FOREIGN = ["NOTE#a", "NOTE#b#COMMENT#1", "NOTE#b", "OTHER"]


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        (Query(HERS, count_only=True), 2),
        (Query(HERS, sort_key_condition=greater_than("A"), count_only=True), 2),
        (Query(HERS, sort_key_condition=begins_with("NOTE#b#"), filter={"text": "x"}, count_only=True), 2),
        (Query({"owner": "o1", "title": "a"}, count_only=True), None),
        (Query(HERS, sort_key_condition="OTHER", count_only=True), 2),
        (Scan(count_only=True), 2),
    ],
)
def test_keys_are_counted_where_they_tell_whose_an_item_is(command: Any, wanted: int | None) -> None:
    payload = notes.request(command).payload
    if wanted is None:
        assert payload["Select"] == "COUNT"
        return
    assert "Select" not in payload
    names = payload["ExpressionAttributeNames"]
    assert {names[one] for one in payload["ProjectionExpression"].split(", ")} == {"PK", "SK"}
    _, result = play(
        command.__flow__(notes.__model__), keys(*FOREIGN, LastEvaluatedKey=key_of("OTHER")), keys("NOTE#c")
    )
    assert (result.items, result.count, result.scanned_count) == ([], wanted + 1, 5)


def test_keys_are_counted_in_an_index_too() -> None:
    command = Query(index={"GSI1": {"title": "a"}}, count_only=True)
    payload = notes.request(command).payload
    assert sorted(payload["ExpressionAttributeNames"].values()) == ["GSI1PK", "PK", "SK"]
    _, result = play(command.__flow__(notes.__model__), keys("NOTE#a", "X"))
    assert result.count == 1


def test_keys_are_counted_for_several_entities() -> None:
    command = Query({"PK": "OWNER#o1"}, entities=notes | owners, count_only=True)
    _, result = play(command.__flow__(plain), keys("META", *FOREIGN))
    assert result.count == 3


def test_a_range_that_reads_more_than_it_means_is_counted_by_keys() -> None:
    lines = Entity(Note, Table("lines"), partition_key="{owner}", sort_key="{title}#{text}")
    command = Query({"owner": "o"}, sort_key_condition=greater_than({"title": "b"}), count_only=True)
    assert "Select" not in lines.request(command).payload
    found = [{"PK": {"S": "o"}, "SK": {"S": sort_key}} for sort_key in ("b!c#x", "b#x", "c#x")]
    _, counted_lines = play(command.__flow__(lines.__model__), {"Items": found, "Count": 3, "ScannedCount": 3})
    whole = [
        one
        | {
            "owner": {"S": "o"},
            **dict(zip(("title", "text"), ({"S": text} for text in one["SK"]["S"].split("#")), strict=True)),
        }
        for one in found
    ]
    _, read = play(evolve(command, count_only=False).__flow__(lines.__model__), {"Items": whole, "ScannedCount": 3})
    assert counted_lines.count == read.count == 2


def test_a_local_index_without_the_name_is_counted_by_it() -> None:
    small = Table(
        "small", entity_attribute="_type", local_secondary_indexes={"by_text": {"sort_key": "text", "projection": []}}
    )
    mine = Entity(Note, small, partition_key="{owner}", sort_key="{title}")
    command = Query(index={"by_text": HERS}, count_only=True)
    payload = mine.request(command).payload
    assert "_type" in payload["ExpressionAttributeNames"].values()
    found = [{"_type": {"S": name}} for name in ("Note", "Other", "Note")]
    assert play(command.__flow__(mine.__model__), {"Items": found, "ScannedCount": 3})[1].count == 2


REFUSED = [
    {"projection": ["total"]},
    {"max_items": 3},
    {"on_unfit": "skip"},
    {"on_unfit": "collect"},
    {"skip_validation": True},
]


@pytest.mark.parametrize("options", REFUSED, ids=str)
@pytest.mark.parametrize("make", [lambda **o: Query(C1, **o), Scan])
def test_what_is_about_items_is_refused(make: Any, options: Any) -> None:
    [name] = options
    with pytest.raises(UsageError, match=rf"\(count_only=True\) returns no items, so {name}= cannot be used"):
        make(count_only=True, **options)


@pytest.mark.parametrize("given", ["false", 0, None])
def test_it_is_true_or_false(given: Any) -> None:
    with pytest.raises(UsageError, match="count_only"):
        Scan(count_only=given)


@pytest.mark.parametrize("on_unknown", ["raise", "collect"])
def test_unknown_items_are_neither_raised_nor_collected(on_unknown: Any) -> None:
    with pytest.raises(UsageError, match="on_unknown= cannot be used"):
        Scan(entities=orders | customers, on_unknown=on_unknown, count_only=True)


def test_a_global_index_is_not_counted_consistently() -> None:
    with pytest.raises(UsageError, match="consistent="):
        orders.request(Query(index={"by_status": {"status": "new"}}, count_only=True, consistent=True))


def test_the_cursor_of_a_count_is_one_of_the_read() -> None:
    _, result = play(Query(C1, count_only=True, max_requests=1).__flow__(orders.__model__), counted(1, 1, more=True))
    [payload], _ = play(Query(C1, start=result.cursor).__flow__(orders.__model__), page())
    assert payload["ExclusiveStartKey"] == LAST


def test_a_result_shows_a_count_where_there_is_one() -> None:
    _, result = play(Query(C1, count_only=True).__flow__(orders.__model__), counted(3, 7))
    assert "counted=3" in repr(result)
    assert "counted" not in repr(play(Query(C1).__flow__(orders.__model__), page(1))[1])


def test_it_is_explained_and_priced() -> None:
    command = Query(C1, count_only=True, max_requests=5)
    explained = orders.explain(command)
    assert explained.sentences[0].endswith(", and only count them")
    assert explained.notes == (
        "this is the first page: more are requested until there are no more, in at most 5 requests",
        "DynamoDB counts the items, which costs as much as reading them",
    )
    assert "the library reads and counts the keys" in notes.explain(Query(HERS, count_only=True)).notes[1]
    assert "how many pages it takes" in orders.cost(command).unknown
    assert "how many pages it takes" not in orders.cost(evolve(command, max_requests=1)).unknown
