"""
Rendering: one registry of names and values per operation, numbered placeholders, findings collected instead of raised.

Everything a tree needs to become text is here: how a path is resolved against the schema, how a value is encoded by
the same codec as a stored item, and which placeholder each gets. Two operations never share a registry.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.errors.texts import shortened, suggestion
from dynamo_document_builder.expressions.evaluation.stored_values import AsStored
from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.rendering.findings import Finding, FindingsError
from dynamo_document_builder.expressions.rendering.limits import (
    MAX_SUBSTITUTED_BYTES,
    problem_of_path,
    problem_of_substitutes,
    problems_of,
)
from dynamo_document_builder.expressions.tree.paths import Extra, Path, Segment
from dynamo_document_builder.schema.failures import MisfitError, inside
from dynamo_document_builder.schema.kinds.any_value import AnyKind
from dynamo_document_builder.wire.json.nesting import MAX_LEVELS, levels_in
from dynamo_document_builder.wire.json.text import quote
from dynamo_document_builder.wire.json.untyped import UnsupportedValueError, untyped_text

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from dynamo_document_builder.expressions.rendering.scope import Scope
    from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind

_ANYTHING: Final = AnyKind()


@frozen
class Resolved:
    """A path that exists: its stored segments, and what may be stored there (`None`: anything)."""

    segments: tuple[Segment, ...]
    kind: Kind | None
    field: FieldInfo | None = None


@define
class Rendering:
    """The registry of one operation."""

    scope: Scope
    findings: list[Finding] = field(factory=list[Finding])
    attributes: set[str] = field(factory=set[str])
    """The top-level attributes that paths went through."""
    _names: dict[str, str] = field(factory=dict[str, str])
    _values: dict[str, str] = field(factory=dict[str, str])

    def problem(self, text: str) -> str:
        """Note a finding and go on, so that all of them are reported at once."""
        self.findings.append(Finding(text))
        return ""

    def can_be(self, path: object, kind: Kind | None, tags: AbstractSet[str], problem: str) -> bool:
        """Say whether a value of this kind can be stored as one of these types; if not, note the problem."""
        found = tags_of(kind)
        if kind is None or found is None or found & tags:
            return True
        self.problem(f"{str(path)!r} is {kind.expected}: {problem}")
        return False

    def misfit(self, about: str, expected: str, value: object) -> str:
        """Note that a value is not of the type it is compared with."""
        self.findings.append(_misfit(about, (FieldFailure("", expected, type(value).__name__),)))
        return ""

    def refuse(self, about: str, failures: tuple[FieldFailure, ...]) -> None:
        """Note that a value does not fit what a path leads to."""
        self.findings.append(_misfit(about, failures))

    def name(self, stored: str) -> str:
        return self._names.setdefault(stored, f"#{len(self._names)}")

    def wire_value(self, text: str) -> str:
        """Register a value by its wire form: `1`, `1.0` and `Decimal(1)` merge, `True` and `"1"` do not."""
        return self._values.setdefault(text, f":{len(self._values)}")

    def value(self, kind: Kind | None, value: object, about: str, level: int = 1) -> str:
        """Encode a value as the schema stores it, at some level of an item, and return its placeholder."""
        text = self.text(kind, value, about, level=level)
        return text and self.wire_value(text)

    def text(self, kind: Kind | None, value: object, about: str, sign: str = "", level: int = 1) -> str:
        """Encode a value as the schema stores it, or as what is stored is compared with it by a sign."""
        text = self._encoded(kind, value, about, sign)
        deepest = level - 1 + levels_in(text) if text else 0
        if deepest > MAX_LEVELS:
            return self.problem(f"{about}: its value is nested {deepest} levels deep; DynamoDB stores {MAX_LEVELS}")
        return text

    def _encoded(self, kind: Kind | None, value: object, about: str, sign: str) -> str:
        if type(value) is AsStored:
            return value.text
        if isinstance(value, FunctionType):
            return self.problem(f"{about}: {value.__name__} is a function; did you mean {value.__name__}()?")
        try:
            if isinstance(value, Undecoded):
                value = value.decoded(kind)
            if kind is None:
                return untyped_text(value)
            return kind.encode_bound(value, sign) if sign else kind.encode(value)
        except MisfitError as error:
            self.findings.append(_misfit(about, error.failures))
        except UnsupportedValueError as error:
            self.findings.append(_misfit(about, (FieldFailure(error.path, "a DynamoDB value", error.found),)))
        except RecursionError:
            self.problem(f"{about}: its value is nested too deep; DynamoDB stores {MAX_LEVELS} levels")
        return ""

    def resolve(self, path: Path) -> Resolved | None:
        """Find a path in the schema; an unknown name is a finding, with the nearest one suggested."""
        head = path.segments[0] if path.segments else None
        if head is None:
            self.problem("an attribute is missing: file this under its name, as in {'name': exists()}")
            return None
        if head in self.scope.key_names and self.scope.record.member(str(head)) is None:
            self.attributes.add(str(head))
            self.check_key(path)
            return Resolved(path.segments, None)
        resolved = self._walk(path)
        if resolved is None:
            return None
        if problem := problem_of_path(path, resolved.segments):
            self.problem(problem)
        self.attributes.add(str(resolved.segments[0]))
        return resolved

    def check_key(self, path: Path) -> None:
        """Note that a path goes into an attribute of the key: it is text, a number or bytes, and has no parts."""
        if len(path.segments) > 1:
            self.problem(f"{str(path)!r}: {path.segments[0]!r} is part of the key, which has no parts of its own")

    def _walk(self, path: Path) -> Resolved | None:
        kind = self.scope.record
        info: FieldInfo | None = None
        stored: list[Segment] = []
        beside: Kind | None = None  # whose field for the rest was just named: its attributes stand beside the fields
        for position, segment in enumerate(path.segments):
            info, inner = _step(kind, segment)
            if inner is None:
                self.problem(_unknown(path, position, segment, kind))
                return None
            if info is not None and info.key_only:
                self.problem(f"{str(path)!r} is stored in the key alone, which an expression cannot look into")
                return None
            if beside is not None and any(one.attribute == segment for one in beside.infos if not one.rest):
                self.problem(f"{str(path)!r}: {segment!r} is the attribute of a field")
                return None
            is_rest = info is not None and info.rest
            beside = kind if is_rest else None
            kind = inner
            if not is_rest:
                stored.append(info.attribute if info is not None else segment)
        if beside is not None:
            self.problem(
                f"{str(path)!r} is all that no field has: name one of its attributes, as in {f'{path}.name'!r}"
            )
            return None
        return Resolved(tuple(stored), kind, info)

    def path_text(self, segments: tuple[Segment, ...]) -> str:
        parts = [f"[{part}]" if isinstance(part, int) else f".{self.name(part)}" for part in segments]
        return "".join(parts).removeprefix(".")

    def members(self) -> str:
        """Return the request members for names and values; empty ones are left out, as DynamoDB demands."""
        names = ",".join(f'"{placeholder}":{quote(name)}' for name, placeholder in self._names.items())
        values = ",".join(f'"{placeholder}":{text}' for text, placeholder in self._values.items())
        return (f',"ExpressionAttributeNames":{{{names}}}' if names else "") + (
            f',"ExpressionAttributeValues":{{{values}}}' if values else ""
        )

    def finish(self, members: str) -> str:
        """Return the finished members, or raise all that was found on the way."""
        own = self.members()
        if len(own) > MAX_SUBSTITUTED_BYTES // 4 and (problem := problem_of_substitutes(self._names, self._values)):
            self.problem(problem)
        if self.findings:
            raise FindingsError(tuple(self.findings))
        return members + own

    def expression(self, member: str, text: str) -> str:
        """Return a request member for an expression, within DynamoDB's limits."""
        for problem in problems_of(member, text):
            self.problem(problem)
        return f',"{member}":{quote(text)}'


def _step(kind: Kind, segment: Segment) -> tuple[FieldInfo | None, Kind | None]:
    if isinstance(segment, int):
        return None, None if kind.is_set else kind.element()
    info = (_ANYTHING if isinstance(segment, Extra) else kind).member(segment)
    return info, None if info is None else info.kind


def _unknown(path: Path, position: int, segment: Segment, kind: Kind) -> str:
    place = Path(path.segments[:position])
    if isinstance(segment, int):
        return f"{str(place)!r} is {kind.expected}: it has no elements to index"
    if ambiguity := kind.ambiguity(segment):
        return ambiguity
    names = kind.member_names()
    if not names:
        return f"{str(place)!r} is {kind.expected}: it has no attribute {segment!r}"
    return f"{kind.expected} has no field {segment!r}; {suggestion(segment, names)}"


def _misfit(about: str, found: tuple[FieldFailure, ...]) -> Finding:
    failures = tuple(FieldFailure(inside(about, item.path), item.expected, item.found) for item in found)
    return Finding("; ".join(shortened(failures)), failures)


def tags_of(kind: Kind | None) -> frozenset[str] | None:
    """Return the wire types a value of this kind can have, `None` for any."""
    return None if kind is None or not kind.wire_types else kind.wire_types
