"""
What DynamoDB allows of the indexes of a table.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html

How many global indexes a table may have is a quota of each account, so it is not checked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.table_names import is_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from dynamo_document_builder.model.indexes import GlobalIndex, LocalIndex

_MAX_LOCAL: Final = 5
_MAX_COPIED: Final = 20
_MAX_COPIED_IN_ALL: Final = 100
_MAX_ATTRIBUTE_BYTES: Final = 255


def check_indexes(
    table: str, global_indexes: Mapping[str, GlobalIndex], local_indexes: Mapping[str, LocalIndex]
) -> None:
    """Refuse indexes that no table can have; *table* is what an error calls it."""
    if len(local_indexes) > _MAX_LOCAL:
        raise DefinitionError(
            f"{table}: it has {len(local_indexes)} local secondary indexes; DynamoDB allows {_MAX_LOCAL}"
        )
    copied = 0
    indexes: list[tuple[str, GlobalIndex | LocalIndex]] = [*global_indexes.items(), *local_indexes.items()]
    for name, index in indexes:
        about = f"{table}: index {name!r}"
        if not is_name(name):
            raise DefinitionError(f"{about}: its name has 3 to 255 letters, digits, '_', '-' and '.'")
        check_attributes(about, index.named)
        copied += _copied(about, index)
    if copied > _MAX_COPIED_IN_ALL:
        raise DefinitionError(
            f"{table}: its indexes copy {copied} attributes beside the keys; DynamoDB allows {_MAX_COPIED_IN_ALL} in "
            "all: copy fewer, or 'ALL'"
        )


def _copied(about: str, index: GlobalIndex | LocalIndex) -> int:
    if isinstance(index.projection, str):
        return 0
    count = len(index.projection)
    if count > _MAX_COPIED:
        raise DefinitionError(
            f"{about}: it copies {count} attributes beside the keys; DynamoDB allows {_MAX_COPIED}: copy fewer, or "
            "'ALL'"
        )
    return count


def check_attributes(about: str, names: Iterable[str]) -> None:
    """Refuse names that are too long for an attribute that is part of a key, or that an index copies by name."""
    for name in names:
        size = len(name.encode(errors="surrogatepass"))
        if size > _MAX_ATTRIBUTE_BYTES:
            raise DefinitionError(
                f"{about}: the name of an attribute has {size} bytes; DynamoDB allows {_MAX_ATTRIBUTE_BYTES} where it "
                "is part of a key, or copied into an index by name"
            )
