"""Conditions and updates as people write them, static ones too: clean in mypy and pyright, both strict."""

from __future__ import annotations

from decimal import Decimal
from typing import assert_type

from dynamo_document_builder import (
    Change,
    Condition,
    ConditionCheck,
    Delete,
    Put,
    Update,
    add,
    add_to_set,
    and_,
    append,
    attr,
    begins_with,
    between,
    contains,
    equals,
    exists,
    greater_than,
    if_not_exists,
    increment,
    is_in,
    item_exists,
    item_not_exists,
    not_,
    not_equals,
    not_exists,
    or_,
    prepend,
    ref,
    remove,
    remove_from_set,
    set_,
    size,
    subtract,
    type_is,
)
from tests.typing.things import KEY, Address, User, orders, users

ALICE = User("u1", "Alice")

# Conditions: mapping, functions, operators.
conditions: list[Condition] = [
    and_({"name": "x"}, exists(attr("email"))),
    or_({"name": "x"}, {"balance": greater_than(3)}),
    not_({"name": begins_with("A")}),
    attr("balance") >= 100,
    (attr("balance") >= 100) & (attr("name") == "x") | ~exists(attr("email")),
    attr("address", "city") == "Oslo",
    attr("words")[0] == "x",
    equals(attr("name"), ref("email")),
    between(1, 2),
    is_in("a", "b"),
    size(2),
    size(greater_than(2)),
    size(attr("words")) > 2,
    contains("x"),
    type_is("S"),
    type_is(attr("name"), "S"),
    not_exists(),
    item_exists(),
    item_not_exists(),
    not_equals(5),
]
Put(ALICE, condition={"name": or_(equals("a"), equals("b")), attr("extra", "a.b"): 1})
Put(ALICE, condition=[{"name": "x"}, exists(attr("email"))])
Put(ALICE, condition=None)
Delete(KEY, condition=conditions[0])
ConditionCheck(KEY, condition={"name": "x"})

# The static form.
assert_type(users.where(lambda u: u.balance >= 100), Condition)
assert_type(users.where(lambda u: u.active), Condition)
assert_type(users.where(lambda u: u.name == "x"), Condition)
assert_type(users.where(lambda u: begins_with(u.name, "A")), Condition)
assert_type(users.where(lambda u: (u.balance >= 100) & (u.name == "x")), Condition)
assert_type(users.where(lambda u: (u.balance >= 100) & begins_with(u.name, "A")), Condition)
assert_type(users.where(lambda u: begins_with(u.name, "A") & (u.balance >= 100)), Condition)
assert_type(users.where(lambda u: begins_with(u.name, "A") | not_exists(u.email)), Condition)
assert_type(users.where(lambda u: ~exists(u.email)), Condition)
assert_type(users.where(lambda u: and_(u.balance >= 100, not_exists(u.email), u.active)), Condition)
assert_type(users.where(lambda u: or_(u.balance >= 100, not_(u.active))), Condition)
assert_type(users.where(lambda u: not_(u.name == "x")), Condition)
assert_type(users.where(lambda u: equals(u.email, "a@x")), Condition)
assert_type(users.where(lambda u: equals(u.score, 1)), Condition)
assert_type(users.where(lambda u: equals(u.name, u.user_id)), Condition)
assert_type(users.where(lambda u: greater_than(u.balance, 5)), Condition)
assert_type(users.where(lambda u: between(u.balance, 1, 5)), Condition)
assert_type(users.where(lambda u: is_in(u.name, "a", "b")), Condition)
assert_type(users.where(lambda u: contains(u.tags, "a")), Condition)
assert_type(users.where(lambda u: size(u.tags) > 2), Condition)
assert_type(users.where(lambda u: between(size(u.words), 1, 2)), Condition)
assert_type(users.where(lambda u: u.home.city == "Oslo"), Condition)
assert_type(users.where(lambda u: u.counters["x"] > 3), Condition)
assert_type(users.where(lambda u: u.extra["a"]["b"] == 3), Condition)
assert_type(users.where(lambda u: u.words[0] == "x"), Condition)
assert_type(users.where(lambda u: type_is(u.name, "S")), Condition)
assert_type(users.where(lambda u: equals(u.words, ("a", "b"))), Condition)
assert_type(users.where(lambda u: equals(u.limit, Decimal(1))), Condition)
Put(ALICE, condition=users.where(lambda u: u.balance >= 100))

# Updates: mapping, functions, static.
Update(
    KEY,
    updates={
        "name": "x",
        "balance": add(5),
        "score": subtract(1.5),
        "counters.x": increment(1),
        "words": append(["a"]),
        "words[0]": remove(),
        "tags": add_to_set({"a"}),
        "labels": remove_from_set({"a"}),
        "email": if_not_exists("x"),
        "limit": ref("limit", Decimal(0)),
        "home.city": set_("Oslo"),
        attr("extra", "a.b"): attr("balance") + 1,
    },
)
Update(KEY, updates={"name": "x"}, condition=users.where(lambda u: u.active))
changes = users.changes(lambda u: [set_(u.balance, u.balance - 30), remove(u.email)])
assert_type(changes, tuple[Change, ...])
Update(KEY, updates=changes)
users.changes(lambda u: [set_(u.name, "x"), set_(u.email, None), set_(u.email, "a@x"), set_(u.score, 1)])
users.changes(lambda u: [set_(u.limit, Decimal(1)), set_(u.home.city, "x"), set_(u.counters["x"], 1)])
users.changes(lambda u: [add(u.balance, 5), subtract(u.balance, 5), increment(u.balance, 1), add(u.score, 1)])
users.changes(lambda u: [add(u.balance, if_not_exists(u.counters["x"], 0))])
users.changes(lambda u: [append(u.words, ("a",)), prepend(u.words, ("b",))])
orders.changes(lambda o: [append(o.lines, ["a"]), prepend(o.lines, ["b"])])
users.changes(lambda u: [add_to_set(u.tags, frozenset({"a"})), remove_from_set(u.tags, frozenset({"a"}))])
users.changes(lambda u: [set_(u.balance, if_not_exists(u.balance, 0) + 1)])
users.changes(lambda u: [set_(u.home, Address("Bergen"))])
users.changes(lambda u: [set_(u.balance, 5)])
users.changes(lambda u: (remove(u.email),))
users.changes(lambda u: [set_(u.words, ("x",)), set_(u.address, Address("x")), set_(u.labels, {"x"})])
users.changes(lambda u: [add_to_set(u.labels, {"x"}), add(u.limit, Decimal(1)), increment(u.counters["x"], 1)])
users.where(lambda u: equals(u.address, Address("x")))
