"""WriteCommand: the base class of commands that can be an operation of a transaction."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

if TYPE_CHECKING:
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation

S = TypeVar("S")


class WriteCommand(ABC, Generic[S]):
    """
    A command that can be an operation of a transaction.

    It is a class and not a protocol, so that a list of different writes has a common type.
    """

    __slots__ = ()

    name: ClassVar[str] = ""
    """The name of the operation, such as `"Put"`."""

    @property
    @abstractmethod
    def __operation_label__(self) -> str | None:
        """The label of the operation."""

    @property
    @abstractmethod
    def __subject__(self) -> Any:
        """The item or the key of the command."""

    @abstractmethod
    def __transact_operation__(
        self, entity: EntityModel[S], /, *, trusted: bool = False, timestamp_ns: int | None = None
    ) -> Operation:
        """
        Render the command as an operation of a transaction; refuse options that have no effect there.

        *timestamp_ns* is the timestamp of the transaction in nanoseconds; without it the write uses its build time.
        """
