"""
How objects of a plain attrs class are made faster than by calling it.

What attrs itself writes into its classes is looked at here and nowhere else; a class that does not look as known is
called.
"""

from __future__ import annotations

from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final

import attrs
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.schema.codegen.source import Source

CACHED_HASH: Final = "_attrs_cached_hash"
"""Where a class made with `cache_hash=True` looks for its hash; its `__init__` makes the place."""
_BY_ATTRS: Final = "<attrs generated "
"""Begins the name of the file that code written by attrs claims to be from."""
_FROZEN: Final = "_frozen_setattrs"
"""What attrs calls the `__setattr__` of its frozen classes."""


class AttrsConstructor(Struct, frozen=True):
    """A class and its attributes."""

    cls: Any
    attributes: Mapping[str, Any]

    @property
    def only_assigns(self) -> bool:
        """Whether the `__init__` is as attrs writes it, and stores the fields: nothing of the class's own is called."""
        cls = self.cls
        return (
            not is_own_init(cls)
            and all(map(_is_only_stored, self.attributes.values()))
            and not any(hasattr(cls, name) for name in ("__attrs_pre_init__", "__attrs_post_init__"))
            and type(cls).__call__ is type.__call__
            and cls.__new__ is object.__new__
            and not caches_hash(cls)
            and (self._can_be_set or self._is_frozen_in_slots)
        )

    @property
    def is_frozen(self) -> bool:
        """Whether the class is one of attrs' frozen ones."""
        return getattr(self.cls.__setattr__, "__name__", "") == _FROZEN

    @property
    def _can_be_set(self) -> bool:
        return self.cls.__setattr__ is object.__setattr__

    @property
    def _is_frozen_in_slots(self) -> bool:
        return self.is_frozen and all(
            isinstance(getattr(self.cls, name, None), MemberDescriptorType) for name in self.attributes
        )

    def default_code(self, name: str, source: Source) -> str:
        """Return what `__init__` stores: the very object that attrs shares between all objects of the class too."""
        default = self.attributes[name].default
        return (
            f"{source.bind(default.factory, 'factory')}()" if is_factory(default) else source.bind(default, "default")
        )

    def construction_code(self, variables: Mapping[str, str], source: Source) -> Iterator[str]:
        """Do what `__init__` does: to call a class takes longer than the rest of it."""
        yield f"  o = {source.bind(object.__new__, 'new')}({source.bind(self.cls, 'cls')})"
        for name, variable in variables.items():
            if self._can_be_set:
                yield f"  o.{name} = {variable}"
            else:
                yield f"  {source.bind(getattr(self.cls, name).__set__, 'slot')}(o, {variable})"
        yield "  return o"


def caches_hash(cls: Any) -> bool:
    """Tell whether objects of a class keep their hash."""
    return CACHED_HASH in getattr(getattr(cls.__hash__, "__code__", None), "co_names", ())


def is_own_init(cls: Any) -> bool:
    """Tell whether a class is called with an `__init__` that attrs did not write."""
    code = getattr(cls.__init__, "__code__", None)
    return not getattr(code, "co_filename", "").startswith(_BY_ATTRS)


def is_factory(default: Any) -> bool:
    """Tell whether a default is made anew for each object."""
    return isinstance(default, attrs.Factory)  # type: ignore[arg-type]  # a class at run time, a function to type checkers


def _is_only_stored(attribute: Any) -> bool:
    default: Any = attribute.default
    asks_object = is_factory(default) and default.takes_self
    plain = attribute.validator is None and attribute.converter is None
    return bool(attribute.init) and plain and not asks_object
