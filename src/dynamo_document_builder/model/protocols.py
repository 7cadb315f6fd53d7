"""What a command must be able to do for each of the verbs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from dynamo_document_builder.model.entity_model import EntityModel
    from dynamo_document_builder.model.operation import Operation
    from dynamo_document_builder.model.table_model import TableModel
    from dynamo_document_builder.wire.flow import Flow
    from dynamo_document_builder.wire.limits import Limits

S = TypeVar("S")
S_contra = TypeVar("S_contra", contravariant=True)
R_co = TypeVar("R_co", covariant=True)
B_co = TypeVar("B_co", covariant=True)


class EntityCommand(Protocol[S, R_co]):
    """Can be sent to an entity."""

    @property
    def limits(self) -> Limits: ...

    def flow(self, entity: EntityModel[S], /) -> Flow[R_co]: ...


class Target(Protocol):
    """Where a command over several groups is sent: a table or a database."""

    def refusal(self, table: TableModel, /) -> str | None:
        """Say why operations on this table cannot be part of what is sent here, `None` if they can."""
        ...


class TableCommand(Protocol[R_co]):
    """Can be sent to a table or a database."""

    @property
    def limits(self) -> Limits: ...

    def flow(self, target: Target, /) -> Flow[R_co]: ...


class PagedCommand(EntityCommand[S, R_co], Protocol[S, R_co]):
    """Can be sent to an entity page by page."""

    def starts(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def after(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class PagedTableCommand(TableCommand[R_co], Protocol[R_co]):
    """Can be sent to a table or a database page by page."""

    def starts(self) -> tuple[Any, ...]:
        """Return what to read first: one read, or several to be made side by side."""
        ...

    def after(self, page: Any, /) -> Any:
        """Return what to read after a page, `None` if that was the last."""
        ...


class Preparable(Protocol[S, B_co]):
    """Can be bound to an entity, to be part of a command over several groups."""

    def bind(self, entity: EntityModel[S], /) -> B_co: ...


class WriteCommand(ABC, Generic[S_contra]):
    """
    Can be one operation of a transaction.

    It is a class, not a protocol, so that a list of different writes has a common type.
    """

    __slots__ = ()

    name: ClassVar[str] = ""

    @property
    @abstractmethod
    def operation_label(self) -> str | None: ...

    @property
    @abstractmethod
    def subject(self) -> Any:
        """The item or key it is about."""

    @abstractmethod
    def transact_operation(self, entity: EntityModel[S_contra], /, *, trusted: bool = False) -> Operation:
        """Return it as one operation of a transaction, where some options have no effect and are refused."""
