"""Cursors: opaque text for a URL that goes on with the read it came from, and with no other."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from itertools import permutations
from typing import Any

import pytest
from attrs import evolve

from dynamo_document_builder import (
    Entity,
    Query,
    Scan,
    Table,
    UsageError,
    begins_with,
    between,
    equals,
    key,
    less_than,
    less_than_or_equal,
)
from tests.unit.paging.shelf import C1, Customer, Order, orders, page
from tests.unit.play import model, play


def cursor_of(command: Any, entity: Any = orders) -> str:
    _, result = play(command.__flow__(model(entity)), page(1, more=True))
    assert result.cursor is not None
    cursor: str = result.cursor
    return cursor


QUERY = Query(C1)
CURSOR = cursor_of(QUERY)

mails = Entity(
    Customer,
    Table(
        "mails",
        global_secondary_indexes={
            "by_email": {"partition_key": "mail_key"},
            "by_mail_too": {"partition_key": "mail_key", "sort_key": "name"},
        },
    ),
    partition_key="{customer_id}",
    sort_key="META",
    global_secondary_indexes={"by_email": {"partition_key": "{email}"}, "by_mail_too": {"partition_key": "{email}"}},
)


def forged(key: bytes, digest: bytes | None = None) -> str:
    """Return a cursor that whoever knows the format can write: with any key, and the digest of a query."""
    raw = urlsafe_b64decode(CURSOR + "==")
    body = (raw[8:16] if digest is None else digest) + key
    return urlsafe_b64encode(blake2b(body, digest_size=8).digest() + body).decode().rstrip("=")


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
    [payload], _ = play(Query(C1, start=CURSOR, **options).__flow__(orders.__model__), page())
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


BETWEEN = [between("ORDER#a", "ORDER#b"), between("ORDER#a", "ORDER#c"), between("ORDER#0", "ORDER#b")]
ALIKE: list[tuple[Any, ...]] = [
    tuple(Query(C1, sort_key_condition=condition) for condition in BETWEEN),
    tuple(Query(C1, sort_key_condition=condition("ORDER#a")) for condition in (less_than, less_than_or_equal, equals)),
    (Scan(), Scan(index_name="by_total"), Scan(index_name="by_status", projection=["total"])),
    (
        Query(index={"by_email": {"email": "a"}}, projection=["email"]),
        Query(index={"by_mail_too": {"email": "a"}}, projection=["email"]),
    ),
]
"""Reads that differ in one respect alone: a bound, an operator, the index."""


@pytest.mark.parametrize("commands", ALIKE, ids=["bounds", "operators", "scans", "indexes"])
def test_a_cursor_fits_none_of_the_reads_that_are_nearly_the_same(commands: Any) -> None:
    entity: Any = mails if commands is ALIKE[-1] else orders
    for given, other in permutations(commands, 2):
        cursor = cursor_of(given, entity)
        entity.request(evolve(given, start=cursor))
        with pytest.raises(UsageError, match="start= is a cursor of another query"):
            entity.request(evolve(other, start=cursor))


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
    with pytest.raises(UsageError, match="start= is not a cursor, or one that was damaged or changed"):
        orders.request(Query(C1, start=CURSOR[:position] + letter + CURSOR[position + 1 :]))


@pytest.mark.parametrize("length", range(0, len(CURSOR), 5))
def test_a_cursor_that_was_cut_is_refused(length: int) -> None:
    with pytest.raises(UsageError, match="start= is not a cursor"):
        orders.request(Query(C1, start=CURSOR[:length]))


@pytest.mark.parametrize("text", ["é", "a b", "====", "\x00", "?" * 50, f"{CURSOR}{CURSOR}"])
def test_what_was_never_a_cursor_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="start= is not a cursor"):
        orders.request(Query(C1, start=text))


KEY = b'{"PK":{"S":"CUSTOMER#c1"},"SK":{"S":"ORDER#x"}}'


def test_a_forged_cursor_begins_at_another_place_of_the_same_query() -> None:
    payload = orders.request(Query(C1, start=forged(KEY))).payload
    assert payload["ExclusiveStartKey"]["SK"] == {"S": "ORDER#x"}
    assert payload["ExpressionAttributeValues"] == orders.request(Query(C1)).payload["ExpressionAttributeValues"]


@pytest.mark.parametrize("digest", [bytes(8), b"12345678"])
def test_a_cursor_forged_for_another_query_is_refused(digest: bytes) -> None:
    with pytest.raises(UsageError, match="start= is a cursor of another query"):
        orders.request(Query(C1, start=forged(KEY, digest)))


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"{}",
        b"null",
        b"[]",
        b'"PK"',
        KEY + b',"TableName":"secrets"',
        KEY + b"," + KEY,
        KEY[:-1],
        b'{"PK":{"S":"a","N":"1"},"SK":{"S":"a"}}',
        b'{"PK":{},"SK":{"S":"a"}}',
        b'{"PK":{"S":1},"SK":{"S":"a"}}',
        b'{"PK":{"M":{}},"SK":{"S":"a"}}',
        b'{"PK":{"S":"\xff"},"SK":{"S":"a"}}',
        b"[" * 100_000,
    ],
)
def test_a_cursor_holds_a_key_and_nothing_else(key: bytes) -> None:
    with pytest.raises(UsageError, match="start= is not a cursor"):
        orders.request(Query(C1, start=forged(key)))
