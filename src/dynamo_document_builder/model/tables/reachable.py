"""Whether what a command is sent to can reach the tables it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.errors import TableMismatchError
from dynamo_document_builder.errors.findings import Problem

if TYPE_CHECKING:
    from dynamo_document_builder.model.commands.problems import Problems
    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.tables.table_model import TableModel


def check_bound(problems: Problems, target: Target, table: TableModel, entity: str | None) -> None:
    """Refuse a group of operations on a table that what it is sent to cannot reach."""
    refusal = target.__refusal__(table)
    if refusal is not None:
        problems.add(Problem(refusal, operation="group", entity=entity), TableMismatchError)
