"""A `TypedDict` as the schema of an entity: whole items that are dictionaries."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal, NotRequired, TypedDict

import attrs
import pytest
import typing_extensions
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    Changeset,
    DefinitionError,
    DocumentBuilderError,
    Entity,
    Get,
    GlobalIndex,
    IndexKeys,
    ItemValidationError,
    Put,
    Query,
    Table,
    Update,
    UsageError,
    begins_with,
    key,
    stored,
)
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.registry import codec_of

WHEN = datetime(2026, 1, 2, tzinfo=UTC)
SECRET = "s3cret"


class Place(TypedDict):
    city: str
    street: NotRequired[str | None]


class Order(TypedDict):
    tenant: str
    order_id: str
    email: NotRequired[str]
    note: str | None
    place: NotRequired[Place]
    tags: set[str]
    extra: NotRequired[Annotated[str | None, stored(alias="x", null=True)]]
    made_at: Annotated[NotRequired[datetime], stored(created_at=True)]
    version: Annotated[int, stored(version=True)]


TABLE = Table("app", global_secondary_indexes={"by_email": GlobalIndex(partition_key="E")})
ORDERS = Entity(
    Order,
    TABLE,
    partition_key=lambda o: key("TENANT", o["tenant"]),
    sort_key=lambda o: key("ORDER", o["order_id"]),
    global_secondary_indexes={"by_email": IndexKeys(partition_key=lambda o: o.get("email"))},
)
ORDER: Order = {"tenant": "t", "order_id": "1", "note": None, "tags": set(), "version": 0}
KEY = {"tenant": "t", "order_id": "1"}


def payload(command: Any) -> Any:
    return ORDERS.request(command).payload


def test_what_is_none_or_missing_is_not_stored() -> None:
    item = payload(Put(ORDER))["Item"]
    assert item.keys() == {"PK", "SK", "tenant", "order_id", "made_at", "version"}
    more = payload(Put({**ORDER, "email": "a@b", "extra": None, "place": {"city": "Oslo", "street": None}}))["Item"]
    assert (more["x"], more["E"], more["email"]) == ({"NULL": True}, {"S": "a@b"}, {"S": "a@b"})
    assert more["place"] == {"M": {"city": {"S": "Oslo"}, "street": {"NULL": True}}}


def test_what_is_missing_is_missing_again() -> None:
    assert codec_of(Order).decode(b'{"tenant":{"S":"t"},"order_id":{"S":"1"},"version":{"N":"2"}}') == {
        **ORDER,
        "version": 2,
    }
    with pytest.raises(MisfitError, match="version: expected int, found nothing stored"):
        codec_of(Order).decode(b'{"tenant":{"S":"t"},"order_id":{"S":"1"}}')


@given(
    st.fixed_dictionaries(
        {
            "tenant": st.text(),
            "order_id": st.text(),
            "note": st.none() | st.text(),
            "tags": st.sets(st.text()),
            "version": st.integers(-(10**37), 10**37),
        },
        optional={
            "email": st.text(),
            "place": st.fixed_dictionaries({"city": st.text()}, optional={"street": st.none() | st.text()}),
            "extra": st.none() | st.text(),
            "made_at": st.datetimes(timezones=st.just(UTC)),
        },
    )
)
def test_every_dictionary_comes_back(item: Order) -> None:
    codec = codec_of(Order)
    for write, read in ((codec.encode, codec.decode), (codec.encode_trusted, codec.decode_trusted)):
        assert read(f"{{{write(item)}}}".encode()) == item


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"note": 5}, "note: expected str, found int"),
        ({"notes": "x"}, "notes: expected nothing, found a key the TypedDict does not have"),
        ({"place": {"city": 5}}, "place.city: expected str, found int"),
        ({"version": None}, "version: expected int, found None"),
    ],
)
def test_what_does_not_fit_is_told_and_nothing_else_of_the_item(changes: dict[str, Any], said: str) -> None:
    item: Any = {**ORDER, "email": SECRET, **changes}
    with pytest.raises(ItemValidationError) as refused:
        ORDERS.request(Put(item))
    assert str(refused.value) == f"Put Order tenant='t' order_id='1' was not sent: {said}"


@pytest.mark.parametrize("item", [5, [], type("Sub", (dict,), {})(ORDER), Order])
def test_what_is_no_plain_dictionary_is_refused(item: Any) -> None:
    with pytest.raises(DocumentBuilderError, match="Order"):
        ORDERS.request(Put(item))


def test_a_whole_item_is_a_key_and_no_more_than_that_is_shown_of_it() -> None:
    item: Order = {**ORDER, "email": SECRET}
    assert payload(Get(item))["Key"] == payload(Get(KEY))["Key"]
    with pytest.raises(UsageError) as refused:
        ORDERS.request(Update(item, updates={"nobody": 1}))
    assert "Update Order tenant='t' order_id='1' was" in str(refused.value)
    assert SECRET not in str(refused.value)


def test_an_update_with_an_item_depends_on_its_version() -> None:
    item: Order = {**ORDER, "version": 3}
    assert payload(Update(item, updates={"note": "x"}))["ExpressionAttributeValues"][":0"] in ({"S": "x"}, {"N": "3"})
    assert "ConditionExpression" in payload(Update(item, updates={"note": "x"}))
    assert "ConditionExpression" not in payload(Update(KEY, updates={"note": "x"}))


def test_created_at_is_set_where_it_is_missing_alone() -> None:
    assert payload(Put({**ORDER, "made_at": WHEN}))["Item"]["made_at"] == {"S": "2026-01-02T00:00:00.000000Z"}


def test_index_keys_follow_updates() -> None:
    assert "E" in payload(Update(KEY, updates={"email": "a@b"}))["ExpressionAttributeNames"].values()


def test_a_query_finds_prefixes_in_builders() -> None:
    values = payload(Query({"tenant": "t"}, sort_key_condition=begins_with({"order_id": "1"})))
    assert {"S": "ORDER#1"} in values["ExpressionAttributeValues"].values()
    assert "begins_with" in payload(Query({"tenant": "t"}))["KeyConditionExpression"]


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda o: o["email"], "the function of PK reads 'email', which the item does not have"),
        (lambda o: {"x": "y"}[o["order_id"]], "the function of PK raised KeyError"),
    ],
)
def test_a_builder_that_fails_is_told(build: Any, said: str) -> None:
    orders = Entity(Order, Table("app"), partition_key=build, sort_key=lambda _: "X")
    with pytest.raises(UsageError, match=said):
        orders.request(Put(ORDER))


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda o: o["email"], "built from field 'email', which key= does not give"),
        (lambda o: o.get("email"), "built from field 'email', which key= does not give"),
        (lambda o: "email" in o and "x", "built from field 'email', which key= does not give"),
        (lambda o: o["nobody"], "the function of PK raised KeyError"),
        (lambda o: "x" if "nobody" in o else "", "PK would be empty"),
        ("#".join, "the function of PK depends on more than the fields that it takes"),
        (lambda o: "#".join({**o}), "the function of PK depends on more than the fields that it takes"),
    ],
)
def test_a_builder_sees_what_a_key_gives(build: Any, said: str) -> None:
    orders = Entity(Order, Table("app"), partition_key=build, sort_key=lambda _: "X")
    with pytest.raises(UsageError, match=said):
        orders.request(Get({"order_id": "1"}))


def test_a_builder_that_takes_a_member_as_an_attribute_is_refused_where_it_is_defined() -> None:
    with pytest.raises(DefinitionError, match=r"takes 'order_id' as an attribute.* write \['order_id'\]"):
        Entity(Order, Table("app"), partition_key=lambda o: o.order_id, sort_key="X")  # type: ignore[attr-defined]


def test_a_builder_may_look_for_members() -> None:
    build = lambda o: "WITH" if "tenant" in o and isinstance(o, dict) else "WITHOUT"  # noqa: E731
    orders = Entity(Order, Table("app"), partition_key=build, sort_key=lambda _: "X")
    assert orders.request(Get({"tenant": "t"})).payload["Key"]["PK"] == {"S": "WITH"}
    assert orders.request(Put(ORDER)).payload["Item"]["PK"] == {"S": "WITH"}


class Direct(TypedDict):
    user_id: str
    rank: NotRequired[int]


def test_members_can_be_the_key_themselves() -> None:
    table = Table(
        "table-t",
        partition_key="user_id",
        sort_key=None,
        global_secondary_indexes={"ranks": GlobalIndex(partition_key="rank")},
    )
    users = Entity(Direct, table)
    assert users.request(Put({"user_id": "u"})).payload["Item"] == {"user_id": {"S": "u"}}
    assert users.request(Get({"user_id": "u"})).payload["Key"] == {"user_id": {"S": "u"}}
    assert users.request(Query(index={"ranks": {"rank": 3}})).payload["IndexName"] == "ranks"
    with pytest.raises(DefinitionError, match="field 'rank' is part of the key, so it must be required"):
        Entity(Direct, Table("table-t", partition_key="rank", sort_key=None))


def test_a_typed_dict_of_either_module_will_do() -> None:
    made = typing_extensions.TypedDict("made", {"user_id": str, "a b": typing_extensions.NotRequired[int]})
    assert codec_of(made).decode(b'{"user_id":{"S":"u"},"a b":{"N":"1"}}') == {"user_id": "u", "a b": 1}


def test_a_part_of_any_item_can_be_a_dictionary() -> None:
    class Part(TypedDict):
        note: str | None

    assert "#0" in payload(Get(KEY, projection=Part))["ProjectionExpression"]


class Device(TypedDict):
    device_id: str
    owner: str | None
    room: NotRequired[str]


def test_without_a_version_every_member_guards_a_staged_edit() -> None:
    table = Table("app")
    devices = Entity(Device, table, partition_key=lambda d: d["device_id"], sort_key=lambda _: "META")
    lamp: Device = {"device_id": "d1", "owner": "Ann", "room": "hall"}
    staged = Changeset().edit(devices, lamp, {"device_id": "d1", "owner": None})
    [operation] = table.request(staged.command()).payload["TransactItems"]
    update = operation["Update"]
    assert set(update["ExpressionAttributeNames"].values()) == {"PK", "device_id", "owner", "room"}
    assert update["UpdateExpression"].startswith("REMOVE ")
    assert {"S": "hall"} in update["ExpressionAttributeValues"].values()


def test_unions_and_a_version_that_may_be_missing_are_refused() -> None:
    @attrs.frozen
    class Card:
        kind: Literal["card"] = "card"

    class Versioned(TypedDict):
        version: NotRequired[Annotated[int, stored(version=True)]]

    with pytest.raises(DefinitionError, match=r"Order in Card \| Order is a TypedDict.* define an entity for each"):
        codec_of(Card | Order)
    with pytest.raises(DefinitionError, match="version=True needs a required key"):
        codec_of(Versioned)
