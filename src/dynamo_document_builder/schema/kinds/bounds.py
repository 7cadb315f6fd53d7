"""Bounds of comparisons: a value with more precision than the stored form is rounded down or up."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.type_guards import type_name

if TYPE_CHECKING:
    from collections.abc import Callable

EQUALITIES: Final = frozenset({"=", "<>"})
FROM_BELOW: Final = frozenset({"<=", ">"})
"""
Operators for which a bound `x` is rounded down to a value that can be stored; the comparison means the same.

For `<` and `>=`, the bound is rounded up.
"""

Rounded: TypeAlias = "Callable[[Any, bool], Any]"
"""The type of `FieldCodec.rounded`."""


def rounded_bound(value: Any, operator: str, expected: str, rounded: Rounded) -> Any:
    """Return a bound that can be stored, rounded down or up; raises `MisfitError` if no rounding keeps the meaning."""
    try:
        below = rounded(value, False)  # noqa: FBT003  the parameter has no fixed name
        if below == value:
            return value
        if operator not in EQUALITIES:
            return below if operator in FROM_BELOW else _above(value, expected, rounded)
    except MisfitError:
        raise
    except Exception as error:
        found = f"{type_name(value)}, which its codec cannot round: {type(error).__name__}"
        raise MisfitError([FieldFailure("", expected, found)]) from error
    raise too_precise(expected)


def _above(value: Any, expected: str, rounded: Rounded) -> Any:
    try:
        return rounded(value, True)  # noqa: FBT003  as above
    except OverflowError as error:
        found = f"{type_name(value)} beyond the stored range: compare with less_than_or_equal or greater_than"
        raise MisfitError([FieldFailure("", expected, found)]) from error


def too_precise(expected: str) -> MisfitError:
    """Return the error for a value with more precision than any stored value."""
    return MisfitError(
        [
            FieldFailure(
                "",
                f"{expected}, with the stored precision",
                "a more precise one, which no stored value equals: round it, or compare by order",
            )
        ]
    )


def check_bound_meaning(value: Any, back: Any, operator: str, expected: str) -> None:
    """Raise `MisfitError` if a codec changes a bound so that the comparison has another meaning."""
    try:
        if back == value or (operator in FROM_BELOW and back < value) or (operator in {"<", ">="} and back > value):
            return
    except Exception:  # noqa: BLE001, S110  values of a user's class may raise anything when they are compared
        pass
    found = f"{type_name(value)}, which its codec changes: compare with a value that the codec does not change"
    raise MisfitError([FieldFailure("", expected, found)])
