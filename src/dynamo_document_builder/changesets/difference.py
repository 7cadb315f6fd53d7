"""What a staged edit changes, field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.changesets.item_values import held_in
from dynamo_document_builder.display.colours import coloured
from dynamo_document_builder.display.page import page_of
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.model.managed.fields import kept_fields
from dynamo_document_builder.schema.items.hidden_differences import hidden_differences
from dynamo_document_builder.schema.items.members import hidden_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.changesets.item_values import Held

_STYLES: Final = {"Add": "green", "Edit": "yellow", "Delete": "red", "Move": "magenta"}


@frozen(kw_only=True)
class FieldChange:
    """One field that becomes another."""

    name: str
    """A path, as in `address.pin`, of a nested field that the schema keeps out of texts."""
    old: Any = field(repr=False)
    """`None` where there was no item, or nothing in this field."""
    new: Any = field(repr=False)
    """The value afterwards; `None` where the field is removed."""
    hidden: bool = False
    """Whether the schema keeps it out of texts, by `repr=False`."""

    def show(self, *, hidden: bool = False) -> str:
        """Say it; *hidden* shows what the schema hides, too."""
        if self.hidden and not hidden:
            return f"{self.name}: {MASKED}"
        return f"{self.name}: {_said(self.old)} -> {_said(self.new)}"


def _said(value: object) -> str:
    return "nothing" if value is None else repr(value)


@frozen(kw_only=True)
class ItemChange:
    """What becomes of one item."""

    kind: str
    """`Add`, `Edit`, `Delete` or `Move`."""
    entity: str
    """The name of the entity."""
    key: Mapping[str, Any] | None
    """The fields of the item's key."""
    fields: tuple[FieldChange, ...]
    """Those that change, in the order of the schema; of an item that is added or deleted, all that hold something."""

    @property
    def title(self) -> str:
        """What is done to which item."""
        return f"{self.kind} {describe_item(self.entity, self.key)}"

    def lines(self, *, hidden: bool) -> Iterator[tuple[str, str]]:
        """Yield each line, and how it looks where there are colours."""
        yield self.title, _STYLES[self.kind]
        for change in self.fields:
            yield f"  {change.show(hidden=hidden)}", ""


@frozen(kw_only=True)
class Difference:
    """
    What a changeset changes, item by item and field by field.

    `str()` gives it as text; it has colours in a terminal with rich, and is a block in a notebook. A field with
    `repr=False`, nested or not, is named, and its values are not shown unless `show(hidden=True)` asks for them. The
    key of an item is always shown.
    """

    items: tuple[ItemChange, ...]
    """The items that change, in the order of the edits."""

    def show(self, *, hidden: bool = False) -> str:
        """Return it as text."""
        return "\n".join(text for text, _ in self.lines(hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return it with colours; rich asks for this, so nobody else needs it installed."""
        return coloured(self.lines(hidden=False))

    def _repr_html_(self) -> str:
        """Return it for a notebook."""
        details = {item.title: "\n".join(change.show() for change in item.fields) for item in self.items}
        return page_of(self._title, (), (), details)

    @property
    def _title(self) -> str:
        return f"{len(self.items)} staged {'edit' if len(self.items) == 1 else 'edits'}"

    def lines(self, *, hidden: bool) -> Iterator[tuple[str, str]]:
        """Yield each line, and how it looks where there are colours."""
        yield self._title, "bold"
        for item in self.items:
            yield from item.lines(hidden=hidden)


def change_of(edit: Edit) -> ItemChange:
    """Return what an edit changes."""
    kept = kept_fields(edit.entity) if edit.kind in {"Edit", "Move"} else ()
    hidden = hidden_fields(edit.base if edit.mine is None else edit.mine)
    changes = [
        change
        for held in held_in(edit.entity, edit.base, edit.mine)
        if held.name not in kept and _differs(edit, held)
        for change in _changes(held.name, *held.values, hidden=held.name in hidden)
    ]
    return ItemChange(kind=edit.kind, entity=edit.entity.name, key=edit.key, fields=tuple(changes))


def _changes(name: str, old: Any, new: Any, *, hidden: bool) -> Iterator[FieldChange]:
    """Yield the change of a field, and those inside it that its texts do not show."""
    nested = () if hidden else tuple(hidden_differences(name, old, new))
    is_shown = hidden or _said(old) != _said(new)
    if is_shown or not nested:
        yield FieldChange(name=name, old=old, new=new, hidden=not is_shown or hidden)
    for path, one, other in nested:
        yield FieldChange(name=path, old=one, new=other, hidden=True)


def _differs(edit: Edit, held: Held) -> bool:
    if edit.base is None or edit.mine is None:
        return any(value is not None for value in held.values)
    return held.forms[0] != held.forms[1]
