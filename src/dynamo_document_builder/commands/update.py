"""Update: change parts of an item in place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

import msgspec
from attrs import field, frozen

from dynamo_document_builder.expressions.builders.updates import as_changes
from dynamo_document_builder.expressions.json_values.decoding import decoded_changes
from dynamo_document_builder.model.commands.built_at_once import built_at_once
from dynamo_document_builder.model.commands.frozen import KeyLike, frozen_key
from dynamo_document_builder.model.commands.results import read
from dynamo_document_builder.model.managed.fields import managed_fields
from dynamo_document_builder.model.options.options import one_of
from dynamo_document_builder.model.options.unknown_options import explain_unknown_options
from dynamo_document_builder.model.writing.members import render_keyed
from dynamo_document_builder.model.writing.returned_items import decode_returned, decode_returned_fields
from dynamo_document_builder.model.writing.single_write import TimestampedWrite, WriteOutput, WriteResult
from dynamo_document_builder.model.writing.update_expression import update_members

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.model.writing.operation import Operation
    from dynamo_document_builder.wire.flow import Flow

S = TypeVar("S")

_WHOLE: Final = ("ALL_OLD", "ALL_NEW")
_PARTS: Final = ("UPDATED_OLD", "UPDATED_NEW")


class UpdateResult(WriteResult[S], frozen=True, kw_only=True):
    """The result of an `Update` that DynamoDB applied."""

    updated_item: S | None = None
    """The whole item, with `return_values` `"ALL_NEW"` or `"ALL_OLD"`; `None` if there was no old item."""
    updated_fields: Mapping[str, Any] | None = None
    """
    The fields that the update changed, with `return_values` `"UPDATED_NEW"` or `"UPDATED_OLD"`.

    For a nested path, only the changed part is returned, as plain dictionaries and lists.
    """


@built_at_once
@explain_unknown_options
@frozen(repr=False, slots=False)
class Update(TimestampedWrite[Any]):
    """
    Change fields of an item in place, or create the item if it does not exist.

    - Pass `condition=item_exists()` to update only. An item that the update creates has the fields of its key and the
      changes. Defaults of other fields are not written; reading the item fills them in.
    - An index key that is built from a changed field is updated too. If the library cannot compute the new index key,
      it refuses the update before sending and names the missing field.
    - If the schema has a version field, the update increments it. If `key` contains a version, the update fails unless
      the stored item has that version.
    - The library checks each new value against its field. It cannot check rules between fields: only the stored item
      has all of them.

    Cost: one write unit per KB of the larger of the old and the new item, however small the change; twice that in a
    transaction.

    AWS: [UpdateItem](https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html).

    Raises:
        UsageError: The command is invalid; `problems` lists every reason. Nothing was sent.
        StaleVersionError: Another write changed the item since you read it. Nothing was written.
        ConditionFailedError: The condition was false. Nothing was written.
        NoAnswerError: DynamoDB could not be reached before the request was sent. Nothing was written.
        OutcomeUnknownError: No response arrived. The update may have been applied.
        ServiceError: DynamoDB refused the request. Nothing was written unless `outcome_unknown` is true.

    Example:
        >>> debit = Update(key={"user_id": "u1"}, updates={"balance": add(-30)}, return_values="ALL_NEW")
        >>> users.send(debit).updated_item
        User(user_id='u1', name='Alice', balance=70)

    """

    name: ClassVar[str] = "Update"
    __options_in_groups__: ClassVar = TimestampedWrite.__options_in_groups__ | {"updates"}

    key: KeyLike = field(converter=frozen_key)
    """
    The key of the item, in one of two forms.

    - A mapping of the fields that the key is built from, such as `{"user_id": "u1"}`.
    - An instance of the schema, such as an item that you have read.
    """
    updates: tuple[Change, ...] = field(converter=as_changes, kw_only=True)
    """
    The changes, as a mapping from document paths to new values or functions, or the result of `entity.changes(...)`.

    For example `{"title": "x", "balance": add(5), "email": remove()}`. At least one change is required.
    """
    return_values: Literal["ALL_OLD", "ALL_NEW", "UPDATED_OLD", "UPDATED_NEW", "NONE"] | None = field(
        default=None, validator=one_of(*_WHOLE, *_PARTS, "NONE"), kw_only=True
    )
    """
    The part of the item to return. Default: none. Not allowed in a transaction.

    - `"ALL_NEW"`, `"ALL_OLD"`: the whole item after or before the update, as `updated_item`.
    - `"UPDATED_NEW"`, `"UPDATED_OLD"`: the changed fields after or before the update, as `updated_fields`.
    """

    @property
    def __subject__(self) -> Any:
        return self.key

    def __render__(
        self, entity: EntityModel[Any], notes: Sequence[str], /, *, trusted: bool, timestamp_ns: int | None
    ) -> Operation:
        moment = self.__write_time_ns__(timestamp_ns)
        return render_keyed(
            self,
            entity,
            notes,
            lambda preconditions: update_members(
                entity, self.key, self.__changes__(entity), preconditions, moment, trusted=trusted
            ),
        )

    def __changes__(self, entity: EntityModel[Any]) -> tuple[Change, ...]:
        """Return the changes with JSON values converted to the types of the entity's fields."""
        return decoded_changes(entity.scope, self.updates)

    def _changed(self, entity: EntityModel[Any]) -> dict[str, bool]:
        paths = [change.path.segments for change in self.updates]
        changed = {str(path[0]): all(len(other) == 1 for other in paths if other[0] == path[0]) for path in paths}
        return changed | dict.fromkeys(managed_fields(entity), True)

    def __flow__(self, entity: EntityModel[S], /) -> Flow[UpdateResult[S]]:
        """Send the update and read the response."""
        _, request, response = yield from self.__send_single__(entity, "UpdateItem", self.return_values)
        output = read(WriteOutput, request, response)
        whole = output.attributes if self.return_values in _WHOLE else msgspec.UNSET
        found = decode_returned(entity, whole, trusted=self.skip_validation)
        return UpdateResult(
            updated_item=found.item,
            updated_fields=decode_returned_fields(entity, output.attributes, self._changed(entity))
            if self.return_values in _PARTS
            else None,
            item_error=found.error,
            response_metadata=response.metadata,
            consumed_capacity=output.consumed_capacity,
            item_collection_metrics=output.item_collection_metrics,
        )
