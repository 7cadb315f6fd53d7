"""What every kind of value can do: the declared type decides how it is written, read, checked and explained."""

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
    """One field of a schema, as the layers above need to know it."""

    name: str
    attribute: str
    """The name of its attribute."""
    kind: Kind
    optional: bool = False
    """It may be `None`, and is then not stored."""
    null: bool = False
    """It may be `None`, and is then stored as NULL."""
    has_default: bool = False
    key_only: bool = False
    """It is stored in the key alone, and read from there."""
    role: Role | None = None
    """Set where the library keeps the value by itself."""
    missing: bool = False
    """It may be missing, which is a value of its own: `None` and an empty set are not stored as absence."""
    derived: bool = False
    """The class computes it: it is written, and neither read nor updated."""
    rest: bool = False
    """It holds the attributes that no other field has: each is stored beside the fields."""
    in_repr: bool = True
    """Its values may be shown: the class does not keep it out of texts by `repr=False`."""
    missing_in: tuple[str, ...] = ()
    """The members of a union of schemas that have no such field."""

    def may_be_left_out(self, value: object) -> bool:
        """Whether a value is stored as absence: `None`, or an empty set."""
        if value is None:
            return self.optional
        return self.kind.is_set and not (self.null or self.missing) and is_set(value) and not value

    @property
    def may_be_absent(self) -> bool:
        """Whether an item without the attribute can be read."""
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
    """What people read in an error: `int`, `list[str]`, `Address`."""
    wire_types: frozenset[str]
    """The stored types a value can have; empty: any."""

    @property
    def stored_type(self) -> str | None:
        """The stored type of its values, where that is always the same."""
        return next(iter(self.wire_types)) if len(self.wire_types) == 1 else None

    python: type | None = None
    """The class of its values, where that alone says what they are."""
    choices: tuple[Any, ...] = ()
    """Its values, where they are few and known."""
    plain: type | None = None
    """The class whose every object fits, as far as anybody can tell before it is written."""
    is_set: bool = False
    is_list: bool = False
    is_number: bool = False
    is_map: bool = False
    part_discriminator: str = ""
    """The stored name of what tells which class a part of an item is of; empty where nothing does."""
    runs_user_code: bool = False
    """Whether code that is not the library's own runs between a value and what is stored of it."""
    truncates: bool = False
    """Whether less than the value is stored, as is said of it: a moment in whole seconds."""
    is_custom: bool = False
    """Whether that code is a codec of somebody's own."""

    @property
    def infos(self) -> Iterable[FieldInfo]:
        """The fields of a value of this kind, where they are known."""
        return ()

    @property
    def parts(self) -> Iterable[Kind]:
        """The kinds that this one is made of."""
        return [info.kind for info in self.infos]

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:  # noqa: ARG002  only a class judges
        """
        Return what the class makes of a new value for one of its fields; raises `MisfitError` for a refusal.

        Of a value that holds a new *part* alone, what the class says of the part counts.
        """
        return value

    unordered: str = ""
    """Why values cannot be compared by order, to follow `expected` in a text; empty where what is stored sorts so."""
    storage_form: object = None
    """What tells this way of storing from others of the same type, where DynamoDB would not."""

    @property
    def identity(self) -> object:
        """What is equal for kinds that store every value alike."""
        return self

    def write_code(self, source: Source, variable: str) -> list[Part]:
        """Return the pieces of the value's DynamoDB JSON; the variable may be used more than once."""
        raise NotImplementedError  # every kind has its own

    def mirror_types(self) -> dict[str, Any]:
        """Return what msgspec reads under each stored type; empty: any, and told apart when it is read."""
        raise NotImplementedError  # every kind has its own

    def mirror(self) -> Any:
        """Return the type msgspec reads the stored value as."""
        return mirror_of(self.mirror_types())

    def read_code(self, source: Source, wire: str) -> str:
        """Return an expression for the Python value of a mirrored one."""
        raise NotImplementedError  # every kind has its own

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        """Say what in a value cannot be written."""
        try:
            self.writer(value).encode()
        except UnicodeEncodeError:
            yield FieldFailure(path, self.expected, "str with a lone surrogate, which is no text")
        except UnstorableError as error:
            yield FieldFailure(path, self.expected, f"{type_name(value)} that {error}")
        except Exception:  # noqa: BLE001  whatever it is, the value is not of this kind
            yield FieldFailure(path, self.expected, type_name(value))

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        """Say what in a stored value cannot be read."""
        found, _ = split_wire(wire)
        if self.wire_types and found not in self.wire_types:
            yield FieldFailure(path, self.expected, f"stored {found}")
            return
        try:
            self.reader(write_json(wire).encode())
        except Exception:  # noqa: BLE001  whatever it is, the stored value is not of this kind
            yield FieldFailure(path, self.expected, f"stored {found} that is not one")

    def member(self, _name: str, /) -> FieldInfo | None:
        """Return what is stored under a name in this value, `None` if nothing can be."""
        return None

    def member_names(self) -> tuple[str, ...]:
        """Return the names that `member` knows, for suggestions."""
        return ()

    def ambiguity(self, _name: str, /) -> str:
        """Say why `member` cannot tell what a name means, where several things are stored under it."""
        return ""

    def element(self, /) -> Kind | None:
        """Return the kind of this value's elements, `None` if it has none."""
        return None

    @cached_property
    def writer(self) -> Callable[[Any], str]:
        """The generated function that writes one value."""
        source = Source(self.expected)
        return compile_expression("v", template(self.write_code(source, "v")), source)

    @cached_property
    def reader(self) -> Callable[[bytes], Any]:
        """The generated function that reads one value."""
        source = Source(self.expected)
        decode = source.bind(new_decoder(self.mirror()).decode, "decode")
        source.add("def _function(raw):", f"  w = {decode}(raw)", f"  return {self.read_code(source, 'w')}")
        return source.compile("_function")

    def encode(self, value: object, /) -> str:
        """Return a value as DynamoDB JSON, or say everything in it that does not fit."""
        try:
            text = self.writer(value)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise explain_failure(self.write_failures(value, ""), self.expected, error) from error
        return text

    def encode_bound(self, value: object, _sign: str, /) -> str:
        """Return a value as what is stored is to be compared with it, by a sign such as `<=`."""
        return self.encode(value)

    def rounded_down(self, value: Any, /) -> Any:
        """Return the nearest value that can be stored, not above the given one."""
        return value

    def decode_wire(self, wire: Mapping[str, Any], /) -> Any:
        """Return the Python value of one in parsed DynamoDB JSON."""
        try:
            return self.reader(write_json(wire).encode())
        except Exception as error:
            raise explain_failure(self.read_failures(wire, ""), self.expected, error) from error


