"""Values that may be of several kinds: a field that the schemas of a union declare differently."""

from __future__ import annotations

from functools import partial, reduce
from typing import TYPE_CHECKING, Any, Final

from msgspec import Raw

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source
from dynamo_document_builder.schema.failures import MisfitError, refuse
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.type_guards import split_wire, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dynamo_document_builder.schema.round_trip.element_path import ElementPath


_AMBIGUOUS: Final = "which the schemas would store differently"


class EitherKind(Kind):
    """
    Takes any value that one of several kinds takes, even if stored values do not tell which kind it is.

    A stored value is read by the first kind that can read it. A value that two kinds would store differently is
    refused, because a condition with it would silently apply to the items of one schema only.
    """

    def __init__(self, kinds: Sequence[Kind]) -> None:
        self.kinds = tuple(kinds)
        self.expected = " | ".join(dict.fromkeys(kind.expected for kind in kinds))
        self.wire_types = _all_wire_types(self.kinds)
        self.is_set = all(kind.is_set for kind in kinds)
        self.is_list = all(kind.is_list for kind in kinds)
        self.is_number = all(kind.is_number for kind in kinds)
        self.is_map = all(kind.is_map for kind in kinds)
        self.unordered = next((kind.unordered for kind in kinds if kind.unordered), "")

    @property
    def parts(self) -> Iterable[Kind]:
        return self.kinds

    def write_code(self, source: Source, variable: str) -> list[Part]:
        return [Code(f"{source.bind(self._write, 'either')}({variable})")]

    def _write(self, value: Any) -> str:
        texts = self._texts(value)
        return texts.pop() if len(texts) == 1 else refuse()

    def _texts(self, value: object) -> set[str]:
        return set(_results([kind.writer for kind in self.kinds], value))

    def mirror_types(self) -> dict[str, Any]:
        return {}

    def mirror(self) -> Any:
        return Raw

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(self._read, 'either')}({wire})"

    def _read(self, raw: Any) -> Any:
        for value in _results([kind.reader for kind in self.kinds], raw):
            return value
        return refuse()

    def encode_bound(self, value: object, operator: str, /) -> str:
        texts = set(_results([partial(_bound, kind, operator) for kind in self.kinds], value))
        if len(texts) > 1:
            raise MisfitError([FieldFailure("", self.expected, f"{type_name(value)}, {_AMBIGUOUS}")])
        return texts.pop() if texts else refuse_bound(self, self.kinds, value, operator)

    def rounded_down(self, value: Any, /) -> Any:
        return reduce(lambda found, kind: kind.rounded_down(found), self.kinds, value)

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        found = [tuple(kind.write_failures(value, path)) for kind in self.kinds]
        if all(found):
            yield from closest(found, self.expected, path, type_name(value))
        elif len(self._texts(value)) > 1:
            yield FieldFailure(path, self.expected, f"{type_name(value)}, {_AMBIGUOUS}")

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        found = [tuple(kind.read_failures(wire, path)) for kind in self.kinds]
        if all(found):
            yield from closest(found, self.expected, path, f"stored {split_wire(wire)[0]}")

    def validated(self, name: str, value: object, part: ElementPath | None = None, /) -> object:
        return validated_by_any([kind for kind in self.kinds if kind.member(name) is not None], name, value, part)

    def member(self, name: str, /) -> FieldInfo | None:
        return member_of_any(self.kinds, name)

    def member_names(self) -> tuple[str, ...]:
        return names_in_any(self.kinds)

    def ambiguity(self, name: str, /) -> str:
        return ambiguity_in(self.kinds, name)

    def element(self, /) -> Kind | None:
        return element_of_any(self.kinds)


def refuse_bound(whole: Kind, kinds: Sequence[Kind], value: object, operator: str) -> str:
    """Raise the error for a value that none of the kinds can be compared with."""
    whole.encode(value)
    return kinds[0].encode_bound(value, operator)


