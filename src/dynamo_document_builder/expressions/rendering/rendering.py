"""
Rendering: the registry of the names and values of one operation.

It resolves paths in the schema, encodes values with the codecs of stored items, and assigns numbered placeholders.
Problems are collected, so that one error can report all of them. Two operations never share a registry.
"""

from __future__ import annotations

from types import FunctionType
from typing import TYPE_CHECKING, Final

from attrs import define, field, frozen

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.errors.texts import shortened, suggestion
from dynamo_document_builder.expressions.evaluation.stored_values import WireValue
from dynamo_document_builder.expressions.json_values.undecoded import Undecoded
from dynamo_document_builder.expressions.rendering.limits import (
    MAX_SUBSTITUTED_BYTES,
    problem_of_path,
    problem_of_substitutes,
    problems_of,
)
from dynamo_document_builder.expressions.rendering.problems import ExpressionProblem, ExpressionProblemsError
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
    """A path that the schema has."""

    segments: tuple[Segment, ...]
    """The path in stored names."""
    kind: Kind | None
    """The type of the attribute; `None` for any type."""
    field: FieldInfo | None = None
    """The field, if the path ends at one."""


@define
class Rendering:
    """The names, values and problems of one operation."""

    scope: Scope
    """The schema and the key attributes in which paths are resolved."""
    problems: list[ExpressionProblem] = field(factory=list[ExpressionProblem])
    """The problems found so far."""
    attributes: set[str] = field(factory=set[str])
    """The top-level attributes that the expressions use."""
    _names: dict[str, str] = field(factory=dict[str, str])
    _values: dict[str, str] = field(factory=dict[str, str])

    def add_problem(self, text: str) -> str:
        """Add a problem and return an empty text, with which rendering continues."""
        self.problems.append(ExpressionProblem(text))
        return ""

    def check_wire_types(self, path: object, kind: Kind | None, wire_types: AbstractSet[str], problem: str) -> bool:
        """Return True if a value of this type can be stored as one of the wire types; otherwise add a problem."""
        found = wire_types_of(kind)
        if kind is None or found is None or found & wire_types:
            return True
        self.add_problem(f"{str(path)!r} is {kind.expected}: {problem}")
        return False

    def add_type_failure(self, location: str, expected: str, value: object) -> str:
        """Add the problem that a value has another type than the attribute it is compared with."""
        self.problems.append(_value_problem(location, (FieldFailure("", expected, type(value).__name__),)))
        return ""

    def add_failures(self, location: str, failures: tuple[FieldFailure, ...]) -> None:
        """Add the problem that a value does not fit the attribute at *location*."""
        self.problems.append(_value_problem(location, failures))

    def name(self, stored: str) -> str:
        """Return the placeholder of an attribute name."""
        return self._names.setdefault(stored, f"#{len(self._names)}")

    def wire_value(self, text: str) -> str:
        """Return the placeholder of a value in DynamoDB JSON. Equal texts share one: `1`, `1.0` and `Decimal(1)`."""
        return self._values.setdefault(text, f":{len(self._values)}")

    def value(self, kind: Kind | None, value: object, location: str, level: int = 1) -> str:
        """Return the placeholder of a value, encoded as the schema stores it at a nesting level of the item."""
        text = self.text(kind, value, location, level=level)
        return text and self.wire_value(text)

    def text(self, kind: Kind | None, value: object, location: str, operator: str = "", level: int = 1) -> str:
        """
        Return a value in DynamoDB JSON, encoded as the schema stores it; empty if it was refused.

        *operator* is the comparison operator, if any, which can decide how the value is rounded. *level* is the nesting
        level in the item.
        """
        text = self._encoded(kind, value, location, operator)
        deepest = level - 1 + levels_in(text) if text else 0
        if deepest > MAX_LEVELS:
            return self.add_problem(
                f"{location}: its value is nested {deepest} levels deep; DynamoDB stores {MAX_LEVELS}"
            )
        return text

    def _encoded(self, kind: Kind | None, value: object, location: str, operator: str) -> str:
        if type(value) is WireValue:
            return value.text
        if isinstance(value, FunctionType):
            return self.add_problem(f"{location}: {value.__name__} is a function; did you mean {value.__name__}()?")
        try:
            if isinstance(value, Undecoded):
                value = value.decoded(kind)
            if kind is None:
                return untyped_text(value)
            return kind.encode_bound(value, operator) if operator else kind.encode(value)
        except MisfitError as error:
            self.problems.append(_value_problem(location, error.failures))
        except UnsupportedValueError as error:
            self.problems.append(_value_problem(location, (FieldFailure(error.path, "a DynamoDB value", error.found),)))
        except RecursionError:
            self.add_problem(f"{location}: its value is nested too deep; DynamoDB stores {MAX_LEVELS} levels")
        return ""

    def resolve(self, path: Path) -> Resolved | None:
        """Return a path as the schema stores it. For an unknown name, add a problem that suggests the nearest name."""
        head = path.segments[0] if path.segments else None
        if head is None:
            self.add_problem("the attribute is missing: use its name as a key, as in {'name': exists()}")
            return None
        if head in self.scope.key_names and self.scope.record.member(str(head)) is None:
            self.attributes.add(str(head))
            self.check_key(path)
            return Resolved(path.segments, None)
        resolved = self._walk(path)
        if resolved is None:
            return None
        if problem := problem_of_path(path, resolved.segments):
            self.add_problem(problem)
        self.attributes.add(str(resolved.segments[0]))
        return resolved

    def check_key(self, path: Path) -> None:
        """Add a problem if a path leads into a key attribute, which is text, a number or bytes and has no parts."""
        if len(path.segments) > 1:
            self.add_problem(f"{str(path)!r}: {path.segments[0]!r} is a key attribute, which has no parts")

    def _walk(self, path: Path) -> Resolved | None:
        kind = self.scope.record
        info: FieldInfo | None = None
        stored: list[Segment] = []
        owner: Kind | None = None  # the class whose `rest` field was named last: its attributes follow
        for position, segment in enumerate(path.segments):
            info, inner = _step(kind, segment)
            if inner is None:
                self.add_problem(_unknown(path, position, segment, kind))
                return None
            if info is not None and info.key_only:
                self.add_problem(
                    f"{str(path)!r} is stored only as part of a key attribute, so an expression cannot use it"
                )
                return None
            if owner is not None and any(one.attribute == segment for one in owner.infos if not one.rest):
                self.add_problem(f"{str(path)!r}: {segment!r} is the attribute of a field")
                return None
            is_rest = info is not None and info.rest
            owner = kind if is_rest else None
            kind = inner
            if not is_rest:
                stored.append(info.attribute if info is not None else segment)
        if owner is not None:
            self.add_problem(
                f"{str(path)!r} holds all attributes without a field: name one of them, as in {f'{path}.name'!r}"
            )
            return None
        return Resolved(tuple(stored), kind, info)

    def path_text(self, segments: tuple[Segment, ...]) -> str:
        """Return the text of a stored path, with placeholders for its names."""
        parts = [f"[{part}]" if isinstance(part, int) else f".{self.name(part)}" for part in segments]
        return "".join(parts).removeprefix(".")

    def members(self) -> str:
        """Return the request members for names and values. DynamoDB refuses empty members, so they are left out."""
        names = ",".join(f'"{placeholder}":{quote(name)}' for name, placeholder in self._names.items())
        values = ",".join(f'"{placeholder}":{text}' for text, placeholder in self._values.items())
        return (f',"ExpressionAttributeNames":{{{names}}}' if names else "") + (
            f',"ExpressionAttributeValues":{{{values}}}' if values else ""
        )

    def finish(self, members: str) -> str:
        """Return the members with names and values added. Raises `ExpressionProblemsError` if there are problems."""
        own = self.members()
        if len(own) > MAX_SUBSTITUTED_BYTES // 4 and (problem := problem_of_substitutes(self._names, self._values)):
            self.add_problem(problem)
        if self.problems:
            raise ExpressionProblemsError(tuple(self.problems))
        return members + own

    def expression(self, member: str, text: str) -> str:
        """Return the request member for an expression. Exceeded limits are added as problems."""
        for problem in problems_of(member, text):
            self.add_problem(problem)
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


def _value_problem(location: str, found: tuple[FieldFailure, ...]) -> ExpressionProblem:
    failures = tuple(FieldFailure(inside(location, item.path), item.expected, item.found) for item in found)
    return ExpressionProblem("; ".join(shortened(failures)), failures)


def wire_types_of(kind: Kind | None) -> frozenset[str] | None:
    """Return the wire types that a value of this type can have, `None` for any."""
    return None if kind is None or not kind.wire_types else kind.wire_types
