"""Stand-ins for items. A key function reads fields from them, and the properties and methods of the class work."""

from __future__ import annotations

from functools import cache, cached_property
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.learning.runs import ABSENT, UNSEEN, NotSeenError, Run
from dynamo_document_builder.model.keys.learning.stand_ins import stand_in
from dynamo_document_builder.model.keys.learning.traps import trap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dynamo_document_builder.schema.items.item_codec import RecordCodec
    from dynamo_document_builder.schema.kinds.base import FieldInfo

_NOTHING: Final = object()


class StandInFactory(Struct, frozen=True, eq=False):
    """Creates stand-ins for the items of a class."""

    cls: type[Any]
    fields: Mapping[str, FieldInfo]
    is_dict: bool
    example: Any
    """A sample item; `None` if none could be built."""

    @classmethod
    def of(cls, codec: RecordCodec[Any], example: Any) -> StandInFactory:
        """Return the factory of a codec."""
        return cls(codec.schema, codec.fields, codec.item_class is dict, example)

    def item(self, run: Run) -> Any:
        """Return a stand-in for an item, for one run."""
        cls: Any = self.cls
        made = object.__new__(_dict_class() if self.is_dict else _item_class(cls))
        object.__setattr__(made, "run", run)
        object.__setattr__(made, "factory", self)
        return made

    def take(self, run: Run, name: str) -> Any:
        """Return the value of a field, or a stand-in for the value; the same object during the whole run."""
        if name not in run.taken:
            value = run.choose(name)
            run.taken[name] = stand_in(run, name, self.fields[name].kind) if value is UNSEEN else value
        return run.taken[name]

    def inherited(self, run: Run, item: Any, name: str) -> Any:
        """Return an attribute that the item inherits from its class."""
        found: Any = _static(self.cls, name)
        if name.startswith("__"):
            run.refuse("it takes the item as a whole")
        if isinstance(found, property) and found.fget is not None:
            return found.fget(item)
        if isinstance(found, cached_property):
            return cast("Any", found).func(item)
        if found is _NOTHING or isinstance(found, MemberDescriptorType):
            return self._not_found(run, item, name)
        bind: Any = getattr(found, "__get__", None)
        return bind(item, self.cls) if bind is not None and not isinstance(found, type) else found

    def _not_found(self, run: Run, item: Any, name: str) -> Any:
        """Return the result of `__getattr__` (attrs uses it for cached properties), or refuse an unknown attribute."""
        getter = _static(self.cls, "__getattr__")
        if callable(getter):
            try:
                return getter(item, name)
            except (NotSeenError, UsageError):
                raise
            except Exception:  # noqa: BLE001, S110  `__getattr__` may need a real item
                pass
        if self.example is not None and not hasattr(self.example, name):
            raise AttributeError(f"{self.cls.__name__!r} object has no attribute {name!r}", name=name, obj=item)
        return run.refuse(f"it takes {name!r}, which is not a field")


def _static(cls: type[Any], name: str) -> Any:
    return next((vars(one)[name] for one in cls.__mro__ if name in vars(one)), _NOTHING)


def _run(item: Any) -> Run:
    run: Run = object.__getattribute__(item, "run")
    return run


def _factory(item: Any) -> StandInFactory:
    factory: StandInFactory = object.__getattribute__(item, "factory")
    return factory


def _refuse(item: Any, does: str) -> NoReturn:
    _run(item).refuse(f"it {does} the item as a whole")


@cache
def _item_class(cls: type[Any]) -> type[Any]:
    """Return the class of stand-ins for items of *cls*, with the same name."""

    def take(self: Any, name: str) -> Any:
        run, factory = _run(self), _factory(self)
        if name in factory.fields:
            return factory.take(run, name)
        return factory.cls if name == "__class__" else factory.inherited(run, self, name)

    # A cached property of attrs stores its value in the stand-in, which `take` never reads.
    names: dict[str, Any] = {"__module__": cls.__module__, "__getattribute__": take}
    return _trapped(type(cls.__name__, (), names))


@cache
def _dict_class() -> type[Any]:
    """Return the class of stand-ins for items that are dictionaries."""

    def member(self: Any, name: Any) -> Any:
        factory = _factory(self)
        return factory.take(_run(self), name) if type(name) is str and name in factory.fields else ABSENT

    def take(self: Any, name: str) -> Any:
        if name == "__class__":
            return dict
        if not hasattr(dict, name):
            raise AttributeError(f"'dict' object has no attribute {name!r}", name=name, obj=self)
        return get.__get__(self) if name == "get" else _refuse(self, f"calls .{name}() of")

    def get(self: Any, name: Any, default: Any = None) -> Any:
        value = member(self, name)
        return default if value is ABSENT else value

    def getitem(self: Any, name: Any) -> Any:
        value = member(self, name)
        if value is ABSENT:
            raise KeyError(name)
        return value

    def contains(self: Any, name: Any) -> bool:
        return member(self, name) is not ABSENT

    names = {"__getattribute__": take, "__getitem__": getitem, "__contains__": contains}
    return _trapped(type("dict", (), names))


def _trapped(made: type[Any]) -> type[Any]:
    trap(made, _refuse, but=[name.strip("_") for name in vars(made)])
    return made
