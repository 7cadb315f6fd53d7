"""Dataclasses and typed dictionaries."""

from __future__ import annotations

import dataclasses
from typing import Annotated, Any, Generic, NotRequired, TypedDict, TypeVar

import pytest

from dynamo_document_builder import DefinitionError, stored
from tests.unit.schema.libraries.trips import back, entity_of, read, refused, written

T = TypeVar("T")


@dataclasses.dataclass
class Job:
    name: Annotated[str, stored(null=False)] = dataclasses.field(metadata=stored(alias="called"))
    seed: dataclasses.InitVar[int] = 3
    state: str = dataclasses.field(default="new", init=False)
    note: Annotated[str | None, stored(null=True)] = dataclasses.field(default=None, metadata=stored(alias="n"))


def test_what_init_does_not_take_is_restored_and_all_marks_are_heard() -> None:
    job = Job("a")
    job.state = "done"
    assert written(job) == {"called": {"S": "a"}, "state": {"S": "done"}, "n": {"NULL": True}}
    assert back(job) == job


@dataclasses.dataclass
class Needing:
    name: str
    seed: dataclasses.InitVar[int]

    def __post_init__(self, seed: int) -> None: ...


@dataclasses.dataclass
class Adding:
    count: int

    def __post_init__(self) -> None:
        self.count += 1


@dataclasses.dataclass
class Base:
    a: int


class Undecorated(Base):
    more: int = 0


@dataclasses.dataclass(init=False)
class Own:
    a: int

    def __init__(self, b: int) -> None:
        self.a = b


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        (Needing, "cannot be called with its fields"),
        (Own, "cannot be called with its fields"),
        (Undecorated, "decorate the class with dataclass"),
        (dataclasses.make_dataclass("D", [("a", int, dataclasses.field(default=None))]), "its default does not fit"),
        (
            dataclasses.make_dataclass("D", [("a", int, dataclasses.field(metadata=stored(derived=True)))]),
            "derived=True is for a field that the class computes",
        ),
    ],
)
def test_a_class_that_cannot_be_made_again_is_refused_where_it_is_defined(schema: Any, said: str) -> None:
    with pytest.raises(DefinitionError, match=said):
        entity_of(schema)


def test_a_hook_that_changes_the_object_is_refused() -> None:
    assert "count: expected a value that is read back unchanged" in refused(Adding(1))


@dataclasses.dataclass
class Box(Generic[T]):
    value: T


@dataclasses.dataclass(slots=True, frozen=True, kw_only=True)
class Holder:
    box: Box[int]
    left_out: int = dataclasses.field(default=1, compare=False)


def test_generic_classes_and_fields_left_out_of_eq_are_kept() -> None:
    item = Holder(box=Box(1), left_out=7)
    assert back(item).left_out == 7
    assert back(item) == item


class Line(TypedDict):
    name: str
    note: NotRequired[str | None]
    tags: NotRequired[set[str]]
    inner: NotRequired[Named]


class Named(TypedDict):
    name: Annotated[str, stored(alias="n")]


def test_a_missing_key_is_not_a_none() -> None:
    assert written({"name": "a", "note": None}, Line) == {"name": {"S": "a"}, "note": {"NULL": True}}
    for item in ({"name": "a"}, {"name": "a", "note": None}, {"name": "a", "tags": {"x"}, "inner": {"name": "b"}}):
        assert back(item, Line) == item
    assert written({"name": "a", "inner": {"name": "b"}}, Line)["inner"] == {"M": {"n": {"S": "b"}}}
    assert "empty set" in refused({"name": "a", "tags": set()}, Line)
    assert read(Line, {"name": {"S": "a"}}) == {"name": "a"}
