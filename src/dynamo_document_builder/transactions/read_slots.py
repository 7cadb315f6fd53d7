"""The slots of a transactional read: one per key, in order, across all groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, overload

from attrs import field, frozen
from msgspec import Struct

from dynamo_document_builder.errors.findings import Problem
from dynamo_document_builder.model.commands.problems import FINDINGS, Problems, check_table
from dynamo_document_builder.model.options.names import RetryOptionNames
from dynamo_document_builder.model.options.nested import ineffective_options
from dynamo_document_builder.model.options.retrying import RetryOptions
from dynamo_document_builder.model.reading.projections import ItemReader, Projection, reader_of
from dynamo_document_builder.model.reading.unfit import OnUnfit, UnfitItem, UnfitItems, check_on_unfit
from dynamo_document_builder.model.writing.operation import NO_TEXT, Operation
from dynamo_document_builder.transactions.preflight import MAX_OPERATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from msgspec import Raw

    from dynamo_document_builder.model.commands.protocols import Target
    from dynamo_document_builder.model.entities.entity_model import EntityModel

S_co = TypeVar("S_co", covariant=True)


@frozen
class PreparedTransactGet(Generic[S_co]):
    """Keys bound to their entity, made by `entity.prepare(TransactGet(...))`."""

    entity: EntityModel[Any]
    """The entity that the group is for."""
    command: Any
    """The command that was prepared."""
    keys: tuple[Any, ...]
    """The keys to read."""
    projection: Projection | None = None
    """The paths to read; `None` for whole items."""
    skip_validation: bool = False
    """True if values are read without validation."""
    on_unfit: OnUnfit = "raise"
    """The treatment of an item that does not fit its class: "raise", "skip" or "collect"."""


class TransactReadOptionNames(RetryOptionNames, total=False, closed=True):
    """The options every transactional read shares."""

    on_unfit: OnUnfit


@frozen(kw_only=True, eq=False, repr=False, slots=False)
class TransactReadOptions(RetryOptions):
    """The options of every transactional read."""

    __options_in_groups__: ClassVar = frozenset({"projection", "skip_validation", "on_unfit"})

    on_unfit: OnUnfit = field(default="raise", validator=check_on_unfit)
    """
    The treatment of an item that does not fit the schema, or whose key is not the key that its fields build.

    "raise", the default, raises a `StoredItemError`. "skip" returns `None` in its place. "collect" returns `None` and
    adds the item to `unfit`.
    """


def check_reads(problems: Problems, target: Target, groups: Iterable[PreparedTransactGet[Any]], whole: str) -> None:
    """Note problems: groups of a table that the target cannot reach, and options that have no effect in a group."""
    for group in groups:
        check_table(problems, target, group.entity.table, group.entity.name)
        if group.command is not None:
            for text in ineffective_options(group.command, "in a group", whole):
                problems.add(Problem(text, operation="group", entity=group.entity.name))


class GetSlot(Struct, frozen=True, eq=False):
    """One key to read, in its place."""

    command: Any
    entity: EntityModel[Any]
    given_key: Any
    reader: ItemReader[Any]
    label: str | None = None
    name: str = "Get"

    @property
    def key(self) -> Mapping[str, Any] | None:
        return self.entity.shown_key(self.given_key)

    def target(self) -> tuple[str, str]:
        return self.entity.table.name, self.entity.key_text(self.given_key)

    def operation(self) -> Operation:
        try:
            return self._rendered(self.entity.encode_key(self.given_key), self.reader.members)
        except FINDINGS:
            return self._with_problems()

    def _with_problems(self) -> Operation:
        problems = Problems("Get", self.entity.name)
        key = problems.attempt(lambda: self.entity.encode_key(self.given_key), NO_TEXT)
        projection = problems.attempt(lambda: self.reader.members, NO_TEXT)
        problems.raise_any(lambda: self.key)
        return self._rendered(key, projection)

    def _rendered(self, key: str, projection: str) -> Operation:
        table = self.entity.table
        return Operation("Get", table.name, key, f'{table.__named__},"Key":{key}{projection}')


class GetSlots(Sequence[GetSlot]):
    """
    The keys of a transactional read, in order.

    Usually all keys are encoded together and no slot objects are created. They are for errors and explanations.
    """

    __slots__ = ("_groups", "_readers", "_slot_list", "_unfit")

    def __init__(
        self, groups: Sequence[PreparedTransactGet[Any]], *, trusted: bool, on_unfit: OnUnfit | None = None
    ) -> None:
        self._groups = groups
        self._unfit = UnfitItems(on_unfit)
        self._readers = [
            reader_of(group.entity, group.projection, trusted=trusted or group.skip_validation) for group in groups
        ]
        self._slot_list: list[GetSlot] | None = None

    @property
    def reader(self) -> ItemReader[Any] | None:
        """The reader of all items; `None` if there are several readers."""
        first, *following = self._readers
        return None if any(reader is not first for reader in following) else first

    def usual_entries(self) -> list[str] | None:
        """Return the entries of `TransactItems`; `None` if each key has to be checked on its own."""
        if len(self.tables) != 1 or not 0 < len(self) <= MAX_OPERATIONS:
            return None
        seen: set[str] = set()
        entries: list[str] = []
        for group, reader in zip(self._groups, self._readers, strict=True):
            keys = group.entity.encode_keys_fast(group.keys)
            if keys is None:
                return None
            try:
                closing = f"{reader.members}}}}}"
            except FINDINGS:
                return None
            opening = f'{{"Get":{{{group.entity.table.__named__},"Key":'
            entries.extend([f"{opening}{key}{closing}" for key in keys])
            seen.update(keys)
        return entries if len(seen) == len(entries) else None

    @property
    def unfit(self) -> tuple[UnfitItem, ...]:
        """The collected items that do not fit the schema."""
        return tuple(self._unfit.found)

    def lenient_decoders(self) -> list[Callable[[bytes | Raw], Any]]:
        """Return one decoder per key, which returns `None` for an item that does not fit and is not an error."""
        return [
            decode
            for group, reader in zip(self._groups, self._readers, strict=True)
            for decode in [self._unfit.of_group(group.on_unfit).decode_or_none(reader.decode)] * len(group.keys)
        ]

    @property
    def tables(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys([group.entity.table.name for group in self._groups]))

    def _slots(self) -> list[GetSlot]:
        if self._slot_list is None:
            self._slot_list = [
                GetSlot(group.command, group.entity, key, reader)
                for group, reader in zip(self._groups, self._readers, strict=True)
                for key in group.keys
            ]
        return self._slot_list

    def __len__(self) -> int:
        return sum([len(group.keys) for group in self._groups])

    @overload
    def __getitem__(self, index: int) -> GetSlot: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[GetSlot]: ...
    def __getitem__(self, index: int | slice) -> GetSlot | Sequence[GetSlot]:
        return self._slots()[index]

    def __iter__(self) -> Iterator[GetSlot]:
        return iter(self._slots())
