"""How a generated function makes an object of the values that it has read."""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final, cast

import attrs
from msgspec import Struct

from dynamo_document_builder.schema.members import is_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.schema.source import Source

_CACHED_HASH: Final = "_attrs_cached_hash"
"""Where a class made with `cache_hash=True` looks for its hash; its `__init__` makes the place."""
_BY_ATTRS: Final = "<attrs generated "
"""Begins the name of the file that code written by attrs claims to be from."""
_FROZEN: Final = "_frozen_setattrs"
"""What attrs calls the `__setattr__` of its frozen classes."""


class Making(Struct, frozen=True):
    """How objects of a class are made."""

    cls: Any
    fields: Mapping[str, attrs.Attribute[Any]]
    read: tuple[str, ...]
    """The names of the fields that are read: the value of the first is in the variable `v0`, and so on."""

    @property
    def validated(self) -> bool:
        """Whether the class has validators of its own."""
        return any(field.validator is not None for field in self.fields.values())

    @property
    def calls_factories(self) -> bool:
        """Whether a class that is called makes the defaults of fields it is not given."""
        return attrs.has(self.cls) and not self._only_stores

    def lines(self, source: Source) -> Iterator[str]:
        """Yield the lines that return an object; what is trusted is not looked at by the class's own validators."""
        if self._only_stores:
            return self._stored(source)
        return self._filled(source) if source.trusted and self.validated else self._called(source)

    @property
    def _only_stores(self) -> bool:
        """Whether the `__init__` is as attrs writes it, and stores the fields: nothing of the class's own is called."""
        cls = self.cls
        return (
            getattr(getattr(cls.__init__, "__code__", None), "co_filename", "").startswith(_BY_ATTRS)
            and all(map(_is_only_stored, self.fields.values()))
            and not any(hasattr(cls, name) for name in ("__attrs_pre_init__", "__attrs_post_init__"))
            and type(cls).__call__ is type.__call__
            and cls.__new__ is object.__new__
            and not self._caches_hash
            and (self._can_be_set or self._is_frozen_in_slots)
        )

    @property
    def _can_be_set(self) -> bool:
        return self.cls.__setattr__ is object.__setattr__

    @property
    def _is_frozen_in_slots(self) -> bool:
        is_frozen = getattr(self.cls.__setattr__, "__name__", "") == _FROZEN
        return is_frozen and all(
            isinstance(getattr(self.cls, name, None), MemberDescriptorType) for name in self.fields
        )

    @property
    def _caches_hash(self) -> bool:
        return _CACHED_HASH in getattr(getattr(self.cls.__hash__, "__code__", None), "co_names", ())

    def _new(self, source: Source) -> str:
        return f"  o = {source.bind(object.__new__, 'new')}({source.bind(self.cls, 'cls')})"

    def _stored(self, source: Source) -> Iterator[str]:
        """Do what `__init__` does: to call a class takes longer than the rest of it."""
        yield self._new(source)
        for index, name in enumerate(self.read):
            if self._can_be_set:
                yield f"  o.{name} = v{index}"
            else:
                yield f"  {source.bind(getattr(self.cls, name).__set__, 'slot')}(o, v{index})"
        yield "  return o"

    def _called(self, source: Source) -> Iterator[str]:
        fields = [self.fields[name] for name in self.read]
        by_place = [f"v{index}" for index, field in enumerate(fields) if not field.kw_only]
        by_name = [f"{field.alias}=v{index}" for index, field in enumerate(fields) if field.kw_only]
        arguments = ", ".join(by_place + by_name)
        if is_model(self.cls):
            pairs = ", ".join(f"{field.alias!r}: v{index}" for index, field in enumerate(fields))
            yield f"  return {source.bind(self.cls.model_validate, 'validate')}({{{pairs}}})"
        elif "__attrs_init__" in vars(self.cls):  # its `__init__` is its own, and may take anything
            yield self._new(source)
            yield f"  o.__attrs_init__({arguments})"
            yield "  return o"
        else:
            yield f"  return {source.bind(self.cls, 'cls')}({arguments})"

    def _filled(self, source: Source) -> Iterator[str]:
        """Do what `__init__` does, but for the validators."""
        put = source.bind(object.__setattr__, "put")
        variables = {name: f"v{index}" for index, name in enumerate(self.read)}
        yield self._new(source)
        for name, field in self.fields.items():
            value = variables.get(name, source.bind(attrs.NOTHING, "nothing"))
            if is_factory(field.default) or _converter(field) is not None or name not in variables:
                value = f"{source.bind(_final, 'final')}({source.bind(field, 'field')}, o, {value})"
            if name in variables or field.default is not attrs.NOTHING:
                yield f"  {put}(o, {name!r}, {value})"
        if self._caches_hash:
            yield f"  {put}(o, {_CACHED_HASH!r}, None)"
        if hasattr(self.cls, "__attrs_post_init__"):
            yield "  o.__attrs_post_init__()"
        yield "  return o"


def is_factory(default: Any) -> bool:
    """Tell whether a default is made anew for each object."""
    return isinstance(default, attrs.Factory)  # type: ignore[arg-type]  # a class at run time, a function to type checkers


def _is_only_stored(field: attrs.Attribute[Any]) -> bool:
    default: Any = field.default
    asks_object = is_factory(default) and default.takes_self
    return field.init and field.validator is None and _converter(field) is None and not asks_object


def _final(field: attrs.Attribute[Any], instance: object, value: Any) -> Any:
    if value is attrs.NOTHING:
        default: Any = field.default
        if not is_factory(default):
            value = default
        else:
            value = default.factory(instance) if default.takes_self else default.factory()
    converter = _converter(field)
    if converter is None:
        return value
    takes_three = isinstance(converter, getattr(attrs, "Converter", ()))  # attrs 24.1 and newer
    return converter(value, instance, field) if takes_three else converter(value)


def _converter(field: attrs.Attribute[Any]) -> Any:
    return cast("Any", field).converter
