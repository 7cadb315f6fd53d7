"""
Views: what a function that builds a key sees instead of an item, with only the fields that are known.

A field that is not known is reported by name, and what was read is remembered.
"""

from __future__ import annotations

import inspect
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, ClassVar, Final, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.codec import Codec


class MissingFieldError(Exception):
    """A builder asked for a field that is not known."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class _Unknown:
    """The value of a field that only DynamoDB will know, such as the sum of an `add`."""


UNKNOWN: Final = _Unknown()


class UnknownFieldError(MissingFieldError):
    """A builder asked for a field whose new value only DynamoDB will know."""


class UndeclaredFieldError(Exception):
    """A function asked for a field that `reads=` of `computed` does not name."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


class Declared(dict[str, Any]):
    """Values of the fields that `computed` declares to read; any other field is refused."""

    __slots__ = ("names",)

    def __init__(self, values: Mapping[str, Any], names: frozenset[str]) -> None:
        super().__init__((name, value) for name, value in values.items() if name in names)
        self.names = names

    def __missing__(self, name: str) -> NoReturn:
        raise KeyError(name) if name in self.names else UndeclaredFieldError(name)


class View(SimpleNamespace):
    """
    Some fields of an item, under their own names; properties and methods of the schema work on it.

    Made directly it has fields that are known to be fields, with their values: every key is built of one, and this is
    the quickest way to an object with a few attributes. `of` makes it of any fields.

    It passes as an item of the schema: a builder that asks what class it is gets the same answer for both. Of a union
    of classes the tag gives that answer, so without the tag a builder that asks is one that misses a field.
    """

    __slots__ = ()

    __codec: Codec[Any]
    """One for each class that is made below."""
    __values: Mapping[str, Any] = {}
    """Beside those that are attributes."""
    __read: set[str] | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], read: set[str] | None) -> Self:
        """Return a view that adds what is read from it to *read*."""
        view = cls()
        view.__values = values
        view.__read = read
        if read is None:  # nobody asks what is read, so what is known is found without a call
            fields = cls.__codec.fields
            view.__dict__.update({n: value for n, value in values.items() if value is not UNKNOWN and n in fields})
        return view

    def __what(self) -> type[Any]:
        if self.__codec.tag is not None:
            raise self.__missing(self.__codec.tag)
        return self.__codec.schema

    __class__ = property(__what)  # pyright: ignore[reportIncompatibleMethodOverride]

    def __getattr__(self, name: str) -> Any:
        if name in self.__codec.fields:
            self.__note(name)
            return _known(name, self.__values)
        return self.__inherited(name)

    def __note(self, name: str) -> None:
        if self.__read is not None:
            self.__read.add(name)

    def __inherited(self, name: str) -> Any:
        owner = _owner(self.__codec, name)
        if owner is None:
            raise self.__missing(str(self.__codec.tag))
        attribute = inspect.getattr_static(owner, name, None)
        if isinstance(attribute, property) and attribute.fget is not None:
            return attribute.fget(self)
        if callable(getattr(attribute, "__get__", None)):
            return attribute.__get__(self, type(self))
        return getattr(owner, name)

    def __missing(self, tag: str) -> MissingFieldError:
        self.__note(tag)
        is_unknown = self.__values.get(tag) is UNKNOWN
        return UnknownFieldError(tag) if is_unknown else MissingFieldError(tag)


class DictView:
    """
    Some members of an item that is a dictionary, as its `TypedDict` names them.

    It has what a builder can do with one member; one that takes the whole dictionary would see what is not known.
    """

    __slots__ = ("_read", "_values")

    codec: ClassVar[Codec[Any]]
    """One for each class that is made below."""

    def __init__(self, /, **values: Any) -> None:
        self._values: Mapping[str, Any] = values
        self._read: set[str] | None = None

    @classmethod
    def of(cls, values: Mapping[str, Any], read: set[str] | None) -> Self:
        """Return a view that adds what is read from it to *read*."""
        view = cls()
        view._values = values
        view._read = read
        return view

    def __what(self) -> type[Any]:
        return dict

    __class__ = property(__what)  # pyright: ignore[reportIncompatibleMethodOverride]

    def __getitem__(self, name: str) -> Any:
        if name not in self.codec.fields:
            raise KeyError(name)
        if self._read is not None:
            self._read.add(name)
        return _known(name, self._values)

    def get(self, name: str, default: Any = None) -> Any:
        """Return a member; one that is not known may be there, so it is asked for as any other."""
        value = self[name]
        return default if value is None else value

    def __contains__(self, name: str) -> bool:
        return name in self.codec.fields and self[name] is not None

    def __iter__(self) -> NoReturn:
        raise AttributeError("an item as a whole; take each member by its name")


def _owner(codec: Codec[Any], name: str) -> type[Any] | None:
    """Return a class that has this attribute as an item has it, `None` if that depends on the item's class."""
    first, *others = (member.schema for member in codec.members)
    attribute = inspect.getattr_static(first, name, None)
    return first if all(inspect.getattr_static(cls, name, None) is attribute for cls in others) else None


def _known(name: str, values: Mapping[str, Any]) -> Any:
    try:
        value = values[name]
    except KeyError:
        raise MissingFieldError(name) from None
    if value is UNKNOWN:
        raise UnknownFieldError(name)
    return value


def view_of(codec: Codec[Any], values: Mapping[str, Any], read: set[str] | None = None) -> View | DictView:
    """
    Return a view that names its class as an item of the schema does, for builders that write it into a key.

    What is read from it is added to *read*.
    """
    return view_class(codec.told_by(values)).of(values, read)


def view_class(codec: Codec[Any]) -> type[View | DictView]:
    """Return the class of views of items of a codec, under the name of theirs."""
    found = _views.get(codec)
    return _views.setdefault(codec, _view_class(codec)) if found is None else found


def _view_class(codec: Codec[Any]) -> type[View | DictView]:
    members = {"__slots__": (), "__module__": codec.members[0].schema.__module__}
    if codec.item_class is dict:
        return type(codec.name, (DictView,), {**members, "codec": codec})
    itself = {"__eq__": object.__eq__, "__hash__": object.__hash__}  # a namespace is compared by what is in it
    return type(codec.name, (View,), {**members, **itself, "_View__codec": codec})


_views: Final[dict[Codec[Any], type[View | DictView]]] = {}
