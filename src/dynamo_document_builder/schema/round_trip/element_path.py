"""
One new element or entry of a container, as the class that has the container is to judge it.

The class sees a container that holds nothing else. What it says of the element counts; what it says of the container
depends on the other elements, which only the stored item has.
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
    """One container, around what is inside it."""

    around: Callable[[Any], Any]
    inside: Callable[[Any], Any]
    """Returns what a container that the class has made holds in that place; raises `LookupError`."""
    token: str
    """The place, as libraries name it; empty: any."""


class ElementPath(Struct, frozen=True):
    """Where in the value of a field a new element stands, from the outside in."""

    steps: tuple[ContainerStep, ...]

    @property
    def depth(self) -> int:
        """How many containers are around it."""
        return len(self.steps)

    @property
    def is_several(self) -> bool:
        """Whether it is several elements of the innermost container."""
        return bool(self.steps) and not self.steps[-1].token

    def around(self, value: Any) -> Any:
        """Return the value of the field that holds the new element alone."""
        for step in reversed(self.steps):
            value = step.around(value)
        return value

    def inside(self, made: Any, given: Any) -> Any:
        """Return what the class has made of the element that was given; itself where that cannot be told."""
        try:
            for step in self.steps:
                made = step.inside(made)
            same = not self.is_several or is_set(made) or len(made) == len(given)
        except (LookupError, TypeError):
            return given
        return made if same else given

    def about(self, name: str, failures: Iterable[FieldFailure]) -> list[FieldFailure]:
        """Return, of what a class says of its field, what is about the element."""
        return [one for failure in failures if (one := self._about(name, failure)) is not None]

    def _about(self, name: str, failure: FieldFailure) -> FieldFailure | None:
        path = failure.path.removeprefix(name).replace("[...]", ".*")
        inner = iter(TOKEN.findall(path))
        for at, step in enumerate(self.steps):
            if not any(_names(step, token) for token in inner):
                # More elements than there may be are too many whatever else is stored.
                ends = at == self.depth - 1 and self.is_several
                too_long = any(said in f"{failure.found} {failure.expected}" for said in _TOO_LONG)
                return replace(failure, path="") if ends and too_long else None
        return replace(failure, path=".".join(inner))


def _names(step: ContainerStep, token: str) -> bool:
    return token in ("*", step.token) if step.token else token == "*" or token.isdigit()


def _as_it_is(value: Any) -> Any:
    return value


WHOLE_CONTAINER: Final = ContainerStep(_as_it_is, _as_it_is, "")
"""The innermost container itself: it holds the new elements alone."""
