"""Generated code and the slow way write the same keys; what is unusual is left to the slow way, which explains it."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from attrs import define, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Entity, Get, Put, Table, UsageError, computed, key
from dynamo_document_builder.model.keys.templates.code import (
    ABSENT,
    TemplatedKey,
    attribute_writer,
    fields_writer,
    identity_check,
    key_writer,
    taken_of,
)
from tests.unit.model.keys.things import State, Thing, template, values

TAKE = taken_of(is_dict=False)


@frozen
class User:
    user_id: str
    number: int = 0
    nickname: str | None = None


def users_by(source: Any) -> Entity[User]:
    return Entity(User, Table("users", sort_key=None), partition_key=source)


by_id = users_by("USER#{user_id}")


@given(st.text(min_size=1).filter(lambda text: "#" not in text and "\U0010ffff" not in text))
def test_an_item_and_its_fields_give_one_key(user_id: str) -> None:
    assert by_id.__model__.encode_key(User(user_id)) == by_id.__model__.encode_key({"user_id": user_id})
    assert by_id.__model__.plan.key_of_item(User(user_id)) in {None, by_id.__model__.encode_key(User(user_id))}


@pytest.mark.parametrize(
    "source", ["USER#{user_id}#{number}", lambda u: key("USER", u.user_id, u.number), lambda u: f"USER#{u.user_id}#7"]
)
def test_templates_and_functions_that_are_templates_write_the_same(source: Any) -> None:
    assert users_by(source).__model__.encode_key(User("u1", 7)) == '{"PK":{"S":"USER#u1#7"}}'


@pytest.mark.parametrize(
    "more",
    [
        {"a": "é"},
        {"a": 5},
        {"a": "x#y"},
        {"a": ""},
        {"a": None},
        {"a": "x" * 2048},
        {"n": 10**7},
        {"n": True},
        {"day": "x"},
    ],
)
def test_what_is_unusual_is_left_to_the_slow_way(more: dict[str, Any]) -> None:
    keys = [TemplatedKey("PK", template("A#{a}#{n:06d}#{day}"), 2048)]
    thing = SimpleNamespace(**values(**more))
    assert key_writer(keys, TAKE)(thing) is None
    assert attribute_writer(keys[0], TAKE)(thing) is None
    assert not identity_check(keys, ["k0"], TAKE)(thing, SimpleNamespace(k0=SimpleNamespace(S="A#x#000007#2026-01-05")))


@pytest.mark.parametrize("given_fields", [{}, {"a": "x", "n": 1}, {"n": 1}])
def test_fields_that_are_not_those_of_the_key_are_left_to_the_slow_way(given_fields: dict[str, Any]) -> None:
    assert fields_writer([TemplatedKey("PK", template("A#{a}"), 2048)])(given_fields) is None


@pytest.mark.parametrize(
    ("text", "wire"),
    [
        ("A#{a}", '{"S":"A#x"}'),
        ("{n:number}", '{"N":"7"}'),
        ("{n:03d}|{day}|{state}", '{"S":"007|2026-01-05|open"}'),
        ("{{'\\\"{a}}}", '{"S":"{\'\\\\\\"x}"}'),
        ("META", '{"S":"META"}'),
        ("\n{a}", '{"S":"\\nx"}'),
    ],
)
def test_a_usual_key_is_written_at_once(text: str, wire: str) -> None:
    assert attribute_writer(TemplatedKey("K", template(text), 2048), TAKE)(Thing()) == wire


def test_an_item_that_stays_out_of_an_index_has_no_key() -> None:
    write = attribute_writer(TemplatedKey("K", template("E#{e}", sparse=True), 2048), TAKE)
    assert write(Thing()) is ABSENT
    assert write(Thing(e="m")) == '{"S":"E#m"}'


@pytest.mark.parametrize(("text", "limit"), [("x" * 11, 10), ("{day}#", 10), ("A#{n:09d}", 10), ("{ref}", 35)])
def test_a_key_that_is_too_long_whatever_its_fields_is_left_to_the_slow_way(text: str, limit: int) -> None:
    keys = [TemplatedKey("K", template(text), limit)]
    assert key_writer(keys, TAKE)(Thing()) is None
    assert key_writer([TemplatedKey("K", template(text), limit + 30)], TAKE)(Thing()) is not None


def test_a_constant_that_is_too_long_is_refused() -> None:
    with pytest.raises(UsageError, match="PK would have 2049 bytes; DynamoDB allows 2048"):
        users_by("x" * 2049).request(Put(User("u1")))


def test_an_items_own_key_is_told_from_all_others() -> None:
    is_own = identity_check([TemplatedKey("K", template("{state}#{day}"), 2048)], ["k0"], TAKE)
    thing = Thing(state=State.PAID, day=date(2026, 1, 2))
    for text, own in (("paid#2026-01-02", True), ("paid#2026-01-2", False), ("open#2026-01-02", False), (None, False)):
        assert is_own(thing, SimpleNamespace(k0=SimpleNamespace(S=text))) == own


@define
class Counted:
    PK: str
    SK: int


def test_a_key_that_is_a_field_has_the_type_of_the_field() -> None:
    counted = Entity(Counted, Table("things"))
    assert counted.__model__.encode_key(Counted("a", 1)) == '{"PK":{"S":"a"},"SK":{"N":"1"}}'
    assert counted.__model__.encode_key({"PK": "a#b", "SK": -1}) == '{"PK":{"S":"a#b"},"SK":{"N":"-1"}}'


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (lambda u: u.user_id.nobody, "the function of PK takes 'nobody' of a value of type str"),
        (lambda u: 1 / (u.number - u.number), "the function of PK raised ZeroDivisionError"),
        (lambda u: u.nickname, "its key is incomplete: PK would be None"),
        (computed(lambda u: f"{u.user_id}{u.number}", reads=["user_id"]), "reads 'number', which its reads= does not"),
    ],
)
def test_a_function_that_fails_is_named(source: Any, text: str) -> None:
    with pytest.raises(UsageError, match=text):
        users_by(source).request(Put(User("u1")))
    with pytest.raises(UsageError, match=text):
        users_by(source).request(Get({"user_id": "u1", "number": 0, "nickname": None}))


def test_a_key_of_which_a_field_is_not_given_names_the_field() -> None:
    with pytest.raises(UsageError, match="its key is incomplete: PK is built from field 'user_id'"):
        by_id.request(Get(key={"number": 1}))
