"""
Type variables with which a type checker compares the type of an attribute with the type of a value.

With one plain variable for both, `set_(u.balance, "x")` would join `int` and `str` to `object` and pass. Functions
therefore have three overloads:

- two scalars of the same type;
- a scalar and anything else: returns `object`, which does not fit where a condition or change is expected;
- all other types.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TypeVar
from uuid import UUID

Scalar = TypeVar("Scalar", str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, Enum)
Other = TypeVar("Other", str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, Enum)
