"""
Whether a key builder does the same for every item, found out from the code that it runs.

One that branches, as in `"OPEN" if o.closed is None else key("CLOSED", o.closed)`, may take a branch with a stand-in
for a field that it would not take with a value. So it cannot be asked for a prefix, nor can one whose code is not seen.
"""

from __future__ import annotations

import dis
from functools import cached_property, partial
from inspect import getattr_static
from operator import attrgetter
from types import CodeType, FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Final, get_args

if TYPE_CHECKING:
    from collections.abc import Iterator

_OWN: Final = "dynamo_document_builder."


def runs_straight(build: object, schema: Any) -> bool:
    """Tell whether a builder does the same for every item of a schema."""
    codes = _codes(build, get_args(schema) or (schema,), set())
    first = next(codes, None)
    return first is not None and _is_straight(first) and all(map(_is_straight, codes))


def _codes(value: Any, owners: tuple[Any, ...], seen: set[tuple[int, ...]]) -> Iterator[CodeType]:
    """
    Yield the code that calling a value may run, as far as it is Python's: its own, and that of all it names.

    *owners* are what the names of attributes are looked up in.
    """
    step = tuple(map(id, (value, *owners)))
    if step in seen:  # a recursive function, or C's own: the `__call__` of a `__call__` is one more
        return
    seen.add(step)
    if not isinstance(value, FunctionType):
        owner = value.__self__ if isinstance(value, MethodType) else value
        known = owners if any(owner is other for other in owners) else (*owners, owner)
        for part in _parts(value, owners):
            if part is not None:
                yield from _codes(part, known, seen)
        return
    if (value.__module__ or "").startswith(_OWN):  # `exec` may leave it `None`
        return
    yield from _nested(value.__code__)
    for named in _named(value, owners):
        yield from _codes(named, owners, seen)


def _parts(value: object, owners: tuple[Any, ...]) -> Iterator[Any]:
    """Yield what runs when a value is called, or taken as an attribute."""
    called: Any = value
    if isinstance(value, MethodType | staticmethod | classmethod):
        yield called.__func__
    elif isinstance(value, property):
        yield value.fget
    elif isinstance(value, cached_property):
        yield called.func
    elif isinstance(value, partial):
        yield from (called.func, *called.args, *called.keywords.values())
    elif isinstance(value, attrgetter):
        names = [name.partition(".")[0] for name in called.__reduce__()[1]]
        yield from (getattr_static(owner, name, None) for owner in owners for name in names)
    elif isinstance(value, type):
        yield _method(value, "__init__")
    else:
        yield _method(type(value), "__call__")
        yield getattr_static(value, "__wrapped__", None)


def _method(cls: type, name: str) -> object:
    # The metaclass, where `getattr_static` looks too, has a `__call__` that is another one.
    return next((vars(base)[name] for base in cls.__mro__ if name in vars(base)), None)


def _named(function: FunctionType, owners: tuple[Any, ...]) -> list[Any]:
    """Return all that a function's names may stand for: `helpers`, `helpers.Keys` and `helpers.Keys.of_order`."""
    names = {name for code in _nested(function.__code__) for name in (*code.co_names, *code.co_freevars)}
    known = {**function.__globals__, **_enclosed(function)}
    found = [*owners, *(known[name] for name in names if name in known)]
    for owner in found:  # it grows
        attributes = (getattr_static(owner, name, None) for name in names)
        found.extend(one for one in attributes if not any(one is other for other in found))
    return found[len(owners) :]


def _enclosed(function: FunctionType) -> dict[str, Any]:
    cells = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
    return {name: _content(cell) for name, cell in cells}


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is bound later
        return None


def _nested(code: CodeType) -> Iterator[CodeType]:
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _nested(const)


def _is_straight(code: CodeType) -> bool:
    return not code.co_exceptiontable and not any(_branches(step.opname) for step in dis.get_instructions(code))


def _branches(opname: str) -> bool:
    return ("JUMP" in opname and "_IF_" in opname) or opname in {"FOR_ITER", "SEND"}
