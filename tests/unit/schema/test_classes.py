"""What attrs classes can do: private and keyword-only fields, converters, validators, their own `__init__`."""

from collections.abc import Callable
from decimal import Decimal
from functools import wraps
from typing import Any, Self

import attrs
import pytest
from attrs import Factory, define, field, frozen

from dynamo_document_builder.schema.items.registry import codec_of
from tests.unit.schema.round_trip import read, refused, unreadable, written

BOTH = pytest.mark.parametrize("trusted", [False, True])


@define
class Base:
    first: str
    _private: int = 1


@define
class Odd(Base):
    last: str = field(kw_only=True)
    other: str = field(default="o", alias="another", kw_only=True)
    _hidden: str = field(default="h", kw_only=True)
    shout: str = field(init=False)
    count: int = field(init=False, default=3)
    log: list[str] = field(init=False, factory=list)

    def __attrs_post_init__(self) -> None:
        self.shout = self.first.upper()


@BOTH
def test_inherited_private_renamed_and_keyword_only_fields_are_read_back(trusted: bool) -> None:
    item = Odd("a", 2, last="z", another="y", hidden="x")
    assert written(item)["_private"] == {"N": "2"}
    assert read(Odd, written(item), trusted=trusted) == item


@BOTH
def test_fields_that_init_does_not_take_are_written_and_restored_when_read(trusted: bool) -> None:
    item = Odd("a", last="z")
    item.count = 9
    assert written(item)["shout"] == {"S": "A"}
    assert written(item)["count"] == {"N": "9"}
    back = read(Odd, {**written(item), "shout": {"S": "changed"}}, trusted=trusted)
    assert (back.shout, back.count, back.log) == ("changed", 9, [])
    bare = read(Odd, {"first": {"S": "a"}, "last": {"S": "z"}}, trusted=trusted)
    assert (bare.shout, bare.count, bare.log) == ("A", 3, [])


def adult(_: object, __: object, value: int) -> None:
    if value < 18:
        raise ValueError(f"{value} is secret")


@define
class Person:
    age: int = field(validator=adult)
    name: str = field(default="n", converter=str.strip, validator=attrs.validators.min_len(1))
    tags: list[str] = Factory(list)
    doubled: int = Factory(lambda self: self.age * 2, takes_self=True)
    price: Decimal = field(default="1.5", converter=Decimal)
    seen: str = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.seen = f"seen {self.name}"


@define
class Family:
    head: Person


def young() -> Person:
    person = Person(20)
    with attrs.validators.disabled():
        person.age = 5
    return person


def test_validators_run_when_an_object_is_written() -> None:
    assert refused(young()) == ["age: expected a value its validator takes, found one it refuses with ValueError"]
    assert refused(Family(young())) == [
        "head.age: expected a value its validator takes, found one it refuses with ValueError"
    ]


def test_validators_run_when_an_object_is_read() -> None:
    refusal = "age: expected a value its validator takes, found one it refuses with ValueError"
    assert unreadable(Person, {"age": {"N": "5"}}) == [refusal]
    assert unreadable(Family, {"head": {"M": {"age": {"N": "5"}}}}) == [f"head.{refusal}"]


def test_a_post_init_that_refuses_is_named_by_its_class() -> None:
    @define
    class Checked:
        a: int

        def __attrs_post_init__(self) -> None:
            if self.a < 0:
                raise ValueError("secret")

    said = ["values that Checked can be made of", "values for which it raises ValueError"]
    assert unreadable(Checked, {"a": {"N": "-1"}}) == [f"expected {said[0]}, found {said[1]}"]


def test_a_subclass_with_fields_of_its_own_is_refused_because_they_would_be_lost() -> None:
    @define
    class More(Base):
        extra: int = 1

    @define
    class Same(Base):
        pass

    with pytest.raises(Exception, match="expected Base, found More, which has more fields"):
        codec_of(Base).encode(More("a"))
    assert codec_of(Base).encode(Same("a")) == codec_of(Base).encode(Base("a"))


def test_trusted_writing_and_reading_leave_validators_out_and_nothing_else() -> None:
    stored = written(young(), trusted=True)
    assert stored["age"] == {"N": "5"}
    back = read(Person, {"age": {"N": "5"}, "name": {"S": " x "}}, trusted=True)
    assert (back.age, back.name, back.tags, back.doubled, back.price) == (5, "x", [], 10, Decimal("1.5"))
    assert back.seen == "seen x"
    assert read(Family, {"head": {"M": {"age": {"N": "5"}}}}, trusted=True).head.age == 5


def test_trusted_values_are_still_checked_by_type() -> None:
    item: Any = young()
    item.age = 20
    item.name = "x"
    object.__setattr__(item, "tags", [1])
    with pytest.raises(Exception, match=r"tags\[0\]: expected str, found int"):
        written(item, trusted=True)


def test_converters_run_on_what_is_read() -> None:
    assert read(Person, {"age": {"N": "20"}, "name": {"S": " x "}}).name == "x"


def plus(value: int, self_: Any, _: Any) -> int:
    return value + int(self_.step)


@BOTH
def test_converters_that_take_the_object_run_too(trusted: bool) -> None:
    @define
    class Stepped:
        step: int = field(validator=attrs.validators.instance_of(int))
        value: int = field(converter=attrs.Converter(plus, takes_self=True, takes_field=True))

    assert read(Stepped, {"step": {"N": "2"}, "value": {"N": "1"}}, trusted=trusted).value == 3


