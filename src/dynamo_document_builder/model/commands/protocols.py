"""What a command must be able to do for each of the verbs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.tables.table_model import TableModel
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.limits import Limits

S = TypeVar("S")
R_co = TypeVar("R_co", covariant=True)
B_co = TypeVar("B_co", covariant=True)


class EntityCommand(Protocol[S, R_co]):
    """Can be sent to an entity."""

    @property
    def __limits__(self) -> Limits: ...

    def __flow__(self, entity: EntityModel[S], /) -> Flow[R_co]: ...


class Target(Protocol):
    """Where a command over several groups is sent: a table or a database."""

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Say why operations on this table cannot be part of what is sent here, `None` if they can."""
        ...


class TableCommand(Protocol[R_co]):
    """Can be sent to a table or a database."""

    @property
    def __limits__(self) -> Limits: ...

    def __flow__(self, target: Target, /) -> Flow[R_co]: ...


class PagedCommand(EntityCommand[S, R_co], Protocol[S, R_co]):
    """Can be sent to an entity page by page."""

    def __starts__(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def __after__(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class PagedTableCommand(TableCommand[R_co], Protocol[R_co]):
    """Can be sent to a table or a database page by page."""

    def __starts__(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def __after__(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class Preparable(Protocol[S, B_co]):
    """Can be bound to an entity, to be part of a command over several groups."""

    def __bind__(self, entity: EntityModel[S], /) -> B_co: ...
