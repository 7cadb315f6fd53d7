"""Asking DynamoDB for the items of certain entities only, by the name that each item carries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from dynamo_document_builder.expressions.tree.conditions import Condition
from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from dynamo_document_builder.expressions.rendering.rendering import Rendering
    from dynamo_document_builder.expressions.tree.paths import Path


@frozen
class TagIn(Condition):
    """The item was written by one of these entities."""

    attribute: str
    names: tuple[str, ...]

    def about(self, path: Path) -> Condition:  # noqa: ARG002  it is about the item, wherever it stands
        return self

    def render(self, out: Rendering) -> str:
        out.attributes.add(self.attribute)
        values = [out.wire_value(f'{{"S":{quote(name)}}}') for name in self.names]
        name = out.name(self.attribute)
        return f"{name} = {values[0]}" if len(values) == 1 else f"{name} IN ({', '.join(values)})"
