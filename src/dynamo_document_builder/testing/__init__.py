"""For tests and local work: tables as they are declared, and transports that fail on demand."""

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

__all__ = [
    "AsyncScriptedTransport",
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
]
