"""
What DynamoDB lets the indexes of a table be.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dynamo_document_builder.model.indexes import GlobalIndex
from dynamo_document_builder.model.table_names import NAMES, is_plain_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.model.indexes import LocalIndex

_MAX_LOCAL_INDEXES: Final = 5
_MAX_COPIED: Final = 20
_MAX_COPIED_IN_ALL: Final = 100
_MAX_KEY_NAME: Final = 255


def index_problems(
    of_table: Mapping[str, GlobalIndex], of_partitions: Mapping[str, LocalIndex], *, at_most: int, has_sort_key: bool
) -> Iterator[str]:
    """Yield why DynamoDB would not make a table with these indexes; it makes *at_most* so many global ones."""
    if len(of_table) > at_most:
        yield (
            f"it has {len(of_table)} global indexes, and DynamoDB makes {at_most}; if AWS raised the quota of your "
            "account, pass it as max_global_indexes="
        )
    if len(of_partitions) > _MAX_LOCAL_INDEXES:
        yield f"it has {len(of_partitions)} local indexes, and DynamoDB makes {_MAX_LOCAL_INDEXES}: remove some"
    if of_partitions and not has_sort_key:
        yield "it has local indexes and no sort key: give it a sort key, or make global indexes of them"
    for name in of_table.keys() & of_partitions.keys():
        yield f"two indexes are named {name!r}: give one another name"
    yield from _of_each({**of_table, **of_partitions})


def _long_names(owner: str, attributes: Iterable[str]) -> Iterator[str]:
    for attribute in attributes:
        if len(attribute.encode()) > _MAX_KEY_NAME:
            yield f"{owner} has attribute {attribute[:20]!r}..., whose name may have {_MAX_KEY_NAME} bytes: shorten it"


def _of_each(indexes: Mapping[str, GlobalIndex | LocalIndex]) -> Iterator[str]:
    copied = {name: index.projection for name, index in indexes.items() if not isinstance(index.projection, str)}
    for name, index in indexes.items():
        if not is_plain_name(name):
            yield f"{name!r} is not a valid index name: give it {NAMES}"
        keys = (*(index.partition_names if isinstance(index, GlobalIndex) else ()), *index.sort_names)
        yield from _long_names(f"index {name!r}", (*keys, *copied.get(name, ())))
    for name, attributes in copied.items():
        if len(attributes) > _MAX_COPIED:
            yield (
                f"index {name!r} copies {len(attributes)} attributes by name, and DynamoDB takes {_MAX_COPIED}: name "
                'fewer, or copy all with projection="ALL"'
            )
    total = sum(map(len, copied.values()))
    if total > _MAX_COPIED_IN_ALL:
        yield (
            f"its indexes copy {total} attributes by name, and DynamoDB takes {_MAX_COPIED_IN_ALL} in all: name fewer, "
            'or copy all with projection="ALL"'
        )
