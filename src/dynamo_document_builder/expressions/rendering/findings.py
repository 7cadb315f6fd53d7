"""What rendering an expression found wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from dynamo_document_builder.errors.findings import FieldFailure


class Finding(Struct, frozen=True):
    """One thing wrong with an expression; `failures` when a value does not fit the schema."""

    text: str
    failures: tuple[FieldFailure, ...] = ()


class FindingsError(Exception):
    """Carries what rendering found up to the command, which knows its entity and key."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("; ".join(finding.text for finding in findings))
        self.findings = findings
