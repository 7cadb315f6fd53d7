"""Any condition and any update renders to what an engine accepts, and does there what it says."""

from __future__ import annotations

import re
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from attrs import evolve, field, frozen
from hypothesis import assume, given
from hypothesis import strategies as st

from dynamo_document_builder import (
    ConditionCheck,
    ConditionFailedError,
    Delete,
    Entity,
    Get,
    Put,
    ServiceError,
    Table,
    TransactionCanceledError,
    TransactWrite,
    Update,
    add,
    add_to_set,
    append,
    attr,
    if_not_exists,
    increment,
    item_exists,
    prepend,
    ref,
    remove,
    remove_from_set,
    stored,
    subtract,
)
from tests.effort import examples
from tests.engines import ONE_ENGINE
from tests.evaluating import evaluate_condition
from tests.properties.meaning import MISSING, Item, Tree, found, true, written
from tests.unit.expressions.spelled import is_enclosed_twice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import NewTable
    from tests.engines import Engine


@frozen
class Inner:
    word: str | None = field(default=None, metadata=stored(alias="status"))
    count: int | None = field(default=None, metadata=stored(alias="[0]"))


@frozen(kw_only=True)
class Thing:
    """Fields of every comparable type, under names that expressions would trip over."""

    thing_id: str = "1"
    word: str | None = field(default=None, metadata=stored(alias="size"))
    text: str | None = field(default=None, metadata=stored(alias="a.b"))
    count: int | None = field(default=None, metadata=stored(alias="#0"))
    price: Decimal | None = field(default=None, metadata=stored(alias=":0"))
    blob: bytes | None = field(default=None, metadata=stored(alias='"q"'))
    flag: bool | None = field(default=None, metadata=stored(alias="it's"))
    tags: frozenset[str] = field(default=frozenset(), metadata=stored(alias="back\\slash"))
    numbers: frozenset[int] = field(default=frozenset(), metadata=stored(alias="emoji 🥪"))
    texts: list[str] | None = field(default=None, metadata=stored(alias="a b"))
    inner: Inner | None = field(default=None, metadata=stored(alias="and"))
    anything: Any = field(default=None, metadata=stored(alias="-"))


KEY = {"thing_id": "1"}

words = st.text("abé\u00ff", max_size=3)
counts = st.integers(-3, 3)
prices = st.sampled_from([Decimal("-1.5"), Decimal(0), Decimal("0.5"), Decimal(2)])
blobs = st.binary(max_size=2)
bits = st.sampled_from(["a", "b", "é"])
anythings = st.one_of(words, counts, prices, blobs, st.booleans(), st.none(), st.lists(counts, max_size=2))

FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "word": words,
    "text": words,
    "count": counts,
    "price": prices,
    "blob": blobs,
    "flag": st.booleans(),
    "tags": st.frozensets(bits, min_size=1),
    "numbers": st.frozensets(counts, min_size=1, max_size=3),
    "texts": st.lists(words, max_size=3),
    "inner": st.fixed_dictionaries({}, optional={"word": words, "count": counts}),
    "anything": anythings,
}
items = st.fixed_dictionaries(
    {"thing_id": st.just("1"), "anything": anythings},
    optional={name: values for name, values in FIELDS.items() if name != "anything"},
)
full_items = st.fixed_dictionaries({"thing_id": st.just("1"), **FIELDS})

PATHS: dict[tuple[Any, ...], st.SearchStrategy[Any]] = {
    **{(name,): values for name, values in FIELDS.items() if name != "inner"},
    ("inner", "word"): words,
    ("inner", "count"): counts,
    ("texts", 0): words,
    ("texts", 2): words,
    ("thing_id",): st.sampled_from(["1", "2"]),
}
OF_TYPE = {
    "S": [("word",), ("text",), ("inner", "word"), ("texts", 0), ("texts", 2), ("thing_id",), ("anything",)],
    "N": [("count",), ("price",), ("inner", "count"), ("anything",)],
    "B": [("blob",), ("anything",)],
}
ORDER = {"S": words, "N": counts | prices, "B": blobs}
SIZED = [("word",), ("blob",), ("tags",), ("numbers",), ("texts",), ("inner",), ("inner", "word")]
SIGNS = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
EQUAL_SIGNS = st.sampled_from(["=", "<>"])
paths = st.sampled_from([*PATHS, ("inner",), ("texts", 1)])


