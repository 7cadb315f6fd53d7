"""Tools for tests and local work: DynamoDB in memory, table creation, and transports that fail on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dynamo_document_builder.testing.scripted import AsyncScriptedTransport, ScriptedTransport
from dynamo_document_builder.testing.steps import (
    Step,
    answer,
    break_down,
    conflict,
    fail_condition,
    lose_answer,
    lose_request,
    pass_on,
    refuse,
    throttle,
)
from dynamo_document_builder.testing.tables import create_table, delete_table, table_definition
from dynamo_document_builder.testing.unprocessed import unprocessed

if TYPE_CHECKING:
    from dynamo_document_builder.testing.memory.engine import MemoryDynamoDB

__all__ = [
    "AsyncScriptedTransport",
    "MemoryDynamoDB",
    "ScriptedTransport",
    "Step",
    "answer",
    "break_down",
    "conflict",
    "create_table",
    "delete_table",
    "fail_condition",
    "lose_answer",
    "lose_request",
    "pass_on",
    "refuse",
    "table_definition",
    "throttle",
    "unprocessed",
]


def __getattr__(name: str) -> Any:
    """Load `MemoryDynamoDB` when it is first used."""
    if name != "MemoryDynamoDB":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dynamo_document_builder.testing.memory.engine import MemoryDynamoDB  # noqa: PLC0415  lazy import: scripted tests do not need it

    return MemoryDynamoDB
