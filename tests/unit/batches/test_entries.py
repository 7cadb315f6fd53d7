"""Dealing entries out to requests: how many, how large, which together."""

from __future__ import annotations

import json

from dynamo_document_builder.batches.layout import (
    MAX_REQUEST_BYTES,
    Entry,
    Lane,
    Lanes,
    body_of_entries,
    by_lane,
    dealt,
)
from dynamo_document_builder.model.tables.table_model import TableModel

APP, OTHER = TableModel(name="app"), TableModel(name="other")
ARN = TableModel(name="arn:aws:dynamodb:eu-west-1:123456789012:table/app")


def lane_of(lanes: Lanes, table: TableModel, closing: bytes = b"]") -> Lane:
    return lanes.of(table, f'"{table.name}":['.encode(), closing)


def entries(lane: Lane, count: int, size: int = 3) -> list[Entry]:
    return [Entry(lane, str(number), b"0" * size, "Put") for number in range(count)]


def sizes(given: list[Entry], at_most: int = 25) -> list[int]:
    return [len(part) for part in dealt(given, at_most)]


def test_requests_are_filled_in_order() -> None:
    lane = lane_of(Lanes(), APP)
    given = entries(lane, 60)
    parts = list(dealt(given, 25))
    assert [len(part) for part in parts] == [25, 25, 10]
    assert [entry for part in parts for entry in part] == given


def test_nothing_is_dealt_out_to_no_request() -> None:
    assert sizes([]) == []


def test_tables_share_requests() -> None:
    lanes = Lanes()
    given = [*entries(lane_of(lanes, APP), 20), *entries(lane_of(lanes, OTHER), 20)]
    assert sizes(given) == [25, 15]


def test_a_request_is_no_larger_than_dynamodb_takes() -> None:
    lane = lane_of(Lanes(), APP)
    assert sizes(entries(lane, 5, MAX_REQUEST_BYTES // 2)) == [2, 2, 1]
    assert sizes(entries(lane, 3, MAX_REQUEST_BYTES // 2 + 1)) == [1, 1, 1]
    assert sizes(entries(lane, 2, MAX_REQUEST_BYTES + 1)) == [1, 1]


def test_what_asks_a_table_in_different_ways_shares_no_request() -> None:
    lanes = Lanes()
    one, same, other = lane_of(lanes, APP), lane_of(lanes, APP), lane_of(lanes, APP, b'],"ConsistentRead":true')
    assert one is same
    beside = lane_of(lanes, OTHER)
    parts = list(dealt([*entries(one, 2), *entries(other, 2), *entries(beside, 2)], 100))
    assert [[entry.lane for entry in part] for part in parts] == [[one, one, beside, beside], [other, other]]


def test_a_table_under_two_names_is_in_a_request_once() -> None:
    lanes = Lanes()
    given = [*entries(lane_of(lanes, APP), 2), *entries(lane_of(lanes, ARN), 2)]
    assert sizes(given) == [2, 2]


def test_a_body_names_each_table_once() -> None:
    lanes = Lanes()
    app, other = lane_of(lanes, APP), lane_of(lanes, OTHER)
    mixed = [
        Entry(app, "1", b"1", "Put"),
        Entry(other, "2", b"2", "Put"),
        Entry(app, "3", b"3", "Put"),
    ]
    assert json.loads(body_of_entries(by_lane(mixed), ',"More":4')) == {
        "RequestItems": {"app": [1, 3], "other": [2]},
        "More": 4,
    }
