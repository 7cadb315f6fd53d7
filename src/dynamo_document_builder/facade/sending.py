"""Check and prepare commands: what an `Entity`, a `Table` and a `Database` share when they send one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.options.options import Options
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.driver import first_request
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.cost.cost import Cost
    from dynamo_document_builder.explain.explanation import Explanation
    from dynamo_document_builder.rehearsal.report import Rehearsal
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.request import Request


def check_sendable(command: Any, sender: str) -> None:
    """Raise a `UsageError` unless *sender* can send the command: "entity", or "table" for tables and databases."""
    if isinstance(command, Options) and command.__sender__ == sender:
        return
    subject = "a list" if is_sequence(command) else given_type(command)
    raise UsageError(f"{subject} was not sent: {_advice(command, sender)}")


def first_reads(command: Any, sender: str, verb: str, at_once: int | None) -> tuple[Any, ...]:
    """Return the reads that begin the pages of a command, one per segment; *verb* and *at_once* are the caller's."""
    check_sendable(command, sender)
    if not hasattr(command, "__starts__"):
        raise UsageError(f"{given_type(command)} has no pages: {verb} takes a Query or a Scan; send it with send")
    if at_once is None:
        return tuple(command.__starts__())
    if not (type(at_once) is int and at_once > 0):
        raise UsageError(f"{verb}(at_once=...) must be a whole number of requests, 1 or more")
    if getattr(command, "total_segments", None) is None or command.segment is not None:
        raise UsageError(
            f"{verb}(at_once=...) has no effect on {given_type(command)}, whose pages are read one after the other: "
            "leave at_once= out, or read a Scan with total_segments= and without segment="
        )
    return tuple(command.__starts__())


def request_of(command: Any, sender: str, target: Any) -> Request:
    """Return the first request of a command; *target* is what the flow of the command takes."""
    check_sendable(command, sender)
    return first_request(command.__flow__(target))


def explanation_of(command: Any, sender: str, target: Any, *, values: bool, hidden: bool) -> Explanation:
    """Return the explanation of a command."""
    from dynamo_document_builder.explain.explanation import explained  # noqa: PLC0415  lazy import: only explain needs it

    return explained(command, target, request_of(command, sender, target), values=values, hidden=hidden)


def capacity_of(command: Any, sender: str, target: Any) -> Cost:
    """Return the cost of a command that can be sent."""
    from dynamo_document_builder.cost.cost import cost_of  # noqa: PLC0415  lazy import: only cost needs it

    request_of(command, sender, target)  # raises for a command that cannot be sent
    return cost_of(command, target)


def rehearsal_of(command: Any, sender: str, target: Any) -> Flow[Rehearsal]:
    """Return the flow that rehearses a command."""
    check_sendable(command, sender)
    from dynamo_document_builder.rehearsal.flow import rehearse  # noqa: PLC0415  lazy import: only rehearse needs it

    return rehearse(command, target)


def _advice(command: Any, sender: str) -> str:
    if isinstance(command, type):
        return f"send takes a command, as in {command.__name__}(...)"
    if is_sequence(command):
        return "send takes one command; TransactWrite(writes=[...]) holds several writes"
    if isinstance(command, Options) and sender == "entity":
        return "it is over several entities, so send it with a table or a database"
    if isinstance(command, Options):
        return (
            "it is about one entity, so send it with that entity; for several entities, use TableTransactWrite, "
            "TableTransactGet, TableBatchWrite, TableBatchGet, or Query and Scan with entities="
        )
    return _part_of_transaction(command) or "send takes a command, such as Put(item) or Get(key={...})"


def _part_of_transaction(command: object) -> str | None:
    if isinstance(command, WriteCommand):
        return "it only exists inside a TransactWrite; use Get to read the item"
    from dynamo_document_builder.transactions.raw import Raw  # noqa: PLC0415  lazy import: only an error path needs it

    return "it only exists inside a TableTransactWrite" if isinstance(command, Raw) else None
