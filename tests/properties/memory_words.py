"""The words of random programs: two tables, keys, items and expressions, in DynamoDB's own JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from dynamo_document_builder import ExpressionText, UsageError, condition_to_text
from tests.expression_rules.all import RULES
from tests.expression_rules.rule import names_in, values_in
from tests.groves import SITES, TREES
from tests.properties.test_text_conditions import conditions

if TYPE_CHECKING:
    from tests.expression_rules.rule import Kind

texts = st.sampled_from(["", "a", "A", "ab", "b", "oak", "pine", "é", "\U0001f600", "\uffff"])
numbers = st.sampled_from(["0", "1", "-1", "3", "9", "10", "1.5", "1.50", "1e2", "100", "-0", "3E-130", "9E125", "007"])
blobs = st.sampled_from(["", "b2Fr", "cGluZQ==", "AA==", "/w=="])
wrong_numbers = st.sampled_from(
    ["", "x", "1E126", "1E-131", "NaN", "Infinity", "1" * 39, " 1", "1_0", "0x1", "+5", ".5"]
)

scalars: st.SearchStrategy[dict[str, Any]] = st.one_of(
    texts.map(lambda text: {"S": text}),
    numbers.map(lambda number: {"N": number}),
    blobs.map(lambda blob: {"B": blob}),
    st.booleans().map(lambda flag: {"BOOL": flag}),
    st.just({"NULL": True}),
)
sets: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.lists(texts, max_size=3).map(lambda elements: {"SS": elements}),
    st.lists(numbers, max_size=3).map(lambda elements: {"NS": elements}),
    st.lists(blobs, max_size=3).map(lambda elements: {"BS": elements}),
)
wrong: st.SearchStrategy[Any] = st.one_of(
    wrong_numbers.map(lambda number: {"N": number}),
    st.just({"NULL": False}),
    st.just({}),
    st.just({"S": "a", "N": "1"}),
    st.just({"S": 1}),
    st.just({"N": 1}),
    st.just({"BOOL": "true"}),
    st.just({"L": {}}),
    st.just({"M": []}),
    st.just({"SS": "a"}),
    st.just({"B": "?"}),
    st.just({"X": "a"}),
    st.just("a"),
)
names = st.sampled_from(
    ["girth", "crown", "spread", "species", "kinds", "lot", "layers", "status", "sap", "city", "a.b"]
)
values = st.recursive(
    scalars | sets,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda elements: {"L": elements}),
        st.dictionaries(names, inner, max_size=3).map(lambda members: {"M": members}),
    ),
    max_leaves=4,
)
right: dict[str, st.SearchStrategy[Any]] = {
    "girth": st.sampled_from(["1", "3", "9", "10"]).map(lambda number: {"N": number}),
    "species": st.sampled_from(["oak", "pine"]).map(lambda text: {"S": text}),
    "status": st.sampled_from(["b2Fr", "AA=="]).map(lambda blob: {"B": blob}),
    "layers": st.lists(scalars, max_size=3).map(lambda elements: {"L": elements}),
    "kinds": st.sampled_from([["oak"], ["oak", "pine"], ["pine", "ash"]]).map(lambda elements: {"SS": elements}),
    "lot": st.dictionaries(names, scalars, max_size=3).map(lambda members: {"M": members}),
}
"""What an attribute usually holds, so that keys of indexes are mostly valid and paths lead somewhere."""


def rarely(usual: st.SearchStrategy[Any], seldom: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Give the second one in about twelve times."""
    return st.integers(0, 11).flatmap(lambda number: seldom if number == 7 else usual)


@st.composite
def attributes(draw: st.DrawFn) -> dict[str, Any]:
    chosen = draw(st.lists(names, max_size=4, unique=True))
    return {name: draw(rarely(right.get(name, values), values | wrong)) for name in chosen}


groves = st.sampled_from(["oak", "pine"]).map(lambda text: {"S": text})
trees = st.sampled_from(["a", "A", "oak", "pine", "é"]).map(lambda text: {"S": text})
sites = st.sampled_from(["1", "1.0", "2", "-3"]).map(lambda number: {"N": number})
some_keys: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    TREES: st.fixed_dictionaries({"grove": groves, "tree": trees}),
    SITES: st.fixed_dictionaries({"site": sites}),
}
wrong_keys = st.dictionaries(st.sampled_from(["grove", "tree", "site", "girth"]), scalars | wrong, max_size=3)


def keys(table: str) -> st.SearchStrategy[dict[str, Any]]:
    return rarely(some_keys[table], wrong_keys)


def items(table: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.tuples(attributes(), keys(table)).map(lambda both: {**both[0], **both[1]})


def texts_of(kind: Kind) -> st.SearchStrategy[ExpressionText]:
    """Give a text of the rules: mostly a valid one."""
    taken = [text for rule in RULES if rule.kind == kind and not rule.beyond_engine for text in rule.taken]
    refused = [
        text
        for rule in RULES
        if rule.kind == kind and not rule.beyond_engine
        for text in (*rule.refused, *rule.rewritten)
    ]
    chosen = rarely(st.sampled_from(taken), st.sampled_from(refused))
    return chosen.map(lambda text: ExpressionText(text, names_in(text), values_in(text)))


def _written(condition: Any) -> ExpressionText | None:
    try:
        return condition_to_text(condition)
    except UsageError:
        return None


of_trees = conditions.map(_written).filter(bool)
"""Conditions of the library's own, with any value on any side."""


@st.composite
def with_expressions(draw: st.DrawFn, **kinds: Kind) -> dict[str, Any]:
    """Give some of these expressions, with the names and values of all of them."""
    members: dict[str, Any] = {}
    given_names: dict[str, Any] = {}
    given_values: dict[str, Any] = {}
    for member, kind in kinds.items():
        if member.startswith(("Condition", "Filter", "Projection")) and draw(st.integers(0, 2)) > 0:
            continue
        own = kind == "condition" and draw(st.booleans())
        text: Any = draw(of_trees if own else texts_of(kind))
        members[member] = text.text
        given_names |= text.names
        given_values |= text.values
    if given_names:
        members["ExpressionAttributeNames"] = given_names
    if given_values:
        members["ExpressionAttributeValues"] = given_values
    return members
