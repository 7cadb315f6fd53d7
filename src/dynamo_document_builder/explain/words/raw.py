"""
Operations that somebody wrote in DynamoDB JSON, in words.

Nothing of them was checked, so what cannot be read is said as it was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.explain.words.changes import changes_words
from dynamo_document_builder.explain.words.conditions import condition_words
from dynamo_document_builder.explain.words.titles import title_of
from dynamo_document_builder.expressions.text.conditions import Conditions
from dynamo_document_builder.expressions.text.placeholders import names_from, wire_values
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.updates import Updates

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.explain.steps import RawStep
    from dynamo_document_builder.explain.words.values import Words


def raw_sentence(step: RawStep, words: Words) -> str:
    """Say what a raw operation does."""
    said = _Said(step.raw.operation[step.raw.kind], words)
    match step.raw.kind:
        case "ConditionCheck":
            return f"{title_of(step, words)}: {said.condition()}"
        case "Put":
            does = said.fields(step.key)
        case "Update":
            does = said.changes()
        case _:
            does = ""
    condition = said.condition()
    return f"{title_of(step, words)}{does and f': {does}'}{condition and f', if {condition}'}"


@frozen
class _Said:
    """Says the parts of one operation."""

    members: Mapping[str, Any]
    words: Words

    def fields(self, key: Mapping[str, Any] | None) -> str:
        """Say the item of a put, but its key."""
        try:
            item = wire_values(self.members.get("Item", {}))
        except _UNREADABLE:
            return "an item that is not DynamoDB JSON"
        return self.words.pairs({name: value for name, value in item.items() if name not in (key or {})})

    def changes(self) -> str:
        """Say the update expression."""
        return self._said("UpdateExpression", lambda reader: changes_words(Updates(reader).whole(), self.words))

    def condition(self) -> str:
        """Say the condition."""
        return self._said("ConditionExpression", lambda reader: condition_words(Conditions(reader).whole(), self.words))

    def _said(self, member: str, say: Callable[[Reader], str]) -> str:
        text = self.members.get(member)
        if text is None:
            return ""
        try:
            return say(self._reader(text))
        except _UNREADABLE:
            return str(text)

    def _reader(self, text: str) -> Reader:
        values = wire_values(self.members.get("ExpressionAttributeValues", {}))
        return Reader(text, names_from(self.members.get("ExpressionAttributeNames")), values)


_UNREADABLE = (UsageError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
