"""Errors of commands and of the wire: before DynamoDB was asked, or without an answer of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from dynamo_document_builder.errors.findings import FieldFailure, Problem
from dynamo_document_builder.errors.links import note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_LIBRARY: Final = f"{__name__.partition('.')[0]}."


class DocumentBuilderError(Exception):
    """
    The root: catch it to catch every error of this library.

    Each error has a note, which a traceback shows, with the address of the page that says what to do.
    """

    _row: ClassVar[str] = "DocumentBuilderError"
    """Its row on that page. A subclass of a caller has the row of the library's class that it extends."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.startswith(_LIBRARY):
            cls._row = cls.__name__

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.add_note(note(self._found_row()))

    def __eq__(self, other: object) -> bool:
        """Two errors are equal if they say the same: results that hold one can be compared, also after pickling."""
        if not isinstance(other, DocumentBuilderError):
            return NotImplemented
        return (type(self), self.args, self._state()) == (type(other), other.args, other._state())

    def __hash__(self) -> int:
        return hash((type(self), self.args))

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuild, (type(self), self.args, self._state(), self.__cause__)

    def _found_row(self) -> str:
        return self._row

    def _state(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in _OF_ITS_SENDER}


_OF_ITS_SENDER: Final = frozenset({"replay", "resolver"})
"""What finds out about an unknown outcome: no copy takes it along."""


def _rebuild(
    cls: type[DocumentBuilderError], args: tuple[Any, ...], state: dict[str, Any], cause: BaseException | None
) -> DocumentBuilderError:
    error = cls(*args)
    error.__dict__.clear()  # the note too: the original's notes have it
    error.__dict__.update(state)
    if "__notes__" in state:
        error.__notes__ = list(state["__notes__"])  # a note added to a copy is not added to the original
    error.__cause__ = cause
    return error


class DefinitionError(DocumentBuilderError):
    """A table, entity or schema that cannot work; raised where it is defined."""


class UsageError(DocumentBuilderError):
    """A command cannot be sent. Nothing was sent; `problems` has every finding."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems) or (Problem(text),)
        """Every reason why the command cannot be sent."""


class TableMismatchError(UsageError):
    """A group of operations is bound to another table or database. Nothing was sent."""


class ItemValidationError(UsageError):
    """A value does not fit the schema. Nothing was sent; `failures` has every field."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = (), failures: Sequence[FieldFailure] = ()) -> None:
        super().__init__(text, problems=problems)
        self.failures = tuple(failures)
        """Each field that does not fit the schema."""


class ExpressionSyntaxError(UsageError):
    """
    The text of an expression cannot be read; the error shows the place.

    `position` counts its characters from 0, `problem` says what is wrong there.
    """

    def __init__(
        self, text: str, *, expression: str = "", position: int = 0, problem: str = "", problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(text, problems=problems)
        self.expression = expression
        """The text that cannot be read."""
        self.position = position
        """The place in the text, in characters from 0."""
        self.problem = problem
        """What is wrong at the place."""


class StoredItemError(DocumentBuilderError):
    """
    A stored item does not fit the schema it was read with.

    The request itself succeeded: a write that returned this item is committed.
    `item` is the stored item in DynamoDB JSON, `failures` has every field that does not fit.

    Of a `Query` or a `Scan`, `cursor` goes on after this item: give it as `start=` of the same read. It is `None` if
    nothing is left to read, and for every other command. Items that the same send had read before are not returned.
    """

    def __init__(
        self,
        text: str,
        *,
        table: str = "",
        entity: str = "",
        key: Mapping[str, Any] | None = None,
        failures: Sequence[FieldFailure] = (),
        item: Mapping[str, Any] | None = None,
        cursor: str | None = None,
    ) -> None:
        super().__init__(text)
        self.table = table
        """The table that the item is stored in."""
        self.entity = entity
        """The name of the entity that read the item."""
        self.key = key
        """The key of the stored item."""
        self.failures = tuple(failures)
        """Each field that does not fit the schema."""
        self.item = item
        """The stored item in DynamoDB JSON."""
        self.cursor = cursor
        """The place after the item, for `start=` of the same `Query` or `Scan`; `None` if nothing is left to read."""

    def at(self, cursor: str | None, advice: str = "") -> StoredItemError:
        """Add where to go on, and to the text what to do."""
        self.cursor = cursor
        if advice:
            self.args = (f"{self}; {advice}",)
        return self


class UnexpectedResponseError(DocumentBuilderError):
    """DynamoDB answered with success, in a shape that cannot be read. A write was applied."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation
        """DynamoDB's name of the request: `PutItem`, `Query`, ..."""


class AbortedError(DocumentBuilderError):
    """The abort signal was set before the request. It was not sent."""


class NoAnswerError(DocumentBuilderError):
    """No answer came, and nothing can have been written: a read, or a request that never left."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation
        """DynamoDB's name of the request: `GetItem`, `Query`, ..."""


class RequestTimeoutError(NoAnswerError, TimeoutError):
    """The deadline passed, and nothing can have been written."""
