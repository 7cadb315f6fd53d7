"""
Immutable commands for Amazon DynamoDB, with transactions at the centre.

Every public name can be imported from here; each is loaded, with its own module only, when it is first asked for.
Type checkers and editors read the names in `__init__.pyi`.
"""

from importlib import import_module
from typing import Any

from dynamo_document_builder._names import MODULE_OF
from dynamo_document_builder._version import __version__ as __version__

__all__ = list(MODULE_OF)  # pyright: ignore[reportUnsupportedDunderAll]  checkers read the stub


def __getattr__(name: str) -> Any:
    module = MODULE_OF.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{module}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
