"""The model of an entity that people define: what is bound to it finds it again where it is unpickled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self, TypeVar

from dynamo_document_builder.model.entity_model import EntityModel

if TYPE_CHECKING:
    from collections.abc import Callable

    from dynamo_document_builder.facade.table import Table

S = TypeVar("S")


class BoundModel(EntityModel[S]):
    """An `EntityModel` of a table with a connection, which goes by its name where it is pickled."""

    table: Table
    _module: str | None
    """The module that defines the entity."""
    shown: Callable[[], Any]
    """Returns the entity that people see, `None` if it is gone."""

    def __copy__(self) -> Self:
        return self  # as a class does: what is bound to it is bound to the same one

    def __deepcopy__(self, memo: object) -> Self:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        from dynamo_document_builder.facade.travelling import reduced  # noqa: PLC0415  lazy import: few pickle

        return reduced(self)
