"""
DynamoDB's limits on expressions.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html (expression parameters, attributes)
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from dynamo_document_builder.wire.json.nesting import MAX_LEVELS
from dynamo_document_builder.wire.json.sizes import value_size
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dynamo_document_builder.expressions.tree.paths import Path, Segment

MAX_BYTES: Final = 4096
MAX_OPERATORS: Final = 300
MAX_SUBSTITUTED_BYTES: Final = 2 * 1024 * 1024
MAX_NAME_BYTES: Final = 65535
MAX_INDEX: Final = 2**31 - 1

_OPERATORS: Final = re.compile(r"[a-z_]+\(|<>|<=|>=|[=<>]| [+-] |\bAND\b|\bOR\b|\bNOT\b|\bBETWEEN\b|\bIN\b")


def operators_in(member: str, text: str) -> int:
    """
    Return the number of operators and functions in an expression, as DynamoDB counts them.

    The `=` of an assignment and the AND of BETWEEN do not count.
    """
    found = _OPERATORS.findall(text)
    return len(found) - found.count("BETWEEN") - (found.count("=") if member == "UpdateExpression" else 0)


def problems_of(member: str, text: str) -> Iterator[str]:
    """Yield the limits that an expression exceeds. All names and values in it must be placeholders."""
    size = len(text.encode())
    if size > MAX_BYTES:
        yield f"its {member} has {size} bytes; DynamoDB allows {MAX_BYTES}"
    if size > MAX_OPERATORS and (count := operators_in(member, text)) > MAX_OPERATORS:
        yield f"its {member} has {count} operators and functions; DynamoDB allows {MAX_OPERATORS}"


def problem_of_path(path: Path, segments: tuple[Segment, ...]) -> str | None:
    """Return a text if no item can have a path, because it is too deep or a part of it is too large."""
    if len(segments) > MAX_LEVELS:
        return f"{str(path)!r} leads {len(segments)} levels deep; DynamoDB stores {MAX_LEVELS}"
    for segment in segments:
        if isinstance(segment, int) and segment > MAX_INDEX:
            return f"{str(path)!r} has the index {segment}; DynamoDB takes indexes up to {MAX_INDEX}"
        if isinstance(segment, str) and len(segment) > MAX_NAME_BYTES // 4 and _utf8(segment) > MAX_NAME_BYTES:
            return f"a name in it has {_utf8(segment)} bytes; DynamoDB allows {MAX_NAME_BYTES}"
    return None


def problem_of_substitutes(names: Iterable[str], values: Iterable[str]) -> str | None:
    """Return a text if the names and the values, which are in DynamoDB JSON, are too large together."""
    size = sum(map(_utf8, names)) + sum(value_size(read_json(text)) for text in values)
    if size <= MAX_SUBSTITUTED_BYTES:
        return None
    return f"its names and values have {size} bytes together; DynamoDB allows {MAX_SUBSTITUTED_BYTES} (2 MB)"


def _utf8(text: str) -> int:
    return len(text.encode(errors="surrogatepass"))
