"""The options of a field: `stored(...)` for users, and `Metadata`, the checked form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.fields.field_codec import FieldCodec
from dynamo_document_builder.schema.fields.marks import MARK, StoredMarks
from dynamo_document_builder.schema.type_guards import is_text

if TYPE_CHECKING:
    from collections.abc import Mapping

Role: TypeAlias = Literal["version", "created_at", "updated_at"]
"""A purpose for which the library sets the value of a field."""

ROLES: Final[tuple[Role, ...]] = ("version", "created_at", "updated_at")


def stored(
    *,
    alias: str | None = None,
    null: bool = False,
    epoch: bool = False,
    codec: FieldCodec[Any] | None = None,
    key_only: bool = False,
    version: bool = False,
    created_at: bool = False,
    updated_at: bool = False,
    derived: bool = False,
    rest: bool = False,
) -> Mapping[str, Any]:
    """
    Return field metadata: how a field is stored, and whether the library sets its value.

    Pass the result as the field's metadata, or in the annotation: `Annotated[datetime, stored(epoch=True)]`.

    - `alias`: the name of the attribute. Default: the name of the field.
    - `null=True`: stores `None` as NULL. By default, `None` is not stored.
    - `epoch=True`: stores a datetime as whole seconds since 1970, the format of DynamoDB's time to live.
    - `codec`: stores the value in another format. The module `codecs` has ready-made codecs.
    - `key_only=True`: stores the value in the key of the item only. The key must be a template that contains the field.
    - `version=True`: for an `int` that counts the writes of an item, 0 before the first write. A write of an item that
      changed since you read the item raises `StaleVersionError`, and nothing is written.
    - `created_at=True` and `updated_at=True`: for a datetime. The library sets the time when the command was built.
    - `derived=True`: for a field with `init=False` that the class computes. The field is written and never read.
    - `rest=True`: for a dictionary that holds every attribute without a field.

    Raises:
        DefinitionError: by the entity that uses the field, if an option does not fit the type of the field.

    Example:
        >>> user_id: str = field(metadata=stored(alias="userId"))
        >>> version: int = field(default=0, metadata=stored(version=True))

    """
    given = {
        "alias": alias,
        "null": null,
        "epoch": epoch,
        "codec": codec,
        "key_only": key_only,
        "version": version,
        "created_at": created_at,
        "updated_at": updated_at,
        "derived": derived,
        "rest": rest,
    }
    return StoredMarks(
        {MARK: StoredMarks({name: value for name, value in given.items() if value is not None and value is not False})}
    )


class Metadata(Struct, frozen=True):
    """The checked options of one field."""

    alias: str | None
    null: bool
    epoch: bool
    codec: FieldCodec[Any] | None
    role: Role | None = None
    key_only: bool = False
    """The value is stored in the key only, and read from the key."""
    derived: bool = False
    """The class computes the value: it is written, and never read."""
    rest: bool = False
    """The field holds the attributes that have no field."""


def metadata_of(given: Mapping[str, Any]) -> Metadata:
    """Check the options of a field, and return them."""
    alias = given.get("alias")
    codec: FieldCodec[Any] | None = given.get("codec")
    if alias is not None and not (alias and is_text(alias)):
        raise DefinitionError("alias= must be text that is not empty")
    if not isinstance(codec, (FieldCodec, type(None))):  # pyright: ignore[reportUnnecessaryIsInstance]  # from outside
        raise DefinitionError(
            "codec= must be a FieldCodec: make one with FieldCodec(stored_as=..., encode=..., decode=...)"
        )
    flags = {name: bool(given.get(name, False)) for name in ("null", "epoch", "key_only", "derived", "rest")}
    if codec is not None and flags["epoch"]:
        raise DefinitionError("epoch=True and codec= cannot be combined: pass one of them")
    return Metadata(alias, codec=codec, role=_role(given), **flags)


def _role(given: Mapping[str, Any]) -> Role | None:
    roles: list[Role] = [role for role in ROLES if given.get(role)]
    if len(roles) > 1:
        raise DefinitionError(
            f"{' and '.join(f'{role}=True' for role in roles)}: a field can have one of these; keep one"
        )
    return roles[0] if roles else None
