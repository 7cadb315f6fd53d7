"""
What a key builder sees instead of an item: a view with only the fields that are known, which remembers what was read.

Builders are plain callables over the item, so the only way to learn what they need is to let them ask.
"""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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


class View:
    """Some fields of an item, under their own names; properties and methods of the schema work on it."""

    __slots__ = ("__codec", "__read", "__values")

    def __init__(self, codec: Codec[Any], values: Mapping[str, Any], read: set[str]) -> None:
        self.__codec = codec
        self.__values = values
        self.__read = read

    def __getattr__(self, name: str) -> Any:
        if name in self.__codec.fields:
            self.__read.add(name)
            return _known(name, self.__values)
        return self.__inherited(name)

    def __inherited(self, name: str) -> Any:
        attribute = inspect.getattr_static(self.__codec.schema, name, None)
        if isinstance(attribute, property) and attribute.fget is not None:
            return attribute.fget(self)
        if callable(getattr(attribute, "__get__", None)):
            return attribute.__get__(self, type(self))
        return getattr(self.__codec.schema, name)


def _known(name: str, values: Mapping[str, Any]) -> Any:
    if name not in values:
        raise MissingFieldError(name)
    if values[name] is UNKNOWN:
        raise UnknownFieldError(name)
    return values[name]


def fields_read(codec: Codec[Any], build: Callable[[Any], Any]) -> frozenset[str]:
    """
    Return the fields a builder may read.

    A builder's branches are not all taken on one item, so beside what it reads from a view that has nothing, every
    field its code names counts; one too many costs a clearer question, one too few a stale index.
    """
    return frozenset(_named_in(build) & codec.fields.keys()) | _first_reads(codec, build)


def _first_reads(codec: Codec[Any], build: Callable[[Any], Any]) -> frozenset[str]:
    read: set[str] = set()
    values: dict[str, Any] = {}
    for _ in codec.fields:
        try:
            build(View(codec, values, read))
        except MissingFieldError as missing:
            values[missing.field] = _Anything()
        except Exception:  # noqa: BLE001  a stand-in value did not suit the builder: what it read so far still counts
            break
        else:
            break
    return frozenset(read)


class _Anything(str):
    """A stand-in that passes as text, so that most builders run through."""

    __slots__ = ()

    def __new__(cls) -> Self:
        return super().__new__(cls, "x")


def _named_in(build: Callable[[Any], Any]) -> set[str]:
    code = getattr(build, "__code__", None)
    return _names(code) if isinstance(code, CodeType) else set()


def _names(code: CodeType) -> set[str]:
    inner = [const for const in code.co_consts if isinstance(const, CodeType)]
    return set(code.co_names).union(*map(_names, inner))
