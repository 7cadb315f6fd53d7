"""The types that the library stores by itself: to add one, write a kind for the type and list the kind here."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.datetimes import DateKind, DatetimeKind, TimeKind
from dynamo_document_builder.schema.kinds.scalars import (
    BoolKind,
    BytesKind,
    DecimalKind,
    FloatKind,
    IntKind,
    StrKind,
    UUIDKind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.schema.kinds.base import Kind

TYPE_TABLE: Final[Mapping[Any, Callable[[], Kind]]] = {
    str: StrKind,
    int: IntKind,
    float: FloatKind,
    Decimal: DecimalKind,
    bool: BoolKind,
    bytes: BytesKind,
    datetime: DatetimeKind,
    date: DateKind,
    time: TimeKind,
    UUID: UUIDKind,
    Any: AnyKind,
    object: AnyKind,
}
"""Types without parameters. `compound.py` finds the kind of unions, containers, enums and classes."""
