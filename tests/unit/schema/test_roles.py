"""Fields the library keeps by itself: which fields can be, and what is said of those that cannot."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, NewType

import attrs
import pytest
from attrs import field, frozen

from dynamo_document_builder import FieldCodec, stored
from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.roles import roles_in
from dynamo_document_builder.schema.items.registry import codec_of

Version = NewType("Version", int)


@frozen
class Kept:
    kept_id: str
    version: int = field(default=0, metadata=stored(version=True, alias="v"))
    born: datetime | None = field(default=None, metadata=stored(created_at=True))
    changed: datetime = field(factory=lambda: datetime.now(UTC), metadata=stored(updated_at=True, epoch=True))


def one(annotation: Any, metadata: dict[str, Any], **more: Any) -> type[Any]:
    cls = attrs.make_class("Thing", {"kept": field(metadata=metadata, **more)})
    cls.__annotations__ = {"kept": annotation}
    return cls


def test_the_roles_of_a_schema_are_found_by_their_metadata() -> None:
    roles = roles_in(codec_of(Kept).fields)
    assert roles is not None
    assert roles.version is codec_of(Kept).fields["version"]
    assert roles.created_at is codec_of(Kept).fields["born"]
    assert roles.updated_at is codec_of(Kept).fields["changed"]


def test_a_schema_without_them_has_none() -> None:
    @frozen
    class Plain:
        version: int = 0
        created_at: datetime | None = None

    assert roles_in(codec_of(Plain).fields) is None


@pytest.mark.parametrize(
    ("annotation", "role"),
    [
        (int, "version"),
        (Version, "version"),
        (Annotated[int, "counts"], "version"),
        (datetime, "created_at"),
        (datetime | None, "created_at"),
        (datetime, "updated_at"),
        (datetime | None, "updated_at"),
    ],
)
def test_a_field_of_the_right_type_takes_its_role(annotation: Any, role: str) -> None:
    assert roles_in(codec_of(one(annotation, stored(**{role: True}))).fields) is not None


@pytest.mark.parametrize(
    ("annotation", "metadata", "said"),
    [
        (int | None, stored(version=True), "version=True needs an int that is never None"),
        (str, stored(version=True), "version=True needs an int"),
        (bool, stored(version=True), "version=True needs an int"),
        (float, stored(version=True), "version=True needs an int"),
        (int | str, stored(version=True), "version=True needs an int"),
        (int, stored(created_at=True), "created_at=True needs a datetime"),
        (date, stored(created_at=True), "created_at=True needs a datetime"),
        (str | None, stored(updated_at=True), "updated_at=True needs a datetime"),
        (list[datetime], stored(updated_at=True), "updated_at=True needs a datetime"),
        (
            int,
            stored(version=True, updated_at=True),
            "version=True and updated_at=True: a field can have one of these; keep one",
        ),
        (datetime, stored(created_at=True, updated_at=True), "created_at=True and updated_at=True"),
        (datetime | None, stored(updated_at=True, null=True), "null=True cannot be used with updated_at=True"),
        (
            datetime,
            stored(updated_at=True, codec=FieldCodec(stored_as=str, encode=str, decode=str)),
            "updated_at=True needs a datetime",
        ),
    ],
)
def test_a_field_that_cannot_have_its_role_is_refused(annotation: Any, metadata: dict[str, Any], said: str) -> None:
    with pytest.raises(DefinitionError, match=f"^schema 'Thing', field 'kept': {said}"):
        codec_of(one(annotation, metadata))


def test_a_field_that_init_does_not_take_is_refused() -> None:
    with pytest.raises(DefinitionError, match="field 'kept': version=True needs a field that __init__ takes"):
        codec_of(one(int, stored(version=True), init=False, default=0))


@pytest.mark.parametrize(("role", "annotation"), [("version", int), ("created_at", datetime), ("updated_at", datetime)])
def test_two_fields_of_one_role_are_refused(role: str, annotation: Any) -> None:
    cls = attrs.make_class(
        "Thing", {"one": field(metadata=stored(**{role: True})), "other": field(metadata=stored(**{role: True}))}
    )
    cls.__annotations__ = {"one": annotation, "other": annotation}
    with pytest.raises(DefinitionError, match=f"^schema 'Thing': fields 'one' and 'other' are both {role}=True"):
        codec_of(cls)


def test_the_metadata_of_another_library_is_left_alone() -> None:
    assert roles_in(codec_of(one(str, {"version": "2.1", "created_at": 5})).fields) is None
