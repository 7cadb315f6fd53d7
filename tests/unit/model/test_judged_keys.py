"""The key of an update that may create its item: its fields become those of the item, and are judged by the class."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest
from attrs import define, field, validators
from msgspec import Meta
from pydantic import BaseModel, Field, StringConstraints

from dynamo_document_builder import Entity, Table, Update, UsageError, item_exists, item_not_exists, stored

TABLE = Table("things")


class Model(BaseModel):
    id: Annotated[str, Field(max_length=2)]
    x: int = 0


class Apart(BaseModel):
    id: Annotated[str, Field(max_length=2), stored(key_only=True)]
    x: int = 0


class Struct(msgspec.Struct):
    id: Annotated[str, Meta(max_length=2)]
    x: int = 0


@define
class Attrs:
    id: str = field(validator=validators.max_len(2))
    x: int = 0


def request(cls: Any, key: Any, **options: Any) -> Any:
    entity: Entity[Any] = Entity(cls, TABLE, partition_key="U#{id}", sort_key="1")
    return entity.request(Update(key, updates={"x": 1}, **options)).payload


@pytest.mark.parametrize("cls", [Model, Apart, Struct, Attrs])
def test_a_key_that_the_class_refuses_is_refused_where_the_update_may_create(cls: Any) -> None:
    for options in ({}, {"condition": item_not_exists()}):
        with pytest.raises(UsageError, match="id: expected"):
            request(cls, {"id": "abc"}, **options)
    assert request(cls, {"id": "ab"})
    assert request(cls, {"id": "abc"}, condition=item_exists())
    assert request(cls, {"id": "abc"}, skip_validation=True)


class Lower(BaseModel):
    id: Annotated[str, StringConstraints(to_lower=True)]
    x: int = 0


def test_a_key_of_which_the_class_makes_another_is_refused() -> None:
    with pytest.raises(UsageError, match="id: expected a value that is read back unchanged"):
        request(Lower, {"id": "A"})
    assert request(Lower, {"id": "a"})
