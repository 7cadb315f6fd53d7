"""
Sentences for operations that the caller wrote in DynamoDB JSON.

The library did not check them. An expression that cannot be parsed is quoted as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.explain.words.changes import describe_changes
from dynamo_document_builder.explain.words.conditions import describe_condition
from dynamo_document_builder.explain.words.titles import title_of
from dynamo_document_builder.expressions.text.condition_parser import ConditionParser
from dynamo_document_builder.expressions.text.placeholders import wire_values
from dynamo_document_builder.expressions.text.unchecked import UNREADABLE, unchecked_reader
from dynamo_document_builder.expressions.text.update_parser import UpdateParser

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.explain.steps import RawStep
    from dynamo_document_builder.explain.words.describer import Describer
    from dynamo_document_builder.expressions.text.reader import Reader


def raw_sentence(step: RawStep, describer: Describer) -> str:
    """Return the sentence for a raw operation."""
    parts = _Parts(step.raw.operation[step.raw.kind], describer)
    match step.raw.kind:
        case "ConditionCheck":
            return f"{title_of(step, describer)}: {parts.condition()}"
        case "Put":
            effect = parts.fields(step.key)
        case "Update":
            effect = parts.changes()
        case _:
            effect = ""
    condition = parts.condition()
    return f"{title_of(step, describer)}{effect and f': {effect}'}{condition and f', if {condition}'}"


@frozen
class _Parts:
    """Describes the parts of one operation."""

    members: Mapping[str, Any]
    describer: Describer

    def fields(self, key: Mapping[str, Any] | None) -> str:
        """Describe the item of a put, without its key."""
        try:
            item = wire_values(self.members.get("Item", {}))
        except UNREADABLE:
            return "an item that is not valid DynamoDB JSON"
        return self.describer.pairs({name: value for name, value in item.items() if name not in (key or {})})

    def changes(self) -> str:
        """Describe the update expression."""
        return self._described(
            "UpdateExpression", lambda reader: describe_changes(UpdateParser(reader).parse(), self.describer)
        )

    def condition(self) -> str:
        """Describe the condition."""
        return self._described(
            "ConditionExpression", lambda reader: describe_condition(ConditionParser(reader).parse(), self.describer)
        )

    def _described(self, member: str, describe: Callable[[Reader], str]) -> str:
        text = self.members.get(member)
        if text is None:
            return ""
        try:
            return describe(unchecked_reader(text, self.members))
        except UNREADABLE:
            return str(text)
