"""
What pyright 1.1.414 gets wrong in a generic class: it does not match a generic method with the class's type variable.

A method that returns a `Get[T]` of that variable works.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar

S = TypeVar("S")
T = TypeVar("T")
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


class Get(Generic[S]):
    def flow(self, entity: Model[S], /) -> list[S]:
        return [entity.schema()]


class Repository(Generic[T]):
    def __init__(self, entity: Entity[T]) -> None:
        self.entity = entity

    def read(self) -> list[T]:
        return self.entity.send(Read())  # pyright: ignore[reportArgumentType, reportReturnType]

    def get(self) -> Get[T]:
        return Get()

    def found(self) -> list[T]:
        return self.entity.send(self.get())
