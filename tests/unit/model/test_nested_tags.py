"""What tells the class of a part of an item: an update leaves it as it is, or writes the whole part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

import msgspec
import pytest
from attrs import define
from pydantic import BaseModel, Field

from dynamo_document_builder import if_not_exists, remove
from tests.unit.schema.libraries.trips import not_updated, updated


class CatModel(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int = 9


class DogModel(BaseModel):
    kind: Literal["dog"] = "dog"
    breed: str = ""


class Model(BaseModel):
    pet: Annotated[CatModel | DogModel, Field(discriminator="kind")] = CatModel()
    more: dict[str, CatModel | DogModel] = {}
    other: list[CatModel | DogModel] = []
    maybe: CatModel | DogModel | None = None


@define
class Cat:
    kind: Literal["cat"] = "cat"
    lives: int = 9


@define
class Dog:
    kind: Literal["dog"] = "dog"
    breed: str = ""


@define
class Attrs:
    pet: Cat | Dog
    more: dict[str, Cat | Dog]
    other: list[Cat | Dog]
    maybe: Cat | Dog | None = None


@dataclass
class Data:
    pet: Cat | Dog
    more: dict[str, Cat | Dog]
    other: list[Cat | Dog]
    maybe: Cat | Dog | None = None


class CatStruct(msgspec.Struct, tag="cat", tag_field="kind"):
    lives: int = 9


class DogStruct(msgspec.Struct, tag="dog", tag_field="kind"):
    breed: str = ""


class Struct(msgspec.Struct):
    pet: CatStruct | DogStruct
    more: dict[str, CatStruct | DogStruct]
    other: list[CatStruct | DogStruct]
    maybe: CatStruct | DogStruct | None = None


@pytest.mark.parametrize("value", [remove(), "dog", if_not_exists("dog")], ids=["remove", "set", "begin"])
@pytest.mark.parametrize("path", ["pet.kind", "more.kind.kind", "other[0].kind", "maybe.kind"])
@pytest.mark.parametrize("cls", [Model, Attrs, Data, Struct])
def test_a_tag_is_neither_changed_nor_removed(cls: Any, path: str, value: Any) -> None:
    said = not_updated(cls, {path: value})
    assert "determines the class of its object" in said or "computed by its class" in said


@pytest.mark.parametrize(("cls", "pet"), [(Model, CatModel()), (Attrs, Cat()), (Data, Cat()), (Struct, CatStruct())])
def test_the_whole_part_and_its_other_fields_are_changed(cls: Any, pet: Any) -> None:
    assert updated(cls, {"pet": pet, "more.kind": pet, "maybe.lives": 3, "other[0].breed": "x"})
