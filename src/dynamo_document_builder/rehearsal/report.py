"""What a rehearsal found, operation by operation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.display.colours import coloured
from dynamo_document_builder.display.page import page_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.commands.results import ConsumedCapacity
    from dynamo_document_builder.reports.condition_report import ConditionReport
    from dynamo_document_builder.wire.request import ResponseMetadata


@frozen(kw_only=True)
class Rehearsal:
    """
    What each operation of a transaction would meet, as its items were at one moment. Nothing was written.

    Example:
        >>> payment = TransactWrite([Update({"user_id": "u1"}, updates={"balance": 0}, condition={"name": "Bob"})])
        >>> print(users.rehearse(payment))
        TransactWrite would be cancelled: 1 of 1 operations fail
          [0] Update User user_id='u1': fails
            FAILS   name: equals

    """

    command: str
    """The transaction that was rehearsed."""
    reports: tuple[ConditionReport, ...]
    """One per operation, in order."""
    response_metadata: ResponseMetadata
    """Facts about the answer, for logs and support cases."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """What the command cost, with `return_consumed_capacity`; `None` where DynamoDB did not report it."""

    @property
    def passed(self) -> bool | None:
        """Whether every condition is true; `None` if none is false, and one cannot be told."""
        outcomes = {report.passed for report in self.reports}
        return False if False in outcomes else None if None in outcomes else True

    @property
    def failed(self) -> tuple[ConditionReport, ...]:
        """The operations whose condition is false."""
        return tuple(report for report in self.reports if report.passed is False)

    @property
    def by_label(self) -> Mapping[str, ConditionReport]:
        """The operations that have a label."""
        return {report.label: report for report in self.reports if report.label is not None}

    @property
    def title(self) -> str:
        """How it ends, in one line."""
        count = len(self.reports)
        if self.failed:
            return f"{self.command} would be cancelled: {len(self.failed)} of {count} operations fail"
        if self.passed is None:
            return f"{self.command}: no condition fails, and some cannot be told"
        return f"{self.command}: every condition is true, {count} {'operation' if count == 1 else 'operations'}"

    def show(self, *, values: bool = False, hidden: bool = False) -> str:
        """Return it as text: with `values`, what was found stands beside each clause; *hidden* shows all of them."""
        return "\n".join(text for text, _ in self.lines(values=values, hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return it with colours; rich asks for this, so nobody else needs it installed."""
        return coloured(self.lines(values=True))

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        details = {report.title: report.show(values=True) for report in self.reports}
        return page_of(self.title, (), (), details)

    def lines(self, *, values: bool, hidden: bool = False) -> Iterator[tuple[str, str]]:
        """Yield each line, and how it looks where there are colours."""
        yield self.title, "bold"
        for report in self.reports:
            for text, style in report.lines(values=values, hidden=hidden):
                yield f"  {text}", style
