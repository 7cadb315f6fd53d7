"""What is asked of a class, whichever library made it."""

from __future__ import annotations

import inspect
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.schema.type_guards import type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.errors.findings import FieldFailure
    from dynamo_document_builder.schema.codegen.source import Source
    from dynamo_document_builder.schema.round_trip.element_path import ElementPath


class Marker(Enum):
    """What stands for something that is not a value."""

    ABSENT = "absent"
    """The object holds nothing there."""
    UNCHECKED = "unchecked"
    """The class cannot judge one value without the others."""


ABSENT: Final = Marker.ABSENT
UNCHECKED: Final = Marker.UNCHECKED
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Field(Struct, frozen=True, kw_only=True):
    """One field of a class, in the words that all libraries share."""

    name: str
    annotation: Any
    """With type variables replaced."""
    marks: Mapping[str, Any] = NOTHING
    """What `stored(...)` says, wherever it stands."""
    rename: str | None = None
    """The name of its attribute, where the class library gives it another."""
    argument: str
    """The name the class is called with."""
    has_default: bool = False
    """The class fills it in where it is left out."""
    init: bool = True
    """The class is called with it; otherwise it is set afterwards."""
    repr: bool = True
    missing: bool = False
    """It may be missing, which is a value of its own: a key that is not required, or msgspec's UNSET."""


class FastConstructor(Protocol):
    """How generated code makes objects without calling their class."""

    def default_code(self, name: str, source: Source) -> str:
        """Return an expression for what the class puts into a field that is left out."""
        ...

    def construction_code(self, variables: Mapping[str, str], source: Source) -> Iterator[str]:
        """Yield the lines that return an object with the values in these variables, by the names of the fields."""
        ...


class Adapter:
    """
    One class of one library, and one level of it: nested objects have adapters of their own.

    Objects are made of *arguments*: the values of the fields that `init` names, by what the class calls them. What is
    left out is left to the class. Nothing here evaluates a default, or keeps one.
    """

    fields: tuple[Field, ...]
    constants: Mapping[str, Any] = NOTHING
    """Attributes that tell the class, stored beside the fields: the tag of a struct."""
    keeps_extras: bool = False
    """Objects hold data beside their fields, which is stored too."""
    runs_user_code: bool = False
    """Code of the class or its library runs between the stored values and the object: a Put is rehearsed."""
    title: str

    def __init__(self, cls: Any) -> None:
        self.cls: Any = cls
        self.title = cls.__name__

    def value(self, item: Any, name: str) -> Any:
        """Return what an object holds, `ABSENT` for nothing; runs no property and no default."""
        return getattr(item, name, ABSENT)

    def instance_test_code(self, source: Source, /) -> str:
        """Return an expression for whether the object `o` is one of the class, without a doubt."""
        return f"type(o) is {source.bind(self.cls, 'cls')}"

    def mismatch(self, item: object, /) -> str:
        """Say what an object is if it cannot be written as one of the class; one of a subclass loses no field."""
        if not isinstance(item, self.cls):
            return type_name(item)
        try:
            more = {field.name for field in type(self)(type(item)).fields} - {field.name for field in self.fields}
        except DefinitionError:  # a subclass that declares fields, and has none
            more = {""}
        return f"{type_name(item)}, which has fields of its own" if more else ""

    def access_code(self, field: Field, unset: str) -> str:  # noqa: ARG002  only a key can be missing
        """Return an expression for what the object `o` holds in a field; *unset* stands for what is missing."""
        return f"o.{field.name}"

    def extras(self, item: Any, /) -> Mapping[str, Any]:  # noqa: ARG002  most classes keep none
        """Return what the object holds beside its fields."""
        return NOTHING

    def make(self, arguments: dict[str, Any], /) -> Any:
        """Return an object, with all that the class checks."""
        return self.cls(**arguments)

    def make_trusted(self, arguments: dict[str, Any], /) -> Any:
        """Return an object without running validators."""
        return self.make(arguments)

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        """Return an object that holds the values of its fields, by their names, and runs nothing of the class."""
        made = object.__new__(self.cls)
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made

    def restore(self, item: Any, name: str, value: Any, /) -> None:
        """Set a field that the class is not called with, as it was stored."""
        object.__setattr__(item, name, value)

    def restore_trusted(self, item: Any, name: str, value: Any, /) -> None:
        """Do the same without running validators."""
        object.__setattr__(item, name, value)

    def validated(self, name: str, value: Any, /) -> Any:  # noqa: ARG002  most classes check nothing
        """Return what the class makes of one new value, or `UNCHECKED`; raises what the class raises."""
        return value

    def validated_element(self, name: str, value: Any, part: ElementPath, /) -> Any:  # noqa: ARG002  most name what they refuse
        """Do the same for a value that holds a new part alone; what is raised may be about the whole, too."""
        return self.validated(name, value)

    def refused_fields(self, item: Any, /) -> Iterator[tuple[str, Exception]]:  # noqa: ARG002  most classes check nothing
        """Yield the fields of an object whose validators refuse what it holds."""
        return iter(())

    def failures(self, error: Exception, /) -> list[FieldFailure]:  # noqa: ARG002  most libraries say nothing
        """Return what the library's own error says, field by field and without values."""
        return []

    def library_type(self, annotation: Any, /) -> Any:  # noqa: ARG002  most know no more types
        """Return the codec of a type that only the library knows, or the known type it is like; `None` for others."""
        return None

    def constant_defaults(self) -> Mapping[str, Any]:
        """Return the defaults that are there before any object is made."""
        return NOTHING

    def validates_default(self, name: str, /) -> bool:  # noqa: ARG002  most treat it as any value
        """Tell whether the class treats the default of a field as any value; otherwise objects hold it as it is."""
        return True

    def fast_constructor(self) -> FastConstructor | None:
        """Return how objects are made faster than by calling the class, `None` where that is not known."""
        return None

    def rebuild(self, item: Any, changes: Mapping[str, Any], *, trusted: bool) -> Any:
        """Return a new object of the class, with other values in some fields."""
        arguments = dict(self.extras(item))
        later: dict[str, Any] = {}
        for field in self.fields:
            value = changes[field.name] if field.name in changes else self.value(item, field.name)
            if value is not ABSENT and not field.marks.get("derived"):
                (arguments if field.init else later)[field.argument if field.init else field.name] = value
        made = (self.make_trusted if trusted else self.make)(arguments)
        for name, value in later.items():
            self.restore_trusted(made, name, value)
        return made


def check_callable(cls: Any, fields: Iterable[Field]) -> None:
    """Refuse a class that cannot be called with its own fields: one with an `__init__` of its own, or an `InitVar`."""
    try:
        inspect.signature(cls).bind(**{field.argument: None for field in fields if field.init})
    except TypeError as error:
        raise DefinitionError(
            f"schema {cls.__name__!r}: it cannot be called with its fields ({error}), so no stored item could be read"
        ) from error


def check_decorated(cls: Any, mark: str, decorator: str) -> None:
    """Refuse a subclass that declares fields without being decorated: they would be lost."""
    if mark in vars(cls):
        return
    for name, annotation in inspect.get_annotations(cls).items():
        if "ClassVar" not in str(annotation):
            raise DefinitionError(
                f"schema {cls.__name__!r}: it declares {name!r} and is not decorated, so that is not a field: decorate "
                f"it with {decorator}"
            )
