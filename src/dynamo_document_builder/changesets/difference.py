"""The difference that a changeset makes, item by item and field by field."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.changesets.item_values import field_values
from dynamo_document_builder.display import html_block, rich_text
from dynamo_document_builder.errors.texts import MASKED, describe_item
from dynamo_document_builder.model.managed.fields import managed_fields
from dynamo_document_builder.schema.items.hidden_differences import hidden_differences
from dynamo_document_builder.schema.items.members import hidden_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.changesets.edits import Edit
    from dynamo_document_builder.changesets.item_values import FieldValues

_STYLES: Final = {"Add": "green", "Edit": "yellow", "Delete": "red", "Move": "magenta"}


@frozen(kw_only=True)
class FieldChange:
    """The change of one field."""

    name: str
    """The name of the field. For a nested field with `repr=False`, the path, as in `address.pin`."""
    old: Any = field(repr=False)
    """The value before; `None` if there was no item or no value."""
    new: Any = field(repr=False)
    """The value after; `None` if there is no item or no value."""
    hidden: bool = False
    """True for a field with `repr=False`."""

    def show(self, *, hidden: bool = False) -> str:
        """Return the change as text. *hidden* shows the values of fields with `repr=False` too."""
        if self.hidden and not hidden:
            return f"{self.name}: {MASKED}"
        return f"{self.name}: {_text(self.old)} -> {_text(self.new)}"


def _text(value: object) -> str:
    return "nothing" if value is None else repr(value)


@frozen(kw_only=True)
class ItemChange:
    """The change of one item."""

    kind: str
    """The kind of change: `Add`, `Edit`, `Delete` or `Move`."""
    entity: str
    """The name of the entity."""
    key: Mapping[str, Any] | None
    """The key of the item in your own terms."""
    fields: tuple[FieldChange, ...]
    """The changed fields, in the order of the schema. If the item is added or deleted, all fields with a value."""

    @property
    def title(self) -> str:
        """The kind of change and the item."""
        return f"{self.kind} {describe_item(self.entity, self.key)}"

    def lines(self, *, hidden: bool) -> Iterator[tuple[str, str]]:
        """Yield each line and its style for rich."""
        yield self.title, _STYLES[self.kind]
        for change in self.fields:
            yield f"  {change.show(hidden=hidden)}", ""


@frozen(kw_only=True)
class Difference:
    """
    The changes that a changeset makes, item by item and field by field.

    `print` shows them as text, rich in colours, and a notebook as a block. The values of fields with `repr=False` are
    masked; `show(hidden=True)` shows them. The key of an item is always shown.
    """

    items: tuple[ItemChange, ...]
    """One change per item."""

    def show(self, *, hidden: bool = False) -> str:
        """Return the changes as text. *hidden* shows the values of fields with `repr=False` too."""
        return "\n".join(text for text, _ in self.lines(hidden=hidden))

    def __str__(self) -> str:
        return self.show()

    def __rich__(self) -> Any:
        """Return the changes in colours. rich calls this method."""
        return rich_text(self.lines(hidden=False))

    def _repr_html_(self) -> str:
        """Return the changes as HTML. Notebooks call this method."""
        details = {item.title: "\n".join(change.show() for change in item.fields) for item in self.items}
        return html_block(self._title, (), (), details)

    @property
    def _title(self) -> str:
        return f"{len(self.items)} staged {'edit' if len(self.items) == 1 else 'edits'}"

    def lines(self, *, hidden: bool) -> Iterator[tuple[str, str]]:
        """Yield each line and its style for rich."""
        yield self._title, "bold"
        for item in self.items:
            yield from item.lines(hidden=hidden)


def change_of(edit: Edit) -> ItemChange:
    """Return the change that an edit makes."""
    managed = managed_fields(edit.entity) if edit.kind in {"Edit", "Move"} else ()
    hidden = hidden_fields(edit.base if edit.mine is None else edit.mine)
    changes = [
        change
        for field in field_values(edit.entity, edit.base, edit.mine)
        if field.name not in managed and _differs(edit, field)
        for change in _changes(field.name, *field.values, hidden=field.name in hidden)
    ]
    return ItemChange(kind=edit.kind, entity=edit.entity.name, key=edit.key, fields=tuple(changes))


def _changes(name: str, old: Any, new: Any, *, hidden: bool) -> Iterator[FieldChange]:
    """Yield the change of a field, and the changes inside it that the texts of its values omit."""
    nested = () if hidden else tuple(hidden_differences(name, old, new))
    is_shown = hidden or _text(old) != _text(new)
    if is_shown or not nested:
        yield FieldChange(name=name, old=old, new=new, hidden=not is_shown or hidden)
    for path, one, other in nested:
        yield FieldChange(name=path, old=one, new=other, hidden=True)


def _differs(edit: Edit, values: FieldValues) -> bool:
    if edit.base is None or edit.mine is None:
        return any(value is not None for value in values.values)
    return values.forms[0] != values.forms[1]
