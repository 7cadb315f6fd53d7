"""The adapter interface: what the schema layer needs to know of a class, for every class library."""

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
    """Markers that are not values."""

    ABSENT = "absent"
    """The object has no value in the field."""
    UNCHECKED = "unchecked"
    """The class cannot validate one value without the other fields."""


ABSENT: Final = Marker.ABSENT
UNCHECKED: Final = Marker.UNCHECKED
NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Field(Struct, frozen=True, kw_only=True):
    """One field of a class, described in the same way for all class libraries."""

    name: str
    annotation: Any
    """With type variables substituted."""
    marks: Mapping[str, Any] = NOTHING
    """The options of `stored(...)`."""
    rename: str | None = None
    """The name of the attribute, if the class library renames the field."""
    argument: str
    """The name of the parameter of `__init__`."""
    has_default: bool = False
    """The class sets a default if the argument is left out."""
    init: bool = True
    """True if the class is called with the field; otherwise the field is set afterwards."""
    repr: bool = True
    """False if the class hides the field in `repr`."""
    missing: bool = False
    """True if the field may be missing: a key that is not required, or msgspec's `UNSET`."""


class FastConstructor(Protocol):
    """Generates code that makes objects without calling the class."""

    def default_code(self, name: str, source: Source) -> str:
        """Return an expression for the default of a field."""
        ...

    def construction_code(self, variables: Mapping[str, str], source: Source) -> Iterator[str]:
        """Yield the lines that return an object; *variables* holds the variable of each field."""
        ...


class Adapter:
    """
    Describes one class of one library. Nested objects have other adapters.

    Objects are made from *arguments*: the values of the fields with `init=True`, by parameter name. The class sets the
    defaults of arguments that are left out; an adapter never evaluates or keeps a default.
    """

    fields: tuple[Field, ...]
    constants: Mapping[str, Any] = NOTHING
    """Attributes with a fixed value that tell the class, such as the tag of a msgspec struct."""
    keeps_extras: bool = False
    """True if objects hold values without a field (extras), which are stored too."""
    runs_user_code: bool = False
    """True if code of the class or of its library runs when objects are made; a Put then reads the item back first."""
    title: str

    def __init__(self, cls: Any) -> None:
        self.cls: Any = cls
        self.title = cls.__name__

    def value(self, item: Any, name: str) -> Any:
        """Return the value of a field, `ABSENT` if the object has none."""
        return getattr(item, name, ABSENT)

    def instance_test_code(self, source: Source, /) -> str:
        """Return an expression that is true if the variable `o` is an object of exactly this class."""
        return f"type(o) is {source.bind(self.cls, 'cls')}"

    def mismatch(self, item: object, /) -> str:
        """Return what an object is if it cannot be written as one of the class, empty if it can."""
        if not isinstance(item, self.cls):
            return type_name(item)
        try:
            more = {field.name for field in type(self)(type(item)).fields} - {field.name for field in self.fields}
        except DefinitionError:  # a subclass that declares fields but is not decorated
            more = {""}
        return f"{type_name(item)}, which has more fields" if more else ""

    def access_code(self, field: Field, unset: str) -> str:  # noqa: ARG002  only a TypedDict key can be missing
        """Return an expression for the value of a field in the variable `o`; *unset* is the value for a missing key."""
        return f"o.{field.name}"

    def extras(self, item: Any, /) -> Mapping[str, Any]:  # noqa: ARG002  most classes have none
        """Return the values that an object holds without a field."""
        return NOTHING

    def make(self, arguments: dict[str, Any], /) -> Any:
        """Return an object, with all validation of the class."""
        return self.cls(**arguments)

    def make_trusted(self, arguments: dict[str, Any], /) -> Any:
        """Return an object without running validators."""
        return self.make(arguments)

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        """Return an object with the given field values, without running any code of the class."""
        made = object.__new__(self.cls)
        for name, value in values.items():
            object.__setattr__(made, name, value)
        return made

    def restore(self, item: Any, name: str, value: Any, /) -> None:
        """Set a field with `init=False` to its stored value."""
        object.__setattr__(item, name, value)

    def restore_trusted(self, item: Any, name: str, value: Any, /) -> None:
        """Do the same without running validators."""
        object.__setattr__(item, name, value)

    def validated(self, name: str, value: Any, /) -> Any:  # noqa: ARG002  most classes check nothing
        """Return a new value as validators and converters return it, or `UNCHECKED`; raises what the class raises."""
        return value

    def validated_element(self, name: str, value: Any, part: ElementPath, /) -> Any:  # noqa: ARG002  most libraries name the element in the error
        """Do the same for a value that holds a new element only; errors may concern the whole value."""
        return self.validated(name, value)

    def refused_fields(self, item: Any, /) -> Iterator[tuple[str, Exception]]:  # noqa: ARG002  most classes check nothing
        """Yield the fields of an object whose validators refuse their value, with the error."""
        return iter(())

    def failures(self, error: Exception, /) -> list[FieldFailure]:  # noqa: ARG002  most libraries say nothing
        """Return the failures in an error of the library, without values."""
        return []

    def library_type(self, annotation: Any, /) -> Any:  # noqa: ARG002  most libraries have no types of this sort
        """Return a codec or a type to store instead, for a type that only this library knows; otherwise `None`."""
        return None

    def constant_defaults(self) -> Mapping[str, Any]:
        """Return the defaults that are constants, not factories."""
        return NOTHING

    def validates_default(self, name: str, /) -> bool:  # noqa: ARG002  most classes validate defaults
        """Return True if the class validates the default of a field like any other value."""
        return True

    def fast_constructor(self) -> FastConstructor | None:
        """Return a faster way to make objects than calling the class, or `None`."""
        return None

    def rebuild(self, item: Any, changes: Mapping[str, Any], *, trusted: bool) -> Any:
        """Return a copy of an object with other values in some fields."""
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
    """Raise a `DefinitionError` if a class cannot be called with its fields: a custom `__init__`, or an `InitVar`."""
    try:
        inspect.signature(cls).bind(**{field.argument: None for field in fields if field.init})
    except TypeError as error:
        raise DefinitionError(
            f"schema {cls.__name__!r}: it cannot be called with its fields ({error}), so no stored item could be read"
        ) from error


def check_decorated(cls: Any, marker: str, decorator: str) -> None:
    """Raise a `DefinitionError` for a subclass that declares fields but is not decorated: the fields would be lost."""
    if marker in vars(cls):
        return
    for name, annotation in inspect.get_annotations(cls).items():
        if "ClassVar" not in str(annotation):
            raise DefinitionError(
                f"schema {cls.__name__!r}: it declares {name!r} but is not decorated, so {name!r} is not a field: "
                f"decorate the class with {decorator}"
            )
