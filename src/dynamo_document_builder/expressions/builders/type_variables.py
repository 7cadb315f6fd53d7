"""
Type variables that let a type checker compare an attribute's type with a value's.

With one plain variable for both, `set_(u.balance, "x")` would join `int` and `str` to `object` and pass. So a function
has three forms: scalars of one type; a scalar and anything else, which returns a bare `object` and so fits nowhere an
expression is wanted; and all other types.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import TypeVar
from uuid import UUID

Scalar = TypeVar("Scalar", str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, Enum)
Other = TypeVar("Other", str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, Enum)
