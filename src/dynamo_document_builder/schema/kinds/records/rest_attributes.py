"""Rest attributes: the attributes of an item that have no field, held by a `rest=True` field or as extras."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import inside, refuse
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.schema.kinds.containers.maps import MapKind
from dynamo_document_builder.schema.libraries.base import ABSENT
from dynamo_document_builder.schema.type_guards import is_text, type_name
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from msgspec import Raw

    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
    from dynamo_document_builder.schema.libraries.base import Adapter


class Rest(Struct, frozen=True):
    """The place where a class keeps the attributes that have no field."""

    kind: Kind
    """The kind of each value."""
    known: frozenset[str]
    """Attribute names that belong to fields."""
    held: Callable[[Any], Mapping[str, Any]]
    """Returns the rest attributes that an object holds."""
    field: str = ""
    """The `rest=True` field; empty if the class holds extras."""
    expected: str = ""
    """The type of that field, for an error message."""

    def text(self, held: Mapping[str, Any]) -> str:
        """Return rest attributes as members in DynamoDB JSON, with a comma before each."""
        if not is_mapping(held):
            refuse()
        if not held:
            return ""
        write, known = self.kind.writer, self.known
        return "".join(
            [
                f",{quote(name)}:{write(one)}" if is_text(name) and name not in known else refuse()
                for name, one in held.items()
            ]
        )

    def read(self, raws: Mapping[str, Raw]) -> dict[str, Any]:
        """Return the rest attributes of a stored item."""
        known = self.known
        return {name: self.kind.reader(bytes(raw)) for name, raw in raws.items() if name not in known}

    def write_failures(self, item: object, path: str) -> Iterator[FieldFailure]:
        """Yield the rest attributes of an object that cannot be written."""
        held: Any = self.held(item)
        if not is_mapping(held):
            found = "nothing: it was never set" if held is ABSENT else type_name(held)
            yield FieldFailure(inside(path, self.field), self.expected, found)
            return
        for name, value in held.items():
            if not is_text(name):
                yield FieldFailure(path, "text as the name of an attribute", "a name that is not text")
            elif name in self.known:
                yield FieldFailure(inside(path, name), "nothing", "an attribute with the name of a field")
            else:
                yield from self.kind.write_failures(value, inside(path, name))

    def read_failures(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        """Yield the stored rest attributes that cannot be read."""
        for name, wire in stored.items():
            if name not in self.known:
                yield from self.kind.read_failures(wire, inside(path, name))


def rest_attributes_of(adapter: Adapter, fields: Mapping[str, FieldInfo]) -> Rest | None:
    """Return how a class holds rest attributes, `None` if it ignores them."""
    rest = [info for info in fields.values() if info.rest]
    if len(rest) > 1:
        raise DefinitionError(
            f"schema {adapter.title!r}: {rest[0].name!r} and {rest[1].name!r} are both rest=True; keep one of them"
        )
    known = frozenset(info.attribute for info in fields.values() if not info.rest).union(adapter.constants)
    if not rest:
        # The class would take an extra with the name of a field for the field.
        return Rest(AnyKind(), known.union(fields), adapter.extras) if adapter.keeps_extras else None
    [info] = rest
    if not isinstance(info.kind, MapKind):
        raise DefinitionError(f"schema {adapter.title!r}, field {info.name!r}: rest=True needs a dict[str, Any]")
    if adapter.keeps_extras:
        raise DefinitionError(
            f"schema {adapter.title!r}: {info.name!r} has rest=True, and extra='allow' holds the same attributes; "
            "remove one of them"
        )
    return Rest(info.kind.of, known, lambda item: adapter.value(item, info.name), info.name, info.kind.expected)
