"""Both sides of a condition: attributes, sizes and values, wherever DynamoDB takes them."""

from __future__ import annotations

from typing import Any

import pytest

from dynamo_document_builder import (
    UsageError,
    attr,
    begins_with,
    between,
    contains,
    equals,
    greater_than,
    is_in,
    less_than,
    ref,
    size,
)
from dynamo_document_builder.commands.delete import Delete
from dynamo_document_builder.expressions.tree.leaves import Between, Comparison, IsIn, TypeIs
from dynamo_document_builder.expressions.tree.paths import Path, SizeOf, Value
from tests.evaluating import evaluate_condition
from tests.unit.expressions.spelled import KEY, spelled
from tests.unit.things import pages

ITEM: dict[str, Any] = {
    "page_id": {"S": "p1"},
    "title": {"S": "Oslo"},
    "views": {"N": "40"},
    "words": {"L": [{"S": "x"}]},
    "anything": {"S": "Os"},
}
VIEWS, TITLE = Path(("views",)), Path(("title",))

SIDES = [
    (begins_with(attr("title"), attr("anything")), "begins_with(title, anything)", True),
    ({"title": begins_with(ref("anything"))}, "begins_with(title, anything)", True),
    (begins_with("Oslo by", attr("title")), 'begins_with({"S":"Oslo by"}, title)', True),
    (contains(attr("title"), attr("anything")), "contains(title, anything)", True),
    (contains(["Oslo", "Bergen"], attr("title")), 'contains({"L":[{"S":"Oslo"},{"S":"Bergen"}]}, title)', True),
    (contains({"b", "a"}, ref("title")), 'contains({"SS":["a","b"]}, title)', False),
    (contains("to Oslo", attr("title")), 'contains({"S":"to Oslo"}, title)', True),
    (equals(40, attr("views")), '{"N":"40"} = views', True),
    (less_than(40, ref("views")), '{"N":"40"} < views', False),
    (between(30, attr("score"), ref("views")), '{"N":"30"} BETWEEN score AND views', False),
    (between(attr("views"), 1, attr("score")), 'views BETWEEN {"N":"1"} AND score', False),
    (Between(Value(30), VIEWS, 50), '{"N":"30"} BETWEEN views AND {"N":"50"}', False),
    (is_in(attr("views"), attr("score"), 40), 'views IN (score, {"N":"40"})', True),
    (IsIn(Value(40), (VIEWS, 3)), '{"N":"40"} IN (views, {"N":"3"})', True),
    (Comparison(SizeOf(Value("abcd")), "=", SizeOf(TITLE)), 'size({"S":"abcd"}) = size(title)', True),
    (Comparison(SizeOf(Value([1])), ">=", 1), 'size({"L":[{"N":"1"}]}) >= {"N":"1"}', True),
    (Comparison(Value(1), "=", Value(1)), '{"N":"1"} = {"N":"1"}', True),
    (TypeIs(Value("x"), "N"), 'attribute_type({"S":"x"}, {"S":"N"})', False),
    (greater_than(size(attr("title")), size(attr("words"))), "size(title) > size(words)", True),
]


@pytest.mark.parametrize(("condition", "text", "passes"), SIDES)
def test_every_side_may_be_an_attribute_or_a_value(condition: Any, text: str, passes: bool) -> None:
    assert spelled(condition) == text
    assert evaluate_condition(pages.__model__, condition, ITEM).passed is passes


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (begins_with("Bergen", attr("title")), "'Bergen' begins with title: title is 'Oslo'"),
        (contains(["x"], attr("title")), "['x'] contains title: title is 'Oslo'"),
        (equals(5, attr("views")), "5 is views: views is 40"),
        (between(5, attr("views"), attr("score")), "5 is between views and score: views is 40, score is None"),
        (Comparison(SizeOf(Value("ab")), ">", VIEWS), "2 > views: views is 40"),
        (TypeIs(Value("x"), "N"), "'x' is stored as N"),
    ],
)
def test_a_clause_with_a_value_first_explains_itself(condition: Any, said: str) -> None:
    [clause] = evaluate_condition(pages.__model__, condition, ITEM).failed
    assert clause.explain() == said
    assert clause.of_value


def test_a_value_first_is_said_in_words() -> None:
    command = Delete(
        KEY, condition=[begins_with("Oslo by", attr("title")), Comparison(SizeOf(Value("ab")), "<", VIEWS)]
    )
    said = str(pages.explain(command))
    assert "'Oslo by' begins with title and the size of 'ab' < views" in said


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (begins_with(attr("views"), attr("title")), "'views' is int: it cannot begin with text"),
        (begins_with(attr("title"), attr("views")), "'views' is int: it cannot begin with text"),
        (begins_with(attr("title"), attr("body")), "stored as different types"),
        (begins_with(attr("title"), attr("title")), "two different attributes"),
        (begins_with(attr("title"), size(attr("words"))), "begins_with takes an attribute"),
        (begins_with(5, attr("title")), "begins_with takes str or bytes, not int"),
        (begins_with("x", attr("body")), "'body' is bytes: it cannot begin with str"),
        (contains(attr("title"), attr("title")), "two different attributes"),
        (contains(attr("title"), attr("views")), "stored as different types"),
        (contains(attr("tags"), attr("views")), "stored as different types"),
        (contains(5, attr("views")), "not into int"),
        (contains([5], attr("title")), "title: expected str, found int"),
        (equals("40", attr("views")), "views: expected int, found str"),
        (less_than(True, attr("views")), "views: expected int, found bool"),
        (Comparison(SizeOf(Value(5)), "=", 1), "size takes text, bytes, a set, a list or a map, not int"),
        (Comparison(SizeOf(Value("a")), "=", "a"), "compared with int, not str"),
        (Comparison(Value([1]), "<", Value([2])), "which has no order"),
        ({"words": size(attr("title"))}, "stored as different types"),
        ({"anything": greater_than([1])}, "stored as L, which has no order"),
        ({"anything": between(1, "a")}, "two of one type"),
        (between(attr("anything"), True, True), "stored as BOOL, which has no order"),
    ],
)
def test_sides_that_dynamodb_would_not_compare_are_refused(condition: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        spelled(condition)
