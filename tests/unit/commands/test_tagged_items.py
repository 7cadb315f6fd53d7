"""Items that carry the name of their entity, and unions of classes, whichever write they come from."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from attrs import frozen

from dynamo_document_builder import DefinitionError, Entity, Put, Table, Update, item_exists, key


@frozen
class Card:
    payment_id: str
    number: str = ""
    kind: Literal["card"] = "card"


@frozen
class Transfer:
    payment_id: str
    iban: str = ""
    kind: Literal["transfer"] = "transfer"


table = Table("app", entity_attribute="_type")
cards = Entity(Card, table, partition_key=lambda c: key("PAYMENT", c.payment_id), sort_key=lambda _: "META")
payments = Entity[Card | Transfer](
    Card | Transfer,
    table,
    partition_key=lambda p: key("PAYMENT", p.payment_id),
    sort_key=lambda _: "META",
)


def assigned(payload: dict[str, Any]) -> dict[str, Any]:
    """Return what an update writes where nothing is stored, by attribute."""
    names, values = payload["ExpressionAttributeNames"], payload["ExpressionAttributeValues"]
    found: dict[str, Any] = {}
    for term in payload["UpdateExpression"].removeprefix("SET ").split(", #"):
        if "if_not_exists" in term:
            place, value = term.lstrip("#").split(" ")[0], term.rsplit(", ")[-1].rstrip(")")
            found[names[f"#{place}"]] = values[value]
    return found


def test_a_put_names_its_entity() -> None:
    assert cards.request(Put(Card("p1"))).payload["Item"]["_type"] == {"S": "Card"}
    assert payments.request(Put(Transfer("p1"))).payload["Item"]["_type"] == {"S": "Card | Transfer"}


def test_an_update_that_may_create_its_item_names_the_entity_too() -> None:
    payload = cards.request(Update({"payment_id": "p1"}, updates={"number": "1"})).payload
    assert assigned(payload) == {"_type": {"S": "Card"}, "payment_id": {"S": "p1"}}


def test_an_update_of_an_item_that_is_there_adds_nothing() -> None:
    payload = cards.request(Update({"payment_id": "p1"}, updates={"number": "1"}, condition=item_exists())).payload
    assert payload["UpdateExpression"] == "SET #0 = :0"


def test_an_update_that_may_create_an_item_of_a_union_says_which_class_it_is_of() -> None:
    payload = payments.request(Update({"payment_id": "p1", "kind": "transfer"}, updates={"iban": "NO1"})).payload
    assert assigned(payload)["kind"] == {"S": "transfer"}


def test_a_class_that_is_assigned_is_not_written_twice() -> None:
    update = Update({"payment_id": "p1", "kind": "card"}, updates={"kind": "transfer"})
    assert "kind" not in assigned(payments.request(update).payload)


def test_a_field_cannot_be_stored_where_the_name_is() -> None:
    @frozen
    class Named:
        PK: str
        SK: str
        _type: str = ""

    with pytest.raises(
        DefinitionError, match="field '_type' is stored as '_type', which is the table's entity_attribute"
    ):
        Entity(Named, table)
