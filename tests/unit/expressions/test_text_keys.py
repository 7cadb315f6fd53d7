"""Key conditions in DynamoDB's language: the rules that DynamoDB has for them."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    ExpressionSyntaxError,
    attr,
    begins_with,
    between,
    condition_to_text,
    key_condition_from_text,
)
from dynamo_document_builder.expressions.builders.condition_forms import as_condition

NAMES = {"#a": "a"}
VALUES: dict[str, Any] = {":one": 1, ":two": 2, ":text": "t", ":set": {"q"}, ":blank": ""}

KEYS: list[tuple[str, Any]] = [
    ("PK = :text", {"PK": "t"}),
    ("PK = :text AND SK > :one", [{"PK": "t"}, attr("SK") > 1]),
    ("(PK = :text) AND (SK BETWEEN :one AND :two)", {"PK": "t", "SK": between(1, 2)}),
    ("begins_with(SK, :text) AND #a = :one", [begins_with(attr("SK"), "t"), attr("a") == 1]),
]


@pytest.mark.parametrize(("text", "condition"), KEYS)
def test_key_conditions(text: str, condition: Any) -> None:
    assert key_condition_from_text(text, names=NAMES, values=VALUES) == as_condition(condition)


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("SK > :one", 0, "must compare a partition key with ="),
        ("PK = :one OR SK = :one", 10, "expected AND or the end, found 'OR'"),
        ("NOT PK = :one", 0, "in which NOT is not allowed"),
        ("PK <> :one", 3, "expected a comparison (=, <, <=, >, >=) or BETWEEN, found '<>'"),
        ("PK IN (:one)", 3, "expected a comparison"),
        ("contains(PK, :one)", 0, "expected one of begins_with"),
        ("PK = SK", 0, "can only compare top-level attributes with values"),
        ("PK = :one AND a.b = :one", 0, "can only compare top-level attributes with values"),
        ("PK = :one AND SK BETWEEN :one AND a", 0, "can only compare top-level attributes with values"),
        ("PK = :one AND size(a) = :one", 0, "can only compare top-level attributes with values"),
        ("PK = :one AND PK = :one", 0, "compares 'PK' 2 times"),
        ("PK = :one AND SK > :one AND SK < :two", 0, "compares 'SK' 2 times"),
        (
            "PK = :one AND SK = :one AND a = :two",
            0,
            "this one compares 3 attributes: give partition_key= and sort_key=",
        ),
        ("PK = :blank", 0, "'PK' is compared with an empty str, which no key attribute can be"),
        ("PK = :set", 0, "'PK' is compared with set, and keys are text, numbers or bytes"),
        ("PK = :one AND begins_with(SK, :one)", 0, "begins_with(SK, ...) takes text or bytes, not int"),
    ],
)
def test_what_is_no_key_condition_is_refused(text: str, position: int, problem: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        key_condition_from_text(text, values=VALUES)
    assert caught.value.position == position
    assert problem in caught.value.problem


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = :one AND b = :one", None),
        ("a = :one AND b = :one AND c = :one", None),
        ("a = :one AND b = :one AND c = :one AND d > :one", None),
        ("d > :one AND b = :one AND a = :one AND c = :one", None),
        ("a = :one AND b > :one", "must compare 'b' with ="),
        ("a = :one AND c = :one", "must compare 'b' with ="),
        ("a = :one AND b = :one AND d = :one", "must compare c, d from left to right"),
        ("a = :one AND b = :one AND c > :one AND d = :one", "of c, d, only the last compared attribute"),
        ("a = :one AND b = :one AND e = :one", "'e' is not an attribute of the key: a, b, c, d"),
    ],
)
def test_a_key_of_several_attributes(text: str, problem: str | None) -> None:
    options: Any = {"values": VALUES, "partition_key": ["a", "b"], "sort_key": ("c", "d")}
    if problem is None:
        assert condition_to_text(key_condition_from_text(text, **options)).text.count("AND") == text.count("AND")
    else:
        with pytest.raises(ExpressionSyntaxError, match=problem):
            key_condition_from_text(text, **options)
