"""The error for a batch that was only done in part."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from dynamo_document_builder.errors import BatchIncompleteError
from dynamo_document_builder.errors.recipients import recipient_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.batches.rounds import BatchRounds

R = TypeVar("R")


def complete_result(result: R, rounds: BatchRounds, sent_to: Any) -> R:
    """Return the result of a batch; raise a `BatchIncompleteError` with it if entries are unprocessed."""
    if rounds.done == len(rounds.layout.entries):
        return result
    kind = type(rounds.command).__name__
    error = BatchIncompleteError(_text(rounds, kind), result=result, sent_to=recipient_text(sent_to), command_name=kind)
    error.command_sent = rounds.command
    raise error from rounds.ended_by


def _text(rounds: BatchRounds, what: str) -> str:
    layout = rounds.layout
    given = [entry for group in layout.groups for entry in group.entries]
    undone = sum(not entry.done for entry in given)
    tables = _each(group.entity.table.name for group in layout.groups)
    entities = _each(group.entity.name for group in layout.groups)
    return (
        f"{what} {entities} in table {tables}: {len(given) - undone} of {len(given)} {layout.noun} done, {undone} not: "
        f"{_reason(rounds)}. You can safely send the unprocessed {layout.noun} again: {layout.safe_again}"
    )


def _each(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(names))


def _reason(rounds: BatchRounds) -> str:
    error = rounds.ended_by
    if error is None:
        return f"DynamoDB returned them as unprocessed {rounds.command.retry.max_attempts} times in a row"
    return f"{type(error).__name__}: {error}"
