"""
A faster `__init__` for commands that are given no options.

The `__init__` that attrs generates stores and checks about a dozen options, although nearly every command in a large
transaction has their defaults. Here the defaults are attributes of the class, and a command without options stores its
subject alone. Measured by instructions: without this file a put takes 7 % more, a transaction of 100 puts 12 % more.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import NOTHING, Factory, fields

if TYPE_CHECKING:
    from collections.abc import Callable

C = TypeVar("C")


def built_at_once(cls: type[C]) -> type[C]:
    """Decorate an attrs command without slots. Its first argument can be positional; no default is a factory of it."""
    command: Any = cls
    step_by_step: Any = command.__init__
    infos: tuple[Any, ...] = fields(command)
    factory: Any = Factory  # a class at run time, a function to type checkers
    about, *others = [info for info in infos if info.init and (not info.kw_only or info.default is NOTHING)]
    subject, convert = about.name, about.converter
    required = tuple((info.name, info.converter) for info in others)
    more = {info.name for info in others}
    named = {subject, *more}
    made_by = tuple((info.name, _of_self(info.default)) for info in infos if isinstance(info.default, factory))
    for info in infos:
        if info.name not in {*named, *dict(made_by)}:
            setattr(command, info.name, info.default)
    command.__may_have_options__ = False
    keep = object.__setattr__
    finish = getattr(command, "__attrs_post_init__", None)

    @wraps(step_by_step)  # inspect.signature shows the parameters
    def build(self: Any, *given: Any, **options: Any) -> None:
        if len(given) == 1 and (options.keys() == more if options else not more):
            [value] = given
        elif not given and options.keys() == named:
            value = options[subject]
        else:
            step_by_step(self, *given, **options)
            vars(self)["__may_have_options__"] = True
            return
        keep(self, subject, value if convert is None else convert(value))
        for name, converted in required:
            keep(self, name, converted(options[name]))
        for name, make in made_by:
            keep(self, name, make(self))
        if finish is not None:
            finish(self)

    command.__init__ = build
    return cls


def _of_self(default: Any) -> Callable[[Any], Any]:
    """Return a factory that is called with the command, whether it looks at it or not."""
    make: Callable[..., Any] = default.factory

    def without(_: Any) -> Any:
        return make()

    return make if default.takes_self else without
