"""
A command built at once, where it is given nothing but what it is about.

A large transaction has a hundred of them, and attrs sets and checks each of a dozen options that nobody gave: half of
what it takes to write a small item. Their defaults need no check, so all are taken over in one step.
"""

from __future__ import annotations

from functools import wraps
from typing import Any, TypeVar

from attrs import Factory, fields

C = TypeVar("C")


def built_at_once(cls: type[C]) -> type[C]:
    """Decorate a command of attrs, of no slots, whose one argument by place is kept as it is given."""
    command: Any = cls
    step_by_step: Any = command.__init__
    infos: tuple[Any, ...] = fields(command)
    factory: Any = Factory  # a class at run time, a function to type checkers
    [subject] = [info.name for info in infos if info.init and not info.kw_only]
    made_by = tuple((info.name, info.default.factory) for info in infos if isinstance(info.default, factory))
    usual = {info.name: info.default for info in infos if info.name not in {subject, *dict(made_by)}}

    @wraps(step_by_step)  # for whoever asks for its parameters
    def build(self: Any, *given: Any, **options: Any) -> None:
        if options or len(given) != 1:
            step_by_step(self, *given, **options)
            return
        members = self.__dict__
        members.update(usual)
        members[subject] = given[0]
        for name, make in made_by:
            members[name] = make()

    command.__init__ = build
    return cls
