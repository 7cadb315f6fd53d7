"""Conditions with any operand on either side, and as large as DynamoDB takes them."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dynamo_document_builder import Delete, Put, UsageError, attr
from dynamo_document_builder.expressions.evaluation.stored_values import comparable
from dynamo_document_builder.expressions.rendering.limits import operators_in
from dynamo_document_builder.expressions.tree.identity import identity
from dynamo_document_builder.wire.json.untyped import untyped_text
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.evaluating import evaluate_condition
from tests.properties.meaning import MISSING, Item, Tree, found, operators, true, written
from tests.properties.test_expressions import (
    KEY,
    OF_TYPE,
    OFFLINE,
    SIGNS,
    SIZED,
    bits,
    bushes,
    check_placeholders,
    counts,
    is_met,
    items,
    of_field,
    thing,
    things,  # noqa: F401  a fixture
    trees,
    words,
)
from tests.unit.expressions.spelled import is_enclosed_twice

if TYPE_CHECKING:
    from dynamo_document_builder import Entity
    from tests.engines import Engine
    from tests.properties.test_expressions import Thing

TEXTS = [("word",), ("text",), ("inner", "word"), ("texts", 0)]
MAX_OPERATORS = 300


@st.composite
def sides(draw: st.DrawFn) -> Tree:
    """Draw a condition with an attribute where a value would be, or the other way round."""
    wire = draw(st.sampled_from("SNB"))
    fixed = [path for path in OF_TYPE[wire] if path != ("anything",)]
    one, other = draw(st.sampled_from(fixed)), draw(st.sampled_from(fixed))
    text, part = draw(st.permutations(TEXTS))[:2]
    sized, beside = draw(st.permutations(SIZED))[:2]
    return draw(
        st.one_of(
            st.tuples(st.just("value first"), of_field(one, wire), SIGNS, st.just(one)),
            st.tuples(st.just("value between"), of_field(one, wire), st.just(one), st.just(other)),
            st.tuples(st.just("value begins"), words, st.just(text)),
            st.just(("path begins", text, part)),
            st.tuples(st.just("value contains"), st.lists(words, max_size=3), st.just(text)),
            st.tuples(st.just("value contains"), st.frozensets(bits, min_size=1), st.just(text)),
            st.tuples(st.just("value contains"), st.frozensets(counts, min_size=1), st.just(("count",))),
            st.just(("path contains", ("tags",), part)),
            st.just(("path contains", ("numbers",), ("count",))),
            st.just(("path contains", ("texts",), ("word",))),
            st.tuples(st.just("sizes"), st.just(sized), SIGNS, st.just(beside)),
        )
    )


mixed = st.recursive(
    sides() | trees,
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("and", *parts)),
        st.lists(inner, min_size=2, max_size=3).map(lambda parts: ("or", *parts)),
    ),
    max_leaves=6,
)


def is_unsized(tree: Tree, item: Item | None) -> bool:
    return tree[0] == "sizes" and MISSING in (found(item, tree[1]), found(item, tree[3]))


@ONE_ENGINE
@examples(40)
@given(item=items, some=st.lists(sides(), min_size=1, max_size=5))
def test_any_side_means_what_it_says(
    things: Entity[Thing],  # noqa: F811  the fixture
    engine: Engine,
    item: Item,
    some: list[Tree],
) -> None:
    assume(engine.has("equal_to_missing") and engine.has("size_of_missing"))
    things.send(Put(thing(item)))
    for tree in some:
        if not is_unsized(tree, item):
            assert is_met(things, written(tree)) == true(tree, item), tree


@examples(70)
@given(item=st.none() | items, tree=mixed)
def test_any_side_is_evaluated_as_it_is(item: Item | None, tree: Tree) -> None:
    stored_item = None if item is None else OFFLINE.request(Put(thing(item))).payload["Item"]
    assert evaluate_condition(OFFLINE.__model__, written(tree), stored_item).passed == true(tree, item)


def rendered(condition: Any) -> str:
    text: str = OFFLINE.request(Delete(KEY, condition=condition)).payload["ConditionExpression"]
    return text


@examples(70)
@given(tree=mixed | bushes() | bushes(4, "or"))
def test_no_more_operators_are_sent_than_a_tree_has(tree: Tree) -> None:
    payload = OFFLINE.request(Delete(KEY, condition=written(tree))).payload
    text = payload["ConditionExpression"]
    assert operators_in("ConditionExpression", text) == operators(tree)
    assert not is_enclosed_twice(text)
    check_placeholders(payload)


@st.composite
def trees_of(draw: st.DrawFn, count: int) -> Tree:
    """Draw a tree of exactly so many operators."""
    tree: Tree = ("compare", ("flag",), "=", True)
    while (left := count - operators(tree)) > 0:
        more = draw(bushes(2) | bushes(2, "or")) if left > 30 else ("exists", ("count",), True)
        if left == 1 or draw(st.integers(0, 9)) == 0:
            tree = ("not", tree)
        elif operators(more) + 1 <= left:
            tree = (draw(st.sampled_from(["and", "or"])), *draw(st.permutations([tree, more])))
    return tree


@examples(15)
@given(st.data())
def test_exactly_three_hundred_operators_are_sent(data: st.DataObject) -> None:
    tree = data.draw(trees_of(MAX_OPERATORS))
    try:
        text = rendered(written(tree))
    except UsageError as error:
        assert "bytes; DynamoDB allows 4096" in str(error)  # noqa: PT017  few are so long
        assert "operators" not in str(error)  # noqa: PT017  as above
    else:
        assert operators_in("ConditionExpression", text) == MAX_OPERATORS


@examples(15)
@given(st.data())
def test_one_operator_more_is_refused(data: st.DataObject) -> None:
    tree = data.draw(trees_of(MAX_OPERATORS + 1))
    with pytest.raises(UsageError, match="has 301 operators and functions; DynamoDB allows 300"):
        rendered(written(tree))


@ONE_ENGINE
@examples(15)
@given(flag=st.booleans(), data=st.data())
def test_an_engine_takes_what_is_at_the_limit(
    things: Entity[Thing],  # noqa: F811  the fixture
    flag: bool,
    data: st.DataObject,
) -> None:
    item: Item = {"thing_id": "1", "flag": flag}
    tree = data.draw(trees_of(MAX_OPERATORS))
    try:
        rendered(written(tree))
    except UsageError:  # some are longer than 4096 bytes
        assume(False)
    things.send(Put(thing(item)))
    assert is_met(things, written(tree)) == true(tree, item)


floats = st.sampled_from([0.1, -0.0, 1.0, 2.0**60, 1e22, 1e-7, 123456789.125]) | st.floats(-1e30, 1e30).filter(
    lambda one: one == 0 or abs(one) > 1e-100
)
plain_numbers = floats | st.integers(-(10**20), 10**20) | st.booleans()


def _likenesses(one: Any) -> list[Any]:
    """Return values of other types that are equal to a number in Python, or nearly so."""
    if isinstance(one, bool):
        return [one, int(one), str(one)]
    return [one, int(one), float(one), Decimal(one), Decimal(repr(one)), Decimal(repr(float(one)))]


@given(data=st.data(), one=plain_numbers)
def test_numbers_are_the_same_where_the_same_is_stored(data: st.DataObject, one: Any) -> None:
    other = data.draw(st.sampled_from(_likenesses(one)) | plain_numbers)
    for enclosed in (lambda x: x, lambda x: [x], lambda x: {"a": (x,)}):
        left, right = enclosed(one), enclosed(other)
        try:
            same = comparable(json.loads(untyped_text(left))) == comparable(json.loads(untyped_text(right)))
        except ValueError:  # more than 38 digits
            assume(False)
        assert (identity(left) == identity(right)) is same
        assert ((attr("a") == left) == (attr("a") == right)) is same
        assert not same or hash(attr("a") == left) == hash(attr("a") == right)
