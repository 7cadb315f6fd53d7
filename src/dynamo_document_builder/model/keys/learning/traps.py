"""Traps: special methods that need a value, which stand-ins refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NoReturn

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_TRAPS: Final = {
    "compares": "eq ne lt le gt ge",
    "hashes": "hash",
    "takes apart": "len iter next reversed contains getitem length_hint",
    "computes with": "sub rsub mul rmul matmul rmatmul mod rmod truediv rtruediv floordiv rfloordiv divmod rdivmod pow "
    "rpow lshift rlshift rshift rrshift and rand or ror xor rxor neg pos abs invert int float complex index round "
    "trunc floor ceil",
    "changes": "setattr delattr setitem delitem",
    "needs the value of": "bool str format repr bytes buffer call fspath enter exit await aiter anext aenter aexit "
    "dir reduce reduce_ex copy deepcopy",
}


def trap(cls: type[Any], refuse: Callable[[Any, str], NoReturn], *, but: Sequence[str] = ()) -> None:
    """Define all special methods that need a value, except *but*, to call *refuse*."""

    def refusing(does: str) -> Callable[..., NoReturn]:
        def refused(self: Any, *_: Any, **__: Any) -> NoReturn:
            refuse(self, does)

        return refused

    for does, names in _TRAPS.items():
        for name in set(names.split()) - set(but):
            setattr(cls, f"__{name}__", refusing(does))
