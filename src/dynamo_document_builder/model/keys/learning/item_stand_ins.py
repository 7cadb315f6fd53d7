"""Stand-ins for items: a builder takes their fields, and the properties and methods of their class work on them."""

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


class Subject(Struct, frozen=True, eq=False):
    """What a builder gets items of."""

    cls: type[Any]
    fields: Mapping[str, FieldInfo]
    is_dict: bool
    example: Any
    """An item, `None` if none could be made."""

    @classmethod
    def of(cls, codec: RecordCodec[Any], example: Any) -> Subject:
        return cls(codec.schema, codec.fields, codec.item_class is dict, example)

    def item(self, run: Run) -> Any:
        """Return what stands for an item in a run."""
        cls: Any = self.cls
        made = object.__new__(_dict_class() if self.is_dict else _item_class(cls))
        object.__setattr__(made, "run", run)
        object.__setattr__(made, "subject", self)
        return made

    def take(self, run: Run, name: str) -> Any:
        """Return the value of a field, or its stand-in: the same for the whole run."""
        if name not in run.taken:
            value = run.choose(name)
            run.taken[name] = stand_in(run, name, self.fields[name].kind) if value is UNSEEN else value
        return run.taken[name]

    def inherited(self, run: Run, item: Any, name: str) -> Any:
        """Return what an item has from its class."""
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
        """Return what `__getattr__` makes, as of the cached properties of attrs; an item may have no such attribute."""
        getter = _static(self.cls, "__getattr__")
        if callable(getter):
            try:
                return getter(item, name)
            except (NotSeenError, UsageError):
                raise
            except Exception:  # noqa: BLE001, S110  it may need a real item for anything
                pass
        if self.example is not None and not hasattr(self.example, name):
            raise AttributeError(f"{self.cls.__name__!r} object has no attribute {name!r}", name=name, obj=item)
        return run.refuse(f"it takes {name!r}, which is not a field")


def _static(cls: type[Any], name: str) -> Any:
    return next((vars(one)[name] for one in cls.__mro__ if name in vars(one)), _NOTHING)


def _run(item: Any) -> Run:
    run: Run = object.__getattribute__(item, "run")
    return run


def _subject(item: Any) -> Subject:
    subject: Subject = object.__getattribute__(item, "subject")
    return subject


def _refuse(item: Any, does: str) -> NoReturn:
    _run(item).refuse(f"it {does} the item as a whole")


@cache
def _item_class(cls: type[Any]) -> type[Any]:
    """Return the class of stand-ins for items of a class, under its name."""

    def take(self: Any, name: str) -> Any:
        run, subject = _run(self), _subject(self)
        if name in subject.fields:
            return subject.take(run, name)
        return subject.cls if name == "__class__" else subject.inherited(run, self, name)

    # A cached property of attrs leaves its value in the item, where nobody looks for it.
    names: dict[str, Any] = {"__module__": cls.__module__, "__getattribute__": take}
    return _trapped(type(cls.__name__, (), names))


@cache
def _dict_class() -> type[Any]:
    """Return the class of stand-ins for items that are dictionaries."""

    def member(self: Any, name: Any) -> Any:
        subject = _subject(self)
        return subject.take(_run(self), name) if type(name) is str and name in subject.fields else ABSENT

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
