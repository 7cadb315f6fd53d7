"""What stands beside the fields of a class: the attributes that no field has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import Struct

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import inside, misfit
from dynamo_document_builder.schema.libraries.base import ABSENT
from dynamo_document_builder.schema.type_guards import is_text, type_name
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.type_guards import is_mapping

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from msgspec import Raw

    from dynamo_document_builder.schema.kinds.base import Kind


class Rest(Struct, frozen=True):
    """How the attributes that no field has are kept."""

    kind: Kind
    """The kind of each of them."""
    known: frozenset[str]
    """The names that they cannot have."""
    held: Callable[[Any], Mapping[str, Any]]
    """Returns what an object holds of them."""
    field: str = ""
    """The field that holds them, if there is one."""
    expected: str = ""
    """What people read of that field in an error."""

    def text(self, held: Mapping[str, Any]) -> str:
        """Return them as members in DynamoDB JSON, with a comma before each."""
        if not is_mapping(held):
            misfit()
        if not held:
            return ""
        write, known = self.kind.writer, self.known
        return "".join(
            [
                f",{quote(name)}:{write(one)}" if is_text(name) and name not in known else misfit()
                for name, one in held.items()
            ]
        )

    def read(self, raws: Mapping[str, Raw]) -> dict[str, Any]:
        """Return those of an item's attributes that no field has."""
        known = self.known
        return {name: self.kind.reader(bytes(raw)) for name, raw in raws.items() if name not in known}

    def misfits(self, item: object, path: str) -> Iterator[FieldFailure]:
        """Say which of them cannot be written."""
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
                yield from self.kind.misfits(value, inside(path, name))

    def unfit(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        """Say which of the stored ones cannot be read."""
        for name, wire in stored.items():
            if name not in self.known:
                yield from self.kind.unfit(wire, inside(path, name))
