"""Questions about values that come from outside, with answers a type checker understands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard


def is_mapping(value: object) -> TypeGuard[Mapping[Any, Any]]:
    # Asked of every key, and of an abstract class it is a slow question.
    return type(value) is dict or isinstance(value, Mapping)


def is_sequence(value: object) -> TypeGuard[Sequence[Any]]:
    """Whether it is a list or its like; text and bytes are values, not lists of letters."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes, bytearray, memoryview))
