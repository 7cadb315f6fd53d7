"""Conditions on the sort key of a union whose classes have keys of their own."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from attrs import frozen

from dynamo_document_builder import Entity, Query, Table, UsageError, begins_with, computed, equals, key


@frozen
class Card:
    owner: str
    number: str
    kind: Literal["card"] = "card"


@frozen
class Transfer:
    owner: str
    bank: str
    account: str
    kind: Literal["transfer"] = "transfer"


def sort_key(payment: Any) -> str:
    match payment:
        case Card():
            return key("CARD", payment.number)
        case _:
            return key("TRANSFER", payment.bank, payment.account)


payments: Entity[Card | Transfer] = Entity(
    Card | Transfer, Table("payments"), partition_key="{kind}#{owner}", sort_key=sort_key
)
CARDS, TRANSFERS = ({"kind": kind, "owner": "o1"} for kind in ("card", "transfer"))


def asked(given: Any, condition: Any) -> tuple[str, list[str]]:
    payload = payments.request(Query(given, sort_key_condition=condition)).payload
    values = [value["S"] for value in payload["ExpressionAttributeValues"].values()]
    return payload["KeyConditionExpression"].partition(" AND ")[2], values[1:]


def test_a_whole_key_is_one_of_the_class_that_the_partition_tells() -> None:
    assert asked(CARDS, equals({"number": "4"})) == ("#1 = :1", ["CARD#4"])
    assert asked(TRANSFERS, equals({"bank": "b", "account": "a"})) == ("#1 = :1", ["TRANSFER#b#a"])
    assert asked(TRANSFERS, begins_with({"bank": "b"})) == ("begins_with(#1, :1)", ["TRANSFER#b"])


def test_a_part_of_a_key_is_not_a_whole_one() -> None:
    with pytest.raises(UsageError, match="SK is not built from 'bank' alone: use begins_with for its prefix"):
        asked(TRANSFERS, equals({"bank": "b"}))


def test_a_field_of_the_other_class_is_refused() -> None:
    with pytest.raises(UsageError, match="number"):
        asked(TRANSFERS, equals({"bank": "b", "account": "a", "number": "4"}))


def test_a_stored_text_is_not_a_number() -> None:
    assert asked(TRANSFERS, "TRANSFER#b#a") == ("#1 = :1", ["TRANSFER#b#a"])
    with pytest.raises(UsageError, match="SK is text, not int"):
        asked(TRANSFERS, 5)


def test_what_a_function_needs_is_said() -> None:
    notes = Entity(
        Transfer,
        Table("notes"),
        partition_key="{owner}",
        sort_key=computed(lambda t: f"{t.bank}!{t.account}".upper(), reads=["bank", "account"]),
    )
    with pytest.raises(UsageError, match="SK is also built from 'account': give that field too"):
        notes.request(Query({"owner": "o"}, sort_key_condition=equals({"bank": "b"})))
