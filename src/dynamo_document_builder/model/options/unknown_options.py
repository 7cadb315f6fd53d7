"""A decorator that explains unknown options: the error names the option that was probably meant."""

from __future__ import annotations

from functools import wraps
from typing import Any, TypeVar

C = TypeVar("C")


def explain_unknown_options(cls: type[C]) -> type[C]:
    """
    Decorate a class whose constructor takes options.

    For an unknown option, Python raises a `TypeError` that names `__init__`. The decorated class raises a `TypeError`
    that names the class and suggests an option.
    """
    decorated: Any = cls
    init: Any = decorated.__init__

    @wraps(init)  # keeps the signature for `inspect` and IDEs
    def build(self: Any, *given: Any, **options: Any) -> None:
        try:
            init(self, *given, **options)
        except TypeError:
            # Lazy import: only an error path needs it.
            from dynamo_document_builder.model.options.suggestions import raise_unknown_option  # noqa: PLC0415

            raise_unknown_option(decorated, options)
            raise

    decorated.__init__ = build
    return cls
