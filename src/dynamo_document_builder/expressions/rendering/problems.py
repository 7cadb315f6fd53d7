"""Problems found while rendering an expression."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.errors.findings import FieldFailure


class ExpressionProblem(Struct, frozen=True):
    """One problem of an expression."""

    text: str
    failures: tuple[FieldFailure, ...] = ()
    """The fields of a value that do not fit the schema."""


class ExpressionProblemsError(Exception):
    """The problems of an expression. The command, which knows its entity and key, turns them into a `UsageError`."""

    def __init__(self, problems: tuple[ExpressionProblem, ...]) -> None:
        super().__init__("; ".join(problem.text for problem in problems))
        self.problems = problems
