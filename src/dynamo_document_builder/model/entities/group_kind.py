"""GroupKind: the fields that an expression over several entities can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.schema.kinds.alternatives import ambiguity_in, member_of_any, names_in_any
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence


class GroupKind(Kind):
    """
    The combined schema of several entities, for expressions.

    A field can be named if it has the same meaning in every entity that declares it.
    """

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self.expected = " | ".join(kind.expected for kind in kinds)

    def member(self, name: str, /) -> FieldInfo | None:
        return member_of_any(self.kinds, name)

    def member_names(self) -> tuple[str, ...]:
        return names_in_any(self.kinds)

    def ambiguity(self, name: str, /) -> str:
        return ambiguity_in(self.kinds, name)
