"""Errors raised before a request is sent, or for an answer that is missing or cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from dynamo_document_builder.errors.findings import FieldFailure, Problem
from dynamo_document_builder.errors.links import note

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


_LIBRARY: Final = f"{__name__.partition('.')[0]}."


class DocumentBuilderError(Exception):
    """
    The base class of all errors of this library.

    Each error has a note, which tracebacks show, with a link to the page that explains what to do.
    """

    _row: ClassVar[str] = "DocumentBuilderError"
    """The row of the class on that page. A subclass that you define uses the row of its base class."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if cls.__module__.startswith(_LIBRARY):
            cls._row = cls.__name__

    def __init__(self, *args: object) -> None:
        super().__init__(*args)
        self.add_note(note(self._found_row()))

    def __eq__(self, other: object) -> bool:
        """Return True if class, text and attributes are equal, so that results that hold errors can be compared."""
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
        return {name: value for name, value in self.__dict__.items() if name not in _NOT_COPIED}


_NOT_COPIED: Final = frozenset({"__replay__", "__resolver__"})
"""Attributes that need the connection of the original error, so a pickled or copied error does not have them."""


def _rebuild(
    cls: type[DocumentBuilderError], args: tuple[Any, ...], state: dict[str, Any], cause: BaseException | None
) -> DocumentBuilderError:
    error = cls(*args)
    error.__dict__.clear()  # also removes the note that the constructor added: the state has it
    error.__dict__.update(state)
    if "__notes__" in state:
        error.__notes__ = list(state["__notes__"])  # a note added to a copy is not added to the original
    error.__cause__ = cause
    return error


class DefinitionError(DocumentBuilderError):
    """The definition of a table, entity or schema is invalid. Raised by the definition; nothing was sent."""


class UsageError(DocumentBuilderError):
    """A command cannot be sent as it is. Nothing was sent; `problems` lists everything that is wrong."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = ()) -> None:
        super().__init__(text)
        self.problems = tuple(problems) or (Problem(text),)
        """Every reason why the command cannot be sent."""


class TableMismatchError(UsageError):
    """Prepared operations belong to another table or database than the one they were sent to. Nothing was sent."""


class ItemValidationError(UsageError):
    """A value does not fit the schema. Nothing was sent; `failures` lists every field that does not fit."""

    def __init__(self, text: str, *, problems: Sequence[Problem] = (), failures: Sequence[FieldFailure] = ()) -> None:
        super().__init__(text, problems=problems)
        self.failures = tuple(failures)
        """Each field that does not fit the schema."""


class ExpressionSyntaxError(UsageError):
    """
    The text of an expression has a syntax error. Nothing was sent; the message shows the place.

    `position` is the index of the character in `expression`, counted from 0. `problem` says what is wrong there.
    """

    def __init__(
        self, text: str, *, expression: str = "", position: int = 0, problem: str = "", problems: Sequence[Problem] = ()
    ) -> None:
        super().__init__(text, problems=problems)
        self.expression = expression
        """The text with the syntax error."""
        self.position = position
        """The index of the character in the text, counted from 0."""
        self.problem = problem
        """The description of the syntax error."""


class StoredItemError(DocumentBuilderError):
    """
    A stored item does not fit the schema of the entity that read it.

    The request succeeded: if it was a write, the write was applied. `item` is the stored item in DynamoDB JSON, and
    `failures` lists every field that does not fit.

    For a `Query` or `Scan`, pass `cursor` as `start=` of the same command to continue after this item. `cursor` is
    `None` if there are no more items, and for all other commands. Items that the command read before this one are not
    returned.
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
        """The cursor after the item, for `start=` of the same `Query` or `Scan`; `None` if there are no more items."""

    def with_cursor(self, cursor: str | None, advice: str = "") -> StoredItemError:
        """Set the cursor, append *advice* to the text, and return the error."""
        self.cursor = cursor
        if advice:
            self.args = (f"{self}; {advice}",)
        return self


class UnexpectedResponseError(DocumentBuilderError):
    """DynamoDB reported success, but the answer cannot be read. If the request was a write, it was applied."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation
        """The DynamoDB operation: `PutItem`, `Query`, ..."""


class AbortedError(DocumentBuilderError):
    """The abort signal was set before the request was sent. The request was not sent."""


class NoAnswerError(DocumentBuilderError):
    """No answer came. Nothing was written: the request only reads, or it was never sent."""

    def __init__(self, text: str, *, operation: str = "") -> None:
        super().__init__(text)
        self.operation = operation
        """The DynamoDB operation: `GetItem`, `Query`, ..."""


class RequestTimeoutError(NoAnswerError, TimeoutError):
    """The deadline passed before an answer came. Nothing was written: the request only reads, or it was never sent."""
