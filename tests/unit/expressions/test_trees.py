"""Conditions and changes are values: equal by what they say, hashable, and never ended by Python's recursion limit."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    Condition,
    Update,
    UsageError,
    add,
    add_to_set,
    and_,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    increment,
    is_in,
    not_,
    not_equals,
    or_,
    ref,
    remove_from_set,
    size,
)
from tests.evaluating import evaluate_condition
from tests.unit.expressions.spelled import KEY, spelled, spelled_update
from tests.unit.things import pages

if TYPE_CHECKING:
    from collections.abc import Callable

A, B, C = {"title": "a"}, {"title": "b"}, {"views": 1}
SA, SB, SC = 'title = {"S":"a"}', 'title = {"S":"b"}', 'views = {"N":"1"}'


@pytest.mark.parametrize(
    "build",
    [
        lambda: begins_with(attr("v"), attr("p")),
        lambda: begins_with("Ada", attr("p")),
        lambda: contains(attr("v"), attr("p")),
        lambda: contains(["a", {"b": 1}], attr("p")),
        lambda: between(attr("v"), attr("p"), [1]),
        lambda: is_in(attr("v"), attr("p"), {"a": [1]}),
        lambda: equals(attr("v"), ref("p")),
        lambda: size(attr("v")) == size(attr("p")),
        lambda: and_({"a": [1, {2}]}, or_({"b": {"c": None}}, not_(exists(attr("d"))))),
        lambda: {1: add(attr("p"))}[1],
        lambda: add_to_set({"a"}),
    ],
)
def test_two_trees_that_say_the_same_are_equal_and_have_one_hash(build: Callable[[], Any]) -> None:
    one, other = build(), build()
    assert (one == other) is True
    assert (one != other) is False
    assert hash(one) == hash(other)
    for copied in (pickle.loads(pickle.dumps(one)), copy.copy(one), copy.deepcopy(one)):  # noqa: S301
        assert copied == one
        assert hash(copied) == hash(one)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1, 1.0, True),
        (1, Decimal("1.00"), True),
        (0.1, Decimal("0.1"), True),
        (0.0, -0.0, True),
        (2**60, Decimal(2**60), True),
        (2**60, float(2**60), False),
        ([{"a": 0.1}], ({"a": Decimal("0.10")},), True),
        (b"x", bytearray(b"x"), True),
        (b"x", memoryview(b"x"), True),
        ({b"x"}, [b"x"], False),
        (1, True, False),
        (0, False, False),
        ([1], [True], False),
        ({"a": 1}, {"a": True}, False),
        ({1}, {True}, False),
        ("a", b"a", False),
        ([1], (1,), True),
        ({"a"}, frozenset({"a"}), True),
        (None, False, False),
        (Decimal("sNaN"), Decimal("sNaN"), True),
    ],
)
def test_values_are_compared_as_dynamodb_tells_them_apart(one: Any, other: Any, same: bool) -> None:
    assert (equals(one) == equals(other)) is same
    assert (hash(equals(one)) == hash(equals(other))) is same
    assert (or_(equals(one), A) == or_(equals(other), A)) is same


def test_a_condition_is_never_equal_to_another_kind() -> None:
    assert exists(attr("a")) != "exists"
    assert and_(A, B) != or_(A, B)
    assert not_(A) != A
    assert and_(A, B) != exists(attr("a"))


def nested(levels: int) -> Condition:
    """Return AND within OR within AND, down to as many levels."""
    built = exists(attr("title"))
    for level in range(levels):
        other = attr("views") == level
        built = (built & other) if level % 2 else (built | other)
    return built


def negated(levels: int) -> Condition:
    built = exists(attr("title"))
    for _ in range(levels):
        built = ~built
    return built


@pytest.mark.parametrize("tree", [nested(149), negated(299)])
def test_a_tree_as_deep_as_dynamodb_takes_it_is_a_value_like_any_other(tree: Condition) -> None:
    text = spelled(tree)
    assert text.count("(") == text.count(")") >= 148
    assert pickle.loads(pickle.dumps(tree)) == copy.deepcopy(tree) == tree  # noqa: S301
    assert hash(tree) == hash(copy.deepcopy(tree))
    assert repr(tree).count("(") >= 149
    assert isinstance(evaluate_condition(pages.__model__, tree, None).passed, bool)
    assert "title" in str(pages.where(lambda _: tree))


@pytest.mark.parametrize("tree", [nested(3000), negated(1200)])
def test_a_tree_that_is_too_deep_is_refused(tree: Condition) -> None:
    with pytest.raises(UsageError, match="DynamoDB allows"):
        spelled(tree)
    assert repr(tree)


def test_a_tree_that_repeats_itself_is_refused_before_it_is_walked_through() -> None:
    tree = exists(attr("title"))
    for _ in range(64):
        tree = ~tree | ~tree
    with pytest.raises(UsageError, match="DynamoDB allows 300 operators"):
        spelled(tree)


def in_itself(grow: Callable[[Any], Any], times: int) -> Any:
    value: Any = 1
    for _ in range(times):
        value = grow(value)
    return value


@pytest.mark.parametrize(
    "grow",
    [
        lambda value: ref("views", value),
        lambda value: attr("views") + value,
        lambda value: value + attr("views"),
        lambda value: attr("views") - value,
    ],
)
def test_functions_of_an_update_within_each_other_end_in_a_sentence(grow: Callable[[Any], Any]) -> None:
    with pytest.raises(UsageError, match="nests more than 215 functions"):
        in_itself(grow, 3000)


def test_defaults_within_defaults_are_sent_as_far_as_they_fit() -> None:
    deep = {"views": in_itself(lambda value: ref("score", value), 150)}
    assert spelled_update(deep).count("if_not_exists") == 150


def test_sums_within_sums_are_refused_by_name() -> None:
    with pytest.raises(UsageError, match="'views' is assigned more than one"):
        spelled_update({"views": in_itself(lambda value: attr("views") + value, 150)})


def test_lists_within_lists_end_in_a_sentence() -> None:
    condition: Any = A
    for _ in range(5000):
        condition = [condition]
    with pytest.raises(UsageError, match="nested too deep"):
        and_(condition)


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (or_([A, C]), f"{SA} OR {SC}"),
        (or_((A, C)), f"{SA} OR {SC}"),
        (or_([A, B, C]), f"{SA} OR {SB} OR {SC}"),
        (or_([A]), SA),
        (or_([[A, C], B]), f"({SA} AND {SC}) OR {SB}"),
        (or_([{**A, **C}, B]), f"({SA} AND {SC}) OR {SB}"),
        (or_([A, C], B), f"({SA} AND {SC}) OR {SB}"),
        (or_(C), SC),
        ({"title": or_([equals("a"), equals("b")])}, f"{SA} OR {SB}"),
        (and_([A, C]), f"{SA} AND {SC}"),
        (and_({**A, **C}), f"{SA} AND {SC}"),
        (not_([A, C]), f"NOT ({SA} AND {SC})"),
        (not_({**A, **C}), f"NOT ({SA} AND {SC})"),
        (not_(or_([A, C])), f"NOT ({SA} OR {SC})"),
    ],
)
def test_lists_and_mappings_mean_what_they_are_given_to(condition: Any, text: str) -> None:
    assert spelled(condition) == text


def test_or_of_one_mapping_with_several_entries_is_not_guessed() -> None:
    with pytest.raises(UsageError, match=r"or_\(\{\.\.\.\}, \{\.\.\.\}\) if one of them is enough"):
        or_({**A, **C})


@pytest.mark.parametrize("build", [lambda: or_([]), lambda: or_(()), lambda: or_([{}]), or_])
def test_or_of_nothing_is_refused(build: Any) -> None:
    with pytest.raises(UsageError):
        build()


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (not_(and_(or_(A, B), or_(C, B))), f"NOT (({SA} OR {SB}) AND ({SC} OR {SB}))"),
        (or_(and_(or_(A, B), C), A), f"(({SA} OR {SB}) AND {SC}) OR {SA}"),
        (and_(or_(and_(A, B), C), not_(not_(or_(A, B)))), f"(({SA} AND {SB}) OR {SC}) AND NOT (NOT ({SA} OR {SB}))"),
    ],
)
def test_a_tree_is_written_in_the_shape_it_has(condition: Any, text: str) -> None:
    assert spelled(condition) == text


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        ({"views": is_in([1, 2])}, 'views IN ({"N":"1"}, {"N":"2"})'),
        ({"views": is_in((1,))}, 'views IN ({"N":"1"})'),
        (is_in(attr("views"), {2, 1}), 'views IN ({"N":"1"}, {"N":"2"})'),
        ({"views": is_in([ref("counters.x"), 2])}, 'views IN (counters.x, {"N":"2"})'),
        ({"words": size(is_in([1, 2]))}, 'size(words) IN ({"N":"1"}, {"N":"2"})'),
        ({"words": is_in(["a", "b"])}, 'words IN ({"L":[{"S":"a"},{"S":"b"}]})'),
        ({"tags": is_in({"a", "b"})}, 'tags IN ({"SS":["a","b"]})'),
        ({"tags": is_in([{"a"}, {"b"}])}, 'tags IN ({"SS":["a"]}, {"SS":["b"]})'),
    ],
)
def test_choices_may_be_given_in_one_list(condition: Any, text: str) -> None:
    assert spelled(condition) == text


def test_a_list_of_choices_is_refused_where_it_may_be_the_value_itself() -> None:
    with pytest.raises(UsageError, match=r"'anything' may hold a list itself: write is_in\(\*values\)"):
        spelled({"anything": is_in([1, 2])})
    with pytest.raises(UsageError, match="1 to 100 values, not 101"):
        spelled({"views": is_in(list(range(101)))})


@pytest.mark.parametrize(
    ("build", "text"),
    [
        (lambda: between(1), r"between takes a low and a high value.*1 were given"),
        (lambda: between(attr("views"), 1, 2, 3), r"between takes .* 4 were given"),
        (lambda: attr(0), "a path begins with an attribute's name"),
        (lambda: pages.where(lambda p: p[0] == 1), "a path begins with an attribute's name"),
        (lambda: ref("a", 1, 2), "at most one default"),
        (lambda: ref(0), "an attribute is named by text"),
        (lambda: add_to_set([{}]), "a set holds text, numbers or bytes, not dict"),
        (lambda: add_to_set({"a": 1}), "a set holds text, numbers or bytes, not dict"),
        (lambda: remove_from_set([["a"], {}]), "not dict, list"),
        (lambda: add_to_set([1, True]), "Python treats them as one element"),
        (lambda: equals([attr("title")]), "is inside a list"),
        (lambda: equals(equals(1)), "a condition is not a value"),
        (lambda: pages.request(Update(KEY, updates={"views": equals(1)})), "'views' is assigned a condition"),
        (lambda: pages.request(Update(KEY, updates={"views": increment(ref("score"))})), r"write add\(...\) to add"),
        (lambda: equals({"a": (1, ref("title"))}), "is inside a tuple"),
        (lambda: not_equals({"a": {"b": [attr("title")]}}), "is inside a list"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(build: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        build()
