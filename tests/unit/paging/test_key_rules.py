"""What a query may ask of keys: what DynamoDB would refuse never leaves."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import frozen

from dynamo_document_builder import (
    Entity,
    Query,
    Scan,
    Table,
    UsageError,
    attr,
    begins_with,
    between,
    equals,
    exists,
    greater_than,
    is_in,
    item_exists,
    less_than,
    not_,
    or_,
    ref,
    size,
)


@frozen
class Reading:
    sensor: str
    number: int
    note: str = ""
    raw: bytes = b""


def by(sort_key: str) -> Entity[Reading]:
    return Entity(Reading, Table("readings", partition_key="sensor", sort_key=sort_key))


NUMBERS, TEXTS, BINARY = by("number"), by("note"), by("raw")
BUILT = Entity(Reading, Table("readings"), partition_key="S#{sensor}", sort_key="N#{number:06d}#{note}")
KEY = {"sensor": "s1"}


@pytest.mark.parametrize(
    ("entity", "condition", "text"),
    [
        (NUMBERS, begins_with("1"), "number is int: it cannot begin with str"),
        (NUMBERS, begins_with(b"1"), "number is int: it cannot begin with bytes"),
        (NUMBERS, begins_with(1), "number is a number, which has no beginning"),
        (TEXTS, begins_with(b"x"), "note is str: it cannot begin with bytes"),
        (TEXTS, begins_with(1), "note: expected str, found int"),
        (BINARY, begins_with("x"), "raw is bytes: it cannot begin with str"),
        (BUILT, begins_with(b"N#"), "SK is text, not bytes"),
        (BUILT, begins_with(5), "SK is text, not int"),
        (NUMBERS, between(2, 1), "low end is above its high end"),
        (TEXTS, between("b", "a"), "low end is above its high end"),
        (BINARY, between(b"b", b"a"), "low end is above its high end"),
        (BUILT, between("b", "a"), "low end is above its high end"),
        (BUILT, between({"number": 5}, {"number": 3}), "low end is above its high end"),
        (BUILT, between({"number": 3, "note": "b"}, {"number": 3, "note": "a"}), "low end is above its high end"),
        (NUMBERS, between(1, "a"), "number: expected int, found str"),
        (NUMBERS, between(float("nan"), 1), "number: expected int, found float"),
        (NUMBERS, greater_than(True), "number: expected int, found bool"),
        (NUMBERS, greater_than([1]), "number: expected int, found list"),
        (NUMBERS, equals(None), "number: expected int, found None"),
        (NUMBERS, greater_than(ref("note")), "compared with values only, not with another attribute"),
        (NUMBERS, less_than(5, attr("number")), "is about number, not about"),
        (NUMBERS, size(1), "is about number, not about"),
        (NUMBERS, exists(), "one condition on number, of =, <"),
        (NUMBERS, is_in([1, 2]), "one condition on number, of =, <"),
        (NUMBERS, or_([equals(1), equals(2)]), "one condition on number, of =, <"),
        (NUMBERS, not_(equals(1)), "one condition on number, of =, <"),
        (NUMBERS, {"number": greater_than(1), "note": "x"}, "one condition on number, of =, <"),
    ],
)
def test_a_condition_that_no_sort_key_can_meet_is_refused(entity: Entity[Reading], condition: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        entity.request(Query(KEY, sort_key_condition=condition))


@pytest.mark.parametrize(
    ("entity", "condition", "sent"),
    [
        (NUMBERS, between(1, 1), "BETWEEN :1 AND :2|BETWEEN :1 AND :1"),
        (TEXTS, begins_with("x"), "begins_with"),
        (BINARY, begins_with(b"x"), "begins_with"),
        (BUILT, between({"number": 3}, {"number": 3}), "BETWEEN"),
    ],
)
def test_a_condition_that_a_sort_key_can_meet_is_sent(entity: Entity[Reading], condition: Any, sent: str) -> None:
    text = entity.request(Query(KEY, sort_key_condition=condition)).payload["KeyConditionExpression"]
    assert any(one in text for one in sent.split("|"))


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"filter": {"PK": "x"}}, "filter= is about 'PK', which is part of the key"),
        ({"filter": item_exists()}, "filter= is about 'PK', which is part of the key"),
        ({"filter": exists(attr("PK", "x"))}, "'PK' is a key attribute, which has no parts"),
        ({"projection": ["PK.x"]}, "'PK' is a key attribute, which has no parts"),
        ({"projection": ["note", "SK[0]"]}, "'SK' is a key attribute, which has no parts"),
    ],
)
def test_attributes_of_the_key_are_neither_filtered_by_nor_looked_into(options: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        BUILT.request(Query(KEY, **options))


def test_a_scan_may_filter_by_the_key() -> None:
    assert BUILT.request(Scan(filter=item_exists())).payload["FilterExpression"] == "attribute_exists(#0)"
