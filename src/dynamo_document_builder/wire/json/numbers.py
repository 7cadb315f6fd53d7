"""
Numbers as DynamoDB stores them: 38 significant digits, from 1E-130 to 9.99E+125. Equal numbers give equal text.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
"""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DIGITS: Final = 38
PLAIN_INT: Final = 10**MAX_DIGITS
_LARGEST, _SMALLEST = 125, -130
_PLAIN_ABOVE, _PLAIN_BELOW = -7, 40
_LARGEST_BITS: Final = 1024


class UnstorableError(ValueError):
    """A value of the right type that DynamoDB cannot store. The text gives the reason, and never shows the value."""


def number_text(value: float | Decimal) -> str:
    """
    Return the canonical text of a number: no trailing zeros, no `-0`, an exponent only if it is much shorter.

    Raises `UnstorableError` for a number that DynamoDB cannot store, and `TypeError` for other types, also for `bool`.
    """
    write = _WRITERS.get(type(value))
    if write is None:
        raise TypeError(f"{type(value).__name__} is not a number")
    return write(value)


def int_text(value: int) -> str:
    """Return the canonical text of an `int`."""
    if -PLAIN_INT < value < PLAIN_INT:
        return str(value)
    if value.bit_length() > _LARGEST_BITS:  # over 1E308: str() would take quadratic time, or raise
        raise UnstorableError(f"is beyond {_LARGEST + 1} digits; DynamoDB stores less than 1E+126")
    return _canonical(Decimal(value))


def float_text(value: float) -> str:
    """Return the canonical text of a `float`."""
    text = repr(value)
    if "e" in text or "n" in text:  # an exponent, nan or inf
        return _canonical(Decimal(text))
    if text.endswith(".0"):
        return "0" if value == 0 else text[:-2]
    return text


def decimal_text(value: Decimal) -> str:
    """Return the canonical text of a `Decimal`."""
    text = str(value)
    if len(text) <= MAX_DIGITS and text[-1] != "0" and text.replace(".", "", 1).lstrip("-").isdecimal():
        return text
    return _canonical(value)


_WRITERS: Final[dict[type, Callable[[Any], str]]] = {int: int_text, float: float_text, Decimal: decimal_text}


def _canonical(value: Decimal) -> str:
    if not value.is_finite():
        raise UnstorableError("is not finite; DynamoDB stores finite numbers only")
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits)).lstrip("0")
    stripped = text.rstrip("0")
    exponent += len(text) - len(stripped)
    if not stripped:
        return "0"
    _check(len(stripped), exponent + len(stripped) - 1)
    return ("-" if sign else "") + _placed(stripped, exponent)


def _check(digits: int, magnitude: int) -> None:
    if digits > MAX_DIGITS:
        raise UnstorableError(f"has {digits} significant digits; DynamoDB stores {MAX_DIGITS}")
    if not _SMALLEST <= magnitude <= _LARGEST:
        raise UnstorableError(f"has a magnitude of 1E{magnitude}; DynamoDB stores 1E{_SMALLEST} to 9.99E+{_LARGEST}")


def _placed(digits: str, exponent: int) -> str:
    magnitude = exponent + len(digits) - 1
    if exponent >= 0:
        return digits + "0" * exponent if magnitude < _PLAIN_BELOW else f"{digits}E{exponent}"
    if magnitude < _PLAIN_ABOVE:
        return f"{digits}E{exponent}"
    if magnitude < 0:
        return "0." + "0" * (-magnitude - 1) + digits
    return f"{digits[: magnitude + 1]}.{digits[magnitude + 1 :]}"


def read_int(text: str) -> int:
    """Read a whole number, in any form that DynamoDB may return."""
    try:
        return int(text)
    except ValueError:
        number = Decimal(text)
        if number.adjusted() > _LARGEST or number != (whole := int(number)):
            raise ValueError("is not a whole number") from None
        return whole


def parse_number(text: str) -> Decimal | None:
    """Return the number in a text that a caller gives, `None` if DynamoDB would not take the text as a number."""
    if not text.isascii() or "_" in text or text != text.strip():
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def read_decimal(text: str) -> Decimal:
    """Read a number as `Decimal`; raises `ValueError` for infinity and NaN."""
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError("is not a finite number")
    return number


def read_float(text: str) -> float:
    """Read a number as `float`; raises `ValueError` for infinity and NaN."""
    number = float(text)
    if number - number != 0:  # nan and both infinities
        raise ValueError("is not a finite number")
    return number


def read_number(text: str) -> int | Decimal:
    """Read a number without a declared type: a whole number as `int`, any other as `Decimal`."""
    number = read_decimal(text)
    if number.adjusted() > _LARGEST:
        raise ValueError("is beyond what DynamoDB stores")
    return int(number) if number == number.to_integral_value() else number
