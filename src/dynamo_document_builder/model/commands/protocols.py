"""The protocols that commands implement for `send`, `paginate` and `prepare`."""

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
    """A command that `entity.send` accepts."""

    @property
    def __limits__(self) -> Limits: ...

    def __flow__(self, entity: EntityModel[S], /) -> Flow[R_co]: ...


class Target(Protocol):
    """The recipient of a command with several groups: a table or a database."""

    def __refusal__(self, table: TableModel, /) -> str | None:
        """Return why an operation on this table cannot be sent here, or `None` if it can."""
        ...


class TableCommand(Protocol[R_co]):
    """A command that `table.send` and `database.send` accept."""

    @property
    def __limits__(self) -> Limits: ...

    def __flow__(self, target: Target, /) -> Flow[R_co]: ...


class PagedCommand(EntityCommand[S, R_co], Protocol[S, R_co]):
    """A command that `entity.paginate` accepts."""

    def __starts__(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def __after__(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class PagedTableCommand(TableCommand[R_co], Protocol[R_co]):
    """A command that `table.paginate` and `database.paginate` accept."""

    def __starts__(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def __after__(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class Preparable(Protocol[S, B_co]):
    """A command that `entity.prepare` accepts: it becomes a group of a `Table...` command."""

    def __bind__(self, entity: EntityModel[S], /) -> B_co: ...
