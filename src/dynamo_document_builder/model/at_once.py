"""
A command built at once, where it is given nothing but what it is about.

A large transaction has a hundred of them, and attrs sets and checks each of a dozen options that nobody gave: half of
what it takes to write a small item. Their defaults need no check, and are the same for all: here they are attributes
of the class, so that a command holds what it was given and nothing else, and nobody has to ask it for options.
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
    for info in infos:
        if info.name not in {subject, *dict(made_by)}:
            setattr(command, info.name, info.default)
    command.may_have_options = False
    keep = object.__setattr__
    finish = getattr(command, "__attrs_post_init__", None)

    @wraps(step_by_step)  # for whoever asks for its parameters
    def build(self: Any, *given: Any, **options: Any) -> None:
        if len(given) == 1 and not options:
            [value] = given
        elif not given and len(options) == 1 and subject in options:
            value = options[subject]
        else:
            step_by_step(self, *given, **options)
            vars(self)["may_have_options"] = True
            return
        keep(self, subject, value if convert is None else convert(value))
        for name, make in made_by:
            keep(self, name, make())
        if finish is not None:
            finish(self)

    command.__init__ = build
    return cls
