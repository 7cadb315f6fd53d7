"""What is raised inside this layer when a value or a stored item does not fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dynamo_document_builder.errors.texts import shortened

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dynamo_document_builder.errors.findings import FieldFailure


class MisfitError(Exception):
    """Carries every failing field up to the layer that knows operation, entity and key."""

    def __init__(self, failures: Iterable[FieldFailure]) -> None:
        self.failures = tuple(failures)
        super().__init__("; ".join(shortened(self.failures)))

    def __reduce__(self) -> tuple[type[MisfitError], tuple[tuple[FieldFailure, ...]]]:
        return MisfitError, (self.failures,)


def misfit(_value: object = None) -> NoReturn:
    """End the fast path; a slow walk then finds and names what does not fit."""
    raise TypeError


def inside(path: str, inner: str) -> str:
    """Join the path of a value and a path within it."""
    return f"{path}.{inner}" if path and inner and not inner.startswith("[") else path + inner
