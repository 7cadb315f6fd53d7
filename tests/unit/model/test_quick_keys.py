"""The quick way to a key and the careful one write the same text; what is not usual takes the careful one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from attrs import define, field, frozen
from hypothesis import given
from hypothesis import strategies as st

from dynamo_document_builder import Entity, Get, Put, Table, UsageError, key
from dynamo_document_builder.model.values import FrozenMap

if TYPE_CHECKING:
    from collections.abc import Callable


@frozen
class User:
    user_id: str
    number: int = 0
    nickname: str | None = None

    @property
    def place(self) -> str:
        return key("USER", self.user_id)


@define
class Counted:
    PK: str
    SK: int


@define
class Named:
    PK: str
    SK: str = field(alias="SK")


def entity(build: Callable[[Any], Any], **table: Any) -> Entity[User]:
    return Entity(User, Table("users", sort_key=None, **table), partition_key=build)


by_id = entity(lambda u: key("USER", u.user_id))


def both(users: Entity[Any], fields: dict[str, Any], item: Any) -> list[str | None]:
    quick = users._quick
    return [quick.of_fields(fields), quick.of_item(item), users._key(users.view(FrozenMap(fields))), users._key(item)]


@given(st.text(min_size=1).filter(lambda text: "#" not in text and text.isascii()))
def test_both_ways_write_the_same(user_id: str) -> None:
    assert len(set(both(by_id, {"user_id": user_id}, User(user_id)))) == 1


@pytest.mark.parametrize(
    "build",
    [
        lambda u: key("USER", u.user_id, u.number),
        lambda u: u.place,
        lambda u: f"USER#{u.user_id}",
    ],
)
def test_any_builder_of_text_takes_the_quick_way(build: Any) -> None:
    users = entity(build)
    assert users._quick.of_item(User("u1", 7)) == users._key(User("u1", 7))


@pytest.mark.parametrize(
    ("build", "fields"),
    [
        (lambda u: key("USER", u.user_id), {"user_id": "é"}),
        (lambda u: key("USER", u.user_id), {"user_id": 5}),
        (lambda u: key("USER", u.user_id), {"user_id": "a#b"}),
        (lambda u: key("USER", u.user_id), {"user_id": ""}),
        (lambda u: key("USER", u.user_id), {"user_id": "x" * 2048}),
        (lambda u: key("USER", u.user_id), {"user_id": "u1", "nobody": 1}),
        (lambda u: key("USER", u.user_id), {"number": 1}),
        (lambda u: key("USER", u.user_id, u.nickname or ""), {"user_id": "u1", "nickname": None}),
        (lambda u: u.number, {"number": 1}),
        (lambda _: None, {}),
        (lambda u: 1 / 0, {}),
        (lambda u: u.nobody, {}),
    ],
)
def test_what_is_not_usual_is_left_to_the_careful_way(build: Any, fields: dict[str, Any]) -> None:
    assert entity(build)._quick.of_fields(fields) is None


def test_a_key_that_is_a_field_of_text_is_quick_and_one_of_numbers_is_not() -> None:
    named = Entity(Named, Table("things"))
    counted = Entity(Counted, Table("things"))
    assert (
        named._quick.of_item(Named("a", "b"))
        == named.encode_key({"PK": "a", "SK": "b"})
        == '{"PK":{"S":"a"},"SK":{"S":"b"}}'
    )
    assert counted._quick.of_item(Counted("a", 1)) is None
    assert counted.encode_key(Counted("a", 1)) == '{"PK":{"S":"a"},"SK":{"N":"1"}}'


def test_a_builder_that_fails_is_asked_again_and_named() -> None:
    failing = entity(lambda u: u.user_id.nobody)
    with pytest.raises(UsageError, match="the builder of PK raised"):
        failing.request(Put(User("u1")))
    with pytest.raises(UsageError, match="the builder of PK raised"):
        failing.request(Get(key={"user_id": "u1"}))


def test_a_view_of_known_fields_misses_the_others() -> None:
    with pytest.raises(UsageError, match="its key is incomplete: PK is built from field 'user_id'"):
        by_id.request(Get(key={"number": 1}))
