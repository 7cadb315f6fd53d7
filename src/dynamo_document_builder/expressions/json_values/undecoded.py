"""Values in DynamoDB JSON or plain JSON that are decoded by the codec of the field they are used with."""

from __future__ import annotations

from abc import abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.expressions.evaluation.stored_values import comparable
from dynamo_document_builder.expressions.tree.identity import StandIn
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.type_guards import is_dict, is_list, is_tuple
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.strict import MalformedError, checked_wire
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import untyped_value

if TYPE_CHECKING:
    from dynamo_document_builder.schema.kinds.base import Kind


class Undecoded(StandIn, frozen=True):
    """A value in DynamoDB JSON or plain JSON, whose Python value depends on the field."""

    json: Any

    @abstractmethod
    def decoded(self, kind: Kind | None) -> Any:
        """
        Return the Python value for a field of a type; `None` stands for a field of any type.

        Raises `MisfitError` if the value does not fit the field.
        """


class DynamoJson(Undecoded, frozen=True):
    """A value in DynamoDB JSON, in canonical form."""

    @classmethod
    def of(cls, wire: object) -> DynamoJson:
        """Return the value. Raises `MalformedError` if it is not DynamoDB JSON that DynamoDB accepts."""
        return cls(checked_wire(wire))

    @property
    def natural(self) -> Any:
        return untyped_value(self.json)

    def decoded(self, kind: Kind | None) -> Any:
        if kind is None:
            return self.natural
        value = kind.decode_wire(self.json)
        # A field reads more forms than it writes: a datetime in another timezone, or a map with unknown attributes.
        # No item holds such a form, so a condition on it would never be true.
        if comparable(read_json(kind.encode(value))) != comparable(self.json):
            found = f"stored {next(iter(self.json))} in a form that the field never writes"
            raise MisfitError([FieldFailure("", kind.expected, found)])
        return value


class PlainJson(Undecoded, frozen=True):
    """A value in plain JSON, as `json.loads` returns it."""

    @classmethod
    def of(cls, data: object) -> PlainJson:
        """Return the value, copied. Raises `MalformedError` if it is not JSON, or nested too deep to be stored."""
        return cls(_json(data, 1))

    @property
    def natural(self) -> Any:
        return self.json

    def decoded(self, kind: Kind | None) -> Any:
        from dynamo_document_builder.schema.plain_json.reader import from_jsonable  # noqa: PLC0415  lazy import: only plain JSON values need it

        return self.json if kind is None else from_jsonable(kind, self.json)


def _json(data: object, level: int) -> Any:
    if level > MAX_LEVELS:
        raise MalformedError(f"it is nested deeper than {MAX_LEVELS} levels")
    if is_list(data) or is_tuple(data):
        return [_inner(f"[{index}]", element, level) for index, element in enumerate(data)]
    if is_dict(data):
        for name in data:
            if not isinstance(name, str):
                raise MalformedError(f"expected the names of members as str, found {type(name).__name__}")
        return {name: _inner(f".{name}", member, level) for name, member in data.items()}
    if data is None or isinstance(data, (str, int, float, Decimal)):
        return data
    raise MalformedError(f"expected a value in JSON, found {type(data).__name__}")


def _inner(step: str, data: object, level: int) -> Any:
    try:
        return _json(data, level + 1)
    except MalformedError as error:
        raise MalformedError(error.problem, step + error.place) from None


def natural(value: Any) -> Any:
    """Return a JSON value as the Python value for its JSON type, and any other value unchanged."""
    return value.natural if isinstance(value, Undecoded) else value


def decoded(value: Any, kind: Kind | None) -> Any:
    """Return a JSON value decoded by a field's type, and any other value unchanged. Raises `MisfitError`."""
    return value.decoded(kind) if isinstance(value, Undecoded) else value


def with_elements_undecoded(value: Any) -> Any:
    """Return a JSON list as a list of JSON values, which a field can decode one by one."""
    if isinstance(value, PlainJson) and is_list(value.json):
        return [None if element is None else PlainJson(element) for element in value.json]
    if isinstance(value, DynamoJson) and "L" in value.json:
        return [None if "NULL" in element else DynamoJson(element) for element in value.json["L"]]
    return natural(value)