def of_field(path: tuple[Any, ...], wire: str) -> st.SearchStrategy[Any]:
    """Return values to compare a path with: of the field's own type where the schema has one."""
    return ORDER[wire] if path == ("anything",) else PATHS[path]


@st.composite
def leaves(draw: st.DrawFn) -> Tree:  # noqa: PLR0911  one line for each kind of condition
    wire = draw(st.sampled_from("SNB"))
    ordered = draw(st.sampled_from(OF_TYPE[wire]))
    values = of_field(ordered, wire)
    match draw(st.sampled_from(["item", "exists", "equal", "order", "between", "in", "refer", "size", "part", "type"])):
        case "item":
            return ("item", draw(st.booleans()))
        case "exists":
            return ("exists", draw(paths), draw(st.booleans()))
        case "equal":
            path = draw(st.sampled_from(list(PATHS)))
            return ("compare", path, draw(EQUAL_SIGNS), draw(PATHS[path]))
        case "order":
            return ("compare", ordered, draw(SIGNS), draw(values))
        case "between":
            low, high = sorted((draw(values), draw(values)), key=lambda v: v.encode() if isinstance(v, str) else v)
            return ("between", ordered, low, high)
        case "in":
            path = draw(st.sampled_from(list(PATHS)))
            return ("in", path, *draw(st.lists(PATHS[path], min_size=1, max_size=4)))
        case "refer":
            other = draw(st.sampled_from([path for path in OF_TYPE[wire] if path != ordered]))
            return ("refer", ordered, draw(SIGNS), other)
        case "size":
            return ("size", draw(st.sampled_from(SIZED)), draw(SIGNS), draw(st.integers(0, 4)))
        case "part":
            return draw(parts())
    return ("type", draw(paths), draw(st.sampled_from(["S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS"])))


def parts() -> st.SearchStrategy[Tree]:
    """Return conditions on a part of a value."""
    texts = st.sampled_from([("word",), ("inner", "word"), ("anything",)])
    return st.one_of(
        st.tuples(st.just("begins"), texts, words),
        st.tuples(st.just("begins"), st.just(("blob",)), blobs),
        st.tuples(st.just("contains"), texts, words.filter(bool)),
        st.tuples(st.just("contains"), st.just(("blob",)), blobs.filter(bool)),
        st.tuples(st.just("contains"), st.just(("tags",)), bits),
        st.tuples(st.just("contains"), st.just(("numbers",)), counts),
        st.tuples(st.just("contains"), st.just(("texts",)), words),
    )


trees = st.recursive(
    leaves(),
    lambda inner: st.one_of(
        st.tuples(st.just("not"), inner),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ("and", *parts)),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: ("or", *parts)),
    ),
    max_leaves=8,
)


