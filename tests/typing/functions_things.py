"""An entity with a field of every kind that `contains` and `is_in` are about."""

from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

from attrs import field, frozen

from dynamo_document_builder import Entity, Table
from tests.typing.things import Address


class Kind(Enum):
    A = "a"
    B = "b"


@frozen
class Thing:
    id: str
    roles: set[str] = field(factory=set[str])
    kind: Kind = Kind.A
    kinds: frozenset[Kind] = frozenset()
    status: Literal["open", "shut"] = "open"
    nums: list[int] = field(factory=list[int])
    decs: tuple[Decimal, ...] = ()
    days: set[date] | None = None
    homes: list[Address] = field(factory=list[Address])
    n: int = 0
    d: Decimal | None = None
    blob: bytes = b""
    extra: dict[str, Any] = field(factory=dict[str, Any])
    name: str | None = None


things = Entity(Thing, Table("table-t"), partition_key="{id}")
