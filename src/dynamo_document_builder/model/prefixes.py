"""
Keys of which only the leading parts are known.

`Query(key={"customer_id": "c1"})` wants what a builder such as `key("ORDER", o.placed_on, o.order_id)` begins with:
`ORDER#`. So the builder runs on stand-ins for the fields left open, and `key()` stops at the first of them.
"""

from __future__ import annotations

import dis
from inspect import getattr_static
from operator import attrgetter
from types import CodeType, FunctionType
from typing import TYPE_CHECKING, Any, Final, NoReturn, get_args

from dynamo_document_builder.model.views import MissingFieldError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dynamo_document_builder.schema.codec import Codec


_OWN: Final = "dynamo_document_builder."


class Gap:
    """
    Stands for a field that is left open; whoever wants its value learns that it is missing.

    Only `key()` knows it. Text made of it in any other way would look like a whole key.
    """

    __slots__ = ("_field",)

    def __init__(self, field: str) -> None:
        self._field = field

    def _refuse(self, *_: object) -> NoReturn:
        raise MissingFieldError(self._field)

    # `isinstance` looks here, so that a builder that asks for a type stops too.
    __class__ = property(_refuse)  # pyright: ignore[reportIncompatibleMethodOverride]
    __str__ = __repr__ = __format__ = __bytes__ = __bool__ = __len__ = __iter__ = __contains__ = __hash__ = _refuse
    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = __call__ = __getattr__ = __getitem__ = _refuse
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __mod__ = __rmod__ = __neg__ = __abs__ = _refuse
    __int__ = __float__ = __index__ = __round__ = __floordiv__ = __truediv__ = _refuse


class KeyPrefix(Gap):
    """What `key()` gives where a part is left open: the text up to there."""

    __slots__ = ("text",)

    def __init__(self, text: str, field: str) -> None:
        super().__init__(field)
        self.text = text


def open_fields(codec: Codec[Any]) -> dict[str, Any]:
    """Return a stand-in for every field."""
    return {name: Gap(name) for name in codec.fields}


def is_gap(value: object) -> bool:
    """Tell a stand-in; `isinstance` cannot."""
    return type(value) is Gap


def first_gap(parts: tuple[Any, ...]) -> int:
    """Return the position of the first part left open."""
    return next(position for position, part in enumerate(parts) if is_gap(part))


def gap_field(gap: Any) -> str:
    """Return the field a stand-in is for."""
    name: str = object.__getattribute__(gap, "_field")
    return name


def runs_straight(build: object, schema: Any) -> bool:
    """
    Tell whether a builder does the same for every item of a schema.

    One that branches, as in `"OPEN" if o.closed is None else key("CLOSED", o.closed)`, may take a branch with a
    stand-in that it would not take with a value. So it is not asked for a prefix, nor is one whose code is not seen.
    """
    if isinstance(build, attrgetter):
        return True
    build = getattr(build, "__func__", build)
    members = get_args(schema) or (schema,)
    return isinstance(build, FunctionType) and all(map(_is_straight, _codes(build, members, set())))


def _codes(build: object, classes: tuple[Any, ...], seen: set[int]) -> Iterator[CodeType]:
    """Yield the code of a function, of those inside it, and of the functions and properties that it names."""
    if not isinstance(build, FunctionType) or id(build) in seen or build.__module__.startswith(_OWN):
        return
    seen.add(id(build))
    known = {**build.__globals__, **_enclosed(build)}
    for code in _nested(build.__code__):
        yield code
        for name in (*code.co_names, *code.co_freevars):
            yield from _codes(known.get(name), classes, seen)
            for cls in classes:
                attribute = getattr_static(cls, name, None)
                yield from _codes(getattr(attribute, "fget", attribute), classes, seen)


def _enclosed(build: FunctionType) -> dict[str, Any]:
    cells = zip(build.__code__.co_freevars, build.__closure__ or (), strict=True)
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
