"""What is said of a batch that was not done whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.errors import BatchIncompleteError
from dynamo_document_builder.errors.recipients import recipient_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.batches.rounds import Rounds

R = TypeVar("R")


def whole(result: R, rounds: Rounds, sent_to: Any) -> R:
    """Return the result of a batch of which all was done, and raise it as an error otherwise."""
    if rounds.done == len(rounds.kind.entries):
        return result
    kind = type(rounds.command).__name__
    error = BatchIncompleteError(_text(rounds, kind), result=result, sent_to=recipient_text(sent_to), command_name=kind)
    error.command_sent = rounds.command
    raise error from rounds.ended_by


def _text(rounds: Rounds, what: str) -> str:
    kind = rounds.kind
    given = [entry for group in kind.groups for entry in group.entries]
    left = sum(not entry.done for entry in given)
    tables = _each(group.entity.table.name for group in kind.groups)
    entities = _each(group.entity.name for group in kind.groups)
    return (
        f"{what} {entities} in table {tables}: {len(given) - left} of {len(given)} {kind.noun} done, {left} not: "
        f"{_reason(rounds)}. Sending what is unprocessed again is safe: {kind.safe_again}"
    )


def _each(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _reason(rounds: Rounds) -> str:
    error = rounds.ended_by
    if error is None:
        return f"DynamoDB left them undone, {rounds.command.retry.max_attempts} times in a row"
    return f"{type(error).__name__}: {error}"
