"""The error that this layer raises for a value or a stored item that does not fit the schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dynamo_document_builder.errors.texts import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.errors.findings import FieldFailure


class MisfitError(Exception):
    """Holds every failing field, for the layer that knows the operation, the entity and the key."""

    def __init__(self, failures: Iterable[FieldFailure]) -> None:
        self.failures = tuple(failures)
        super().__init__("; ".join(shortened(self.failures)))

    def __reduce__(self) -> tuple[type[MisfitError], tuple[tuple[FieldFailure, ...]]]:
        return MisfitError, (self.failures,)


def refuse(_value: object = None) -> NoReturn:
    """Abort the generated code with a `TypeError`; a slower check then names every value that does not fit."""
    raise TypeError


def inside(path: str, inner: str) -> str:
    """Join the path of a value and a path inside the value."""
    return f"{path}.{inner}" if path and inner and not inner.startswith("[") else path + inner
