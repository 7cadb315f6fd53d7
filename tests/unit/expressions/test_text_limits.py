"""Texts as long and as deep as DynamoDB takes them, and longer."""

from __future__ import annotations

import pytest

from dynamo_document_builder import (
    Delete,
    ExpressionSyntaxError,
    condition_from_text,
    condition_to_text,
    key_condition_from_text,
    updates_from_text,
    updates_to_text,
)
from tests.unit.things import users

KEY = {"user_id": "u1"}


def test_299_nested_negations_are_read_and_sent() -> None:
    condition = condition_from_text("NOT " * 299 + "balance = :n", values={":n": 3})
    text = condition_to_text(condition)
    assert text.text.count("NOT") == 299
    assert condition_from_text(text.text, names=text.names, values=text.values) == condition
    assert users.request(Delete(KEY, condition=condition)).payload["ConditionExpression"].count("NOT") == 299


@pytest.mark.parametrize("word", ["AND", "OR"])
def test_150_nested_groups_are_read_and_written(word: str) -> None:
    other = {"AND": "OR", "OR": "AND"}
    text = "balance = :n"
    for level in range(149):
        text = f"attribute_exists(email) {word if level % 2 else other[word]} ({text})"
    condition = condition_from_text(text, values={":n": 3})
    again = condition_to_text(condition)
    assert condition_from_text(again.text, names=again.names, values=again.values) == condition


def test_parentheses_alone_are_as_deep_as_anybody_likes() -> None:
    deep = "(" * 2000 + "balance = :n" + ")" * 2000
    assert condition_from_text(deep, values={":n": 3}) == condition_from_text("balance = :n", values={":n": 3})
    operand = "(" * 2000 + "balance" + ")" * 2000 + " = :n"
    assert condition_from_text(operand, values={":n": 3}) == condition_from_text("balance = :n", values={":n": 3})
    assert updates_from_text(f"SET balance = {'(' * 2000}credit{')' * 2000}") == updates_from_text(
        "SET balance = credit"
    )


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("NOT " * 300 + "balance = :n", 1208),
        ("NOT " * 5000 + "balance = :n", 1200),
        (" AND ".join(["balance = :n"] * 151), 2558),
        (" OR ".join(["attribute_exists(balance)"] * 151), 4350),
    ],
)
def test_more_than_300_operators_are_refused_at_their_place(text: str, position: int) -> None:
    with pytest.raises(ExpressionSyntaxError, match="more than 300 operators and functions") as caught:
        condition_from_text(text, values={":n": 3})
    assert caught.value.position == position


def test_300_operators_are_read() -> None:
    condition_from_text("NOT " + " AND ".join(["balance = :n"] * 150), values={":n": 3})


def test_unclosed_and_unopened_parentheses_are_no_recursion() -> None:
    for text in ("(" * 50_000, "(" * 50_000 + "balance = :n", "balance = :n" + ")" * 50_000, "size(" * 50_000):
        with pytest.raises(ExpressionSyntaxError):
            condition_from_text(text, values={":n": 3})
        with pytest.raises(ExpressionSyntaxError):
            key_condition_from_text(text, values={":n": 3})
        with pytest.raises(ExpressionSyntaxError):
            updates_from_text(f"SET balance = {text}", values={":n": 3})


def test_functions_of_an_update_are_nested_deep() -> None:
    text = "SET balance = " + "if_not_exists(credit, " * 200 + ":n" + ")" * 200
    changes = updates_from_text(text, values={":n": 3})
    assert updates_to_text(changes).text.count("if_not_exists") == 200
    with pytest.raises(ExpressionSyntaxError, match="more than 300"):
        updates_from_text("SET balance = " + "if_not_exists(credit, " * 301 + ":n" + ")" * 301, values={":n": 3})


def test_the_number_of_an_element_may_have_any_number_of_digits_without_a_crash() -> None:
    with pytest.raises(ExpressionSyntaxError, match="too many digits"):
        condition_from_text(f"tags[{'9' * 5000}] = :n", values={":n": 3})
