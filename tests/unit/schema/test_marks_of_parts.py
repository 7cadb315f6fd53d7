"""What `stored(...)` says where only a whole item, or a whole field, could hear it: it is refused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, Any, TypedDict

import attrs
import msgspec
import pydantic
import pytest

from dynamo_document_builder import DefinitionError, codecs, stored
from dynamo_document_builder.schema.items.registry import codec_of

VERSION = Annotated[int, stored(version=True)]
CREATED = Annotated[datetime | None, stored(created_at=True)]
UPDATED = Annotated[datetime | None, stored(updated_at=True)]


def parts(annotation: Any, default: Any) -> list[Any]:
    """Return classes of each library with one field."""
    return [
        attrs.make_class("Part", {"x": attrs.field(type=annotation, default=default)}),
        pydantic.create_model("Part", x=(annotation, default)),
        msgspec.defstruct("Part", [("x", annotation, default)]),
        TypedDict("Part", {"x": annotation}),
    ]


@pytest.mark.parametrize(
    ("role", "part"),
    [
        (role, part)
        for role, annotation, default in [
            ("version", VERSION, 0),
            ("created_at", CREATED, None),
            ("updated_at", UPDATED, None),
        ]
        for part in parts(annotation, default)
    ],
)
def test_a_part_of_an_item_has_no_field_that_the_library_keeps(role: str, part: Any) -> None:
    for place in (part, part | None if isinstance(part, type) and part.__base__ is not dict else part, list[part]):
        whole = attrs.make_class("Whole", {"part": attrs.field(type=place)})
        with pytest.raises(DefinitionError, match=f"part of an item has no {role}"):
            codec_of(whole)
    codec_of(part)


@dataclass
class Tree:
    version: VERSION = 0
    children: list[Tree] = field(default_factory=list)


def test_a_class_inside_itself_keeps_what_the_whole_item_has() -> None:
    assert codec_of(Tree).encode(Tree(1, [Tree(2)]))


@pytest.mark.parametrize("said", [{"key_only": True}, {"null": True}, {"alias": "y"}, {"version": True}])
def test_marks_of_a_field_are_refused_inside_a_container(said: dict[str, Any]) -> None:
    marked = Annotated[int, stored(**said)]
    for annotation in (list[marked], dict[str, marked], set[marked], tuple[marked, int], list[marked | None]):
        schema = attrs.make_class("Schema", {"x": attrs.field(type=annotation)})
        with pytest.raises(DefinitionError, match="move the other options to the field"):
            codec_of(schema)


def test_a_way_to_store_values_is_heard_inside_a_container() -> None:
    schema = attrs.make_class("Schema", {"x": attrs.field(type=list[Annotated[datetime, stored(epoch=True)]])})
    moment = datetime(1970, 1, 1, tzinfo=UTC)
    assert codec_of(schema).encode(schema([moment])) == '"x":{"L":[{"N":"0"}]}'


def test_a_codec_and_epoch_are_not_both_heard_so_that_they_are_refused() -> None:
    both = stored(codec=codecs.iso("seconds"), epoch=True)
    for annotation in (Annotated[datetime, both], list[Annotated[datetime, both]]):
        with pytest.raises(DefinitionError, match="epoch=True and codec= cannot be combined"):
            codec_of(attrs.make_class("Schema", {"x": attrs.field(type=annotation)}))
