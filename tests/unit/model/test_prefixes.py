"""What keys begin with when only some fields are known: found by running builders, and never guessed."""

# ruff: noqa: PLW0108, FLY002  how a builder is written is what is tested

from __future__ import annotations

import sys
from datetime import date
from enum import Enum
from functools import cache, cached_property, partial
from operator import attrgetter
from types import ModuleType
from typing import TYPE_CHECKING, Any, Literal

import pytest
from attrs import frozen

from dynamo_document_builder import Entity, Query, Table, index_key, key

if TYPE_CHECKING:
    from collections.abc import Callable

SEPARATOR = "#"


class Kind(Enum):
    ORDER = "ORDER"


@frozen
class Order:
    customer_id: str
    placed_on: date
    order_id: str
    number: int = 0
    status: str = "new"
    closed: str | None = None

    @property
    def place(self) -> str:
        return key("ORDER", self.placed_on, self.order_id)

    @property
    def state(self) -> str:
        return key("OPEN", self.order_id) if self.closed is None else key("CLOSED", self.closed, self.order_id)

    def key_of(self, kind: str) -> str:
        return key(kind, self.status, self.order_id)

    @classmethod
    def prefixed(cls, *parts: Any) -> str:
        return key("ORDER", *parts)


def prefix(build: str | Callable[[Any], Any], **given: Any) -> str | None:
    """Return what a query says that sort keys begin with, `None` if it says nothing, `=...` for a whole key."""
    orders = Entity(Order, Table("table-t"), partition_key=lambda o: key("CUSTOMER", o.customer_id), sort_key=build)
    payload = orders.request(Query({"customer_id": "c1", **given})).payload
    condition = payload["KeyConditionExpression"]
    values = payload["ExpressionAttributeValues"]
    if "begins_with" in condition:
        text: str = values[":1"]["S"]
        return text
    return None if " AND " not in condition else f"={values[':1']['S']}"


def by_place(order: Order) -> str:
    return key("ORDER", order.placed_on, order.order_id)


def by_state(order: Order) -> str:
    return key("OPEN", order.order_id) if order.closed is None else key("CLOSED", order.closed, order.order_id)


class Keys:
    """Holds builders in every way that a class can."""

    state = staticmethod(by_state)
    place = staticmethod(by_place)

    def __init__(self, kind: str = "ORDER") -> None:
        self.kind = kind

    def of_place(self, order: Order) -> str:
        return key(self.kind, order.placed_on, order.order_id)

    def of_state(self, order: Order) -> str:
        return by_state(order)

    @classmethod
    def of_class(cls, order: Order) -> str:
        return by_state(order)

    @cached_property
    def lazy(self) -> Callable[[Order], str]:
        return by_state


class Builder:
    def __init__(self, build: Callable[[Any], str]) -> None:
        self.build = build

    def __call__(self, order: Order) -> str:
        return self.build(order)


class Branching:
    def __call__(self, order: Order) -> str:
        return key("OPEN", order.order_id) if order.closed is None else key("CLOSED", order.closed)


class Wrapped:
    """Decides where it is made."""

    def __init__(self, order: Order) -> None:
        self.text = key("OPEN", order.order_id) if order.closed is None else key("CLOSED", order.closed)


keys = Keys()
branching = Branching()
through_partial = partial(by_state)
remembered = cache(by_state)
helpers = ModuleType("helpers")
helpers.by_state = by_state  # type: ignore[attr-defined]
helpers.by_place = by_place  # type: ignore[attr-defined]
helpers.Keys = Keys  # type: ignore[attr-defined]


def of_kind(kind: str, order: Order) -> str:
    return key(kind, order.placed_on, order.order_id)


@pytest.mark.parametrize(
    "build",
    [
        lambda o: key("ORDER", o.placed_on, o.order_id),
        lambda o: key(Kind.ORDER, o.placed_on, o.order_id),
        lambda o: index_key("ORDER", o.placed_on, o.order_id),
        lambda o: key(*("ORDER", o.placed_on), o.order_id),
        lambda o: o.place,
        lambda o: o.prefixed(o.placed_on, o.order_id),
        attrgetter("place"),
        by_place,
        lambda o: by_place(o),
        lambda o: helpers.by_place(o),
        lambda o: helpers.Keys.place(o),
        lambda o: keys.of_place(o),
        keys.of_place,
        partial(of_kind, "ORDER"),
        Builder(by_place),
        lambda o: f"ORDER#{o.order_id}",
        lambda o: "ORDER#" + o.order_id,
        lambda o: "ORDER#" + str(o.order_id),
        lambda o: f"ORDER#{o.placed_on}#{o.order_id}",
        lambda o: f"ORDER#{o.placed_on.isoformat()}#{o.order_id}",
        lambda o: key("ORDER", f"{o.number:06}"),
        lambda o: key("ORDER", f"{o.number:06d}", o.order_id),
        lambda o: key("ORDER", str(o.number)),
        lambda o: key("ORDER", o.order_id.upper()),
        "ORDER#{placed_on}#{order_id}",
        "ORDER#{number:06d}#{order_id}",
    ],
)
def test_a_builder_that_does_the_same_for_every_item_has_a_prefix(build: Any) -> None:
    assert prefix(build) == "ORDER#"


