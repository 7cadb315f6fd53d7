"""None, absent and NULL are three things; and what a field is when its attribute is not there."""

from typing import Any

import pytest
from attrs import Factory, define, field, frozen

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.metadata import stored
from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import read, refused, unreadable, written


@frozen
class Inner:
    city: str | None = None


@frozen
class Profile:
    name: str | None
    email: str | None = "nobody@example.com"
    phone: str | None = field(default=None, metadata=stored(null=True))
    inner: Inner | None = None
    inners: list[Inner | None] = Factory(list)


FULL = {"phone": {"NULL": True}, "inners": {"L": []}}


def test_none_in_an_optional_field_is_left_out_and_read_back_as_none() -> None:
    item = Profile(None, email=None)
    assert written(item) == FULL
    assert read(Profile, FULL) == item


def test_none_in_a_field_that_asks_for_it_is_null() -> None:
    assert written(Profile("a", None, "1"))["phone"] == {"S": "1"}
    assert written(Profile("a", None, None))["phone"] == {"NULL": True}


def test_a_stored_null_is_none_in_every_optional_field() -> None:
    null = {"NULL": True}
    item = read(Profile, {"name": null, "email": null, "phone": null, "inner": null, "inners": {"L": [null]}})
    assert item == Profile(None, None, None, None, [None])


def test_none_inside_a_list_is_null_because_its_place_counts() -> None:
    item = Profile("a", None, inners=[None, Inner()])
    assert written(item)["inners"] == {"L": [{"NULL": True}, {"M": {}}]}
    assert read(Profile, written(item)) == item


@pytest.mark.parametrize("annotation", [str | None, list[str] | None, Inner | None, int | str | None, Any | None])
def test_every_optional_kind_is_absent_null_or_a_value(annotation: Any) -> None:
    cls = define(type("Cls", (), {"__annotations__": {"value": annotation}}))
    assert written(cls(None)) == {}
    assert read(cls, {}) == read(cls, {"value": {"NULL": True}}) == cls(None)


@define
class Defaults:
    plain: int = 5
    made: list[str] = Factory(list)
    of_others: int = Factory(lambda self: self.plain + 1, takes_self=True)
    null: str | None = field(default="x", metadata=stored(null=True))
    names: set[str] = Factory(lambda: {"root"})
    numbers: frozenset[int] = frozenset({1})


def test_an_absent_attribute_gives_the_default() -> None:
    item = read(Defaults, {"plain": {"N": "7"}})
    assert (item.plain, item.made, item.of_others, item.null) == (7, [], 8, "x")
    assert read(Defaults, {}).of_others == 6


def test_every_object_has_a_default_of_its_own() -> None:
    read(Defaults, {}).made.append("a")
    assert read(Defaults, {}).made == []


def test_a_set_that_was_emptied_stays_empty_whatever_its_default() -> None:
    item = Defaults(names=set(), numbers=frozenset())
    assert "names" not in written(item)
    back = read(Defaults, written(item))
    assert back == item
    assert (type(back.names), type(back.numbers)) == (set, frozenset)


def test_an_empty_stored_set_of_another_tool_is_read_as_empty() -> None:
    assert read(Defaults, {"names": {"SS": []}}).names == set()


def test_a_set_without_a_default_may_be_absent_and_nothing_else_may() -> None:
    @frozen
    class Tagged:
        tags: set[str]
        names: list[str]

    assert written(Tagged(set(), [])) == {"names": {"L": []}}
    assert unreadable(Tagged, {}) == ["names: expected list[str], found nothing stored"]


def test_a_set_that_may_be_none_cannot_be_empty_too() -> None:
    @frozen
    class Tagged:
        tags: set[str] | None = None
        more: set[str] | None = field(default=None, metadata=stored(null=True))

    assert written(Tagged()) == {"more": {"NULL": True}}
    assert read(Tagged, written(Tagged())) == Tagged()
    assert [failure.partition(":")[0] for failure in refused(Tagged(set(), set()))] == ["tags", "more"]


def test_null_is_only_for_a_field_that_may_be_none() -> None:
    @frozen
    class Wrong:
        name: str = field(metadata=stored(null=True))

    with pytest.raises(
        DefinitionError, match=r"schema 'Wrong', field 'name': null=True is for a field that may be None"
    ):
        codec_of(Wrong)


def test_an_item_with_nothing_in_it_is_written_as_nothing() -> None:
    assert codec_of(Inner).encode(Inner()) == ""
    assert read(Inner, {}) == Inner()