def member_of_any(kinds: Sequence[Kind], name: str) -> FieldInfo | None:
    """Return the merged member of several kinds; `None` if no kind has it, or if its attribute names differ."""
    found = [info for kind in kinds if (info := kind.member(name)) is not None]
    if len({info.attribute for info in found}) != 1:
        return None
    missing = tuple(kind.expected for kind in kinds if kind.member(name) is None)
    return merged_field(found, any_of([info.kind for info in found]), missing)


def names_in_any(kinds: Sequence[Kind]) -> tuple[str, ...]:
    """Return the names for which `member_of_any` returns a member."""
    names = dict.fromkeys(name for kind in kinds for name in kind.member_names())
    return tuple(name for name in names if not ambiguity_in(kinds, name))


def ambiguity_in(kinds: Sequence[Kind], name: str) -> str:
    """Return the reason why a name has several meanings in some kinds, empty if it has one or none."""
    places = {info.attribute: kind.expected for kind in kinds if (info := kind.member(name)) is not None}
    if len(places) > 1:
        listed = " and ".join(f"as {stored!r} in {owner}" for stored, owner in places.items())
        return f"field {name!r} is stored {listed}: give the fields the same alias, or different names"
    return next((reason for kind in kinds if (reason := kind.ambiguity(name))), "")


def element_of_any(kinds: Sequence[Kind]) -> Kind | None:
    """Return the kind of the elements of values of several kinds, `None` if they have no elements."""
    found = [element for kind in kinds if (element := kind.element()) is not None]
    return any_of(found) if found else None


def _all_wire_types(kinds: Sequence[Kind]) -> frozenset[str]:
    takes_any = not all(kind.wire_types for kind in kinds)
    return frozenset() if takes_any else frozenset(one for kind in kinds for one in kind.wire_types)


def _bound(kind: Kind, operator: str, value: object) -> str:
    return kind.encode_bound(value, operator)


def _results(functions: Sequence[Callable[[Any], Any]], argument: object) -> Iterator[Any]:
    for function in functions:
        try:
            result = function(argument)
        except Exception:  # noqa: BLE001, S112  another kind may take the value
            continue
        yield result


def any_of(kinds: Sequence[Kind]) -> Kind:
    """Return one kind for values that may be of several kinds."""
    different = {kind.identity: kind for kind in kinds}
    return EitherKind(tuple(different.values())) if len(different) > 1 else kinds[0]


def merged_field(infos: Sequence[FieldInfo], kind: Kind, missing_in: tuple[str, ...]) -> FieldInfo:
    """Merge the fields of one name, from several schemas, into one."""
    first = infos[0]
    return FieldInfo(
        name=first.name,
        attribute=first.attribute,
        kind=kind,
        optional=any(info.optional for info in infos),
        null=any(info.null for info in infos),
        has_default=any(info.has_default for info in infos),
        role=first.role,
        missing=any(info.missing for info in infos),
        derived=all(info.derived for info in infos),
        rest=all(info.rest for info in infos),
        in_repr=all(info.in_repr for info in infos),
        missing_in=missing_in,
    )


def validated_by_any(kinds: Sequence[Kind], name: str, value: object, part: ElementPath | None) -> object:
    """Return a new value as the first class that takes it returns it; only the stored item tells its class."""
    refused: MisfitError | None = None
    for kind in kinds:
        try:
            return kind.validated(name, value, part)
        except MisfitError as error:  # another class may take the value
            refused = refused or error
    if refused is not None:
        raise refused
    return value


def closest(
    found: Sequence[tuple[FieldFailure, ...]], expected: str, path: str, plainly: str
) -> tuple[FieldFailure, ...]:
    """Return the most helpful failure of several kinds; *plainly* is the text that only names the type of the value."""
    # A failure inside the value means that the kind has taken the value itself.
    inner = next((failures for failures in found if failures[0].path != path), None)
    texts = [failures[0].found for failures in found]
    more = next((text for text in texts if text != plainly), texts[0])
    return inner or (FieldFailure(path, expected, more),)
