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
    """Decorate a command of attrs, of no slots, with one argument by place; the defaults of all others are plain."""
    command: Any = cls
    step_by_step: Any = command.__init__
    infos: tuple[Any, ...] = fields(command)
    factory: Any = Factory  # a class at run time, a function to type checkers
    [about] = [info for info in infos if info.init and not info.kw_only]
    subject, convert = about.name, about.converter
    made_by = tuple((info.name, info.default.factory) for info in infos if isinstance(info.default, factory))
    usual = {info.name: info.default for info in infos if info.name not in {subject, *dict(made_by)}}
    finish = getattr(command, "__attrs_post_init__", None)

    @wraps(step_by_step)  # for whoever asks for its parameters
    def build(self: Any, *given: Any, **options: Any) -> None:
        if len(given) == 1 and not options:
            [value] = given
        elif not given and len(options) == 1 and subject in options:
            value = options[subject]
        else:
            step_by_step(self, *given, **options)
            return
        members = self.__dict__
        members.update(usual)
        members[subject] = value if convert is None else convert(value)
        for name, make in made_by:
            members[name] = make()
        if finish is not None:
            finish(self)

    command.__init__ = build
    return cls
