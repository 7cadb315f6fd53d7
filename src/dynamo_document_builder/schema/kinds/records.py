"""The kind of attrs classes."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from dynamo_document_builder.facts import FieldFailure
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind, ended_by, refusal
from dynamo_document_builder.schema.kinds.record_code import RecordPlan, reader_of, writer_of
from dynamo_document_builder.schema.misfit import inside
from dynamo_document_builder.schema.shapes import is_dict, is_set, stored_form, type_name
from dynamo_document_builder.schema.source import Code, Part, Source
from dynamo_document_builder.wire.decoders import new_decoder
from dynamo_document_builder.wire.json import write_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import msgspec


class RecordKind(Kind):
    """An attrs class, stored as a map, or as a whole item where it is an entity's schema."""

    is_map = True
    tags = frozenset({"M"})

    def __init__(self, cls: type[Any]) -> None:
        self.cls = cls
        self.expected = cls.__name__
        self.plan = RecordPlan(cls)
        self._writers: dict[bool, Callable[[Any], str]] = {}
        self._readers: dict[bool, Callable[[Any], Any]] = {}

    @property
    def item_class(self) -> type[Any]:
        """What `isinstance` takes for its values."""
        return self.cls

    @property
    def fields(self) -> dict[str, FieldInfo]:
        """The fields by their Python names, in order."""
        return self.plan.fields

    def text(self, source: Source, variable: str) -> list[Part]:
        members = source.bind(self.members_writer(trusted=source.trusted), "members")
        is_one = f"type({variable}) is {source.bind(self.cls, 'cls')}"
        return ['{"M":{', Code(f"{members}({variable}) if {is_one} else {refusal(source, variable)}"), "}}"]

    def members_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        """Return the generated function that writes the members of an object, without braces."""
        if trusted not in self._writers:
            self._writers[trusted] = self._new_writer(trusted=trusted)
        return self._writers[trusted]

    def _new_writer(self, *, trusted: bool) -> Callable[[Any], str]:
        return writer_of(self.plan, trusted=trusted)

    def leaves(self) -> dict[str, Any]:
        return {"M": self.plan.members.mirror}

    def read(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.members_reader(trusted=source.trusted), 'read')}({wire}.M)"

    def members_reader(self, *, trusted: bool) -> Callable[[Any], Any]:
        """Return the generated function that makes an object of what msgspec read of its members."""
        if trusted not in self._readers:
            self._readers[trusted] = self._new_reader(trusted=trusted)
        return self._readers[trusted]

    def _new_reader(self, *, trusted: bool) -> Callable[[Any], Any]:
        return reader_of(self.plan, trusted=trusted)

    @cached_property
    def members_decoder(self) -> msgspec.json.Decoder[Any]:
        """What reads the members from their bytes."""
        return new_decoder(self.plan.members.mirror)

    def misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        if type(value) is not self.cls:
            yield FieldFailure(path, self.expected, type_name(value))
        else:
            yield from self.members_misfits(value, path)

    def members_misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        """Say what in an object, or in a whole item, cannot be written."""
        if unlike := self.plan.unlike(value):
            yield FieldFailure(path, self.expected, unlike)
        else:
            yield from self._fields_misfits(value, path)

    def _fields_misfits(self, value: object, path: str) -> Iterator[FieldFailure]:
        found = False
        for info in self.fields.values():
            place = inside(path, info.name)
            try:
                failures = list(self._field_misfits(info, value, place))
            except Exception as error:  # noqa: BLE001  a value may end the walk itself: the others are looked at still
                failures = [ended_by(error, place, info.kind.expected)]
            found |= bool(failures)
            yield from failures
        if not found:
            yield from self._refused_by_validators(value, path)

    def _field_misfits(self, info: FieldInfo, value: object, path: str) -> Iterator[FieldFailure]:
        try:
            member = getattr(value, info.name)
        except AttributeError:
            yield FieldFailure(path, info.kind.expected, "nothing: it was never set")
            return
        yield from value_misfits(info, member, path)

    def _refused_by_validators(self, value: object, path: str) -> Iterator[FieldFailure]:
        for field in self.plan.attributes.values():
            if field.validator is None:
                continue
            try:
                field.validator(value, field, getattr(value, field.name))
            except Exception as error:  # noqa: BLE001  a validator may raise anything to refuse
                found = f"one it refuses with {type(error).__name__}"
                yield FieldFailure(inside(path, field.name), "a value its validator takes", found)

    def unfit(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        tag, stored = stored_form(wire)
        if tag != "M" or not is_dict(stored):
            yield from super().unfit(wire, path)
        else:
            yield from self.unfit_members(stored, path)

    def unfit_members(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        """Say what in the members, or in a whole item, cannot be read."""
        found = False
        for info in self.plan.readable:
            for failure in _field_unfit(info, stored, inside(path, info.name)):
                found = True
                yield failure
        if not found:
            yield from self._refused_when_made(stored, path)

    def _refused_when_made(self, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
        try:
            made = self.members_reader(trusted=True)(self.members_decoder.decode(write_json(stored)))
        except Exception as error:  # noqa: BLE001  a converter or `__attrs_post_init__` may raise anything to refuse
            found = f"values for which it raises {type(error).__name__}"
            yield FieldFailure(path, f"values that {self.expected} can be made of", found)
        else:
            yield from self._refused_by_validators(made, path)

    def member(self, name: str, /) -> FieldInfo | None:
        return self.fields.get(name)

    def member_names(self) -> tuple[str, ...]:
        return tuple(self.fields)


def _field_unfit(info: FieldInfo, stored: Mapping[str, Any], path: str) -> Iterator[FieldFailure]:
    if info.stored not in stored:
        if not info.may_be_absent:
            yield FieldFailure(path, info.kind.expected, "nothing stored")
    elif not (info.optional and stored[info.stored] == {"NULL": True}):
        yield from info.kind.unfit(stored[info.stored], path)


def value_misfits(info: FieldInfo, member: object, path: str) -> Iterator[FieldFailure]:
    """Say what in the value of a field cannot be written."""
    if info.optional and member is None:
        return
    if info.kind.is_set and not (info.optional or info.null) and is_set(member) and not member:
        return
    yield from info.kind.misfits(member, path)
