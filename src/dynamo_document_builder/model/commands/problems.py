"""Collecting all problems of a command and raising them as one error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import ItemValidationError, TableMismatchError, UsageError
from dynamo_document_builder.errors.findings import FieldFailure, Problem
from dynamo_document_builder.errors.texts import describe_item, shortened
from dynamo_document_builder.expressions.rendering.problems import ExpressionProblem, ExpressionProblemsError
from dynamo_document_builder.schema.failures import MisfitError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.tables.table_model import TableModel

T = TypeVar("T")

FINDINGS: Final = (ExpressionProblemsError, MisfitError, UsageError)
"""The exceptions that `Problems.attempt` collects. A fast path catches them and runs again with `Problems`."""


class Problems(Struct):
    """The problems of one command, or of one operation in a transaction."""

    what: str
    """The name of the command, for the error text."""
    entity: str | None = None
    """The name of the entity."""
    found: list[Problem] = []
    failures: list[FieldFailure] = []
    """The fields that do not fit the schema."""
    kinds: set[type[UsageError]] = set()
    """The error class of each problem. If all are the same class, `raise_any` raises this class."""

    def note(self, text: str, kind: type[UsageError] = UsageError) -> None:
        """Add a problem with this text."""
        self.add(Problem(text, operation=self.what, entity=self.entity), kind)

    def add(self, problem: Problem, kind: type[UsageError] = UsageError) -> None:
        """Add a problem."""
        self.found.append(problem)
        self.kinds.add(kind)

    def note_all(self, texts: Iterable[str]) -> None:
        """Add a problem for each text."""
        for text in texts:
            self.note(text)

    def note_findings(self, findings: Iterable[ExpressionProblem]) -> None:
        """Add the findings of a rendering."""
        for finding in findings:
            self.note(finding.text, ItemValidationError if finding.failures else UsageError)
            self.failures.extend(finding.failures)

    def attempt(self, build: Callable[[], T], instead: T) -> T:
        """Return the result of *build*; if *build* fails, collect its findings and return *instead*."""
        try:
            return build()
        except ExpressionProblemsError as error:
            self.note_findings(error.problems)
        except MisfitError as error:
            self.note_findings([ExpressionProblem(str(failure), (failure,)) for failure in error.failures])
        except UsageError as error:
            self.note(str(error), type(error))
        return instead

    def absorb(self, error: UsageError, index: int, label: str | None = None) -> None:
        """Add the problems of one operation, with the index of the operation in the transaction."""
        self.found.extend(replace(problem, index=index, label=label) for problem in error.problems)
        self.failures.extend(error.failures if isinstance(error, ItemValidationError) else ())
        self.kinds.add(type(error))

    def raise_any(self, key: Callable[[], Mapping[str, Any] | None] | None = None) -> None:
        """Raise one error with all problems, if there are any; *key* returns the key of the item."""
        if not self.found:
            return
        self.found.sort(key=lambda problem: -1 if problem.index is None else problem.index)
        if key is not None:
            shown = key()
            self.found = [replace(problem, key=shown) for problem in self.found]
        text = _text(self.what, self.found)
        if self.kinds == {ItemValidationError}:
            raise ItemValidationError(text, problems=self.found, failures=self.failures)
        raise (TableMismatchError if self.kinds == {TableMismatchError} else UsageError)(text, problems=self.found)


def check_table(problems: Problems, target: Target, table: TableModel, entity: str | None) -> None:
    """Add a problem if the table or database that a command is sent to does not include *table*."""
    refusal = target.__refusal__(table)
    if refusal is not None:
        problems.add(Problem(refusal, operation="group", entity=entity), TableMismatchError)


def _text(what: str, found: list[Problem]) -> str:
    if all(problem.index is None and problem.entity == found[0].entity for problem in found):
        subject = f"{what} {describe_item(found[0].entity, found[0].key)}".strip()
        texts = [problem.text for problem in found]
    else:
        subject, texts = what, [str(problem) for problem in found]
    if len(texts) == 1:
        return f"{subject} was not sent: {texts[0]}"
    lines = shortened(texts, "more, all of them in .problems")
    return f"{subject} was not sent, {len(texts)} problems:" + "".join(f"\n  {line}" for line in lines)