def nested_kinds(kind: Kind) -> Iterator[Kind]:
    """Yield a kind and all that it is made of, each once."""
    seen: set[int] = set()
    todo = [kind]
    while todo:
        one = todo.pop()
        if id(one) not in seen:
            seen.add(id(one))
            yield one
            todo.extend(one.parts)


def is_shallow(kind: Kind, levels: int, within: tuple[Kind, ...] = ()) -> bool:
    """Tell whether no value of a kind has more than so many levels: a kind inside itself, and an open one, may have."""
    parts = tuple(kind.parts)
    if levels < 1 or kind in within or not (parts or kind.wire_types):
        return False
    return all(is_shallow(part, levels - 1, (*within, kind)) for part in parts)


def runs_user_code(kind: Kind) -> bool:
    """Tell whether code that is not the library's own runs on values of a kind, however deep: they are rehearsed."""
    return any(one.runs_user_code for one in nested_kinds(kind))


def explain_failure(failures: Iterator[FieldFailure], expected: str, error: Exception) -> MisfitError:
    """Return what the slow walk found; if it found nothing, the error itself is what does not fit."""
    try:
        found = tuple(failures)
    except Exception:  # noqa: BLE001  a value that ends the walk itself: one too deep, one that fails when looked at
        found = ()
    return MisfitError(found or (failure_from(error, "", expected),))


def failure_from(error: Exception, path: str, expected: str) -> FieldFailure:
    """Return the failure of a value that cannot be looked at."""
    raises = f"one that raises {type(error).__name__} when it is looked at"
    said = "a value nested too deeply" if isinstance(error, RecursionError) else raises
    return FieldFailure(path, expected, said)


def refusal(source: Source, variable: str) -> str:
    """Return an expression that ends the fast path."""
    return f"{source.bind(refuse, 'misfit')}({variable})"
