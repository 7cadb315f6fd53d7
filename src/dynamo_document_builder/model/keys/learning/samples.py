"""Sample items, on which the analysis compares a key function with its template."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from msgspec import Struct

from dynamo_document_builder.model.keys.learning.runs import ABSENT, UNSEEN
from dynamo_document_builder.model.keys.learning.stand_ins import FALSE
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.items.members import value_of
from dynamo_document_builder.schema.kinds.containers.sequences import FixedTupleKind
from dynamo_document_builder.schema.kinds.records.record import RecordKind
from dynamo_document_builder.schema.kinds.records.typed_dict import TypedDictKind
from dynamo_document_builder.schema.kinds.unions import UnionKind
from dynamo_document_builder.wire.json.text import quote, write_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.schema.items.item_codec import RecordCodec
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

_ODD: Final = " \tZz09 Ünïß.-_/:@%41+&?=|~'\"*,;()[]<>{}ÅΣ\u0301" + "xY" * 300 + " "
_STORED: Final[Mapping[Any, tuple[Any, ...]]] = {
    str: ("sample", "Other", _ODD, "0007", "a#b", "7", "ΟΔΟΣ", " "),
    int: (7, 12345678901, -3, 0, 1, 300, 10**37 + 1),
    Decimal: ("1.50", "-2", "0", "10", "1E+3", "0.000000000001"),
    bool: (True, False),
    bytes: ("eA==", "/w=="),
    float: ("1.5", "-3"),
    date: ("2026-01-02", "1000-12-31", "9999-12-31"),  # `strftime` does not pad earlier years everywhere
    datetime: ("2026-01-02T03:04:05.000006Z", "1000-12-31T23:59:59.000000Z"),
    time: ("03:04:05.000006", "00:00:00.000000"),
    UUID: ("a8098c1a-f86e-11da-bd1a-00112444be1e", "00000000-0000-0000-0000-000000000001"),
}
"""Sample values by class, in stored form."""
_ABROAD: Final = datetime(1999, 12, 31, 23, 59, 59, tzinfo=timezone(timedelta(hours=-5)))
"""A time whose day and year are different in UTC."""
_EPOCHS: Final = (1767323045, 0)
_OTHERS: Final[Mapping[str, Any]] = {
    "L": [],
    "M": {},
    "S": "x",
    "N": "1",
    "B": "eA==",
    "BOOL": True,
    "NULL": True,
    "SS": ["x"],
    "NS": ["1"],
    "BS": ["eA=="],
}


class Sample(Struct, frozen=True, eq=False):
    """An item and the values of its fields."""

    item: Any
    values: Mapping[str, Any]


class Given(Struct, frozen=True, eq=False):
    """A value that an item can have although reading never produces it."""

    value: Any


class Samples:
    """Builds sample items of a class; there are none if the class refuses all of them."""

    def __init__(self, codec: RecordCodec[Any]) -> None:
        self.codec = codec
        self.fields = codec.fields
        self._adapter = codec.kind.layout.adapter
        self._defaults = self._adapter.constant_defaults()
        self._usual = {name: stored_forms(info.kind)[0] for name, info in self.fields.items()}
        self.first = self._made(self._usual)

    def of(self, names: Iterable[str]) -> Iterator[Sample]:
        """Yield sample items that vary the values of these fields, including one object shared by several fields."""
        forms: dict[str, list[str | Given]] = {name: list(self._variants(self.fields[name])) for name in names}
        others = {name: of[1 % len(of)] for name, of in forms.items()}
        usual: dict[str, str | Given] = {**self._usual}
        changed = [usual | others, usual | self._same(forms)]
        changed += [usual | {name: one} for name, of in forms.items() for one in of[1:]]
        for made in (self.first, *map(self._made, changed)):
            if made is not None:
                yield made

    def _same(self, names: Iterable[str]) -> dict[str, str | Given]:
        """Return one shared object for all fields of a type, because a function may compare fields with `is`."""
        first: dict[Any, Given] = {}
        found: dict[str, str | Given] = {}
        for name in names if self.first is not None else ():
            kind = self.fields[name].kind
            if kind.python is not None and not kind.choices:
                found[name] = first.setdefault(kind.python, Given(self.first.values[name] if self.first else None))
        return found

    def choices(self, info: FieldInfo) -> list[Any]:
        """Return every value of a field that `is` can distinguish, and `UNSEEN` for all other values."""
        kind, default = info.kind, self._default(info)
        found: list[Any] = list(kind.choices) or ([True, False] if kind.python is bool else [UNSEEN])
        false = FALSE.get(kind.python, UNSEEN) if not kind.choices else UNSEEN
        for one in (false, default):
            if one is not UNSEEN and not any(one is other for other in found):
                found.append(one)
        return [*found, *self._nothing(info)]

    def _variants(self, info: FieldInfo) -> Iterator[str | Given]:
        yield from stored_forms(info.kind)
        if info.kind.python is datetime and "N" not in info.kind.wire_types:
            yield Given(_ABROAD)
        yield from (Given(one) for one in self._nothing(info))
        default = self._default(info)
        if default is not UNSEEN:
            yield Given(default)

    def _default(self, info: FieldInfo) -> Any:
        default = self._defaults.get(info.name)
        return UNSEEN if default is None else default

    def _nothing(self, info: FieldInfo) -> Iterator[Any]:
        if info.optional or info.null:
            yield None
        if self._is_dict and info.has_default:
            yield ABSENT

    @property
    def _is_dict(self) -> bool:
        return self.codec.item_class is dict

    def _made(self, forms: Mapping[str, str | Given]) -> Sample | None:
        """Return the item that these stored forms decode to."""
        stored = {self.fields[name].attribute: form for name, form in forms.items() if isinstance(form, str)}
        given = {name: form.value for name, form in forms.items() if isinstance(form, Given)}
        missing = [self.fields[name] for name in given if not self.fields[name].may_be_absent]
        stored |= {info.attribute: stored_forms(info.kind)[0] for info in missing}
        raw = f"{{{','.join([f'{quote(name)}:{form}' for name, form in stored.items()])}}}".encode()
        try:
            item: Any = self.codec.decode_trusted(raw)
        except Exception:  # noqa: BLE001  the user's class may raise anything
            item = self._bare(forms)
        if item is None:
            return None
        if given:
            item = self._with(item, {name: value for name, value in given.items() if value is not ABSENT})
        values = {name: value_of(item, name, ABSENT) for name in self.fields}
        is_whole = self._is_dict or not any(value is ABSENT for value in values.values())
        return Sample(item, values) if is_whole else None

    def _bare(self, forms: Mapping[str, str | Given]) -> Any:
        """Return an item built without calling its class; `None` if that is impossible."""
        values = {name: self._read(name, form) for name, form in forms.items() if isinstance(form, str)}
        values = {name: value for name, value in values.items() if value is not ABSENT}
        if self._is_dict:
            return values
        names = self.fields
        return self._bare_with({name: values.get(name, self._default(names[name])) for name in names})

    def _with(self, item: Any, changes: Mapping[str, Any]) -> Any:
        """Return a copy with changed fields, built without calling the class."""
        if self._is_dict:
            return {**item, **changes}
        return self._bare_with({**{name: value_of(item, name) for name in self.fields}, **changes})

    def _bare_with(self, values: Mapping[str, Any]) -> Any:
        """Return an instance built without calling the class; `None` if that is impossible."""
        try:
            return self._adapter.make_bare(values)
        except TypeError:  # a base class written in C cannot be instantiated this way
            return None

    def _read(self, name: str, form: str) -> Any:
        try:
            return self.fields[name].kind.reader(form.encode())
        except Exception:  # noqa: BLE001  the user's codec may raise anything
            return ABSENT


@cache
def samples_of(codec: RecordCodec[Any]) -> Samples:
    """Return the sample items of a codec."""
    return Samples(codec)


def stored_forms(kind: Kind) -> list[str]:
    """Return sample values of a kind in DynamoDB JSON."""
    if kind.choices:
        return [kind.encode(one) for one in kind.choices]
    if kind.python is datetime and "N" in kind.wire_types:
        return [f'{{"N":"{one}"}}' for one in _EPOCHS]
    if kind.python in _STORED:
        tag = min(kind.wire_types - {"NULL"})
        return [f'{{"{tag}":{_inner(one)}}}' for one in _STORED[kind.python]]
    return [_compound_form(kind)]


def _inner(value: Any) -> str:
    return write_json(value) if isinstance(value, bool) else quote(str(value))


def _compound_form(kind: Kind) -> str:
    if isinstance(kind, FixedTupleKind):
        return f'{{"L":[{",".join([stored_forms(one)[0] for one in kind.kinds])}]}}'
    if isinstance(kind, (RecordKind, TypedDictKind)):
        needed = [info for info in kind.fields.values() if not info.may_be_absent]
        return f'{{"M":{{{",".join([f"{quote(one.attribute)}:{stored_forms(one.kind)[0]}" for one in needed])}}}}}'
    if isinstance(kind, UnionKind):
        return stored_forms(kind.all[0])[0]
    tag = min(kind.wire_types or {"S"})
    return write_json({tag: _OTHERS[tag]})


def sample_of(codec: RecordCodec[Any], place: int = 0) -> Any:
    """Return an item that stores only its required fields; `None` if its class refuses the item."""
    required = [info for info in codec.fields.values() if not info.may_be_absent]
    members = [f"{quote(info.attribute)}:{stored_forms(info.kind)[place]}" for info in required]
    try:
        return codec.decode_trusted(f"{{{','.join(members)}}}".encode())
    except MisfitError:
        return None
