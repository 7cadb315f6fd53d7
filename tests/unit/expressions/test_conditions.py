"""Conditions: the mapping form and trees of functions; what they mean and what they refuse."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from dynamo_document_builder import (
    Condition,
    UsageError,
    and_,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    is_in,
    item_exists,
    item_not_exists,
    not_,
    not_equals,
    not_exists,
    or_,
    size,
    type_is,
)
from tests.unit.expressions.spelled import condition_of, spelled
from tests.unit.things import Address

A, B, C = {"title": "a"}, {"title": "b"}, {"views": 1}
SA, SB, SC = 'title = {"S":"a"}', 'title = {"S":"b"}', 'views = {"N":"1"}'


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (A, SA),
        ([A], SA),
        ([[A]], SA),
        ({**A, **C}, f"{SA} AND {SC}"),
        ([A, C], f"{SA} AND {SC}"),
        ([or_(A, B), C], f"({SA} OR {SB}) AND {SC}"),
        (or_([A, C], B), f"({SA} AND {SC}) OR {SB}"),
        (or_({**A, **C}, B), f"({SA} AND {SC}) OR {SB}"),
        ([or_(A, B), or_(C, B)], f"({SA} OR {SB}) AND ({SC} OR {SB})"),
        (and_(A, and_(B, C)), f"{SA} AND {SB} AND {SC}"),
        (or_(A, or_(B, C)), f"{SA} OR {SB} OR {SC}"),
        (or_(A), SA),
        (and_(or_(A)), SA),
        (not_(A), f"NOT ({SA})"),
        (not_(not_(A)), f"NOT (NOT ({SA}))"),
        (not_(or_(A, B)), f"NOT ({SA} OR {SB})"),
        ([not_(A), C], f"NOT ({SA}) AND {SC}"),
        (or_(not_([A, C]), B), f"NOT ({SA} AND {SC}) OR {SB}"),
        ({"title": or_(equals("a"), equals("b"))}, f"{SA} OR {SB}"),
        ({"title": or_(equals("a"), equals("b")), **C}, f"({SA} OR {SB}) AND {SC}"),
        ({"title": not_(equals("a"))}, f"NOT ({SA})"),
        ({"views": not_(between(1, 2))}, 'NOT (views BETWEEN {"N":"1"} AND {"N":"2"})'),
        (
            {"title": and_(begins_with("a"), not_(or_(equals("a"), exists())))},
            f'begins_with(title, {{"S":"a"}}) AND NOT ({SA} OR attribute_exists(title))',
        ),
    ],
)
def test_groups_are_enclosed_once_and_only_where_they_must_be(condition: Any, text: str) -> None:
    assert spelled(condition) == text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"address": {"type": "home", "city": "Oslo"}}, None),
        ({"extra": {"type": "home"}}, 'extra = {"M":{"type":{"S":"home"}}}'),
        ({"anything": {"type": "or", "operand": 1}}, 'anything = {"M":{"type":{"S":"or"},"operand":{"N":"1"}}}'),
        ({"address.type": "home"}, 'address.type = {"S":"home"}'),
    ],
)
def test_a_map_with_a_type_is_a_value_like_any_other(condition: Any, text: str | None) -> None:
    if text is None:
        with pytest.raises(UsageError, match="address: expected Address, found dict"):
            condition_of(condition)
    else:
        assert spelled(condition) == text


def test_a_nested_object_is_a_value() -> None:
    assert spelled({"address": Address("Oslo")}) == (
        'address = {"M":{"city":{"S":"Oslo"},"type":{"S":"home"},"lines":{"L":[]}}}'
    )


def test_a_list_is_a_value_under_a_name_and_a_conjunction_elsewhere() -> None:
    assert spelled({"words": ["a", "b"]}) == 'words = {"L":[{"S":"a"},{"S":"b"}]}'


def test_the_item_itself_is_asked_for_by_the_tables_key() -> None:
    assert condition_of(item_exists()) == {
        "ConditionExpression": "attribute_exists(#0)",
        "ExpressionAttributeNames": {"#0": "page_id"},
    }
    assert condition_of(or_(item_not_exists(), A)) == {
        "ConditionExpression": "attribute_not_exists(#0) OR #1 = :0",
        "ExpressionAttributeNames": {"#0": "page_id", "#1": "title"},
        "ExpressionAttributeValues": {":0": {"S": "a"}},
    }


@pytest.mark.parametrize("build", [and_, or_, lambda: and_([]), lambda: or_({}), lambda: not_({})])
def test_nothing_is_no_condition(build: Any) -> None:
    with pytest.raises(UsageError):
        build()


@pytest.mark.parametrize("condition", [{}, [], ()])
def test_an_empty_condition_is_refused_where_it_is_given(condition: Any) -> None:
    with pytest.raises(UsageError, match="leave out condition= or filter="):
        condition_of(condition)


@pytest.mark.parametrize("value", [True, "title = :x", 5, None, object(), {1, 2}])
def test_what_is_no_condition_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="a condition is a mapping"):
        and_(value)


@pytest.mark.parametrize("name", [5, None, ("a", "b"), 1.5, b"x"])
def test_a_mapping_names_attributes(name: Any) -> None:
    with pytest.raises(UsageError):
        condition_of({name: "x"})


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"views": "1"}, "views: expected int, found str"),
        ({"views": True}, "views: expected int, found bool"),
        ({"views": 1.5}, "views: expected int, found float"),
        ({"title": 1}, "title: expected str, found int"),
        ({"draft": 1}, "draft: expected bool, found int"),
        ({"draft": "x"}, "draft: expected bool, found str"),
        ({"words": "a"}, "words: expected list"),
        ({"words[0]": 1}, "expected str, found int"),
        ({"views": is_in(1, "2")}, "views: expected int, found str"),
        ({"views": between(1, "2")}, "views: expected int, found str"),
        ({"tags": contains(5)}, "expected str, found int"),
        ({"title": contains(5)}, "title: expected str, found int"),
        ({"words": contains(5)}, "expected str, found int"),
        ({"counters.x": "a"}, "expected int, found str"),
        ({"published": "2026-01-01"}, "published: expected"),
        ({"anything": object()}, "anything: expected a DynamoDB value, found object"),
        ({"anything": float("nan")}, "anything"),
        ({"anything": exists}, r"exists is a function; did you mean exists\(\)"),
        ({"title": greater_than}, r"did you mean greater_than\(\)"),
        ({"title": None}, r"compared with None.*not_exists"),
        ({"status": None}, r"compared with None.*not_exists"),
        ({"anything": object}, "anything"),
        ({"draft": greater_than(False)}, "has no order"),
        ({"words": greater_than(["a"])}, "has no order"),
        ({"views": begins_with("1")}, "cannot begin with"),
        ({"title": begins_with(5)}, "begins_with takes str or bytes"),
        ({"title": begins_with(b"x")}, "cannot begin with"),
        ({"views": contains(1)}, "contains takes text, bytes, a list or a set"),
        ({"views": is_in()}, "1 to 100 values, not 0"),
        ({"views": is_in(*range(101))}, "1 to 100 values, not 101"),
        ({"views": between(2, 1)}, "low end is above"),
        ({"title": type_is("STRING")}, "type_is takes one of"),
        ({"words": size("x")}, "compared with int, not str"),
        ({"words": size(True)}, "compared with int, not bool"),
        ({"views": equals(attr("views"))}, "compared with itself"),
        ({"views": equals(attr("title"))}, "stored as different types"),
        (exists(), "the attribute is missing: use its name as a key"),
        ([{"title": "a"}, equals(1)], "the attribute is missing"),
    ],
)
def test_a_condition_that_cannot_hold_is_refused(condition: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        condition_of(condition)


def test_none_is_a_value_where_null_is_stored() -> None:
    assert spelled({"nothing": None}) == 'nothing = {"NULL":true}'
    assert spelled({"anything": None}) == 'anything = {"NULL":true}'


def test_a_hundred_values_are_not_too_many() -> None:
    assert condition_of({"views": is_in(*range(100))})["ConditionExpression"].count(":") == 100


def test_a_long_expression_is_refused_with_its_size() -> None:
    path = attr("extra", *(f"n{level}" for level in range(30)))
    assert condition_of(or_(*(exists(path) for _ in range(28))))
    with pytest.raises(UsageError, match=r"ConditionExpression has .* bytes; DynamoDB allows 4096"):
        condition_of(or_(*(exists(path) for _ in range(40))))


def test_a_condition_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="and_"):
        bool(equals(1))
    with pytest.raises(TypeError):
        _ = exists() and not_exists()
    with pytest.raises(TypeError):
        _ = not exists()
    with pytest.raises(TypeError):
        _ = 1 < attr("views") < 5


def test_operators_combine_as_functions_do() -> None:
    views, title = attr("views"), attr("title")
    assert (views > 1) & (title == "a") == and_({"views": greater_than(1)}, A)
    assert ((views > 1) | (title == "a")) & exists(title) == and_(or_({"views": greater_than(1)}, A), exists(title))
    assert ~exists(title) == not_(exists(title))


@pytest.mark.parametrize("other", [True, None, "x", 5, {"title": "a"}])
def test_only_conditions_combine_with_operators(other: Any) -> None:
    with pytest.raises(TypeError):
        exists(attr("title")) & other
    with pytest.raises(TypeError):
        exists(attr("title")) | other


def test_conditions_are_values() -> None:
    condition = [or_(A, {"views": between(1, 2)}), {"tags": contains("x")}, not_(item_exists())]
    built = and_(*condition)
    assert built == and_(*condition)
    assert built != and_(*reversed(condition))
    assert hash(built) == hash(and_(*condition))
    for copied in (pickle.loads(pickle.dumps(built)), copy.copy(built), copy.deepcopy(built)):  # noqa: S301
        assert copied == built
        assert isinstance(copied, Condition)
    assert "Or(" in repr(built)


def test_comparisons_of_true_and_one_are_different_conditions() -> None:
    assert condition_of({"anything": 1}) != condition_of({"anything": True})
    assert condition_of([{"anything": 1}, {"anything": True}, {"anything": "1"}, {"anything": not_equals(1.0)}]) == {
        "ConditionExpression": "#0 = :0 AND #0 = :1 AND #0 = :2 AND #0 <> :0",
        "ExpressionAttributeNames": {"#0": "anything"},
        "ExpressionAttributeValues": {":0": {"N": "1"}, ":1": {"BOOL": True}, ":2": {"S": "1"}},
    }


def test_a_condition_under_a_name_that_names_another_is_refused() -> None:
    with pytest.raises(UsageError, match="already names an attribute"):
        condition_of({"title": exists(attr("views"))})


def test_changing_a_value_afterwards_changes_nothing() -> None:
    words = ["a"]
    condition = and_({"words": words})
    before = condition_of(condition)
    words.append("b")
    assert condition_of(condition) == before
