"""What can be one operation of a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation

S = TypeVar("S")


class WriteCommand(ABC, Generic[S]):
    """
    Can be one operation of a transaction.

    It is a class, not a protocol, so that a list of different writes has a common type.
    """

    __slots__ = ()

    name: ClassVar[str] = ""

    @property
    @abstractmethod
    def __operation_label__(self) -> str | None: ...

    @property
    @abstractmethod
    def __subject__(self) -> Any:
        """The item or key it is about."""

    @abstractmethod
    def __transact_operation__(
        self, entity: EntityModel[S], /, *, trusted: bool = False, made_ns: int | None = None
    ) -> Operation:
        """
        Return it as one operation of a transaction, where some options have no effect and are refused.

        `made_ns` is the moment of the transaction, in nanoseconds; without it the write has its own.
        """