@pytest.mark.parametrize(
    "build",
    [
        by_state,
        lambda o: by_state(o),
        lambda o: "OPEN" if o.closed is None else key("CLOSED", o.closed),
        lambda o: o.state,
        attrgetter("state"),
        lambda o: key("OPEN", o.closed or "x"),
        lambda o: key(*["OPEN" if part is None else part for part in (o.closed, o.order_id)]),
        lambda o: helpers.by_state(o),
        lambda o: helpers.Keys.state(o),
        lambda o: Keys.state(o),
        lambda o: Keys.of_class(o),
        lambda o: keys.of_state(o),
        lambda o: keys.lazy(o),
        keys.of_state,
        Keys.of_class,
        lambda o: through_partial(o),
        through_partial,
        lambda o: remembered(o),
        remembered,
        lambda o: branching(o),
        branching,
        Builder(by_state),
        partial(Builder(by_state)),
        lambda o: Wrapped(o).text,
    ],
)
def test_a_builder_that_may_branch_has_none_however_it_is_reached(build: Any) -> None:
    assert prefix(build) is None


def test_what_is_bound_when_the_builder_is_made_is_looked_at_too() -> None:
    def built_with(build: Callable[[Order], str]) -> Callable[[Order], str]:
        return lambda o: build(o)

    assert prefix(built_with(by_place)) == "ORDER#"
    assert prefix(built_with(by_state)) is None


@pytest.mark.parametrize(
    "build",
    [
        lambda o: "#".join(["ORDER", o.order_id]),
        lambda o: key("ORDER", f"{o.number:>6}"),
        lambda o: key("ORDER", o.order_id.title()),
        lambda o: key("ORDER", o.order_id.strip()),
        lambda o: key("ORDER", o.number + 1),
        lambda o: key("ORDER", -o.number),
        lambda o: key("ORDER", o.order_id[:2]),
        lambda o: key("ORDER", min(o.number, 7)),
        lambda o: key("ORDER", len(o.order_id)),
        lambda o: {None: "OPEN"}.get(o.closed, "CLOSED"),
        lambda o: key("ORDER", o.order_id in ("a", "b")),
        lambda o: sys.intern(o.order_id),
        lambda o: o.key_of("ORDER").lower(),
        attrgetter("order_id"),
    ],
)
def test_a_field_that_is_looked_into_has_no_beginning(build: Any) -> None:
    assert prefix(build) is None


def test_each_leading_field_makes_the_prefix_longer() -> None:
    day = date(2026, 1, 5)
    assert prefix(lambda o: key("ORDER", o.placed_on, o.order_id), placed_on=day) == "ORDER#2026-01-05#"
    assert prefix(lambda o: o.key_of("S"), status="new") == "S#new#"


@pytest.mark.parametrize(
    ("template", "given", "begins"),
    [
        ("ORDER|{status}|{order_id}", {"status": "new"}, "ORDER|new|"),
        ("ORDER|{status}|{order_id}", {}, "ORDER|"),
        ("{status}:{order_id}", {"status": "new"}, "new:"),
        ("{status}:{order_id}", {}, None),
        ("{placed_on:%Y-%m}/{order_id}", {"placed_on": date(2026, 1, 5)}, "2026-01/"),
        ("N{number:04d}{order_id}", {"number": 7}, "N0007"),
        ("{order_id:lower}.{status}", {"order_id": "AbC"}, "abc."),
        ("{{ {status} }}{order_id}", {"status": "new"}, "{ new }"),
    ],
)
def test_a_prefix_ends_with_the_literal_after_the_last_field(
    template: str, given: dict[str, Any], begins: str | None
) -> None:
    assert prefix(template, **given) == begins


def test_all_fields_make_the_key() -> None:
    assert prefix(by_place, placed_on=date(2026, 1, 5), order_id="o1") == "=ORDER#2026-01-05#o1"


def test_a_builder_that_branches_makes_whole_keys_all_the_same() -> None:
    assert prefix(by_state, closed=None, order_id="o1") == "=OPEN#o1"
    assert prefix(by_state, closed="2026", order_id="o1") == "=CLOSED#2026#o1"


def test_a_key_that_begins_with_an_open_field_begins_with_nothing() -> None:
    assert prefix(lambda o: key(o.placed_on, o.order_id)) is None


def test_a_constant_is_the_key() -> None:
    assert prefix(lambda _: "META") == "=META"


@frozen
class Card:
    customer_id: str
    payment_id: str
    kind: Literal["card"] = "card"

    @property
    def own(self) -> str:
        return key("CARD", self.payment_id)


@frozen
class Transfer:
    customer_id: str
    payment_id: str
    kind: Literal["transfer"] = "transfer"

    @property
    def own(self) -> str:
        return key("TRANSFER", self.payment_id)


def payments(build: Callable[[Any], Any], **given: Any) -> dict[str, Any]:
    entity = Entity[Card | Transfer](
        Card | Transfer, Table("table-t"), partition_key=lambda p: key("CUSTOMER", p.customer_id), sort_key=build
    )
    values: dict[str, Any] = entity.request(Query({"customer_id": "c1", **given})).payload["ExpressionAttributeValues"]
    return values


def test_the_classes_of_a_union_have_a_prefix_if_it_is_the_same_for_all() -> None:
    assert payments(lambda p: key("PAYMENT", p.kind, p.payment_id))[":1"] == {"S": "PAYMENT#"}
    assert payments(lambda p: key("PAYMENT", p.kind, p.payment_id), kind="card")[":1"] == {"S": "PAYMENT#card#"}


def test_what_depends_on_the_class_has_a_prefix_where_the_class_is_given() -> None:
    assert ":1" not in payments(lambda p: p.own)
    assert payments(lambda p: p.own, kind="card")[":1"] == {"S": "CARD#"}
    assert payments(lambda p: p.own, kind="transfer")[":1"] == {"S": "TRANSFER#"}
