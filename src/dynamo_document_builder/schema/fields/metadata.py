"""What a field's metadata can say, and codecs for types outside the table."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Generic, Literal, TypeAlias, TypeGuard, TypeVar
from uuid import UUID

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.annotations.hints import unwrapped
from dynamo_document_builder.schema.fields.marks import MARK, Said
from dynamo_document_builder.schema.type_guards import is_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")
Role: TypeAlias = Literal["version", "created_at", "updated_at"]
"""What a field is for, where the library keeps its value by itself."""

ROLES: Final[tuple[Role, ...]] = ("version", "created_at", "updated_at")


class FieldCodec(Struct, Generic[T], frozen=True, kw_only=True):
    """
    How values of a type outside the table are stored: as a type inside it, through two functions.

    Example:
        >>> as_text = FieldCodec(stored_as=str, encode=str, decode=IPv4Address)

    """

    stored_as: Any
    """An annotation of the value table: `str`, `int`, `Decimal`, `dict[str, str]`, ..."""
    encode: Callable[[T], Any]
    """Turns a value into what is stored."""
    decode: Callable[[Any], T]
    """Turns what is stored into a value."""
    keeps_order: bool | None = None
    """
    Whether what is stored sorts as the values do; where it does not, comparisons by order are refused.

    Where this is not said, they are taken for what is stored as a number, and for text of text.
    """
    rounded: Callable[[T, bool], T] | None = None
    """
    Returns the nearest value that can be stored, not above the given one, or with `True` not below it.

    For codecs that refuse values finer than what is stored: comparisons by order take them so.
    """


def is_codec(value: object) -> TypeGuard[FieldCodec[Any]]:
    """Tell whether a value is a codec."""
    return isinstance(value, FieldCodec)


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
    return Said(
        {MARK: Said({name: value for name, value in given.items() if value is not None and value is not False})}
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


_BY_THEMSELVES: Final = frozenset(
    {str, int, float, Decimal, bool, bytes, datetime, date, time, UUID, object}
    | {list, tuple, dict, set, frozenset, type(None)}
)
_codecs: Final[dict[type, FieldCodec[Any]]] = {}
_used: Final[set[type]] = set()
_lock: Final = Lock()


def register_codec(
    type_: type[T],
    *,
    stored_as: Any,
    encode: Callable[[T], Any],
    decode: Callable[[Any], T],
    keeps_order: bool | None = None,
    rounded: Callable[[T, bool], T] | None = None,
) -> None:
    """
    Store every value of a type outside the table as a type inside it.

    Register before the first entity that uses the type is defined: what is stored must not depend on the order of
    imports. `keeps_order` says whether what is stored sorts as the values do, see `FieldCodec`.

    Example:
        >>> register_codec(IPv4Address, stored_as=str, encode=str, decode=IPv4Address)

    """
    codec = FieldCodec(stored_as=stored_as, encode=encode, decode=decode, keeps_order=keeps_order, rounded=rounded)
    if not isinstance(type_, type):  # pyright: ignore[reportUnnecessaryIsInstance]  # callers without a type checker
        raise DefinitionError(
            f"a codec is registered for a class, not for {type_!r}; metadata gives one to a single field"
        )
    if unwrapped(type_) in _BY_THEMSELVES:
        raise DefinitionError(
            f"{type_.__name__} is stored already; a field's metadata can give that field another codec"
        )
    with _lock:
        if _codecs.get(type_) == codec:
            return
        if type_ in _codecs:
            raise DefinitionError(f"{type_.__name__} has another codec already")
        if type_ in _used:
            raise DefinitionError(f"a schema that uses {type_.__name__} is in use already; register its codec before")
        _codecs[type_] = codec


def registered(type_: type, *, stored_anyway: bool) -> FieldCodec[Any] | None:
    """Return the codec of a type; if there is one, or the type is stored without, that cannot change from now on."""
    with _lock:
        codec = _codecs.get(type_)
        if stored_anyway or codec is not None:
            _used.add(type_)
        return codec
