"""What a field's metadata can say, and codecs for types outside the table."""

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
"""What a field is for, where the library keeps its value by itself."""

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
    Return field metadata that says how a field is stored, and whether the library keeps its value.

    `alias` is the name of its attribute, `null=True` stores `None` as NULL, `epoch=True` stores a datetime as whole
    seconds since 1970 (what DynamoDB's time to live wants), `codec` stores it in a way of its own: see `codecs` for
    ready ones.
    `key_only=True` stores it in the key of the item alone, from where it is read: the key is a template with the field.

    `version=True` is for an `int` that counts the writes of the item, 0 before the first: a write of an item that was
    changed since it was read is refused with `StaleVersionError`, and nothing is written.
    `created_at=True` and `updated_at=True` are for a datetime, set to the moment when the command was built.

    `derived=True` is for a field that the class computes itself (`init=False`): it is written and never read.
    `rest=True` is for a dictionary that keeps every attribute that no other field has.

    It goes into the metadata of a field, or beside its type: `Annotated[datetime, stored(epoch=True)]`.

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
    """The part of a field's metadata that is meant for this library."""

    alias: str | None
    null: bool
    epoch: bool
    codec: FieldCodec[Any] | None
    role: Role | None = None
    key_only: bool = False
    """It is stored in the key alone, and read from there."""
    derived: bool = False
    """The class computes it: it is written, and never read."""
    rest: bool = False
    """It keeps the attributes that no other field has."""


def metadata_of(given: Mapping[str, Any]) -> Metadata:
    """Read what `stored(...)` says of a field."""
    alias = given.get("alias")
    codec: FieldCodec[Any] | None = given.get("codec")
    if alias is not None and not (alias and is_text(alias)):
        raise DefinitionError("its alias is no attribute name: text that is not empty")
    if not isinstance(codec, (FieldCodec, type(None))):  # pyright: ignore[reportUnnecessaryIsInstance]  # from outside
        raise DefinitionError("its codec is none: make one with FieldCodec(stored_as=..., encode=..., decode=...)")
    said = {name: bool(given.get(name, False)) for name in ("null", "epoch", "key_only", "derived", "rest")}
    if codec is not None and said["epoch"]:
        raise DefinitionError("epoch=True and a codec are two ways to store one value: give one of them")
    return Metadata(alias, codec=codec, role=_role(given), **said)


def _role(given: Mapping[str, Any]) -> Role | None:
    roles: list[Role] = [role for role in ROLES if given.get(role)]
    if len(roles) > 1:
        raise DefinitionError(f"{' and '.join(f'{role}=True' for role in roles)}: a field can be one of these")
    return roles[0] if roles else None
