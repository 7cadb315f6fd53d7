"""Expressions in DynamoDB's own language, read into trees and written from them."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import (
    Condition,
    Delete,
    ExpressionSyntaxError,
    ExpressionText,
    Get,
    Scan,
    Update,
    UsageError,
    add,
    add_to_set,
    and_,
    append,
    attr,
    begins_with,
    between,
    condition_from_text,
    condition_to_text,
    contains,
    exists,
    if_not_exists,
    increment,
    is_in,
    item_exists,
    item_not_exists,
    key_condition_from_text,
    not_,
    not_exists,
    or_,
    prepend,
    projection_from_text,
    projection_to_text,
    ref,
    remove,
    remove_from_set,
    size,
    subtract,
    type_is,
    updates_from_text,
    updates_to_text,
)
from dynamo_document_builder.expressions.builders.condition_forms import as_condition
from dynamo_document_builder.expressions.builders.updates import as_changes
from dynamo_document_builder.expressions.tree.conditions import And
from tests.unit.things import users

NAMES = {"#a": "a", "#dot": "x.y"}
VALUES: dict[str, Any] = {
    ":one": 1,
    ":two": 2,
    ":text": "t",
    ":type": "S",
    ":set": {"q"},
    ":list": ["x"],
    ":zero": 0,
    ":blank": "",
}

CONDITIONS: list[tuple[str, Any]] = [
    ("a = :one", {"a": 1}),
    ("#a = :one", {"a": 1}),
    ("#dot.b[2].#a <> :one", attr("x.y", "b", 2, "a") != 1),
    ("a<:one", attr("a") < 1),
    ("a <= :one", attr("a") <= 1),
    ("a>b", attr("a") > attr("b")),
    ("a >= :one", attr("a") >= 1),
    (":one < a", attr("a") > 1),
    (":one >= a", attr("a") <= 1),
    (":one = a", attr("a") == 1),
    ("size(a) > :two", size(attr("a")) > 2),
    (":two > size(a)", size(attr("a")) < 2),
    ("a BETWEEN :one AND :two", {"a": between(1, 2)}),
    ("a between :one and b", {"a": between(1, ref("b"))}),
    ("a IN (:one, :two)", {"a": is_in(1, 2)}),
    ("begins_with(a, :text)", {"a": begins_with("t")}),
    ("contains(a, :text)", {"a": contains("t")}),
    ("contains(a, b)", {"a": contains(ref("b"))}),
    ("attribute_exists(a)", exists(attr("a"))),
    ("attribute_not_exists(a[0])", not_exists(attr("a", 0))),
    ("attribute_type(a, :type)", {"a": type_is("S")}),
    ("NOT a = :one", not_({"a": 1})),
    ("not(not a = :one)", not_(not_({"a": 1}))),
    ("a = :one AND b = :two OR c = :one", or_(and_({"a": 1}, {"b": 2}), {"c": 1})),
    ("a = :one OR b = :two AND c = :one", or_({"a": 1}, and_({"b": 2}, {"c": 1}))),
    ("NOT a = :one AND b = :two", and_(not_({"a": 1}), {"b": 2})),
    ("(a = :one OR b = :two) AND c = :one", and_(or_({"a": 1}, {"b": 2}), {"c": 1})),
    ("((a = :one))", {"a": 1}),
    ("contains = :one AND begins_with = :two", {"contains": 1, "begins_with": 2}),
    ("(a) > b", attr("a") > attr("b")),
    ("((a)) >= (:one)", attr("a") >= 1),
    ("begins_with(a, c)", {"a": begins_with(ref("c"))}),
    ("\n\ta = :one\n  AND b = :two ", {"a": 1, "b": 2}),
]


@pytest.mark.parametrize(("text", "condition"), CONDITIONS)
def test_a_condition_is_read_as_what_people_would_write(text: str, condition: Any) -> None:
    assert condition_from_text(text, names=NAMES, values=VALUES) == as_condition(condition)


def test_parentheses_that_somebody_wrote_stay() -> None:
    found = condition_from_text("(a = :one AND b = :one) AND c = :one", values=VALUES)
    assert isinstance(found, And)
    assert [type(part) for part in found.conditions] == [And, type(as_condition({"a": 1}))]
    assert condition_to_text(found).text == "(#0 = :0 AND #1 = :0) AND #2 = :0"


WRONG: list[tuple[str, int, str]] = [
    ("", 0, "expected a condition, found the end"),
    ("a = ", 4, "expected an attribute, a value or size(...), found the end"),
    ("a >= AND b = :one", 5, "expected an attribute, a value or size(...), found 'AND'"),
    ("a = 3", 4, "found '3'; values are placeholders, such as :value"),
    ('a = "x"', 4, "'\"' is not valid in an expression; values are placeholders, such as :value"),
    ("a = 'x'", 4, "values are placeholders"),
    ("a == :one", 3, "expected an attribute, a value or size(...), found '='"),
    ("a != :one", 2, "'!' is not valid in an expression"),
    ("foo(a)", 0, "expected one of attribute_exists, attribute_not_exists, attribute_type, begins_with, contains"),
    ("a = foo(b)", 4, "expected an attribute, a value or size(...), found 'foo'"),
    ("a IN :one", 5, "expected '(', found ':one'"),
    ("a IN (:one", 10, "expected ')', found the end"),
    ("(a = :one", 9, "expected ')', found the end"),
    ("a[x] = :one", 2, "expected the index of a list, from 0, found 'x'"),
    ("a[0 = :one", 4, "expected ']', found '='"),
    ("a. = :one", 3, "expected the name of an attribute, found '='"),
    ("a = :one b = :two", 9, "expected AND, OR or the end, found 'b'"),
    ("a = :one)", 8, "expected AND, OR or the end, found ')'"),
    ("a = #q", 4, "#q has no name: give names={'#q': ...}"),
    ("a = :q", 4, ":q has no value: give values={':q': ...}"),
    ("size(a)", 7, "expected a comparison (=, <>, <, <=, >, >=), BETWEEN or IN, found the end"),
    ("a BETWEEN :one OR :two", 15, "expected AND and the upper end, found 'OR'"),
    ("contains(a)", 10, "expected ',', found ')'"),
    ("and = :one", 0, "expected a condition, found 'and'"),
    ("NOT", 3, "expected a condition, found the end"),
    ("$", 0, "'$' is not valid in an expression"),
    ("_a = :one", 0, "'_' is not valid in an expression; a name that begins so needs a placeholder, such as #name"),
    ("a = true", 4, "'true' is a reserved word: write #true, with names={'#true': 'true'}"),
    ("a.Status = :one", 2, "'Status' is a reserved word: write #Status, with names={'#Status': 'Status'}"),
    ("size = :one", 0, "'size' is a reserved word"),
    ("(a) = (:one", 11, "expected ')', found the end"),
    ("size(size(a)) = :one", 5, "expected an attribute or a value, found 'size'"),
    ("begins_with(a, size(b)", 22, "expected ')', found the end"),
]


@pytest.mark.parametrize(("text", "position", "problem"), WRONG)
def test_what_cannot_be_read_is_shown_at_its_place(text: str, position: int, problem: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        condition_from_text(text, values=VALUES)
    error = caught.value
    assert (error.position, error.expression) == (position, text)
    assert problem in error.problem
    first, line, caret = str(error).split("\n")
    assert (first, line) == (error.problem, f"  {text}")
    assert caret == f"  {' ' * position}^"


def test_an_expression_is_text() -> None:
    given: Any
    for given in (None, 3, b"a = :one", {"a": 1}):
        for read in (condition_from_text, key_condition_from_text, updates_from_text, projection_from_text):
            with pytest.raises(UsageError, match="an expression is text, not"):
                read(given)


def test_the_place_is_shown_in_its_own_line() -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        condition_from_text("a = :one\n\tAND b ==\n:two", values=VALUES)
    assert str(caught.value).split("\n")[1:] == ["  \tAND b ==", "  \t       ^"]


def test_the_error_is_a_usage_error_that_copies_and_pickles() -> None:
    with pytest.raises(UsageError) as caught:
        condition_from_text("a = ")
    for again in (copy.copy(caught.value), pickle.loads(pickle.dumps(caught.value))):  # noqa: S301  our own
        assert isinstance(again, ExpressionSyntaxError)
        assert (str(again), again.position, again.problems) == (str(caught.value), 4, caught.value.problems)


@given(st.text(st.sampled_from("ab #:x()[]<>=.,0 \nANDORNOTINBETWEENsize"), max_size=30) | st.text())
def test_any_text_is_read_or_refused_at_a_place_in_it(text: str) -> None:
    for read in (condition_from_text, key_condition_from_text, updates_from_text):
        assert 0 <= place_of_error(read, text) <= len(text)


def place_of_error(read: Any, text: str) -> int:
    try:
        read(text, names={"#a": "a"}, values={":x": 1})
    except ExpressionSyntaxError as error:
        return error.position
    return 0


UPDATES: list[tuple[str, Any]] = [
    ("SET a = :one", {"a": 1}),
    ("SET a = b", {"a": ref("b")}),
    ("set a = a + :one, #dot = :text", [*as_changes({"a": add(1)}), *as_changes({attr("x.y"): "t"})]),
    ("SET a = a - :one", {"a": subtract(1)}),
    ("SET a = if_not_exists(a, :zero)", {"a": if_not_exists(0)}),
    ("SET a = if_not_exists(a, :zero) + :one", {"a": if_not_exists(0) + 1}),
    ("REMOVE a, b[0]", {"a": remove(), "b[0]": remove()}),
    ("ADD a :one", {"a": increment(1)}),
    ("ADD a :set", {"a": add_to_set({"q"})}),
    ("DELETE a :set", {"a": remove_from_set({"q"})}),
    ("REMOVE c SET a = :one", {"c": remove(), "a": 1}),
    ("SET remove = :one REMOVE a", {"remove": 1, "a": remove()}),
]


@pytest.mark.parametrize(("text", "updates"), UPDATES)
def test_an_update_is_read_as_what_people_would_write(text: str, updates: Any) -> None:
    assert updates_from_text(text, names=NAMES, values=VALUES) == as_changes(updates)


@pytest.mark.parametrize(
    ("text", "position", "problem"),
    [
        ("", 0, "expected one of SET, REMOVE, ADD, DELETE, found the end"),
        ("a = :one", 0, "expected one of SET, REMOVE, ADD, DELETE, found 'a'"),
        ("SET a = :one SET b = :one", 13, "expected one of REMOVE, ADD, DELETE, found 'SET'"),
        ("SET a", 5, "expected '=', found the end"),
        ("SET a = :one + :one + :one", 20, "expected one of REMOVE, ADD, DELETE, found '+'"),
        ("SET a = foo(:one)", 8, "expected an attribute, a value, if_not_exists(...) or list_append(...)"),
        ("SET a = if_not_exists(:one, :one)", 22, "expected an attribute as the first argument of if_not_exists"),
        ("SET a = (b + :one) + :two", 11, "expected ')', found '+'"),
        ("ADD a b", 6, "expected a value, such as :value, found 'b'"),
        ("DELETE a :one", 9, "DELETE removes elements from a set, so its value must be a set"),
        ("REMOVE", 6, "expected an attribute, found the end"),
    ],
)
def test_what_is_no_update_is_refused(text: str, position: int, problem: str) -> None:
    with pytest.raises(ExpressionSyntaxError) as caught:
        updates_from_text(text, values=VALUES)
    assert caught.value.position == position
    assert problem in caught.value.problem


def test_projections() -> None:
    found = projection_from_text("#a, b.c[0], #dot", names=NAMES)
    assert [repr(operand) for operand in found] == ["attr('a')", "attr('b.c[0]')", "attr('x.y')"]
    assert projection_to_text(found) == ExpressionText(
        "#0, #1.#2[0], #3", {"#0": "a", "#1": "b", "#2": "c", "#3": "x.y"}
    )
    wanted = projection_from_text("balance, #n", names={"#n": "name"})
    asked = users.request(Get({"user_id": "u1"}, projection=wanted)).payload
    assert asked == users.request(Get({"user_id": "u1"}, projection=["balance", "name"])).payload
    for text in ("", "a,", "a b", "a = :one", "a, a.b"):
        with pytest.raises(ExpressionSyntaxError):
            projection_from_text(text)


@pytest.mark.parametrize("given", ["name", b"name", 3, {"name": 1}, None, str])
def test_a_projection_is_a_list_wherever_one_is_taken(given: Any) -> None:
    with pytest.raises(UsageError, match="is a list of paths such as"):
        projection_to_text(given)
    for command in (Get, Scan):
        if given is not None:
            with pytest.raises(UsageError, match="is a list of paths such as"):
                command({"user_id": "u1"}, projection=given) if command is Get else command(projection=given)


def test_a_projection_reads_each_path_once() -> None:
    assert projection_to_text(["name", "tags[0]", "name"]).text == "#0, #1[0]"
    for wanted in (["a", "a.b"], ["a[0]", "a.b"], ["a[0].b", "a[0]"]):
        with pytest.raises(UsageError, match="are both read"):
            projection_to_text(wanted)
    with pytest.raises(UsageError, match="names nothing to read"):
        projection_to_text([])


def test_what_no_request_could_carry_is_not_written() -> None:
    with pytest.raises(UsageError, match="operators and functions"):
        condition_to_text(or_(*({"a": number} for number in range(151))))
    with pytest.raises(UsageError, match="at least one change"):
        updates_to_text({})
    with pytest.raises(UsageError, match=r"'a' and its part 'a\.b' are both changed"):
        updates_to_text({"a": 1, "a.b": 2})
    for updates in ({"a": ref("a") + "x"}, {"a": append("x")}, {"a": increment("x")}):  # type: ignore[dict-item]
        with pytest.raises(UsageError, match="not a value stored as S"):
            updates_to_text(updates)


def test_what_was_read_is_used_like_what_was_written() -> None:
    condition = condition_from_text("balance >= :n AND attribute_not_exists(email)", values={":n": {"N": "3"}})
    typed = users.where(lambda u: (u.balance >= 3) & not_exists(u.email))
    assert isinstance(condition, Condition)
    asked = users.request(Delete({"user_id": "u1"}, condition=condition)).payload
    assert asked == users.request(Delete({"user_id": "u1"}, condition=typed)).payload
    changes = updates_from_text("SET balance = balance - :n", values={":n": 3})
    update = users.request(Update({"user_id": "u1"}, updates=changes)).payload
    assert update == users.request(Update({"user_id": "u1"}, updates={"balance": subtract(3)})).payload
    with pytest.raises(UsageError, match="blance"):
        users.request(Delete({"user_id": "u1"}, condition=condition_from_text("blance = :n", values={":n": 3})))


def test_conditions_are_written_without_an_entity() -> None:
    found = condition_to_text([{"a.b[0]": 1, attr("x.y"): None}, item_not_exists()], partition_key="id")
    assert found == ExpressionText(
        "#0.#1[0] = :0 AND #2 = :1 AND attribute_not_exists(#3)",
        {"#0": "a", "#1": "b", "#2": "x.y", "#3": "id"},
        {":0": {"N": "1"}, ":1": {"NULL": True}},
    )
    assert condition_to_text(item_exists()) == ExpressionText("attribute_exists(#0)", {"#0": "PK"})
    with pytest.raises(UsageError, match="a DynamoDB value"):
        condition_to_text({"a": object()})
    with pytest.raises(UsageError, match="is_in takes"):
        condition_to_text({"a": is_in()})


def test_updates_are_written_without_an_entity() -> None:
    updates = {
        "a": None,
        "b": append(["x"]),
        "c": prepend(["x"]),
        "d": remove(),
        "e": increment(1),
        "f": add_to_set({1}),
    }
    assert updates_to_text(updates) == ExpressionText(
        "SET #0 = :0, #1 = list_append(if_not_exists(#1, :1), :2), #2 = list_append(:2, if_not_exists(#2, :1)) "
        "REMOVE #3 ADD #4 :3, #5 :4",
        {"#0": "a", "#1": "b", "#2": "c", "#3": "d", "#4": "e", "#5": "f"},
        {
            ":0": {"NULL": True},
            ":1": {"L": []},
            ":2": {"L": [{"S": "x"}]},
            ":3": {"N": "1"},
            ":4": {"NS": ["1"]},
        },
    )


@pytest.mark.parametrize(("text", "updates"), UPDATES)
def test_updates_that_were_read_are_written_the_same(text: str, updates: Any) -> None:
    once = read_again(updates_to_text(updates))
    twice = read_again(updates_to_text(once))
    assert twice == once
    assert {str(change.path) for change in once} == {str(change.path) for change in as_changes(updates)}


def read_again(written: ExpressionText) -> Any:
    return updates_from_text(written.text, names=written.names, values=written.values)
