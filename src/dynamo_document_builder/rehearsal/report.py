"""The result of a rehearsal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import frozen

from dynamo_document_builder.display import html_block, rich_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.model.commands.results import ConsumedCapacity
    from dynamo_document_builder.reports.condition_report import ConditionReport
    from dynamo_document_builder.wire.request import ResponseMetadata


@frozen(kw_only=True)
class Rehearsal:
    """
    The result of a rehearsal: one report per operation, from one consistent read of the items. Nothing was written.

    Example:
        >>> payment = TransactWrite([Update({"user_id": "u1"}, updates={"balance": 0}, condition={"name": "Bob"})])
        >>> print(users.rehearse(payment))
        TransactWrite would be cancelled: 1 of 1 operations fail
          [0] Update User user_id='u1': fails
            FAILS   name: equals

    """

    command: str
    """The name of the command."""
    reports: tuple[ConditionReport, ...]
    """One report per operation, in order."""
    response_metadata: ResponseMetadata
    """The metadata of the read."""
    consumed_capacity: tuple[ConsumedCapacity, ...] = ()
    """The capacity of the read, if you asked for it."""

    @property
    def passed(self) -> bool | None:
        """True if every condition is true, False if one is false, otherwise `None`: one cannot be evaluated."""
        outcomes = {report.passed for report in self.reports}
        return False if False in outcomes else None if None in outcomes else True

    @property
    def failed(self) -> tuple[ConditionReport, ...]:
        """The reports of the operations whose condition is false."""
        return tuple(report for report in self.reports if report.passed is False)

    @property
    def by_label(self) -> Mapping[str, ConditionReport]:
        """The reports of the operations that have a label, by label."""
        return {report.label: report for report in self.reports if report.label is not None}

    @property
    def title(self) -> str:
        """The outcome in one line."""
        count = len(self.reports)
        if self.failed:
            return f"{self.command} would be cancelled: {len(self.failed)} of {count} operations fail"
        if self.passed is None:
            return f"{self.command}: no condition fails, and some cannot be evaluated"
        return f"{self.command}: every condition is true, {count} {'operation' if count == 1 else 'operations'}"

    def show(self, *, values: bool = False, hidden: bool = False) -> str:
        """
        Return the rehearsal as text.

        *values* adds the stored value to each clause. *hidden* shows the values of fields with `repr=False` too.
        """
        return "\n".join(text for text, _ in self.lines(values=values, hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return the rehearsal in colours. rich calls this method."""
        return rich_text(self.lines(values=True))

    def _repr_html_(self) -> str:
        """Return the rehearsal as HTML. Notebooks call this method."""
        details = {report.title: report.show(values=True) for report in self.reports}
        return html_block(self.title, (), (), details)

    def lines(self, *, values: bool, hidden: bool = False) -> Iterator[tuple[str, str]]:
        """Yield each line and its style for rich."""
        yield self.title, "bold"
        for report in self.reports:
            for text, style in report.lines(values=values, hidden=hidden):
                yield f"  {text}", style
