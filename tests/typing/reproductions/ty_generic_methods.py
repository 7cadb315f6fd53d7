"""
What ty 0.0.108 gets wrong of a generic method in a protocol: it does not infer what the method returns.

It does where the parameter of the protocol is a class of its own, as that of `Entity.send`; not where it is inferred
from another argument, as that of `BatchIncompleteError.result_of`.
"""

from __future__ import annotations

from typing import Generic, Protocol, TypeVar, assert_type

S = TypeVar("S")
R = TypeVar("R")
To = TypeVar("To")
R_co = TypeVar("R_co", covariant=True)
To_contra = TypeVar("To_contra", contravariant=True)


class Model(Generic[S]):
    schema: type[S]


class Sent(Protocol[To_contra, R_co]):
    def flow(self, to: To_contra, /) -> R_co: ...


class Read:
    def flow(self, entity: Model[S], /) -> list[S]:
        return [entity.schema()]


def result_of(to: To, command: Sent[To, R]) -> R:
    return command.flow(to)


class User: ...


assert_type(result_of(Model[User](), Read()), list[User])  # ty: ignore[type-assertion-failure]
