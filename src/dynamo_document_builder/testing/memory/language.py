"""The expressions of one request, parsed and checked by the same code that the library uses."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

from attrs import define, field

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.expressions.json_values.undecoded import DynamoJson
from dynamo_document_builder.expressions.rendering.limits import MAX_BYTES, problem_of_path
from dynamo_document_builder.expressions.text.condition_parser import ConditionParser, KeyConditionParser
from dynamo_document_builder.expressions.text.reader import Reader
from dynamo_document_builder.expressions.text.update_parser import UpdateParser
from dynamo_document_builder.expressions.text.writing import condition_to_text, updates_to_text
from dynamo_document_builder.expressions.tree.overlaps import overlaps
from dynamo_document_builder.schema.type_guards import is_list
from dynamo_document_builder.testing.memory.refused import invalid
from dynamo_document_builder.testing.memory.storage.values import canonical
from dynamo_document_builder.wire.json.text import read_json
from dynamo_document_builder.wire.json.untyped import untyped_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from dynamo_document_builder.expressions.tree.changes import Change
    from dynamo_document_builder.expressions.tree.conditions import Condition
    from dynamo_document_builder.expressions.tree.paths import Path, Segment
    from dynamo_document_builder.testing.memory.members import Members
    from dynamo_document_builder.testing.memory.storage.definitions import Definition
    from dynamo_document_builder.testing.memory.storage.values import Wire

T = TypeVar("T")

_NO_DOUBLE_PARENTHESES: Final = frozenset({"ConditionExpression", "FilterExpression", "KeyConditionExpression"})


class _Placeholders(dict[str, T]):
    """The names or values of placeholders. Records the placeholders that expressions use."""

    def __init__(self, given: Mapping[str, T]) -> None:
        super().__init__(given)
        self.used: set[str] = set()

    def __getitem__(self, placeholder: str) -> T:
        self.used.add(placeholder)
        return super().__getitem__(placeholder)


@define(eq=False)
class _Reader(Reader):
    """A reader that records the paths of an expression."""

    paths: list[Path] = field(factory=list["Path"], init=False)

    def path(self, expected: str = "an attribute") -> Path:
        found = super().path(expected)
        self.paths.append(found)
        return found


@define(eq=False)
class Language:
    """The placeholders of one request, and the parser of its expressions."""

    _names: _Placeholders[str]
    _values: _Placeholders[Any]
    _read: dict[str, Sequence[Path]] = field(factory=dict[str, "Sequence[Path]"])

    @classmethod
    def of(cls, members: Members) -> Language:
        """Read the placeholders of a request."""
        names, values = members.mapping("ExpressionAttributeNames"), members.mapping("ExpressionAttributeValues")
        for member, given, sign in (("Names", names, "#"), ("Values", values, ":")):
            if given == {}:
                raise invalid(f"ExpressionAttribute{member} must not be empty")
            for placeholder in given or ():
                if not placeholder.startswith(sign) or len(placeholder) == 1:
                    raise invalid(
                        f'ExpressionAttribute{member} contains invalid key: Syntax error; key: "{placeholder}"'
                    )
        return cls(
            _Placeholders(names or {}),
            _Placeholders({placeholder: DynamoJson(canonical(value)) for placeholder, value in (values or {}).items()}),
        )

    def condition(self, members: Members, member: str) -> Condition | None:
        """Parse a condition or a filter."""
        return self._expression(members, member, lambda reader: ConditionParser(reader).parse(), condition_to_text)

    def key_condition(self, members: Members) -> Condition | None:
        """Parse the key condition."""
        member = "KeyConditionExpression"
        return self._expression(members, member, lambda reader: KeyConditionParser(reader).parse(), condition_to_text)

    def update(self, members: Members) -> tuple[Change, ...]:
        """Parse the update. A request without an update has no changes."""
        member = "UpdateExpression"
        return self._expression(members, member, lambda reader: UpdateParser(reader).parse(), updates_to_text) or ()

    def projection(self, members: Members) -> tuple[tuple[Segment, ...], ...] | None:
        """Parse the projection."""

        def read(reader: Reader) -> tuple[Path, ...]:
            paths: list[Path] = reader.comma_separated(reader.path)
            reader.end("a comma or the end")
            return tuple(paths)

        paths = self._expression(members, "ProjectionExpression", read, _check_paths)
        return None if paths is None else tuple(path.segments for path in paths)

    def attributes_in(self, member: str) -> set[str]:
        """Return the top-level attributes in an expression."""
        return {str(path.segments[0]) for path in self._read.get(member, ())}

    def finish(self) -> None:
        """Refuse placeholders that no expression uses."""
        for member, given in (("Names", self._names), ("Values", self._values)):
            if given and not self._read:
                raise invalid(f"ExpressionAttribute{member} can only be specified when using expressions")
            unused = sorted(given.keys() - given.used)
            if unused:
                keys = ", ".join(unused)
                raise invalid(f"Value provided in ExpressionAttribute{member} unused in expressions: keys: {{{keys}}}")

    def _expression(
        self, members: Members, member: str, read: Callable[[Reader], T], check: Callable[[T], object]
    ) -> T | None:
        text = members.text(member)
        if text is None:
            return None
        if not text.strip():
            raise invalid(f"Invalid {member}: The expression can not be empty;")
        if len(text.encode()) > MAX_BYTES:
            raise invalid(
                f"Invalid {member}: Expression size has exceeded the maximum allowed size; "
                f"expression size: {len(text.encode())}"
            )
        try:
            reader = _Reader(text, self._names, self._values)
            found = read(reader)
            if member in _NO_DOUBLE_PARENTHESES and reader.redundant_parenthesis is not None:
                raise invalid(f"Invalid {member}: The expression has redundant parentheses;")
            check(found)
        except UsageError as error:
            raise invalid(f"Invalid {member}: {str(error).splitlines()[0]}") from None
        self._read[member] = reader.paths
        return found

    def check_keys(self, definition: Definition) -> None:
        """Refuse paths into key attributes, which are scalars."""
        for path in chain(*self._read.values()):
            name = str(path.segments[0])
            if len(path.segments) > 1 and name in definition.types:
                kind = "Key" if name in definition.keys else "IndexKey"
                raise invalid(
                    "Key attributes must be scalars; list random access '[]' and map lookup '.' are not allowed: "
                    f"{kind}: {name}"
                )


def _check_paths(paths: Sequence[Path]) -> None:
    for path in paths:
        problem = problem_of_path(path, path.segments)
        if problem is not None:
            raise UsageError(problem)
    for problem in overlaps((path.segments for path in paths), "is read", "name one of both"):
        raise UsageError(problem)


def wire_of(value: Any) -> Wire:
    """Return a value of an expression in DynamoDB JSON. The parser returns some values as Python values or lists."""
    if is_list(value):
        return {"L": [wire_of(element) for element in value]}
    wire: Wire = value.json if isinstance(value, DynamoJson) else read_json(untyped_text(value))
    return wire
