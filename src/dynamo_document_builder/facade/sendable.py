"""Refusing what cannot be sent where it was sent, with what to do instead."""

from __future__ import annotations

from typing import Any

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.errors.texts import given_type
from dynamo_document_builder.model.options.options import Options
from dynamo_document_builder.model.writing.write_command import WriteCommand
from dynamo_document_builder.wire.type_guards import is_sequence


def check_sendable(command: Any, sender: str) -> None:
    """Raise a `UsageError` unless *sender*, an entity, a table or a database, can send the command."""
    wanted = "entity" if sender == "entity" else "table"
    if isinstance(command, Options) and command.__sender__ == wanted:
        return
    raise UsageError(f"{_subject(command)} was not sent: {_advice(command, sender)}")


def starts_of(command: Any, sender: str, verb: str, at_once: int | None) -> tuple[Any, ...]:
    """Return what to read first to read all pages of a command; *verb* and *at_once* are those of the caller."""
    check_sendable(command, sender)
    if not hasattr(command, "__starts__"):
        raise UsageError(f"{given_type(command)} has no pages: {verb} takes a Query or a Scan; send it with send")
    if at_once is None:
        return tuple(command.__starts__())
    if not (type(at_once) is int and at_once > 0):
        raise UsageError(f"{verb}(at_once=...): a whole number of requests, 1 or more")
    if getattr(command, "total_segments", None) is None or command.segment is not None:
        raise UsageError(
            f"{verb}(at_once=...) has no effect on {given_type(command)}, whose pages are read one after the other: "
            "leave at_once= out, or read a Scan with total_segments= and without segment="
        )
    return tuple(command.__starts__())


def _subject(command: Any) -> str:
    return "a list" if is_sequence(command) else given_type(command)


def _advice(command: Any, sender: str) -> str:
    if isinstance(command, type):
        return f"send takes a command, as in {command.__name__}(...)"
    if is_sequence(command):
        return "send takes one command; TransactWrite(writes=[...]) holds several writes"
    if isinstance(command, Options) and sender == "entity":
        return "it is over several entities, so a table or a database sends it"
    if isinstance(command, Options):
        return (
            "it is about one entity, which sends it; over several are TableTransactWrite, TableTransactGet, "
            "TableBatchWrite, TableBatchGet, and Query and Scan with entities="
        )
    return _inside(command) or "send takes a command, such as Put(item) or Get(key={...})"


def _inside(command: object) -> str | None:
    if isinstance(command, WriteCommand):
        return "it only exists inside a TransactWrite; use Get to read the item"
    from dynamo_document_builder.transactions.raw import Raw  # noqa: PLC0415  no start-up pays for it

    return "it only exists inside a TableTransactWrite" if isinstance(command, Raw) else None
