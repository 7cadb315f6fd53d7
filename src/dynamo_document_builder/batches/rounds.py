"""The one flow behind every batch: send, see what was left undone, wait, go on with that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from attrs import define, field

from dynamo_document_builder.batches.layout import Entry, Lane, body_of_entries, by_lane, dealt
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
        """For each thing that was given its entry."""
        ...


class Kind(Protocol):
    """What tells a batch of reads from one of writes, and what it is about."""

    operation: ClassVar[str]
    noun: ClassVar[str]
    safe_again: ClassVar[str]
    at_most: ClassVar[int]
    """Entries of one request."""

    @property
    def options(self) -> str:
        """The members of a request beside its entries."""
        ...

    @property
    def groups(self) -> Sequence[Group]: ...
    @property
    def entries(self) -> Collection[Entry]: ...
    def take(self, request: Request, response: Response, lanes: Mapping[Lane, Sequence[Entry]], /) -> None:
        """Mark as done what an answer says was done, and keep what came with it."""
        ...


@define(eq=False)
class Rounds:
    """A batch under way."""

    kind: Kind
    command: BatchOptions
    attempts: int = 0
    """Requests made, the SDK's own retries included."""
    metadata: ResponseMetadata = field(factory=ResponseMetadata)
    ended_by: Exception | None = None
    """While refused for the moment, and once it is over without being done: why."""

    @property
    def done(self) -> int:
        return sum([entry.done for entry in self.kind.entries])

    def run(self) -> Flow[None]:
        """Go on until all is done or no more can be; raise only where nothing was done."""
        try:
            yield from self._until_done()
        except Exception as error:
            if isinstance(error, OutcomeUnknownError):
                error.with_command(self.command)
            if not self.done:
                raise
            self.ended_by = error

    def _until_done(self) -> Flow[None]:
        left: Collection[Entry] = self.kind.entries
        retry, fruitless = self.command.retry, 0
        while left:
            before = len(left)
            left = yield from self._round(left)
            fruitless = 0 if len(left) < before else fruitless + 1
            if not left or fruitless == retry.max_attempts:
                return
            yield from pause(retry.delay(max(fruitless - 1, 0)))

    def _round(self, entries: Collection[Entry]) -> Flow[list[Entry]]:
        """Send all once and return what is left; where DynamoDB does nothing at all, the rest is not sent either."""
        requests = list(dealt(entries, self.kind.at_most))
        undone: list[Entry] = []
        for position, part in enumerate(requests, 1):
            left = yield from self._send(part)
            undone += left
            if len(left) == len(part):
                # What was not sent goes first in the next round, so that one busy table does not hold up the others.
                return [*(entry for unsent in requests[position:] for entry in unsent), *undone]
        return undone

    def _send(self, entries: Sequence[Entry]) -> Flow[list[Entry]]:
        lanes = by_lane(entries)
        tables = tuple(dict.fromkeys([lane.table.name for lane in lanes]))
        request = Request(self.kind.operation, body_of_entries(lanes, self.kind.options), tables)
        try:
            response = yield from ask(request)
        except (ThrottledError, ReplicatedWriteConflictError) as error:
            self._note(ResponseMetadata(error.request_id, error.fault.http_status, error.attempts), error)
        else:
            self._note(response.metadata)
            self.kind.take(request, response, lanes)
        return [entry for entry in entries if not entry.done]

    def _note(self, metadata: ResponseMetadata, refused: ServiceError | None = None) -> None:
        self.metadata = metadata
        self.attempts += metadata.attempts
        self.ended_by = refused