@define
class OwnInit:
    name: str
    size: int = 1

    def __init__(self, text: str) -> None:
        name, _, size = text.partition(":")
        self.__attrs_init__(name, int(size))  # type: ignore[attr-defined]


def test_a_class_with_its_own_init_is_made_of_its_fields() -> None:
    item = OwnInit("a:2")
    assert read(OwnInit, written(item)) == item


def frozen_classes() -> list[Callable[..., Any]]:
    return [
        lambda cls: attrs.define(cls, slots=False),
        lambda cls: attrs.frozen(cls, slots=False),
        attrs.define,
        attrs.frozen,
        lambda cls: attrs.frozen(cls, kw_only=True),
        lambda cls: attrs.frozen(cls, cache_hash=True),
    ]


@BOTH
@pytest.mark.parametrize("decorate", frozen_classes())
def test_every_way_to_make_a_class_is_read_back(decorate: Callable[..., Any], trusted: bool) -> None:
    @decorate
    class Thing:
        a: str = field(validator=attrs.validators.instance_of(str))
        b: tuple[int, ...] = ()

    item = Thing(a="x", b=(1,))
    back = read(Thing, written(item), trusted=trusted)
    assert back == item
    if Thing.__hash__ is not None:
        assert hash(back) == hash(item)


@pytest.mark.parametrize("decorate", frozen_classes())
def test_a_class_that_only_stores_its_fields_is_read_back_as_its_init_makes_it(decorate: Callable[..., Any]) -> None:
    @decorate
    class Thing:
        a: str
        _b: int | None
        c: list[str] = field(factory=list)
        d: set[str] = field(factory=set)
        e: str = "e"

    full, bare = Thing(a="x", b=1, c=["y"], d={"z"}, e="w"), Thing(a="x", b=None)
    assert read(Thing, written(full)) == full
    one, other = (read(Thing, {"a": {"S": "x"}}) for _ in range(2))
    assert one == other == bare
    assert one.c is not other.c
    assert one.d is not other.d


made: list[str] = []


class Called(type):
    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        made.append(str(kwargs or args))
        return super().__call__(*args, **kwargs)


@define
class ByMetaclass(metaclass=Called):
    name: str


@define
class ByNew:
    name: str

    def __new__(cls, *args: Any, **kwargs: Any) -> Self:
        made.append(str(kwargs or args))
        return super().__new__(cls)


@define
class BeforeInit:
    name: str

    def __attrs_pre_init__(self) -> None:
        made.append("pre")


@frozen
class AfterInit:
    name: str

    def __attrs_post_init__(self) -> None:
        made.append(self.name)


@define
class WhenSet:
    name: str

    def __setattr__(self, name: str, value: object) -> None:
        made.append(name)
        object.__setattr__(self, name, value)


@define
class Wrapped:
    name: str


def watched(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def around(self: object, *args: Any, **kwargs: Any) -> None:
        made.append(str(kwargs or args))
        init(self, *args, **kwargs)

    return around


Wrapped.__init__ = watched(Wrapped.__init__)  # type: ignore[method-assign]


@BOTH
@pytest.mark.parametrize("schema", [ByMetaclass, ByNew, BeforeInit, AfterInit, WhenSet, Wrapped])
def test_what_a_class_does_when_it_is_made_is_done_when_it_is_read(schema: Any, trusted: bool) -> None:
    item = schema("x")
    assert len(made) == 1
    stored = written(item)
    made.clear()
    assert read(schema, stored, trusted=trusted) == item
    assert len(made) == 1
    made.clear()


def test_old_style_attributes_with_a_type_are_that_type() -> None:
    cls = attrs.make_class("Old", {"a": attrs.field(type=int), "b": attrs.field()})
    assert refused(cls("x", 1)) == ["a: expected int, found str"]
    assert read(cls, written(cls(1, ["any", 2]))) == cls(1, ["any", 2])


@frozen
class Node:
    value: int
    children: "list[Node]" = Factory(list)
    parent: "Node | None" = None
    other: "Node | str | None" = None
    by_name: "dict[str, Node]" = Factory(dict)


@BOTH
def test_a_class_inside_itself_is_read_back(trusted: bool) -> None:
    leaf = Node(3)
    item = Node(1, [Node(2, [leaf])], leaf, leaf, {"leaf": leaf})
    assert read(Node, written(item, trusted=trusted), trusted=trusted) == item


def test_what_does_not_fit_deep_inside_is_named_with_its_path() -> None:
    item: Any = Node(1, [Node(2, [Node("x")])])  # type: ignore[arg-type]
    assert refused(item) == ["children[0].children[0].value: expected int, found str"]
    wire = {"value": {"N": "1"}, "parent": {"M": {"value": {"S": "x"}}}}
    assert unreadable(Node, wire) == ["parent.value: expected int, found stored S"]


@frozen
class Left:
    right: "Right | None" = None


@frozen
class Right:
    left: "Left | None" = None


def test_classes_inside_each_other_are_read_back_from_either_side() -> None:
    for item in (Left(Right(Left())), Right(Left(Right()))):
        assert read(type(item), written(item)) == item


def test_the_code_of_a_class_is_made_once_whoever_asks() -> None:
    assert codec_of(Left) is codec_of(Left)
    assert codec_of(Left).kind.member("right") is codec_of(Left).fields["right"]