@st.composite
def bushes(draw: st.DrawFn, depth: int = 3, word: str = "and") -> Tree:
    """Draw AND within OR within AND, here and there negated, down to leaves that are as often true as not."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return ("compare", ("flag",), "=", draw(st.booleans()))
    inner = bushes(depth - 1, "or" if word == "and" else "and")
    group = (word, *(draw(inner) for _ in range(draw(st.integers(2, 3)))))
    return ("not", group) if draw(st.integers(0, 5)) == 0 else group


def every_leaf(tree: Tree) -> Iterator[Tree]:
    if tree[0] in {"and", "or", "not"}:
        for part in tree[1:]:
            yield from every_leaf(part)
    else:
        yield tree


def beyond(engine: Engine, tree: Tree, item: Item | None) -> bool:
    """Tell whether a tree asks for what an engine is known not to do."""
    for leaf in every_leaf(tree):
        missing = leaf[0] != "item" and found(item, leaf[1]) is MISSING
        on_bytes = leaf[0] in {"begins", "contains"} and isinstance(leaf[2], bytes)
        if (
            (on_bytes and not engine.has("functions_on_bytes"))
            or (leaf[0] == "size" and missing and not engine.has("size_of_missing"))
            or (leaf[0] in {"refer", "compare", "in"} and missing and not engine.has("equal_to_missing"))
            or (("anything",) in leaf and not engine.has("order_across_types"))
        ):
            return True
    return False


@pytest.fixture
def things(new_table: NewTable, client: Any) -> Entity[Thing]:
    return entity(Table(new_table(), client=client))


def entity(table: Table) -> Entity[Thing]:
    return Entity(Thing, table, partition_key=lambda t: t.thing_id, sort_key=lambda _: "META")


def thing(item: Item) -> Thing:
    return Thing(**{**item, "inner": Inner(**item["inner"]) if "inner" in item else None})


def is_met(things: Entity[Thing], condition: Any) -> bool:
    try:
        things.send(TransactWrite([ConditionCheck(KEY, condition=condition)]))
    except TransactionCanceledError as error:
        if error.reasons[0].code == "ConditionalCheckFailed":
            return False
        raise
    return True


@ONE_ENGINE
@examples(70)
@given(item=st.none() | items, some=st.lists(trees, min_size=1, max_size=5))
def test_a_condition_is_met_exactly_when_its_tree_is_true(
    things: Entity[Thing], engine: Engine, item: Item | None, some: list[Tree]
) -> None:
    things.send(Delete(KEY) if item is None else Put(thing(item)))
    for tree in some:
        if not beyond(engine, tree, item):
            assert is_met(things, written(tree)) == true(tree, item)


@ONE_ENGINE
@examples(20)
@given(flag=st.none() | st.booleans(), some=st.lists(bushes() | bushes(3, "or"), min_size=3, max_size=6))
def test_groups_within_groups_mean_what_they_say(things: Entity[Thing], flag: bool | None, some: list[Tree]) -> None:
    item = {"thing_id": "1"} if flag is None else {"thing_id": "1", "flag": flag}
    things.send(Put(thing(item)))
    for tree in some:
        assert is_met(things, written(tree)) == true(tree, item)


@ONE_ENGINE
@examples(20)
@given(item=items, tree=trees | bushes(2))
def test_an_update_happens_exactly_when_its_condition_is_true(
    things: Entity[Thing], engine: Engine, item: Item, tree: Tree
) -> None:
    assume(not beyond(engine, tree, item))
    before = thing(item)
    things.send(Put(before))
    with suppress(ConditionFailedError):
        things.send(Update(KEY, updates={"count": 99}, condition=written(tree)))
    assert things.send(Get(KEY)).item == (evolve(before, count=99) if true(tree, item) else before)


# Rendering, with no engine.

OFFLINE = entity(Table("app"))
PLACEHOLDER = re.compile(r"[#:][0-9A-Za-z_]+")


def check_placeholders(payload: dict[str, Any]) -> None:
    expressions = [payload[name] for name in ("UpdateExpression", "ConditionExpression") if name in payload]
    used = {placeholder for text in expressions for placeholder in PLACEHOLDER.findall(text)}
    names, values = payload.get("ExpressionAttributeNames", {}), payload.get("ExpressionAttributeValues", {})
    assert used == {*names, *values}
    assert list(names) == [f"#{n}" for n in range(len(names))]
    assert list(values) == [f":{n}" for n in range(len(values))]
    assert len(set(names.values())) == len(names)
    assert len(set(map(repr, values.values()))) == len(values)
    assert "ExpressionAttributeNames" not in payload or names
    assert "ExpressionAttributeValues" not in payload or values


@given(tree=trees | bushes())
def test_conditions_render_without_redundant_parentheses_or_placeholders(tree: Tree) -> None:
    payload = OFFLINE.request(Delete(KEY, condition=written(tree))).payload
    assert not is_enclosed_twice(payload["ConditionExpression"])
    check_placeholders(payload)


@examples(100)
@given(item=st.none() | items, tree=trees | bushes(2))
def test_a_condition_is_evaluated_as_its_tree_is(item: Item | None, tree: Tree) -> None:
    stored_item = None if item is None else OFFLINE.request(Put(thing(item))).payload["Item"]
    assert evaluate_condition(OFFLINE.__model__, written(tree), stored_item).passed == true(tree, item)


@given(tree=trees, other=trees)
def test_operators_and_functions_build_the_same_trees(tree: Tree, other: Tree) -> None:
    def text(condition: Any) -> str:
        body: str = OFFLINE.request(Delete(KEY, condition=condition)).payload["ConditionExpression"]
        return body

    one, two = (written(part) for part in (("and", tree), ("and", other)))
    assert text(one & two) == text([one, two]) == text(written(("and", tree, other)))
    assert text(one | two) == text(written(("or", tree, other)))
    assert text(~one) == text(written(("not", tree)))


# Updates.

Change = tuple[Any, Any, "Callable[[Item], Any]"]
"""The path an update is filed under, the update, and what it leaves of the item: an exception if it cannot be done."""


class CannotError(Exception):
    """DynamoDB refuses the update for what is stored."""


def part_of(item: Item, name: str) -> Item:
    """Pass on an item with this field; whether a part of what is missing can be removed, engines do not agree."""
    assume(name in item)
    return item


def number(item: Item, name: str) -> Any:
    if name not in item:
        raise CannotError
    return item[name]


def scalar_changes(name: str, values: st.SearchStrategy[Any], other: str) -> st.SearchStrategy[Change]:
    return st.one_of(
        values.map(lambda v: (name, v, lambda _: v)),
        values.map(lambda v: (name, if_not_exists(v), lambda item: item.get(name, v))),
        values.map(lambda v: (name, ref(other, v), lambda item: item.get(other, v))),
        st.just((name, ref(other), lambda item: number(item, other))),
        st.just((name, remove(), lambda _: MISSING)),
        st.just((name, None, lambda _: MISSING)),
    )


def number_changes(name: str, values: st.SearchStrategy[Any], other: str) -> st.SearchStrategy[Change]:
    return st.one_of(
        scalar_changes(name, values, other),
        values.map(lambda v: (name, add(v), lambda item: number(item, name) + v)),
        values.map(lambda v: (name, subtract(v), lambda item: number(item, name) - v)),
        values.map(lambda v: (name, increment(v), lambda item: item.get(name, 0) + v)),
        values.map(lambda v: (name, attr(other) - v, lambda item: number(item, other) - v)),
        values.map(lambda v: (name, ref(name, v) + v, lambda item: item.get(name, v) + v)),
    )


def set_changes(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Change]:
    sets = st.frozensets(values, min_size=1, max_size=3)

    def kept(elements: frozenset[Any]) -> Any:
        return elements or MISSING

    return st.one_of(
        (st.just(frozenset[Any]()) | sets).map(lambda v: (name, v, lambda _: kept(v))),
        sets.map(lambda v: (name, add_to_set(v), lambda item: item.get(name, frozenset()) | v)),
        sets.map(lambda v: (name, remove_from_set(v), lambda item: kept(item.get(name, frozenset()) - v))),
        st.just((name, remove(), lambda _: MISSING)),
    )


def replaced(item: Item, name: str, index: int, value: Any) -> Any:
    if name not in item:
        raise CannotError
    before = list(item[name])
    if index < len(before):
        before[index : index + 1] = [] if value is MISSING else [value]
    elif value is not MISSING:
        before.append(value)
    return before


def list_changes(name: str, values: st.SearchStrategy[Any]) -> st.SearchStrategy[Change]:
    lists = st.lists(values, min_size=1, max_size=3)
    return st.one_of(
        lists.map(lambda v: (name, v, lambda _: v)),
        lists.map(lambda v: (name, append(v), lambda item: item.get(name, []) + v)),
        lists.map(lambda v: (name, prepend(v), lambda item: v + item.get(name, []))),
        values.map(lambda v: (f"{name}[0]", v, lambda item: replaced(item, name, 0, v))),
        st.just((f"{name}[1]", remove(), lambda item: replaced(part_of(item, name), name, 1, MISSING))),
        st.just((name, remove(), lambda _: MISSING)),
    )


def inside(item: Item, name: str, change: Callable[[Item], Any]) -> Item:
    inner = dict(number(item, "inner"))
    value = change(inner)
    return {key: found for key, found in {**inner, name: value}.items() if found is not MISSING}


def inner_changes() -> st.SearchStrategy[Change]:
    return st.one_of(
        words.map(lambda v: ("inner.word", v, lambda item: inside(item, "word", lambda _: v))),
        counts.map(
            lambda v: ("inner.count", add(v), lambda item: inside(item, "count", lambda i: number(i, "count") + v))
        ),
        st.just(("inner.count", remove(), lambda item: inside(part_of(item, "inner"), "count", lambda _: MISSING))),
        words.map(lambda v: ("inner", Inner(v), lambda _: {"word": v})),
    )


CHANGES: dict[str, st.SearchStrategy[Change]] = {
    "word": scalar_changes("word", words, "text"),
    "text": scalar_changes("text", words, "word"),
    "count": number_changes("count", counts, "count"),
    "price": number_changes("price", prices, "price"),
    "blob": blobs.map(lambda v: ("blob", v, lambda _: v)),
    "flag": st.booleans().map(lambda v: ("flag", v, lambda _: v)),
    "tags": set_changes("tags", bits),
    "numbers": set_changes("numbers", counts),
    "texts": list_changes("texts", words),
    "inner": inner_changes(),
    "anything": anythings.map(lambda v: ("anything", v, lambda _: v)),
}
updates = st.lists(st.sampled_from(list(CHANGES)), min_size=1, max_size=6, unique=True).flatmap(
    lambda names: st.fixed_dictionaries({name: CHANGES[name] for name in names})
)


def changed(item: Item, some: dict[str, Change]) -> Item | None:
    """Return the item an update leaves, every change computed from the item before; `None`: it cannot be done."""
    try:
        after = {**item, **{name: leaves(item) for name, (_, _, leaves) in some.items()}}
    except CannotError:
        return None
    return {name: value for name, value in after.items() if value is not MISSING}


@ONE_ENGINE
@examples(130)
@given(item=full_items | items, some=updates)
def test_an_update_leaves_what_python_would(things: Entity[Thing], item: Item, some: dict[str, Change]) -> None:
    before, after = thing(item), changed(item, some)
    things.send(Put(before))
    update = Update(KEY, updates={path: value for path, value, _ in some.values()}, return_values="ALL_NEW")
    if after is None:
        with pytest.raises(ServiceError) as refused:
            things.send(update)
        assert refused.value.is_validation
    else:
        assert things.send(update).updated_item == thing(after)
    assert things.send(Get(KEY)).item == (before if after is None else thing(after))


@given(some=updates, tree=st.none() | trees)
def test_updates_render_without_redundant_parentheses_or_placeholders(
    some: dict[str, Change], tree: Tree | None
) -> None:
    changes = {path: value for path, value, _ in some.values()}
    condition = item_exists() if tree is None else written(tree)
    payload = OFFLINE.request(Update(KEY, updates=changes, condition=condition)).payload
    assert not is_enclosed_twice(payload["UpdateExpression"])
    assert re.findall(r"SET|REMOVE|ADD|DELETE", payload["UpdateExpression"]) == [
        word for word in ("SET", "REMOVE", "ADD", "DELETE") if word in payload["UpdateExpression"]
    ]
    check_placeholders(payload)
