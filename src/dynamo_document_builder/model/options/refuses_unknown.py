"""Classes that name the option that was meant, where they are given one that they do not have."""

from __future__ import annotations

from functools import wraps
from typing import Any, TypeVar

C = TypeVar("C")


def tells_options(cls: type[C]) -> type[C]:
    """
    Decorate a class whose constructor takes options.

    Python refuses an option that does not exist in words about `__init__`. The refusal stays a `TypeError`, as every
    Python function raises, and is about the class and the options it has.
    """
    made: Any = cls
    init: Any = made.__init__

    @wraps(init)  # for whoever asks for its parameters
    def build(self: Any, *given: Any, **options: Any) -> None:
        try:
            init(self, *given, **options)
        except TypeError:
            from dynamo_document_builder.model.options.unknown import refuse_unknown  # noqa: PLC0415  for a mistake only

            refuse_unknown(made, options)
            raise

    made.__init__ = build
    return cls
