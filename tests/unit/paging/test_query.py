"""Queries: what is asked of DynamoDB, what comes of the answers, and what is refused before."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    Entity,
    Query,
    StoredItemError,
    Table,
    UnexpectedResponseError,
    UsageError,
    begins_with,
    between,
    exists,
    greater_than,
    less_than,
    less_than_or_equal,
    not_equals,
)
from tests.unit.paging.shelf import C1, Order, customers, numbers_of, orders, page, stored, table
from tests.unit.play import play

NEW_YEAR = date(2026, 1, 1)


def asked(query: Query[Any], entity: Any = orders) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """Return the key condition with its names in place, the values, and the rest of the request."""
    payload = entity.request(query).payload
    condition = payload.pop("KeyConditionExpression")
    for placeholder, name in payload.pop("ExpressionAttributeNames").items():
        condition = condition.replace(placeholder, name)
    values = [next(iter(value.values())) for value in payload.pop("ExpressionAttributeValues").values()]
    return condition, {"values": values}, payload


def condition_of(query: Query[Any], entity: Any = orders) -> tuple[str, list[Any]]:
    condition, values, _ = asked(query, entity)
    for number in range(len(values["values"])):
        condition = condition.replace(f":{number}", "?")
    return condition, values["values"][-condition.count("?") :]


def test_an_entity_of_a_shared_partition_is_narrowed_by_what_its_sort_keys_begin_with() -> None:
    assert condition_of(Query(C1)) == ("PK = ? AND begins_with(SK, ?)", ["CUSTOMER#c1", "ORDER#"])
    assert condition_of(Query(C1), customers) == ("PK = ? AND SK = ?", ["CUSTOMER#c1", "META"])


def test_leading_fields_of_the_sort_key_are_a_prefix_that_ends_with_the_separator() -> None:
    condition = condition_of(Query({**C1, "placed_on": NEW_YEAR}))
    assert condition == ("PK = ? AND begins_with(SK, ?)", ["CUSTOMER#c1", "ORDER#2026-01-01#"])


def test_all_fields_of_the_sort_key_are_the_key() -> None:
    condition = condition_of(Query({**C1, "placed_on": NEW_YEAR, "order_id": "o1"}))
    assert condition == ("PK = ? AND SK = ?", ["CUSTOMER#c1", "ORDER#2026-01-01#o1"])


@pytest.mark.parametrize(
    ("given", "condition", "values"),
    [
        (begins_with("ORDER#2026"), "begins_with(SK, ?)", ["ORDER#2026"]),
        (begins_with({"placed_on": NEW_YEAR}), "begins_with(SK, ?)", ["ORDER#2026-01-01#"]),
        (greater_than("ORDER#x"), "SK > ?", ["ORDER#x"]),
        ("ORDER#x", "SK = ?", ["ORDER#x"]),
        ({"SK": less_than("ORDER#x")}, "SK < ?", ["ORDER#x"]),
        (between("a", "b"), "SK BETWEEN ? AND ?", ["a", "b"]),
    ],
)
def test_a_sort_key_condition_is_about_the_sort_key(given: Any, condition: str, values: list[str]) -> None:
    found = condition_of(Query(C1, sort_key_condition=given))
    assert found == (f"PK = ? AND {condition}", ["CUSTOMER#c1", *values])


def test_a_range_of_days_takes_in_the_whole_last_day() -> None:
    condition, values = condition_of(
        Query(C1, sort_key_condition=between({"placed_on": NEW_YEAR}, {"placed_on": date(2026, 1, 2)}))
    )
    assert condition == "PK = ? AND SK BETWEEN ? AND ?"
    assert values[1:] == ["ORDER#2026-01-01", "ORDER#2026-01-02#\U0010ffff"]


def test_up_to_a_day_takes_in_that_day() -> None:
    condition, values = condition_of(Query(C1, sort_key_condition=less_than_or_equal({"placed_on": NEW_YEAR})))
    assert condition == "PK = ? AND SK BETWEEN ? AND ?"
    assert values[1:] == ["ORDER#", "ORDER#2026-01-01#\U0010ffff"]


def test_an_index_is_asked_by_its_own_key() -> None:
    query = Query(index={"by_email": {"email": "a@b.c"}}, sort_key_condition=begins_with("CUST"))
    condition, values, rest = asked(query, customers)
    assert condition.startswith("GSI1PK = ")
    assert values["values"][-2:] == ["EMAIL#a@b.c", "CUST"]
    assert rest["IndexName"] == "by_email"


def test_an_index_over_plain_fields_needs_no_builder_and_keeps_their_types() -> None:
    payload = orders.request(
        Query(
            index={"by_status": {"status": "new"}}, sort_key_condition=greater_than(5), projection=["status", "total"]
        )
    ).payload
    assert {"N": "5"} in payload["ExpressionAttributeValues"].values()


def test_an_index_that_does_not_hold_the_tag_is_refused() -> None:
    lean = Table(
        "lean",
        entity_attribute="_type",
        global_secondary_indexes={"by_status": {"partition_key": "status", "projection": "KEYS_ONLY"}},
    )
    lines = Entity(Order, lean, partition_key="CUSTOMER#{customer_id}", sort_key="ORDER#{order_id}")
    with pytest.raises(UsageError, match=r"'by_status' does not hold '_type', the entity_attribute .*: project it"):
        lines.request(Query(index={"by_status": {"status": "new"}}))


def test_options_are_what_dynamodb_calls_them() -> None:
    _, _, rest = asked(
        Query(C1, page_size=5, reverse=True, consistent=True, return_consumed_capacity="TOTAL", filter={"total": 3})
    )
    assert rest.pop("FilterExpression")
    assert rest == {
        "TableName": "shop",
        "ScanIndexForward": False,
        "ConsistentRead": True,
        "ReturnConsumedCapacity": "TOTAL",
        "Limit": 5,
    }


def test_one_request_is_one_page_unless_more_items_are_wanted() -> None:
    payloads, result = play(Query(C1).__flow__(orders.__model__), page(1, 2, more=True))
    assert len(payloads) == 1
    assert numbers_of(result.items) == [1, 2]
    assert result.cursor is not None


def test_max_items_are_collected_over_pages_of_page_size() -> None:
    query = Query(C1, max_items=3, page_size=2)
    payloads, result = play(query.__flow__(orders.__model__), page(1, 2, more=True), page(3, 4, more=True))
    assert [payload["Limit"] for payload in payloads] == [2, 2]
    assert payloads[1]["ExclusiveStartKey"] == page(1, 2, more=True)["LastEvaluatedKey"]
    assert numbers_of(result.items) == [1, 2, 3]
    assert (result.count, result.scanned_count) == (3, 4)


def test_an_empty_page_with_a_cursor_is_followed_by_the_next() -> None:
    query = Query(C1, max_items=1, filter={"total": 2})
    empty = page(more=True, scanned=1)
    payloads, result = play(query.__flow__(orders.__model__), empty, empty, page(2, scanned=9))
    assert [payload["Limit"] for payload in payloads] == [1, 4, 16]
    assert numbers_of(result.items) == [2]
    assert result.cursor is None


def test_a_read_that_found_more_than_was_wanted_goes_on_after_the_last_that_is_returned() -> None:
    query = Query(C1, max_items=2, filter={"status": "new"})
    answers = page(1, scanned=2, more=True), page(2, 3, 4, scanned=4, more=True)
    _, result = play(query.__flow__(orders.__model__), *answers)
    assert numbers_of(result.items) == [1, 2]
    [payload], _ = play(Query(C1, start=result.cursor).__flow__(orders.__model__), page())
    assert payload["ExclusiveStartKey"] == {name: stored(2)[name] for name in ("PK", "SK")}


@frozen
class Line:
    order_id: str
    total: int = 0


def test_a_projection_reads_mappings_or_objects_of_its_class() -> None:
    answer = {"Items": [{"order_id": {"S": "o1"}, "total": {"N": "3"}}]}
    assert play(Query(C1, projection=["order_id", "total"]).__flow__(orders.__model__), answer)[1].items == [
        {"order_id": "o1", "total": 3}
    ]
    assert play(Query(C1, projection=Line).__flow__(orders.__model__), answer)[1].items == [Line("o1", 3)]


def test_several_entities_are_told_apart_by_their_tags() -> None:
    both = Query(C1, entities=customers | orders)
    its_key = {"PK": {"S": "CUSTOMER#c1"}, "SK": {"S": "META"}}
    customer = {**its_key, "_type": {"S": "Customer"}, "customer_id": {"S": "c1"}, "name": {"S": "Ann"}}
    _, result = play(both.__flow__(table), {"Items": [customer, stored(1)]})
    assert [type(item).__name__ for item in result.items] == ["Customer", "Order"]


@pytest.mark.parametrize(("on_unknown", "unknown"), [("skip", ()), ("collect", ({"_type": "Ghost", "x": 1},))])
def test_an_unknown_tag_is_skipped_or_collected_as_told(on_unknown: Any, unknown: tuple[Any, ...]) -> None:
    both = Query(C1, entities=customers | orders, on_unknown=on_unknown)
    ghost = {"_type": {"S": "Ghost"}, "x": {"N": "1"}}
    _, result = play(both.__flow__(table), {"Items": [ghost, stored(1)]})
    assert numbers_of(result.items) == [1]
    assert result.unknown_items == unknown
    assert "Ghost" not in repr(result)  # its class, which may have fields that are not to be shown, is not known


def test_an_unknown_tag_is_an_error_that_names_the_item() -> None:
    both = Query(C1, entities=customers | orders)
    with pytest.raises(StoredItemError, match=r"one of Customer, Order, found stored 'Ghost'") as caught:
        play(both.__flow__(table), {"Items": [stored(1, _type={"S": "Ghost"})]})
    assert caught.value.key == {"PK": "CUSTOMER#c1", "SK": "ORDER#2026-01-01#o1"}


def test_an_item_that_does_not_fit_is_an_error_that_names_it() -> None:
    with pytest.raises(StoredItemError, match="total") as caught:
        play(Query(C1).__flow__(orders.__model__), {"Items": [stored(1, total={"S": "much"})]})
    assert caught.value.item == stored(1, total={"S": "much"})


def test_an_answer_that_cannot_be_read_is_an_error() -> None:
    with pytest.raises(UnexpectedResponseError):
        play(Query(C1).__flow__(orders.__model__), {"Items": 3})


def test_a_read_over_entities_wants_entities() -> None:
    with pytest.raises(UsageError, match=r"only with other entities, not with str"):
        _ = customers | "orders"  # type: ignore[operator]


REFUSED: list[tuple[Any, str]] = [
    (Query, "one of key= and index="),
    (lambda: Query(C1, index={"by_email": {"email": "x"}}), "one of key= and index="),
    (lambda: Query(C1, page_size=0), "page_size=...\\): must be a whole number, 1 or more"),
    (lambda: Query(C1, max_items=True), "max_items=...\\): must be a whole number, 1 or more"),
    (lambda: Query(C1, start=3), "the text of result.cursor, not int"),  # type: ignore[call-overload]
    (lambda: Query(C1, filter={}), "filter= is empty, .*: leave filter= out"),
    (lambda: Query(C1, filter=[]), "filter= is empty, .*: leave filter= out"),
    (lambda: Query(C1, entities=[]), r"or a list of entities, as in \[users\], not an empty one"),
    (lambda: Query(C1, entities=3), r"entities= is a group, as in users \| orders, or a list of entities, .* not int"),  # type: ignore[call-overload]
    (lambda: Query({"order_id": "o1"}), "PK is built from field 'customer_id'"),
    (lambda: Query({**C1, "order_id": "o1"}), "order_id"),
    (lambda: Query({**C1, "colour": "red"}), "no field 'colour'"),
    (lambda: Query({"customer_id": 3}), "customer_id: expected str, found int"),
    (lambda: Query(index={"nowhere": {"x": 1}}), "no index 'nowhere'"),
    (lambda: Query(index={"by_status": {"status": "new"}}, consistent=True), "consistent"),
    (lambda: Query(index={"by_status": {"status": "new"}}), "by_status"),
    (lambda: Query(C1, sort_key_condition=not_equals("x")), "one condition on SK"),
    (lambda: Query(C1, sort_key_condition=exists()), "one condition on SK"),
    (lambda: Query(C1, sort_key_condition={"total": 3}), "SK"),
    (lambda: Query(C1, filter={"PK": "x"}), "PK"),
    (lambda: Query(C1, start="made up"), "not a cursor"),
    (lambda: Query(C1, entities=orders | customers), "so send it with a table or a database"),
]


@pytest.mark.parametrize(("make", "text"), REFUSED)
def test_what_cannot_work_is_refused_before_anything_is_sent(make: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        orders.request(make())


def test_a_read_over_entities_cannot_be_projected() -> None:
    with pytest.raises(UsageError, match="read whole"):
        table.request(Query(C1, entities=orders | customers, projection=["total"]))  # type: ignore[call-overload]


def test_an_unknown_option_is_refused_where_it_is_written() -> None:
    with pytest.raises(TypeError, match="limit"):
        Query(C1, limit=3)  # type: ignore[call-overload]


def test_everything_wrong_is_told_at_once() -> None:
    query = Query({"customer_id": 3}, filter={"nope": 1}, start="x")
    with pytest.raises(UsageError) as caught:
        orders.request(query)
    assert len(caught.value.problems) == 3
    assert {problem.entity for problem in caught.value.problems} == {"Order"}


def test_items_are_of_the_class_of_the_entity() -> None:
    _, result = play(Query(C1).__flow__(orders.__model__), page(7))
    assert result.items == [Order("c1", date(2026, 1, 7), "o7", 7)]
