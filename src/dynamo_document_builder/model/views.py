"""
What a key builder sees instead of an item: a view with only the fields that are known, which remembers what was read.

Builders are plain callables over the item, so the only way to learn what they need is to let them ask.
"""

from __future__ import annotations

import inspect
from types import CodeType
from typing import TYPE_CHECKING, Any, Final, Self, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from dis import Instruction

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
    """
    Some fields of an item, under their own names; properties and methods of the schema work on it.

    It passes as an item of the schema: a builder that asks what class it is gets the same answer for both.
    """

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


def view_of(codec: Codec[Any], values: Mapping[str, Any], read: set[str]) -> View:
    """Return a view that names its class as an item of the schema does, for builders that write it into a key."""
    schema = codec.schema
    view = _views.get(schema)
    if view is None:
        members = {"__slots__": (), "__module__": schema.__module__, "__class__": property(lambda _: schema)}
        view = _views[schema] = cast("type[View]", type(schema.__name__, (View,), members))
    return view(codec, values, read)


_views: Final[dict[type[Any], type[View]]] = {}


def fields_read(codec: Codec[Any], build: Callable[[Any], Any]) -> frozenset[str]:
    """
    Return the fields a builder may read.

    A builder's branches are not all taken on one item. So beside what it reads from a view that has nothing, every
    attribute that its code takes of the item counts.
    """
    return (_taken_in(codec, build) & codec.fields.keys()) | _first_reads(codec, build)


def _first_reads(codec: Codec[Any], build: Callable[[Any], Any]) -> frozenset[str]:
    read: set[str] = set()
    values: dict[str, Any] = {}
    for _ in codec.fields:
        try:
            build(view_of(codec, values, read))
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


def _taken_in(codec: Codec[Any], build: object) -> frozenset[str]:
    code = getattr(build, "__code__", None)
    if not isinstance(code, CodeType) or not code.co_argcount:
        return frozenset()
    taken = frozenset(
        _attributes_of(code.co_varnames[code.co_argcount - 1 if code.co_varnames[0] == "self" else 0], code)
    )
    return taken.union(*(_taken_in(codec, _getter(codec, name)) for name in taken - codec.fields.keys()))


def _getter(codec: Codec[Any], name: str) -> object:
    attribute = inspect.getattr_static(codec.schema, name, None)
    return attribute.fget if isinstance(attribute, property) else None


def _attributes_of(variable: str, code: CodeType) -> Iterator[str]:
    import dis  # noqa: PLC0415  asked once per builder, and only where updates meet keys

    before = None
    for step in dis.get_instructions(code):
        if step.opname in {"LOAD_ATTR", "LOAD_METHOD"} and before is not None and _loads(before, variable):
            yield str(step.argval)
        before = step
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _attributes_of(variable, const)


def _loads(step: Instruction, variable: str) -> bool:
    # Newer versions load two variables at once and name both, the last one on top.
    return step.opname.startswith(("LOAD_FAST", "LOAD_DEREF")) and step.argrepr.split(", ")[-1] == variable
