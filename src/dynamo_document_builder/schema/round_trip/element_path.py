"""
The path to a new element of a container in a field, for an update that adds the element.

The class validates a container that holds the new element only. Failures of the element count. Failures of the
container do not, because they depend on the elements in the stored item.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.schema.type_guards import is_set

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dynamo_document_builder.errors.findings import FieldFailure

TOKEN: Final = re.compile(r"[^.\[\]]+")
_TOO_LONG: Final = ("(too_long)", "length <=")


class ContainerStep(Struct, frozen=True):
    """One container on the path to an element."""

    around: Callable[[Any], Any]
    """Returns a container that holds a value."""
    inside: Callable[[Any], Any]
    """Returns the value from a container that the class has made; raises `LookupError`."""
    token: str
    """The index or key in error messages of class libraries; empty for any element."""


class ElementPath(Struct, frozen=True):
    """The containers around a new element in the value of a field, the outermost first."""

    steps: tuple[ContainerStep, ...]

    @property
    def depth(self) -> int:
        """The number of containers around the element."""
        return len(self.steps)

    @property
    def is_several(self) -> bool:
        """True if the path leads to several elements of the innermost container."""
        return bool(self.steps) and not self.steps[-1].token

    def around(self, value: Any) -> Any:
        """Return a value of the field that holds the new element only."""
        for step in reversed(self.steps):
            value = step.around(value)
        return value

    def inside(self, made: Any, given: Any) -> Any:
        """Return the new element from the value that the class has made; *given* if it cannot be found."""
        try:
            for step in self.steps:
                made = step.inside(made)
            same = not self.is_several or is_set(made) or len(made) == len(given)
        except (LookupError, TypeError):
            return given
        return made if same else given

    def failures_inside(self, name: str, failures: Iterable[FieldFailure]) -> list[FieldFailure]:
        """Return the failures of a field that concern the new element, with paths inside the element."""
        return [one for failure in failures if (one := self._failure_inside(name, failure)) is not None]

    def _failure_inside(self, name: str, failure: FieldFailure) -> FieldFailure | None:
        path = failure.path.removeprefix(name).replace("[...]", ".*")
        inner = iter(TOKEN.findall(path))
        for at, step in enumerate(self.steps):
            if not any(_names(step, token) for token in inner):
                # Too many new elements are too many, whatever is stored.
                ends = at == self.depth - 1 and self.is_several
                too_long = any(text in f"{failure.found} {failure.expected}" for text in _TOO_LONG)
                return replace(failure, path="") if ends and too_long else None
        return replace(failure, path=".".join(inner))


def _names(step: ContainerStep, token: str) -> bool:
    return token in ("*", step.token) if step.token else token == "*" or token.isdigit()


def _as_it_is(value: Any) -> Any:
    return value


WHOLE_CONTAINER: Final = ContainerStep(_as_it_is, _as_it_is, "")
"""The innermost container itself, which holds the new elements only."""
