"""What the tests of keys are about: a class with a field of every type that a key can be made of."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, Literal
from uuid import UUID

from attrs import asdict, frozen

from dynamo_document_builder.model.keys.templates.template import KeyTemplate
from dynamo_document_builder.schema.items.registry import codec_of


class State(Enum):
    OPEN = "open"
    OPEN_LATE = "open late"
    PAID = "paid"


class Grade(Enum):
    ONE = 1
    TEN = 10


REF = UUID(int=1)


@frozen
class Thing:
    a: str = "x"
    b: str = "y"
    n: int = 7
    day: date = date(2026, 1, 5)
    at: datetime = datetime(2026, 1, 5, 6, 7, 8, 9, UTC)
    ref: UUID = REF
    cost: Decimal = Decimal("1.50")
    state: State = State.OPEN
    grade: Grade = Grade.TEN
    kind: Literal["p", "q"] = "p"
    e: str | None = None
    flag: bool = False
    ratio: float = 0.5
    raw: bytes = b"x"


CODEC = codec_of(Thing)


def template(text: str, *, sparse: bool = False) -> KeyTemplate:
    return KeyTemplate.of(text, CODEC.fields, sparse=sparse)


def values(**more: Any) -> dict[str, Any]:
    """Return the fields of a thing."""
    return asdict(Thing()) | more
