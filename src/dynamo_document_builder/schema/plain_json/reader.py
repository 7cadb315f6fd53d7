"""Reads values from plain JSON, in the form that `to_jsonable` writes."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from functools import singledispatch
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.kinds.alternatives import EitherKind
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.kinds.containers.sequences import FixedTupleKind, ListKind
from dynamo_document_builder.schema.kinds.containers.sets import SetKind
from dynamo_document_builder.schema.kinds.custom import CustomKind
from dynamo_document_builder.schema.kinds.datetimes import EpochKind
from dynamo_document_builder.schema.kinds.optional import OptionalKind
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.recursive import RecursiveKind
from dynamo_document_builder.schema.kinds.unions import UnionKind
from dynamo_document_builder.schema.type_guards import is_dict, is_list
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dynamo_document_builder.schema.kinds.base import Kind


def from_jsonable(kind: Kind, data: object) -> Any:
    """
    Return the Python value for plain JSON, for example a datetime for ISO text.

    Raises `MisfitError` for JSON that is not a value of the kind.
    """
    try:
        return kind.decode_wire(_wire(kind, data, ""))
    except RecursionError:
        raise _misfit(kind, data, "") from None


@singledispatch
def _wire(kind: Kind, data: object, path: str) -> dict[str, Any]:
    """Return plain JSON as a stored value of a kind."""
    if isinstance(data, str):
        for wire_type in ("S", "N", "B"):  # large numbers and bytes are text in plain JSON
            if wire_type in kind.wire_types:
                return {wire_type: data}
    elif isinstance(data, bool):
        if "BOOL" in kind.wire_types:
            return {"BOOL": data}
    elif isinstance(data, (int, float, Decimal)) and "N" in kind.wire_types:
        return _untyped(kind, data, path)
    raise _misfit(kind, data, path)


@_wire.register
def _(kind: AnyKind, data: object, path: str) -> dict[str, Any]:
    return _untyped(kind, data, path)


@_wire.register
def _(kind: CustomKind, data: object, path: str) -> dict[str, Any]:
    found = _parsed(kind, kind.takes, data)
    return _wire(kind.of, data, path) if found is None else found


@_wire.register
def _(kind: RecursiveKind, data: object, path: str) -> dict[str, Any]:
    return _wire(kind.of, data, path)


@_wire.register
def _(kind: OptionalKind, data: object, path: str) -> dict[str, Any]:
    return {"NULL": True} if data is None else _wire(kind.of, data, path)


@_wire.register
def _(kind: EpochKind, data: object, path: str) -> dict[str, Any]:
    found = _parsed(kind, datetime, data)
    if found is None:
        return {"N": data} if isinstance(data, str) else _untyped(kind, data, path)
    return found


def _parsed(kind: Kind, python: object, data: object) -> dict[str, Any] | None:
    """Return the stored value for the text of a date, a number or a UUID; `None` for other text."""
    parse = _PARSERS.get(python)
    if parse is None or not isinstance(data, str):
        return None
    try:
        wire: dict[str, Any] = read_json(kind.encode(parse(data)))
    except (ArithmeticError, ValueError, MisfitError):
        return None
    return wire


_PARSERS: Final[dict[object, Callable[[str], Any]]] = {
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
    time: time.fromisoformat,
    UUID: UUID,
    Decimal: Decimal,
}


@_wire.register
def _(kind: ListKind, data: object, path: str) -> dict[str, Any]:
    if not is_list(data):
        raise _misfit(kind, data, path)
    return {"L": [_wire(kind.of, one, f"{path}[{index}]") for index, one in enumerate(data)]}


@_wire.register
def _(kind: FixedTupleKind, data: object, path: str) -> dict[str, Any]:
    if not is_list(data) or len(data) != len(kind.kinds):
        raise _misfit(kind, data, path)
    pairs = zip(kind.kinds, data, strict=True)
    return {"L": [_wire(of, one, f"{path}[{index}]") for index, (of, one) in enumerate(pairs)]}


@_wire.register
def _(kind: SetKind, data: object, path: str) -> dict[str, Any]:
    if not is_list(data):
        raise _misfit(kind, data, path)
    return {kind.wire_type: [_wire(kind.of, one, path)[kind.of.wire_type] for one in data]}


@_wire.register
def _(kind: MapKind, data: object, path: str) -> dict[str, Any]:
    if not is_dict(data):
        raise _misfit(kind, data, path)
    return {"M": {name: _wire(kind.of, one, inside(path, name)) for name, one in data.items()}}


@_wire.register
def _(kind: RecordKind, data: object, path: str) -> dict[str, Any]:
    if not is_dict(data):
        raise _misfit(kind, data, path)
    members: dict[str, Any] = {}
    for name, one in data.items():
        info = kind.member(name)
        if info is None:
            raise MisfitError([FieldFailure(inside(path, name), f"a field of {kind.expected}", "another name")])
        if one is not None or not info.optional:
            members[info.attribute] = {"NULL": True} if one is None else _wire(info.kind, one, inside(path, name))
    return {"M": members}


@_wire.register
def _(kind: UnionKind, data: object, path: str) -> dict[str, Any]:
    return _first(kind.all, kind, data, path)


@_wire.register
def _(kind: EitherKind, data: object, path: str) -> dict[str, Any]:
    return _first(kind.kinds, kind, data, path)


def _first(kinds: Iterable[Kind], union: Kind, data: object, path: str) -> dict[str, Any]:
    for kind in kinds:
        try:
            wire = _wire(kind, data, path)
            kind.decode_wire(wire)
        except MisfitError:  # another member may take the value
            continue
        return wire
    raise _misfit(union, data, path)


def _untyped(kind: Kind, data: object, path: str) -> dict[str, Any]:
    try:
        wire: dict[str, Any] = read_json(untyped_text(data))
    except UnsupportedValueError as error:
        raise MisfitError([FieldFailure(inside(path, error.path), kind.expected, error.found)]) from None
    return wire


def _misfit(kind: Kind, data: object, path: str) -> MisfitError:
    found = "null" if data is None else f"JSON that is {_NAMES.get(type(data).__name__, type(data).__name__)}"
    return MisfitError([FieldFailure(path, kind.expected, found)])


_NAMES: Final = {
    "str": "text",
    "bool": "a boolean",
    "int": "a number",
    "float": "a number",
    "Decimal": "a number",
    "list": "a list",
    "dict": "an object",
}
