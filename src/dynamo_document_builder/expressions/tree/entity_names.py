"""The condition that an item belongs to certain entities, by the entity name that each item stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Path


@frozen
class EntityNameIn(Condition):
    """True if the item stores the name of one of these entities."""

    attribute: str
    """The attribute that holds the name: `entity_attribute=` of the table."""
    names: tuple[str, ...]

    def with_this(self, path: Path) -> Condition:  # noqa: ARG002  names its attribute itself
        return self

    def render(self, out: Rendering) -> str:
        out.attributes.add(self.attribute)
        values = [out.wire_value(f'{{"S":{quote(name)}}}') for name in self.names]
        name = out.name(self.attribute)
        return f"{name} = {values[0]}" if len(values) == 1 else f"{name} IN ({', '.join(values)})"
