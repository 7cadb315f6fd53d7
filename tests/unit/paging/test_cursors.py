"""Cursors: opaque text for a URL that goes on with the read it came from, and with no other."""

from __future__ import annotations

import re
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import Entity, Query, Scan, Table, UsageError, begins_with, key
from tests.unit.paging.shelf import C1, Order, orders, page
from tests.unit.play import play


def cursor_of(command: Any, entity: Any = orders) -> str:
    _, result = play(command.flow(entity), page(1, more=True))
    assert result.cursor is not None
    cursor: str = result.cursor
    return cursor


QUERY = Query(C1)
CURSOR = cursor_of(QUERY)


def elsewhere(table: str) -> Entity[Order]:
    return Entity(
        Order,
        Table(table, entity_attribute="_type"),
        partition_key=lambda o: key("CUSTOMER", o.customer_id),
        sort_key=lambda o: key("ORDER", o.placed_on, o.order_id),
    )


def test_a_cursor_fits_a_url_as_it_is() -> None:
    assert re.fullmatch(r"[A-Za-z0-9_-]+", CURSOR)


@pytest.mark.parametrize(
    "options",
    [
        {"filter": {"total": 3}},
        {"projection": ["total"]},
        {"page_size": 7},
        {"max_items": 7},
        {"consistent": True},
        {"reverse": True},
        {"return_consumed_capacity": "TOTAL"},
        {"timeout": 3.0},
    ],
)
def test_what_does_not_change_which_items_there_are_may_change(options: Any) -> None:
    [payload], _ = play(Query(C1, start=CURSOR, **options).flow(orders), page())
    assert payload["ExclusiveStartKey"] == page(1, more=True)["LastEvaluatedKey"]


@pytest.mark.parametrize(
    "other",
    [
        Query({"customer_id": "c2"}),
        Query(C1, sort_key_condition=begins_with("ORDER#2026")),
        Query(index={"by_status": {"status": "new"}}, projection=["total"]),
        Query(index={"by_total": {"customer_id": "c1"}}),
        Scan(),
    ],
)
def test_the_cursor_of_another_read_is_refused(other: Any) -> None:
    with pytest.raises(UsageError, match="start= is a cursor of another query"):
        orders.request(evolve(other, start=CURSOR))


def test_the_cursor_of_another_table_is_refused() -> None:
    with pytest.raises(UsageError, match="start= is a cursor of another query"):
        elsewhere("other").request(Query(C1, start=CURSOR))


def test_the_cursor_of_a_table_of_the_same_name_in_another_account_is_refused() -> None:
    one, other = (elsewhere(f"arn:aws:dynamodb:eu-west-1:{account}:table/app") for account in ("1" * 12, "2" * 12))
    cursor = cursor_of(QUERY, one)
    assert one.request(Query(C1, start=cursor))
    with pytest.raises(UsageError, match="start= is a cursor of another query"):
        other.request(Query(C1, start=cursor))


def test_the_cursor_of_another_segment_is_refused() -> None:
    cursor = cursor_of(Scan(segment=0, total_segments=2))
    orders.request(Scan(segment=0, total_segments=2, start=cursor))
    for other in (Scan(segment=1, total_segments=2), Scan(segment=0, total_segments=3), Scan()):
        with pytest.raises(UsageError, match="start= is a cursor of another query"):
            orders.request(evolve(other, start=cursor))


@pytest.mark.parametrize("position", range(0, len(CURSOR) - 1, 3))
def test_a_cursor_with_one_letter_changed_is_refused(position: int) -> None:
    letter = "A" if CURSOR[position] != "A" else "B"
    with pytest.raises(UsageError, match="start= is no cursor, or one that was damaged or changed"):
        orders.request(Query(C1, start=CURSOR[:position] + letter + CURSOR[position + 1 :]))


@pytest.mark.parametrize("length", range(0, len(CURSOR), 5))
def test_a_cursor_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(UsageError, match="start= is no cursor"):
        orders.request(Query(C1, start=CURSOR[:length]))


@pytest.mark.parametrize("text", ["é", "a b", "====", "\x00", "?" * 50, f"{CURSOR}{CURSOR}"])
def test_what_was_never_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="start= is no cursor"):
        orders.request(Query(C1, start=text))
