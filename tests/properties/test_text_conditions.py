"""Any condition is written and read as the same tree, with attributes, sizes and values on every side."""

from __future__ import annotations

from typing import Any

from attrs import define
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Condition, condition_from_text, condition_to_text
from dynamo_document_builder.expressions.tree.conditions import And, Not, Or
from dynamo_document_builder.expressions.tree.leaves import (
    BeginsWith,
    Between,
    Comparison,
    Contains,
    Exists,
    IsIn,
    TypeIs,
)
from dynamo_document_builder.expressions.tree.paths import Path, SizeOf, Value
from dynamo_document_builder.wire.json.strict import WIRE_TYPES
from tests.effort import examples

names = st.sampled_from(["girth", "crown", "status", "a.b", "[0]", "#x"])
paths = st.builds(lambda head, rest: Path((head, *rest)), names, st.lists(names | st.integers(0, 9), max_size=2))
texts = st.text(st.characters(codec="utf-8"), max_size=3)
numbers = st.integers(-99, 99) | st.decimals(-9, 9, places=2)
ordered = texts | numbers | st.binary(max_size=2)
anything = st.recursive(
    ordered | st.booleans() | st.none() | st.frozensets(texts, min_size=1, max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=3,
)
sized = st.builds(SizeOf, paths | st.builds(Value, texts | st.lists(numbers, max_size=2)))
EQUALITIES, ORDERS = st.sampled_from(["=", "<>"]), st.sampled_from(["<", "<=", ">", ">="])


@st.composite
def comparisons(draw: st.DrawFn) -> Condition:
    left = draw(paths | sized)
    others: Any = (paths | sized).filter(lambda other: other != left)
    if isinstance(left, SizeOf):
        return Comparison(left, draw(EQUALITIES | ORDERS), draw(others | st.integers(0, 99)))
    if draw(st.booleans()):
        return Comparison(left, draw(ORDERS), draw(others | ordered))
    return Comparison(left, draw(EQUALITIES), draw(others | anything))


@st.composite
def ranges(draw: st.DrawFn) -> Condition:
    operand = draw(paths | st.builds(Value, numbers))
    number = isinstance(operand, Value) or draw(st.booleans())
    low, high = sorted(draw(st.tuples(numbers, numbers) if number else st.tuples(texts, texts)))
    others = paths.filter(lambda other: other != operand)
    return Between(operand, draw(others | st.just(low)), draw(others | st.just(high)))


def distinct(pairs: st.SearchStrategy[tuple[Any, Any]]) -> st.SearchStrategy[tuple[Any, Any]]:
    return pairs.filter(lambda pair: pair[0] != pair[1])


starts = texts | st.binary(max_size=2)
leaves: st.SearchStrategy[Condition] = st.one_of(
    comparisons(),
    ranges(),
    st.builds(Comparison, st.builds(Value, ordered), EQUALITIES | ORDERS, ordered),
    st.tuples(paths, st.lists(paths | anything, min_size=1, max_size=3).map(tuple))
    .filter(lambda pair: pair[0] not in pair[1])
    .map(lambda pair: IsIn(*pair)),
    st.builds(IsIn, st.builds(Value, anything), st.lists(paths, min_size=1, max_size=3).map(tuple)),
    distinct(st.tuples(paths, paths | starts)).map(lambda pair: BeginsWith(*pair)),
    st.builds(BeginsWith, st.builds(Value, starts), paths),
    distinct(st.tuples(paths, paths | anything)).map(lambda pair: Contains(*pair)),
    st.builds(Contains, st.builds(Value, texts | st.lists(numbers, max_size=2)), paths),
    st.builds(Exists, paths, st.booleans()),
    st.builds(TypeIs, paths | st.builds(Value, anything), st.sampled_from(WIRE_TYPES)),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        *(st.builds(group, st.lists(inner, min_size=2, max_size=3).map(tuple)) for group in (And, Or)),
    ),
    max_leaves=8,
)


@examples(70)
@given(conditions)
def test_a_condition_is_written_and_read_as_the_same_tree(tree: Condition) -> None:
    once = condition_to_text(tree)
    again = condition_from_text(once.text, names=once.names, values=once.values)
    assert again == tree
    assert hash(again) == hash(tree)
    assert condition_to_text(again) == once


@define
class Loosely:
    """Writes text as hurried hands would: with more white space, and parentheses that say nothing."""

    draw: Any

    def rewritten(self, text: str) -> str:
        words = text.split(" ")
        for _ in range(self.draw(st.integers(0, 3))):
            words.insert(self.draw(st.integers(0, len(words))), self.draw(st.sampled_from(["", "\n", "\t "])))
        text = " ".join(words)
        for _ in range(self.draw(st.integers(0, 3))):
            text = f"({text})"
        return text


@examples(30)
@given(tree=conditions, data=st.data())
def test_redundant_parentheses_and_white_space_say_nothing(tree: Condition, data: st.DataObject) -> None:
    once = condition_to_text(tree)
    loose = Loosely(data.draw).rewritten(once.text)
    unused: dict[str, Any] = {":unused": {"N": "1"}}
    read = condition_from_text(loose, names={**once.names, "#unused": "x"}, values={**once.values, **unused})
    assert read == tree
    assert condition_to_text(read) == once
