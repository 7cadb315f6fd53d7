"""Where a command was sent: what an error checks before it returns what it holds with a type."""

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


class OfItems(Protocol[S_co]):
    """An entity, by what its items are."""

    @property
    def schema(self) -> type[S_co]:
        """The class of its items."""
        ...


class OfModel(Protocol[M_co]):
    """An entity that people define, by what commands see of it."""

    @property
    def __model__(self) -> M_co:
        """What a command is sent to."""
        ...


class Sent(Protocol[To_contra, R_co]):
    """A command, as far as an error knows one."""

    def __flow__(self, to: To_contra, /) -> Generator[Any, Any, R_co]:
        """Return what sends it."""
        ...


def recipient(to: object) -> str | None:
    """Return the words for an entity, a table or a database; `None` for anything else."""
    name, table = getattr(to, "name", None), getattr(to, "table", None)
    table_name = getattr(table, "name", None)
    if isinstance(name, str) and isinstance(table_name, str):
        return f"entity {name} of table {table_name!r}"
    subject = getattr(to, "__subject__", None)
    return subject if isinstance(subject, str) else None


def held_item(item: Any, item_error: StoredItemError | None, sent_to: str | None, entity: object) -> Any:
    """Return the item that an error holds, if it is an item of this entity."""
    check_sent_to("item_of", "an entity", sent_to, entity)
    if item_error is not None:
        raise item_error
    return item


def check_sent_to(method: str, takes: str, sent_to: str | None, given: object) -> None:
    """Refuse an entity, a table or a database that an error is not about."""
    found = recipient(given)
    if found is None:
        raise UsageError(f"{method}() takes {takes}, not {given_type(given)}")
    if sent_to is None:
        raise UsageError(f"{method}({found}): this error does not name its entity; read its attributes without a type")
    if found != sent_to:
        raise UsageError(f"{method}({found}): this error is about {sent_to}; pass that instead")
