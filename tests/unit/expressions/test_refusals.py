"""What is not a condition, a change or a value is refused with the way to write it."""

from __future__ import annotations

import json
import operator
from typing import Any

import pytest

from dynamo_document_builder import (
    Query,
    UsageError,
    add,
    and_,
    append,
    attr,
    begins_with,
    between,
    condition_from_text,
    contains,
    equals,
    exists,
    if_not_exists,
    increment,
    is_in,
    item_exists,
    not_,
    not_exists,
    or_,
    ref,
    remove,
    set_,
    size,
    type_is,
    updates_from_text,
)
from dynamo_document_builder.cli.values import parse_json_condition
from tests.unit.expressions.spelled import spelled, spelled_update
from tests.unit.things import pages

VIEWS, SCORE, TITLE = attr("views"), attr("score"), attr("title")
N5 = '{"N":"5"}'


def test_a_value_first_is_compared_with_attributes() -> None:
    found = is_in(5, VIEWS, SCORE)
    assert spelled(found) == f"{N5} IN (views, score)"
    assert found == condition_from_text(":v IN (#views, score)", names={"#views": "views"}, values={":v": 5})
    assert pages.where(lambda p: is_in(5, p.views, p.score)) == found  # type: ignore[arg-type]
    assert spelled({"views": is_in(5, ref("score"))}) == f"views IN ({N5}, score)"
    assert spelled({"views": is_in(ref("score"), 5)}) == f"views IN (score, {N5})"


@pytest.mark.parametrize("build", [lambda: is_in(VIEWS, 5), lambda: is_in(5, VIEWS)])
def test_an_attribute_among_the_values_of_a_mapping_is_a_ref(build: Any) -> None:
    with pytest.raises(UsageError, match=r"already names an attribute: pass .*, or write ref\(...\)"):
        spelled({"views": build()})


@pytest.mark.parametrize("wire_type", [ref("title"), TITLE, 5, None, ["S"], {"S": 1}])
def test_a_type_is_text(wire_type: Any) -> None:
    for build in (lambda: type_is(wire_type), lambda: type_is(TITLE, wire_type)):
        with pytest.raises(UsageError, match="type_is takes the type as text"):
            build()


@pytest.mark.parametrize("value", [5, ["S"], {"S": 1}, None])
def test_a_type_in_text_is_text(value: Any) -> None:
    found = condition_from_text("attribute_type(title, :t)", values={":t": value}, values_as="python")
    assert hash(found) == hash(found)
    with pytest.raises(UsageError, match="type_is takes one of"):
        spelled(found)


@pytest.mark.parametrize("build", [lambda: or_(1, 2), lambda: not_([1]), lambda: and_("a"), lambda: size(not_(1))])
def test_a_value_where_a_condition_is_meant_needs_equals(build: Any) -> None:
    with pytest.raises(UsageError, match=r"write equals\(...\) around a value"):
        build()


def test_size_of_several_conditions_is_refused() -> None:
    with pytest.raises(UsageError, match=r"as in not_\(size\(2\)\)"):
        size(not_(equals(2)))


def test_an_empty_filter_is_named() -> None:
    with pytest.raises(UsageError, match="filter="):
        Query({"page_id": "p1"}, filter={})


@pytest.mark.parametrize(
    "condition",
    [
        between(VIEWS, VIEWS, 5),
        between(VIEWS, 5, VIEWS),
        is_in(VIEWS, VIEWS, 5),
        is_in(VIEWS, 5, VIEWS),
        {"views": is_in(5, ref("views"))},
        {"views": between(1, ref("views"))},
        size(TITLE) == size(TITLE),
        size(TITLE) < size(TITLE),
        between(size(TITLE), 1, size(TITLE)),
        is_in(size(TITLE), 1, size(TITLE)),
        condition_from_text("score BETWEEN score AND :v", values={":v": 5}),
        condition_from_text("size(title) = size(title)"),
        not_(VIEWS == VIEWS),  # noqa: PLR0124  it is not Python that compares
    ],
)
def test_an_attribute_is_not_compared_with_itself(condition: Any) -> None:
    with pytest.raises(UsageError, match="is compared with itself, which DynamoDB refuses") as caught:
        spelled(condition)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (between(VIEWS, SCORE, SCORE), "views BETWEEN score AND score"),
        (is_in(VIEWS, SCORE, SCORE), "views IN (score, score)"),
        (size(TITLE) == VIEWS, "size(title) = views"),
        (equals(VIEWS, size(TITLE)), "views = size(title)"),
        (size(attr("words", 0)) == size(attr("words", 1)), "size(words[0]) = size(words[1])"),
    ],
)
def test_different_attributes_are_compared(condition: Any, text: str) -> None:
    assert spelled(condition) == text


@pytest.mark.parametrize(
    "condition",
    [contains(attr("tags"), attr("tags")), contains(TITLE, TITLE), begins_with(VIEWS, VIEWS)],
)
def test_a_function_of_one_attribute_twice_is_one_problem(condition: Any) -> None:
    with pytest.raises(UsageError, match="takes two different attributes") as caught:
        spelled(condition)
    assert len(caught.value.problems) == 1


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (ref("score", 3), r"ref\(\) with a default, and if_not_exists\(\), only in updates"),
        (if_not_exists(SCORE, 3), r"ref\(\) with a default, and if_not_exists\(\), only in updates"),
        (SCORE + 1, r"\+ and - only in updates"),
    ],
)
def test_what_is_for_updates_is_named_as_people_write_it(value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said) as caught:
        spelled({"views": value})
    assert "IfNotExists" not in str(caught.value)


