"""The base class of all kinds: how values of one declared type are written, read, checked and explained."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.mirrors import mirror_of
from dynamo_document_builder.schema.codegen.source import Part, Source, compile_expression, template
from dynamo_document_builder.schema.failures import MisfitError, refuse
from dynamo_document_builder.schema.type_guards import is_set, split_wire, type_name
from dynamo_document_builder.wire.json.decoders import new_decoder
from dynamo_document_builder.wire.json.numbers import UnstorableError
from dynamo_document_builder.wire.json.text import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dynamo_document_builder.schema.fields.metadata import Role
    from dynamo_document_builder.schema.round_trip.element_path import ElementPath


class FieldInfo(Struct, frozen=True):
    """One resolved field of a schema."""

    name: str
    attribute: str
    """The name of its attribute."""
    kind: Kind
    optional: bool = False
    """The value may be `None`, and `None` is not stored."""
    null: bool = False
    """The value may be `None`, and `None` is stored as NULL."""
    has_default: bool = False
    """An item without the attribute can be read: the class sets a default."""
    key_only: bool = False
    """The value is stored in the key only, and read from the key."""
    role: Role | None = None
    """The role of the field, if the library sets the value."""
    missing: bool = False
    """The value may be missing, which differs from `None` and from an empty set; both of these are stored."""
    derived: bool = False
    """The class computes the value: it is written, and never read or updated."""
    rest: bool = False
    """The field holds the attributes that have no field; each is stored as an attribute of the item."""
    in_repr: bool = True
    """False if the class hides the field with `repr=False`; the library then never shows the value."""
    missing_in: tuple[str, ...] = ()
    """The members of a union of schemas that do not have the field."""

    def may_be_left_out(self, value: object) -> bool:
        """Return True if a value is not stored: `None`, or an empty set."""
        if value is None:
            return self.optional
        return self.kind.is_set and not (self.null or self.missing) and is_set(value) and not value

    @property
    def may_be_absent(self) -> bool:
        """True if an item without the attribute can be read."""
        return self.optional or self.null or self.has_default or self.kind.is_set or bool(self.missing_in)


class Kind:
    """
    One declared type.

    A subclass implements the fast path and the explanation of its failures:

    - `write_code` generates the code that writes a value, `read_code` the code that reads one;
    - `mirror_types` describes the stored value to msgspec;
    - `write_failures` and `read_failures` list what does not fit. They run only after the fast path has failed.
    """

    expected: str
    """The type in an error message: `int`, `list[str]`, `Address`."""
    wire_types: frozenset[str]
    """The wire types that a stored value can have; empty for any wire type."""

    @property
    def stored_type(self) -> str | None:
        """The wire type of the stored values, `None` if there are several."""
        return next(iter(self.wire_types)) if len(self.wire_types) == 1 else None

    python: type | None = None
    """The class of the values, if the class alone identifies the kind."""
    choices: tuple[Any, ...] = ()
    """All values of the kind, if they are a fixed set."""
    plain: type | None = None
    """A class whose objects need no check before they are written, `None` if every value is checked."""
    is_set: bool = False
    is_list: bool = False
    is_number: bool = False
    is_map: bool = False
    part_discriminator: str = ""
    """The attribute that tells the class of a part of an item, or an empty text."""
    runs_user_code: bool = False
    """True if code of the user runs when values are written or read: validators, converters, codecs."""
    truncates: bool = False
    """True if the stored value has less precision than the value: a datetime in whole seconds."""
    is_custom: bool = False
    """True if a codec of the user writes and reads the values."""

    @property
    def infos(self) -> Iterable[FieldInfo]:
        """The fields of a value of this kind; empty for a kind without fields."""
        return ()

    @property
    def parts(self) -> Iterable[Kind]:
        """The kinds inside this kind."""
        return [info.kind for info in self.infos]

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:  # noqa: ARG002  only a class validates
        """
        Return a new value for one field as validators and converters of the class return it.

        If *part* is given, the value holds only a new element, and only failures of the element count.
        Raises `MisfitError` if the class refuses the value.
        """
        return value

    unordered: str = ""
    """The reason why values cannot be compared by order, for an error message; empty if they can."""
    storage_form: object = None
    """The storage format, if one wire type has several: only fields of the same format can be compared."""

    @property
    def identity(self) -> object:
        """A value that is equal for kinds that store every value in the same way."""
        return self

    def write_code(self, source: Source, variable: str) -> list[Part]:
        """Return the parts of an f-string for the DynamoDB JSON of *variable*, which may be used more than once."""
        raise NotImplementedError  # every subclass has its own

    def mirror_types(self) -> dict[str, Any]:
        """Return the type that msgspec reads for each wire type; empty if any wire type can be stored."""
        raise NotImplementedError  # every subclass has its own

    def mirror(self) -> Any:
        """Return the type that msgspec reads the stored value as."""
        return mirror_of(self.mirror_types())

    def read_code(self, source: Source, wire: str) -> str:
        """Return an expression for the Python value of the mirror in the variable *wire*."""
        raise NotImplementedError  # every subclass has its own

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        """Yield what does not fit in a value that cannot be written."""
        try:
            self.writer(value).encode()
        except UnicodeEncodeError:
            yield FieldFailure(path, self.expected, "str with a lone surrogate, which UTF-8 cannot encode")
        except UnstorableError as error:
            yield FieldFailure(path, self.expected, f"{type_name(value)} that {error}")
        except Exception:  # noqa: BLE001  any exception means that the value is not of this kind
            yield FieldFailure(path, self.expected, type_name(value))

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        """Yield what does not fit in a stored value that cannot be read."""
        found, _ = split_wire(wire)
        if self.wire_types and found not in self.wire_types:
            yield FieldFailure(path, self.expected, f"stored {found}")
            return
        try:
            self.reader(write_json(wire).encode())
        except Exception:  # noqa: BLE001  any exception means that the stored value is not of this kind
            yield FieldFailure(path, self.expected, f"stored {found} that is not one")

    def member(self, _name: str, /) -> FieldInfo | None:
        """Return the field with a name, or the entry of a map; `None` if a value cannot have one."""
        return None

    def member_names(self) -> tuple[str, ...]:
        """Return the names of all members, for suggestions in error messages."""
        return ()

    def ambiguity(self, _name: str, /) -> str:
        """Return the reason why a name has several meanings, empty if it has one or none."""
        return ""

    def element(self, /) -> Kind | None:
        """Return the kind of the elements of a value, `None` if a value has no elements."""
        return None

    @cached_property
    def writer(self) -> Callable[[Any], str]:
        """Generated function that writes one value."""
        source = Source(self.expected)
        return compile_expression("v", template(self.write_code(source, "v")), source)

    @cached_property
    def reader(self) -> Callable[[bytes], Any]:
        """Generated function that reads one value."""
        source = Source(self.expected)
        decode = source.bind(new_decoder(self.mirror()).decode, "decode")
        source.add("def _function(raw):", f"  w = {decode}(raw)", f"  return {self.read_code(source, 'w')}")
        return source.compile("_function")

    def encode(self, value: object, /) -> str:
        """Return a value as DynamoDB JSON; raises `MisfitError` with everything that does not fit."""
        try:
            text = self.writer(value)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise explain_failure(self.write_failures(value, ""), self.expected, error) from error
        return text

    def encode_bound(self, value: object, _operator: str, /) -> str:
        """Return the DynamoDB JSON to compare stored values with, for an operator such as `<=`."""
        return self.encode(value)

    def rounded_down(self, value: Any, /) -> Any:
        """Return the nearest value that can be stored and is not greater than the given value."""
        return value

    def decode_wire(self, wire: Mapping[str, Any], /) -> Any:
        """Return the Python value of a value in parsed DynamoDB JSON; raises `MisfitError` if it does not fit."""
        try:
            return self.reader(write_json(wire).encode())
        except Exception as error:
            raise explain_failure(self.read_failures(wire, ""), self.expected, error) from error


def nested_kinds(kind: Kind) -> Iterator[Kind]:
    """Yield a kind and all kinds inside it, each once."""
    seen: set[int] = set()
    todo = [kind]
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            todo.extend(one.parts)


def is_shallow(kind: Kind, levels: int, within: tuple[Kind, ...] = ()) -> bool:
    """Return True if values of a kind never have more than *levels* levels; a recursive kind and `Any` may."""
    parts = tuple(kind.parts)
    if levels < 1 or kind in within or not (parts or kind.wire_types):
        return False
    return all(is_shallow(part, levels - 1, (*within, kind)) for part in parts)


def runs_user_code(kind: Kind) -> bool:
    """Return True if code of the user runs on values of a kind or inside them; a Put then reads the item back first."""
    return any(one.runs_user_code for one in nested_kinds(kind))


def explain_failure(failures: Iterator[FieldFailure], expected: str, error: Exception) -> MisfitError:
    """Return an error with the failures; if there are none, *error* itself is the failure."""
    try:
        found = tuple(failures)
    except Exception:  # noqa: BLE001  the check itself may fail: a value nested too deeply, or one that raises on access
        found = ()
    return MisfitError(found or (failure_from(error, "", expected),))


def failure_from(error: Exception, path: str, expected: str) -> FieldFailure:
    """Return the failure for a value that raises when it is checked."""
    raises = f"one that raises {type(error).__name__} when it is read"
    found = "a value nested too deeply" if isinstance(error, RecursionError) else raises
    return FieldFailure(path, expected, found)


def refusal(source: Source, variable: str) -> str:
    """Return an expression that aborts the generated code."""
    return f"{source.bind(refuse, 'refuse')}({variable})"
