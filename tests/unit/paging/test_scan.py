"""Scans: what is asked of DynamoDB, segments, and what is refused before."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import Scan, UsageError
from tests.unit.paging.shelf import customers, numbers_of, orders, page, table
from tests.unit.play import play


def test_a_scan_of_a_shared_table_reads_its_own_items_only() -> None:
    payload = orders.request(Scan()).payload
    assert payload["FilterExpression"] == "#0 = :0"
    assert payload["ExpressionAttributeNames"] == {"#0": "_type"}
    assert payload["ExpressionAttributeValues"] == {":0": {"S": "Order"}}


def test_options_are_what_dynamodb_calls_them() -> None:
    scan = Scan(index_name="by_email", page_size=5, segment=1, total_segments=4, return_consumed_capacity="TOTAL")
    payload = customers.request(scan).payload
    for name in ("FilterExpression", "ExpressionAttributeNames", "ExpressionAttributeValues"):
        payload.pop(name, None)
    assert payload == {
        "TableName": "shop",
        "IndexName": "by_email",
        "Limit": 5,
        "Segment": 1,
        "TotalSegments": 4,
        "ReturnConsumedCapacity": "TOTAL",
    }


def test_a_scan_goes_on_from_its_cursor() -> None:
    _, first = play(Scan().__flow__(orders.__model__), page(1, more=True))
    [payload], second = play(Scan(start=first.cursor).__flow__(orders.__model__), page(2))
    assert payload["ExclusiveStartKey"] == page(1, more=True)["LastEvaluatedKey"]
    assert numbers_of(second.items) == [2]
    assert second.cursor is None


def test_a_scan_of_all_segments_begins_with_each() -> None:
    starts = Scan(total_segments=3, page_size=2).__starts__()
    assert [scan.segment for scan in starts] == [0, 1, 2]
    assert {scan.page_size for scan in starts} == {2}


REFUSED: list[tuple[Any, str]] = [
    (lambda: Scan(segment=1), "total_segments"),
    (lambda: Scan(segment=4, total_segments=4), "segment"),
    (lambda: Scan(segment=-1, total_segments=4), "segment"),
    (lambda: Scan(total_segments=0), "total_segments"),
    (lambda: Scan(total_segments=4), "paginate reads all"),
    (lambda: Scan(segment=0, total_segments=1_000_001), "at most 1000000"),
    (lambda: Scan(index_name="nowhere"), "no index 'nowhere'"),
    (lambda: Scan(index_name="by_email", consistent=True), "consistent"),
    (lambda: Scan(entities=orders | customers), "so send it with a table or a database"),
]


@pytest.mark.parametrize(("make", "text"), REFUSED)
def test_what_cannot_work_is_refused_before_anything_is_sent(make: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        customers.request(make())


@pytest.mark.parametrize("options", [{"start": "x"}, {"max_items": 3}])
def test_segments_read_side_by_side_have_no_common_start_or_end(options: Any) -> None:
    with pytest.raises(UsageError, match="for one segment"):
        orders.paginate(Scan(total_segments=2, **options))


def test_several_entities_are_scanned_by_their_table() -> None:
    payload = table.request(Scan(entities=orders | customers, on_unknown="skip")).payload
    assert sorted(value["S"] for value in payload["ExpressionAttributeValues"].values()) == ["Customer", "Order"]
