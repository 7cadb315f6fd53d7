"""What every kind of value can do: the declared type decides how it is written, read, checked and explained."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any, Final

import msgspec
from attrs import frozen
from msgspec import UNSET, UnsetType

from dynamo_document_builder.errors import FieldFailure
from dynamo_document_builder.schema.misfit import MisfitError, misfit
from dynamo_document_builder.schema.source import Part, Source, one_expression, template

LEAVES: Final[dict[tuple[str, Any], type]] = {}
OPTIONAL_LEAVES: Final[dict[tuple[str, Any], type]] = {}


@frozen
class FieldInfo:
    """One field of a schema, as the layers above need to know it."""

    name: str
    stored: str
    """The name of its attribute."""
    kind: Kind
    optional: bool = False
    """It may be `None`, and is then not stored."""
    null: bool = False
    """It may be `None`, and is then stored as NULL."""
    has_default: bool = False


class Kind:
    """
    One declared type.

    A subclass says how its values are written (`text`), mirrored for msgspec (`mirror`), read from the mirror (`read`),
    and, when one of these fails, what exactly does not fit (`misfits`, `unfit`). The fast paths never explain.
    """

    expected: str
    """What people read in an error: `int`, `list[str]`, `Address`."""
    tags: frozenset[str]
    """The stored types a value can have; empty: any."""

    is_set: bool = False
    is_list: bool = False
    is_number: bool = False
    is_map: bool = False

    def text(self, source: Source, variable: str) -> list[Part]:
        """Return the pieces of the value's DynamoDB JSON; the variable may be used more than once."""
        raise NotImplementedError  # every kind has its own

    def mirror(self) -> Any:
        """Return the type msgspec reads the stored value as."""
        raise NotImplementedError  # every kind has its own

    def read(self, source: Source, wire: str) -> str:
        """Return an expression for the Python value of a mirrored one."""
        raise NotImplementedError  # every kind has its own

    def is_stored_null(self, wire: Any) -> bool:
        """Whether a mirrored value is NULL; only asked of kinds whose mirror takes any stored type."""
        raise NotImplementedError  # those have their own

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        """Say what in a value cannot be written."""
        try:
            self.writer(value).encode()
        except UnicodeEncodeError:
            yield FieldFailure(path, self.expected, "str with a lone surrogate, which is no text")
        except ValueError as error:
            yield FieldFailure(path, self.expected, f"{type(value).__name__} that {error}")
        except Exception:  # noqa: BLE001  whatever it is, the value is not of this kind
            yield FieldFailure(path, self.expected, _type_name(value))

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        """Say what in a stored value cannot be read."""
        found = stored_as(wire)
        if self.tags and found not in self.tags:
            yield FieldFailure(path, self.expected, f"stored {found}")
            return
        try:
            self.reader(json.dumps(wire).encode())
        except Exception:  # noqa: BLE001  whatever it is, the stored value is not of this kind
            yield FieldFailure(path, self.expected, f"stored {found} that is none")

    def member(self, name: str, /) -> FieldInfo | None:
        """Return what is stored under a name in this value, `None` if nothing can be."""
        return None

    def member_names(self) -> tuple[str, ...]:
        """Return the names that `member` knows, for suggestions."""
        return ()

    def element(self, /) -> Kind | None:
        """Return the kind of this value's elements, `None` if it has none."""
        return None

    @cached_property
    def writer(self) -> Callable[[Any], str]:
        """The generated function that writes one value."""
        source = Source(self.expected)
        return one_expression("v", template(self.text(source, "v")), source)

    @cached_property
    def reader(self) -> Callable[[bytes], Any]:
        """The generated function that reads one value."""
        source = Source(self.expected)
        decode = source.bind(msgspec.json.Decoder(self.mirror()).decode, "decode")
        source.add("def _function(raw):", f"  w = {decode}(raw)", f"  return {self.read(source, 'w')}")
        return source.compile("_function")

    def encode(self, value: object, /) -> str:
        """Return a value as DynamoDB JSON, or say everything in it that does not fit."""
        try:
            text = self.writer(value)
            if not text.isascii():
                text.encode()
        except Exception as error:
            raise explained(self.misfits(value, ""), self.expected, error) from error
        return text

    def decode_wire(self, wire: Mapping[str, Any], /) -> Any:
        """Return the Python value of one in parsed DynamoDB JSON."""
        try:
            return self.reader(json.dumps(wire).encode())
        except Exception as error:
            raise explained(self.unfit(wire, ""), self.expected, error) from error


def explained(failures: Iterator[FieldFailure], expected: str, error: Exception) -> MisfitError:
    """Return what the slow walk found; if it found nothing, the error itself is what does not fit."""
    return MisfitError(tuple(failures) or (FieldFailure("", expected, type(error).__name__),))


def stored_as(wire: Any) -> str:
    """Name the stored type of a value in DynamoDB JSON."""
    return next(iter(wire)) if isinstance(wire, dict) and len(wire) == 1 else "something else"


def leaf(tag: str, of: Any) -> type:
    """Return the struct that mirrors `{tag: value}`."""
    key = (tag, of)
    if key not in LEAVES:
        LEAVES[key] = msgspec.defstruct(f"Stored{tag}", [(tag, of)], gc=False, frozen=True)
    return LEAVES[key]


def optional_leaf(tag: str, of: Any) -> type:
    """Return the struct that mirrors `{tag: value}` or `{"NULL": true}`; its members are checked by the code."""
    key = (tag, of)
    if key not in OPTIONAL_LEAVES:
        members = [(tag, of | UnsetType, UNSET), ("NULL", bool | UnsetType, UNSET)]
        OPTIONAL_LEAVES[key] = msgspec.defstruct(f"Stored{tag}OrNull", members, gc=False, frozen=True)
    return OPTIONAL_LEAVES[key]


def refusal(source: Source, variable: str) -> str:
    """Return an expression that ends the fast path."""
    return f"{source.bind(misfit, 'misfit')}({variable})"


def _type_name(value: object) -> str:
    return "None" if value is None else type(value).__name__
