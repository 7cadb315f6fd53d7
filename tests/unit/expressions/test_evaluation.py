"""Each clause of a condition says what it asked and what it found; the failed ones are those to blame."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from dynamo_document_builder import (
    FailedClause,
    ItemValidationError,
    UsageError,
    and_,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    greater_than_or_equal,
    is_in,
    item_exists,
    item_not_exists,
    less_than,
    not_,
    not_equals,
    not_exists,
    or_,
    ref,
    size,
    type_is,
)
from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.expressions.tree.entity_names import EntityNameIn
from tests.evaluating import evaluate_condition
from tests.unit.things import Address, Page, pages

if TYPE_CHECKING:
    from dynamo_document_builder.errors.clauses import Clause

PAGE = Page(
    "p1",
    title="Oslo",
    views=40,
    price=Decimal("1.50"),
    draft=True,
    body=b"abc",
    tags=frozenset({"b", "a"}),
    words=["x", "y"],
    address=Address("Bergen"),
    counters={"a.b": 1},
    anything="free",
    published=datetime(2024, 5, 1, tzinfo=UTC),
    first="Ada",
)
WIRE: dict[str, Any] = {
    "page_id": {"S": "p1"},
    "title": {"S": "Oslo"},
    "views": {"N": "40"},
    "price": {"N": "1.5"},
    "draft": {"BOOL": True},
    "body": {"B": "YWJj"},
    "tags": {"SS": ["a", "b"]},
    "words": {"L": [{"S": "x"}, {"S": "y"}]},
    "address": {"M": {"city": {"S": "Bergen"}, "type": {"S": "home"}}},
    "counters": {"M": {"a.b": {"N": "1"}}},
    "anything": {"S": "free"},
    "published": {"S": "2024-05-01T00:00:00.000000Z"},
    "first-name": {"S": "Ada"},
}


def clause(condition: Any, item: Any = WIRE) -> Clause:
    [only] = evaluate_condition(pages.__model__, condition, item).clauses
    return only


def test_the_item_of_these_tests_is_a_page() -> None:
    assert pages.__model__.decode(pages.__model__.encode(PAGE).text.encode()) == PAGE


@pytest.mark.parametrize(
    ("condition", "text", "said"),
    [
        ({"views": 41}, "views: equals", "views is 41: views is 40"),
        ({"title": not_equals("Oslo")}, "title: not_equals", "title is not 'Oslo': title is 'Oslo'"),
        ({"views": less_than(40)}, "views: less_than", "views < 40: views is 40"),
        ({"views": greater_than(40)}, "views: greater_than", "views > 40: views is 40"),
        (attr("views") <= 39, "views: less_than_or_equal", "views <= 39: views is 40"),
        ({"price": greater_than_or_equal(Decimal(2))}, "price: greater_than_or_equal", "price >= 2: price is 1.5"),
        ({"views": between(1, 5)}, "views: between", "views is between 1 and 5: views is 40"),
        ({"title": is_in("a", "b")}, "title: is_in", "title is one of 'a', 'b': title is 'Oslo'"),
        ({"title": begins_with("B")}, "title: begins_with", "title begins with 'B': title is 'Oslo'"),
        ({"body": begins_with(b"b")}, "body: begins_with", "body begins with b'b': body is b'abc'"),
        ({"tags": contains("c")}, "tags: contains", "tags contains 'c': tags is {'a', 'b'}"),
        ({"title": exists()}, "title: exists", "title exists: title is 'Oslo'"),
        ({"title": not_exists()}, "title: not_exists", "title does not exist: title is 'Oslo'"),
        ({"address": type_is("S")}, "address: type_is", "address is stored as S: address is stored as M"),
        ({"tags": size(3)}, "size(tags): equals", "the size of tags is 3: the size of tags is 2"),
        ({"address.city": "Oslo"}, "address.city: equals", "address.city is 'Oslo': address.city is 'Bergen'"),
        ({"words[1]": "x"}, "words[1]: equals", "words[1] is 'x': words[1] is 'y'"),
        ({"first": "Eve"}, "first: equals", "first is 'Eve': first is 'Ada'"),
        (
            {"views": less_than(ref("anything"))},
            "views: less_than",
            "views < anything: views is 40, anything is 'free'",
        ),
        ({"status": "new"}, "status: equals, nothing stored", "status is 'new': status is not stored"),
        ({"status": exists()}, "status: exists", "status exists: status is not stored"),
        (
            {"status": size(greater_than(1))},
            "size(status): greater_than, nothing stored",
            "the size of status > 1: status is not stored",
        ),
        (not_({"views": 40}), "views: not_(equals)", "not (views is 40): views is 40"),
        (item_not_exists(), "item_not_exists", "there is no such item yet: there is one"),
        (not_(item_exists()), "not_(item_exists)", "not (there is such an item): there is one"),
    ],
)
def test_a_clause_names_what_it_is_about_and_explains_itself(condition: Any, text: str, said: str) -> None:
    found = clause(condition)
    assert str(found) == text
    assert found.explain() == said


def test_a_failed_clause_holds_what_was_expected_and_what_is_there() -> None:
    found = clause({"published": less_than(datetime(2024, 1, 1, tzinfo=UTC))})
    assert isinstance(found, FailedClause)
    assert (found.path, found.operator, found.missing, found.negated, found.of_size) == (
        "published",
        "less_than",
        False,
        False,
        False,
    )
    assert found.expected == datetime(2024, 1, 1, tzinfo=UTC)
    assert found.actual == datetime(2024, 5, 1, tzinfo=UTC)
    assert (found.values, found.others) == ((found.expected,), (None,))


@pytest.mark.parametrize(
    ("condition", "expected", "actual"),
    [
        ({"views": between(1, 2)}, (1, 2), 40),
        ({"title": is_in("a")}, ("a",), "Oslo"),
        ({"title": not_exists()}, None, "Oslo"),
        ({"status": "new"}, "new", None),
        ({"address": Address("Oslo")}, Address("Oslo"), Address("Bergen")),
        ({"tags": size(5)}, 5, 2),
        ({"anything": size(5)}, 5, 4),
        ({"views": ref("score")}, None, 40),
        ({"address": type_is("L")}, "L", "M"),
        (item_not_exists(), None, None),
    ],
)
def test_values_are_those_of_the_field(condition: Any, expected: Any, actual: Any) -> None:
    found = clause(condition)
    assert (found.expected, found.actual) == (expected, actual)


def test_a_stored_value_of_another_type_is_found_as_it_is() -> None:
    found = clause({"views": 40}, {**WIRE, "views": {"S": "40"}})
    assert (found.passed, found.actual, found.missing) == (False, "40", False)
    unsized = clause({"anything": size(2)}, {"anything": {"N": "40"}})
    assert (unsized.passed, unsized.actual, unsized.missing) == (False, None, False)


def test_an_attribute_of_the_key_is_no_field() -> None:
    assert clause({"page_id": "p2"}).actual == "p1"


def test_other_attributes_are_named_and_their_values_kept() -> None:
    found = clause({"title": is_in("a", ref("first"), ref("status"))})
    assert found.others == (None, "first", "status")
    assert found.values == ("a", "Ada", None)
    assert found.explain() == "title is one of 'a', first, status: title is 'Oslo', first is 'Ada', status is None"


def test_without_an_item_everything_is_missing() -> None:
    found = evaluate_condition(
        pages.__model__, and_({"views": 40, "title": not_equals("x")}, item_exists(), {"page_id": exists()}), None
    )
    assert [str(each) for each in found.failed] == [
        "views: equals, nothing stored",
        "item_exists",
        "page_id: exists",
    ]
    assert [each.passed for each in found.clauses] == [False, True, False, False]


FALSE, TRUE = {"views": 1}, {"title": "Oslo"}


@pytest.mark.parametrize(
    ("condition", "blamed"),
    [
        (and_(TRUE, TRUE), []),
        (and_(TRUE, FALSE, {"draft": False}), ["views: equals", "draft: equals"]),
        (or_(TRUE, FALSE), []),
        (or_(FALSE, {"draft": False}), ["views: equals", "draft: equals"]),
        (not_(FALSE), []),
        (not_(TRUE), ["title: not_(equals)"]),
        (not_(not_(FALSE)), ["views: equals"]),
        (not_(or_(FALSE, TRUE)), ["title: not_(equals)"]),
        (not_(and_(TRUE, {"draft": True})), ["title: not_(equals)", "draft: not_(equals)"]),
        (not_(and_(TRUE, FALSE)), []),
        (and_(or_(FALSE, TRUE), not_({"views": 40})), ["views: not_(equals)"]),
        (or_(and_(TRUE, FALSE), {"views": equals(2)}), ["views: equals", "views: equals"]),
    ],
)
def test_the_clauses_to_blame_are_those_that_made_it_false(condition: Any, blamed: list[str]) -> None:
    found = evaluate_condition(pages.__model__, condition, WIRE)
    assert [str(each) for each in found.failed] == blamed
    assert found.passed is (not blamed)
    assert all(not each.passed for each in found.failed)


@pytest.mark.parametrize(
    ("condition", "error", "text"),
    [
        ({"vews": 1}, UsageError, "did you mean 'views'"),
        ({"views": "1"}, ItemValidationError, "views: expected int, found str"),
        ({}, UsageError, "an empty condition"),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(condition: Any, error: type[UsageError], text: str) -> None:
    with pytest.raises(error, match=text):
        evaluate_condition(pages.__model__, condition, WIRE)


@pytest.mark.parametrize(
    ("names", "item", "passed", "text"),
    [
        (("Page",), {"_type": {"S": "Page"}}, True, "_type is 'Page': _type is 'Page'"),
        (("Page",), {"_type": {"S": "User"}}, False, "_type is 'Page': _type is 'User'"),
        (("Page", "User"), {"_type": {"S": "User"}}, True, "_type is one of 'Page', 'User': _type is 'User'"),
        (("Page", "User"), {"_type": {"N": "7"}}, False, "_type is one of 'Page', 'User': _type is 7"),
        (("Page",), {}, False, "_type is 'Page': _type is not stored"),
        (("Page",), None, False, "_type is 'Page': _type is not stored"),
    ],
)
def test_the_tag_of_an_entity_is_evaluated(names: tuple[str, ...], item: Any, passed: bool, text: str) -> None:
    found = evaluate_condition(pages.__model__, EntityNameIn("_type", names), item)
    assert (found.passed, [clause.explain() for clause in found.clauses]) == (passed, [text])
    assert evaluate_condition(pages.__model__, ~EntityNameIn("_type", names), item).passed is not passed


class Unheard(Condition):
    """A condition that DynamoDB does not have."""

    def with_this(self, path: Any) -> Condition:
        return self

    def render(self, out: Any) -> str:
        return ""


def test_what_is_no_condition_of_dynamodb_is_not_evaluated() -> None:
    with pytest.raises(TypeError, match="Unheard"):
        evaluate_condition(pages.__model__, Unheard(), WIRE)


@pytest.mark.parametrize("copied", [lambda e: pickle.loads(pickle.dumps(e)), copy.copy, copy.deepcopy])  # noqa: S301
def test_a_clause_is_a_value(copied: Any) -> None:
    found = clause({"views": ref("score")})
    assert copied(found) == found == clause({"views": ref("score")})
    assert found != clause({"views": ref("anything")})
    assert repr(found).startswith("FailedClause(path='views', operator='equals', ")
    assert "40" not in repr(found)
