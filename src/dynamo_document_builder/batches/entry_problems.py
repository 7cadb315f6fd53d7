"""Collect the problems of the entries of a batch, each with its index and key."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define, field
from msgspec.structs import replace

from dynamo_document_builder.model.commands.problems import Problems

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.model.entities.entity_model import EntityModel

T = TypeVar("T")


@define(eq=False)
class EntryProblems:
    """The problems of the entries of one list of one group; they are added to the problems of the batch."""

    batch: Problems
    entity: EntityModel[Any]
    kind: str
    here: Problems = field(init=False)
    """The problems of the current entry."""

    def __attrs_post_init__(self) -> None:
        self.here = Problems(self.kind, self.entity.name)

    def attempt(self, build: Callable[[], T], index: int | None = None, given: object = None) -> T | None:
        """Return the result of *build*; if it fails, note the problem with the index and the key of the entry."""
        built = self.here.attempt(build, None)
        if self.here.found:
            self._report(index, given)
        return built

    def note(self, text: str, index: int, given: object) -> None:
        """Note a problem of an entry."""
        self.here.note(text)
        self._report(index, given)

    def _report(self, index: int | None, given: object) -> None:
        key = None if given is None else self.entity.shown_key(given)
        self.batch.found.extend(replace(problem, index=index, key=key) for problem in self.here.found)
        self.batch.failures.extend(self.here.failures)
        self.batch.kinds |= self.here.kinds
        self.here = Problems(self.kind, self.entity.name)
