"""The kind of a `TypedDict` whose dictionaries are whole items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import inside
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.type_guards import is_dict, type_name

if TYPE_CHECKING:
    from collections.abc import Iterator


class ItemDictKind(RecordKind):
    """
    A `TypedDict` as the schema of an entity.

    Unlike a `TypedDict` inside an item, its fields have the options of a class: an alias, a role, and `None` is not
    stored. A key that is not required may be missing, in the dictionary and in the item.
    """

    @property
    def item_class(self) -> type[Any]:
        return dict

    def members_write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not is_dict(value) or type(value) is not dict:
            yield FieldFailure(path, self.expected, type_name(value))
            return
        for name in value:
            if name not in self.fields:
                yield FieldFailure(inside(path, str(name)), "nothing", "a key the TypedDict does not have")
        yield from self._fields_write_failures(value, path)
