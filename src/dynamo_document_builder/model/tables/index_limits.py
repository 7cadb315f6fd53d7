"""
DynamoDB's limits on the indexes of a table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.model.tables.names import is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.model.tables.indexes import GlobalIndex, LocalIndex

MAX_GLOBAL_INDEXES: Final = 20
"""The default quota of an AWS account. AWS raises it on request."""
_MAX_LOCAL: Final = 5
_MAX_COPIED: Final = 20
_MAX_COPIED_IN_ALL: Final = 100
_MAX_ATTRIBUTE_BYTES: Final = 255


def index_problems(
    global_indexes: Mapping[str, GlobalIndex],
    local_indexes: Mapping[str, LocalIndex],
    *,
    at_most: int,
    has_sort_key: bool,
) -> Iterator[str]:
    """Yield a text for each limit that the indexes exceed; *at_most* is the quota of global indexes."""
    if len(global_indexes) > at_most:
        yield (
            f"it has {len(global_indexes)} global secondary indexes; DynamoDB allows {at_most}: remove some, or pass "
            "max_global_indexes= if AWS raised the quota of your account"
        )
    if len(local_indexes) > _MAX_LOCAL:
        yield f"it has {len(local_indexes)} local secondary indexes; DynamoDB allows {_MAX_LOCAL}"
    if local_indexes and not has_sort_key:
        yield "it has local indexes and no sort key: give it a sort key, or make global indexes of them"
    for name in global_indexes.keys() & local_indexes.keys():
        yield f"two indexes are named {name!r}: rename one of them"
    yield from _problems_of_each([*global_indexes.items(), *local_indexes.items()])


def _problems_of_each(indexes: Iterable[tuple[str, GlobalIndex | LocalIndex]]) -> Iterator[str]:
    copied = 0
    for name, index in indexes:
        prefix = f"index {name!r}: "
        if not is_name(name):
            yield f"{prefix}its name has 3 to 255 letters, digits, '_', '-' and '.'"
        yield from long_names(prefix, index.named)
        count = 0 if isinstance(index.projection, str) else len(index.projection)
        if count > _MAX_COPIED:
            yield (
                f"{prefix}it copies {count} attributes in addition to the keys; DynamoDB allows {_MAX_COPIED}: copy "
                "fewer, or 'ALL'"
            )
        copied += count
    if copied > _MAX_COPIED_IN_ALL:
        yield (
            f"its indexes copy {copied} attributes in addition to the keys; DynamoDB allows {_MAX_COPIED_IN_ALL} in "
            "all: copy fewer, or 'ALL'"
        )


def long_names(prefix: str, names: Iterable[str]) -> Iterator[str]:
    """Yield a text for each name that is too long for a key attribute or a projected attribute."""
    for name in names:
        size = len(name.encode(errors="surrogatepass"))
        if size > _MAX_ATTRIBUTE_BYTES:
            yield (
                f"{prefix}the name of an attribute has {size} bytes; DynamoDB allows {_MAX_ATTRIBUTE_BYTES} where it "
                "is part of a key, or copied into an index by name"
            )
