"""
The entity, table or database that a command was sent to, as errors remember it.

A pickled error keeps a text only. `item_of` and `result_of` compare that text before they return a typed value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from dynamo_document_builder.errors.general import UsageError
from dynamo_document_builder.errors.texts import given_type

if TYPE_CHECKING:
    from collections.abc import Generator

    from dynamo_document_builder.errors.general import StoredItemError

S_co = TypeVar("S_co", covariant=True)
M_co = TypeVar("M_co", covariant=True)
R_co = TypeVar("R_co", covariant=True)
To_contra = TypeVar("To_contra", contravariant=True)


class HasSchema(Protocol[S_co]):
    """An entity, for the type of its items."""

    @property
    def schema(self) -> type[S_co]:
        """The class of the items."""
        ...


class HasModel(Protocol[M_co]):
    """An entity, for the model that commands work with."""

    @property
    def __model__(self) -> M_co:
        """The model of the entity."""
        ...


class SentCommand(Protocol[To_contra, R_co]):
    """A command, for the type of its result."""

    def __flow__(self, to: To_contra, /) -> Generator[Any, Any, R_co]:
        """Return the flow that sends the command."""
        ...


def recipient_text(to: object) -> str | None:
    """Return the words for an entity, a table or a database; `None` for any other object."""
    name, table = getattr(to, "name", None), getattr(to, "table", None)
    table_name = getattr(table, "name", None)
    if isinstance(name, str) and isinstance(table_name, str):
        return f"entity {name} of table {table_name!r}"
    subject = getattr(to, "__subject__", None)
    return subject if isinstance(subject, str) else None


def item_for_entity(item: Any, item_error: StoredItemError | None, sent_to: str | None, entity: object) -> Any:
    """Return the item of an error after checking that it belongs to the entity; raise *item_error* if there is one."""
    check_recipient("item_of", "an entity", sent_to, entity)
    if item_error is not None:
        raise item_error
    return item


def check_recipient(method: str, takes: str, sent_to: str | None, given: object) -> None:
    """Raise a `UsageError` unless *given* is the entity, table or database that the command was sent to."""
    found = recipient_text(given)
    if found is None:
        raise UsageError(f"{method}() takes {takes}, not {given_type(given)}")
    if sent_to is None:
        raise UsageError(f"{method}({found}): this error does not name its entity; read its attributes without a type")
    if found != sent_to:
        raise UsageError(f"{method}({found}): this error is about {sent_to}; pass that instead")
