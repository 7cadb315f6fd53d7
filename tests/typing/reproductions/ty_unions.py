"""
What ty 0.0.108 gets wrong of a union: it sends a command to each class of it, where the whole union is meant.

The result of `Entity[Card | Transfer].send(...)` is then one of two, `list[Card] | list[Transfer]`.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar, assert_type

S = TypeVar("S")
R = TypeVar("R")
R_co = TypeVar("R_co", covariant=True)


class Model(Generic[S]):
    schema: type[S]


class Command(Protocol[S, R_co]):
    def flow(self, entity: Model[S], /) -> R_co: ...


class Entity(Model[S]):
    def send(self, command: Command[S, R]) -> R:
        return command.flow(self)


class Read:
    def flow(self, entity: Model[S], /) -> list[S]:
        return [entity.schema()]


class Card: ...


class Transfer: ...


assert_type(Entity[Card]().send(Read()), list[Card])
assert_type(Entity[Card | Transfer]().send(Read()), list[Card | Transfer])  # ty: ignore[type-assertion-failure]
