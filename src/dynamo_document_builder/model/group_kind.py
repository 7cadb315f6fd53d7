"""What an expression over several entities can name: the fields that mean the same in each that has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence


class GroupKind(Kind):
    """Stands for the schemas of several entities."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self.expected = " | ".join(kind.expected for kind in kinds)

    def member(self, name: str, /) -> FieldInfo | None:
        found = [info for kind in self.kinds if (info := kind.member(name)) is not None]
        same = len({(info.stored, info.kind.tags) for info in found}) == 1
        return found[0] if same else None

    def member_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for kind in self.kinds for name in kind.member_names() if self.member(name)))
