"""The flow of all batches: send all entries, then pause and send the unprocessed ones again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import define, field

from dynamo_document_builder.batches.layout import Entry, TableSection, body_of_entries, by_section, split_into_requests
from dynamo_document_builder.errors import OutcomeUnknownError, ReplicatedWriteConflictError, ThrottledError
from dynamo_document_builder.wire.flow import Flow, ask, pause
from dynamo_document_builder.wire.request import Request, Response, ResponseMetadata

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from dynamo_document_builder.batches.options import BatchOptions
    from dynamo_document_builder.errors import ServiceError
    from dynamo_document_builder.model.entities.entity_model import EntityModel


class Group(Protocol):
    """One group of a batch."""

    @property
    def entity(self) -> EntityModel[Any]: ...
    @property
    def entries(self) -> Sequence[Entry]:
        """One entry per key or item of the group."""
        ...


class BatchLayout(Protocol):
    """The layout of a batch; it differs for reads and writes."""

    operation: ClassVar[str]
    noun: ClassVar[str]
    safe_again: ClassVar[str]
    at_most: ClassVar[int]
    """The most entries in one request."""

    @property
    def options(self) -> str:
        """The members of a request other than its entries."""
        ...

    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def entries(self) -> Collection[Entry]: ...
    def take(self, request: Request, response: Response, sections: Mapping[TableSection, Sequence[Entry]], /) -> None:
        """Mark the processed entries of an answer as done, and store its items."""
        ...


@define(eq=False)
class BatchRounds:
    """A batch that is being sent."""

    layout: BatchLayout
    command: BatchOptions
    attempts: int = 0
    """The number of requests, retries of the SDK included."""
    metadata: ResponseMetadata = field(factory=ResponseMetadata)
    ended_by: Exception | None = None
    """The error that stopped the batch, or the throttling of the last request."""

    @property
    def done(self) -> int:
        return sum([entry.done for entry in self.layout.entries])

    def run(self) -> Flow[None]:
        """Send until all entries are done or the retries are used up; raise an error only if nothing was done."""
        try:
            yield from self._until_done()
        except Exception as error:
            if isinstance(error, OutcomeUnknownError):
                error.with_command(self.command)
            if not self.done:
                raise
            self.ended_by = error

    def _until_done(self) -> Flow[None]:
        pending: Collection[Entry] = self.layout.entries
        retry, fruitless = self.command.retry, 0
        while pending:
            before = len(pending)
            pending = yield from self._round(pending)
            fruitless = 0 if len(pending) < before else fruitless + 1
            if not pending or fruitless == retry.max_attempts:
                return
            yield from pause(retry.delay(max(fruitless - 1, 0)))

    def _round(self, entries: Collection[Entry]) -> Flow[list[Entry]]:
        """Send all entries once and return the unprocessed ones; stop after a request that processed nothing."""
        requests = list(split_into_requests(entries, self.layout.at_most))
        undone: list[Entry] = []
        for position, part in enumerate(requests, 1):
            unprocessed = yield from self._send(part)
            undone += unprocessed
            if len(unprocessed) == len(part):
                # Unsent entries go first in the next round, so that one busy table does not hold up other tables.
                return [*(entry for unsent in requests[position:] for entry in unsent), *undone]
        return undone

    def _send(self, entries: Sequence[Entry]) -> Flow[list[Entry]]:
        sections = by_section(entries)
        tables = tuple(dict.fromkeys([section.table.name for section in sections]))
        request = Request(self.layout.operation, body_of_entries(sections, self.layout.options), tables)
        try:
            response = yield from ask(request)
        except (ThrottledError, ReplicatedWriteConflictError) as error:
            self._note(ResponseMetadata(error.request_id, error.fault.http_status, error.attempts), error)
        else:
            self._note(response.metadata)
            self.layout.take(request, response, sections)
        return [entry for entry in entries if not entry.done]

    def _note(self, metadata: ResponseMetadata, refused: ServiceError | None = None) -> None:
        self.metadata = metadata
        self.attempts += metadata.attempts
        self.ended_by = refused
