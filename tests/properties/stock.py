"""
Two entities in one table, and the plainest thing that could keep their items: a dictionary, and `sorted`.

Keys are told here a second time, in other words than the entities' builders, so that neither can hide the other's slip.
Both kinds of items lie under the same partition keys, each between the keys of the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal  # noqa: TC003  the schemas' annotations are looked up
from typing import Any, TypeAlias

from attrs import field, fields, frozen

from dynamo_document_builder import Entity, Table, index_key, key

Attributes: TypeAlias = Mapping[str, Any]
"""A stored item as Python values; what is not stored is not in it."""
Key: TypeAlias = tuple[str, str]

TAG = "_type"


@frozen
class Order:
    customer: str
    region: str
    number: int
    status: str = "new"
    total: Decimal | None = None
    shelf: int | None = None
    email: str | None = None
    tags: frozenset[str] = frozenset()


@frozen
class Note:
    customer: str
    region: str
    number: int
    total: Decimal | None = None
    shelf: int | None = None


Item: TypeAlias = Order | Note
Kind: TypeAlias = type[Order] | type[Note]

TABLE: dict[str, Any] = {
    "entity_attribute": TAG,
    "global_secondary_indexes": {
        "by_email": {"partition_key": "GSI1PK", "sort_key": "GSI1SK"},
        "by_total": {"partition_key": "shelf", "sort_key": "total"},
        "by_region": {"partition_key": "GSI2PK", "sort_key": "GSI2SK"},
    },
    "local_secondary_indexes": {"by_status": {"sort_key": "LSI1SK"}, "by_size": {"sort_key": "total"}},
}
"""Of the indexes, one is sparse by a builder, two by a field, one is built of the key alone, and two sort numbers."""

KEY_TYPES = {"shelf": "N", "total": "N"}

SORT_KEYS: dict[str | None, tuple[str, str]] = {
    None: ("PK", "SK"),
    "by_email": ("GSI1PK", "GSI1SK"),
    "by_total": ("shelf", "total"),
    "by_region": ("GSI2PK", "GSI2SK"),
    "by_status": ("PK", "LSI1SK"),
    "by_size": ("PK", "total"),
}
"""The attributes of the table's key and of each index's."""


def orders_in(table: Table) -> Entity[Order]:
    return Entity(
        Order,
        table,
        partition_key=lambda o: key("C", o.customer),
        sort_key="O#{region}#{number:02d}",
        global_secondary_indexes={
            "by_email": {
                "partition_key": lambda o: index_key("E", o.email),
                "sort_key": lambda o: key(o.region, f"{o.number:02d}"),
            },
            "by_region": {
                "partition_key": "R#{region}",
                "sort_key": lambda o: f"{o.customer}#{o.number:02d}",
            },
        },
        local_secondary_indexes={"by_status": {"sort_key": lambda o: key("S", o.status, o.region)}},
    )


def notes_in(table: Table) -> Entity[Note]:
    return Entity(
        Note,
        table,
        partition_key=lambda n: key("C", n.customer),
        sort_key=lambda n: key("O", n.region, f"{n.number:02d}", "N"),
    )


def key_of(kind: Kind, given: Attributes) -> Key:
    end = "#N" if kind is Note else ""
    return f"C#{given['customer']}", f"O#{given['region']}#{given['number']:02}{end}"


def named(attributes: Attributes) -> dict[str, Any]:
    """Return the attributes of an item that has been given the key its fields stand for."""
    kind = Note if attributes[TAG] == "Note" else Order
    return dict(zip(("PK", "SK"), key_of(kind, attributes), strict=True)) | attributes


def by_status(given: Attributes) -> dict[str, Any]:
    return {"LSI1SK": f"S#{given.get('status', 'new')}#{given['region']}"}


def by_email(given: Attributes) -> dict[str, Any]:
    """Return the half that is missing where there is no email, and the half that is always there."""
    partition = {"GSI1PK": f"E#{given['email']}"} if "email" in given else {}
    return {**partition, "GSI1SK": f"{given['region']}#{given['number']:02}"}


def by_region(given: Attributes) -> dict[str, Any]:
    return {"GSI2PK": f"R#{given['region']}", "GSI2SK": f"{given['customer']}#{given['number']:02}"}


def as_stored(item: Item) -> dict[str, Any]:
    """Return what a put of an item stores."""
    given = {info.name: getattr(item, info.name) for info in fields(type(item))}
    attributes = named({TAG: type(item).__name__} | {n: v for n, v in given.items() if v is not None and v != set()})
    if isinstance(item, Order):
        attributes |= by_region(attributes) | by_status(attributes) | by_email(attributes)
    return attributes


def as_item(attributes: Attributes) -> Item:
    """Return what is read of stored attributes: defaults stand where nothing is stored."""
    kind = Note if attributes[TAG] == "Note" else Order
    return kind(**{info.name: attributes[info.name] for info in fields(kind) if info.name in attributes})


def place(value: Any) -> Any:
    """Return what sorts as DynamoDB does: text by its bytes in UTF-8, numbers by value."""
    return value.encode() if isinstance(value, str) else value


@frozen
class Stock:
    """All items there are."""

    items: dict[Key, Attributes] = field(factory=dict)

    def put(self, attributes: Attributes) -> None:
        self.items[attributes["PK"], attributes["SK"]] = attributes

    def drop(self, key: Key) -> None:
        self.items.pop(key, None)

    def found(self, index: str | None, keep: Callable[[Attributes], bool]) -> list[Attributes]:
        """Return the items in an index, in order; `None` is the table itself."""
        names = SORT_KEYS[index]
        held = [item for item in self.items.values() if item.keys() >= {*names} and keep(item)]
        return sorted(held, key=lambda item: place(item[names[1]]))
