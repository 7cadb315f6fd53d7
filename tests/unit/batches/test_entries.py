"""Dealing entries out to requests: how many, how large, which together."""

from __future__ import annotations

import json

from dynamo_document_builder.batches.layout import (
    MAX_REQUEST_BYTES,
    Entry,
    TableSection,
    TableSections,
    body_of_entries,
    by_section,
    split_into_requests,
)
from dynamo_document_builder.model.tables.table_model import TableModel

APP, OTHER = TableModel(name="app"), TableModel(name="other")
ARN = TableModel(name="arn:aws:dynamodb:eu-west-1:123456789012:table/app")


def section_of(sections: TableSections, table: TableModel, closing: bytes = b"]") -> TableSection:
    return sections.of(table, f'"{table.name}":['.encode(), closing)


def entries(section: TableSection, count: int, size: int = 3) -> list[Entry]:
    return [Entry(section, str(number), b"0" * size, "Put") for number in range(count)]


def sizes(given: list[Entry], at_most: int = 25) -> list[int]:
    return [len(part) for part in split_into_requests(given, at_most)]


def test_requests_are_filled_in_order() -> None:
    section = section_of(TableSections(), APP)
    given = entries(section, 60)
    parts = list(split_into_requests(given, 25))
    assert [len(part) for part in parts] == [25, 25, 10]
    assert [entry for part in parts for entry in part] == given


def test_nothing_is_dealt_out_to_no_request() -> None:
    assert sizes([]) == []


def test_tables_share_requests() -> None:
    sections = TableSections()
    given = [*entries(section_of(sections, APP), 20), *entries(section_of(sections, OTHER), 20)]
    assert sizes(given) == [25, 15]


def test_a_request_is_no_larger_than_dynamodb_takes() -> None:
    section = section_of(TableSections(), APP)
    assert sizes(entries(section, 5, MAX_REQUEST_BYTES // 2)) == [2, 2, 1]
    assert sizes(entries(section, 3, MAX_REQUEST_BYTES // 2 + 1)) == [1, 1, 1]
    assert sizes(entries(section, 2, MAX_REQUEST_BYTES + 1)) == [1, 1]


def test_what_asks_a_table_in_different_ways_shares_no_request() -> None:
    sections = TableSections()
    one, same, other = (
        section_of(sections, APP),
        section_of(sections, APP),
        section_of(sections, APP, b'],"ConsistentRead":true'),
    )
    assert one is same
    beside = section_of(sections, OTHER)
    parts = list(split_into_requests([*entries(one, 2), *entries(other, 2), *entries(beside, 2)], 100))
    assert [[entry.section for entry in part] for part in parts] == [[one, one, beside, beside], [other, other]]


def test_a_table_under_two_names_is_in_a_request_once() -> None:
    sections = TableSections()
    given = [*entries(section_of(sections, APP), 2), *entries(section_of(sections, ARN), 2)]
    assert sizes(given) == [2, 2]


def test_a_body_names_each_table_once() -> None:
    sections = TableSections()
    app, other = section_of(sections, APP), section_of(sections, OTHER)
    mixed = [
        Entry(app, "1", b"1", "Put"),
        Entry(other, "2", b"2", "Put"),
        Entry(app, "3", b"3", "Put"),
    ]
    assert json.loads(body_of_entries(by_section(mixed), ',"More":4')) == {
        "RequestItems": {"app": [1, 3], "other": [2]},
        "More": 4,
    }