@pytest.mark.parametrize("change", [add(1), set_(1), increment(1), append([1]), remove()])
def test_a_change_is_not_a_value(change: Any) -> None:
    for build in (
        lambda: spelled({"views": change}),
        lambda: equals(change),
        lambda: set_(VIEWS, change),
        lambda: spelled_update({"anything": [change]}),
    ):
        with pytest.raises(UsageError, match=r"a change is not a value: give it as updates="):
            build()
    with pytest.raises(UsageError, match=r"give a change as updates="):
        spelled([change])


@pytest.mark.parametrize("build", [lambda: spelled_update({"anything": [item_exists()]}), lambda: equals(exists())])
def test_a_condition_is_not_a_value(build: Any) -> None:
    with pytest.raises(UsageError, match="a condition is not a value"):
        build()


def test_a_condition_on_the_item_is_not_filed() -> None:
    with pytest.raises(UsageError, match="is about the whole item: pass it as a separate element"):
        spelled({"views": item_exists()})


@pytest.mark.parametrize("function", [remove, exists, not_exists])
def test_a_function_of_an_attribute_alone_says_both_forms(function: Any) -> None:
    with pytest.raises(UsageError, match=rf"{function.__name__}\(\) takes an attribute, .* or nothing in a mapping"):
        function("title")


@pytest.mark.parametrize("function", [add, set_, append, equals, begins_with, contains, between])
def test_the_first_of_several_arguments_is_an_attribute(function: Any) -> None:
    arguments = ("title", "x", "y") if function is between else ("title", "x")
    with pytest.raises(UsageError, match=rf"arguments of {function.__name__}\(\) is an attribute"):
        function(*arguments)


@pytest.mark.parametrize(
    ("build", "said"),
    [
        (lambda p: [if_not_exists(p.title, "x")], r"write set_\(u.title, if_not_exists\(u.title, ...\)\)"),
        (lambda p: [p.views + 1], r"an attribute is a value: write set_\(u.name, ...\)"),
        (lambda p: [exists(p.title)], "give it as condition="),
        (lambda _: [{"title": "x"}], "give one mapping as updates="),
        (lambda _: ["x"], "not str"),
    ],
)
def test_what_is_not_a_change_says_what_to_write(build: Any, said: str) -> None:
    with pytest.raises(UsageError, match=f"a change is made by a function such as set_, add or remove, .*{said}"):
        pages.changes(build)


@pytest.mark.parametrize("given", [{"views": 1}, "views", None, [], exists(), VIEWS])
def test_where_and_changes_take_functions(given: Any) -> None:
    for method in (pages.where, pages.changes):
        with pytest.raises(UsageError, match=f"{method.__name__} takes a function of the item, as in"):
            method(given)
    with pytest.raises(UsageError, match=r"pass a function to where\(\)"):
        spelled(lambda p: p.views > 1)


@pytest.mark.parametrize(
    "calculate",
    [
        *(operator.neg, operator.pos, abs, round, lambda x: round(x, 1), lambda x: x**2, lambda x: 2**x),
        *(lambda x: x % 2, lambda x: 7 % x, lambda x: 7 // x, lambda x: divmod(x, 2), lambda x: x @ 2),
        *(lambda x: x ^ 1, lambda x: x << 1, lambda x: 2 * x, lambda x: x / 2, lambda x: pow(x, 2, 3)),
    ],
)
def test_other_arithmetic_is_refused_in_words(calculate: Any) -> None:
    for operand in (VIEWS, size(TITLE), VIEWS + 1):
        with pytest.raises(TypeError, match="DynamoDB has no other arithmetic"):
            calculate(operand)


@pytest.mark.parametrize(("convert", "said"), [(len, r"write size\(...\) instead of len"), (int, "no value until")])
def test_an_attribute_has_no_length_and_no_number(convert: Any, said: str) -> None:
    with pytest.raises(TypeError, match=said):
        pages.where(lambda p: convert(p.words) > 1)


def nested(levels: int, inner: Any = 1, *, names: bool = False) -> Any:
    for _ in range(levels):
        inner = {"a": inner} if names else [inner]
    return inner


READERS = [
    lambda value, form: condition_from_text("anything = :v", values={":v": value}, values_as=form),
    lambda value, form: updates_from_text("SET anything = :v", values={":v": value}, values_as=form),
]


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("names", [False, True])
@pytest.mark.parametrize("levels", [32, 500, 50_000])
def test_json_that_is_too_deep_is_refused(read: Any, levels: int, names: bool) -> None:
    with pytest.raises(UsageError, match="nested deeper than 32 levels"):
        read(nested(levels, names=names), "json")
    read(nested(31, names=names), "json")


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({1: 1}, "names of members as str, found int"),
        ({"a": [{None: 1}]}, r"a\[0\]: expected the names of members as str, found NoneType"),
        (b"x", "found bytes"),
        ([{"x"}], r"\[0\]: expected a value in JSON, found set"),
        ({"a": object()}, "a: expected a value in JSON, found object"),
    ],
)
def test_what_is_not_json_is_refused(read: Any, value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=rf"values=\{{':v': ...\}} is not JSON: .*{said}"):
        read(value, "json")


def test_json_is_what_the_parser_returns() -> None:
    text = '{"a": [1, 2.5, "x", true, null, {"b": {}}]}'
    for read in READERS:
        assert read(json.loads(text), "json") == read(json.loads(text), "json")


def test_json_of_the_command_line_that_is_too_deep_is_refused() -> None:
    with pytest.raises(UsageError, match="the condition has a value that cannot be stored: it is nested deeper"):
        parse_json_condition(json.dumps({"anything": nested(500)}))
