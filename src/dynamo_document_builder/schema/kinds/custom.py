"""The kind of values that a codec of the user stores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.codegen.source import Code, Part, Source, template
from dynamo_document_builder.schema.kinds.base import Kind, refusal
from dynamo_document_builder.schema.kinds.bounds import EQUALITIES, check_bound_meaning, rounded_bound
from dynamo_document_builder.schema.type_guards import type_name
from dynamo_document_builder.wire.json.numbers import UnstorableError
from dynamo_document_builder.wire.json.text import read_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dynamo_document_builder.schema.kinds.bounds import Rounded

_UNSORTED: Final = "whose stored form does not sort as its values do: compare with equals or is_in"
_UNKNOWN: Final = (
    "whose codec does not say whether its stored form sorts as the values do: give it keeps_order=True if it does, or "
    "compare with equals or is_in"
)


class CustomKind(Kind):
    """A type that a `FieldCodec` stores as another type."""

    runs_user_code = is_custom = True

    def __init__(
        self,
        expected: str,
        of: Kind,
        to: Callable[[Any], Any],
        back: Callable[[Any], Any],
        *,
        takes: type[Any] | tuple[type[Any], ...],
        keeps_order: bool | None = None,
        rounded: Rounded | None = None,
    ) -> None:
        self.expected = expected
        self.takes = takes
        self.of = of
        self.to = to
        self.back = back
        self.wire_types = of.wire_types
        self.is_list, self.is_number, self.is_map = of.is_list, of.is_number, of.is_map
        self.rounded = rounded
        self.unordered = _unordered(of.wire_types, takes, keeps_order=keeps_order)
        self.storage_form = to, back

    @property
    def parts(self) -> Iterable[Kind]:
        return (self.of,)

    def write_code(self, source: Source, variable: str) -> list[Part]:
        inner = source.inner(self.expected)
        inner.add("def _function(v):", f"  return {template(self.of.write_code(inner, 'v'))}")
        write, to = source.bind(inner.compile("_function"), "write"), source.bind(self.to, "to")
        # Functions such as `str` take any value, and would store values that cannot be read back.
        is_one = f"isinstance({variable}, {source.bind(self.takes, 'takes')})"
        return [Code(f"{write}({to}({variable})) if {is_one} else {refusal(source, variable)}")]

    def mirror_types(self) -> dict[str, Any]:
        return self.of.mirror_types()

    def mirror(self) -> Any:
        return self.of.mirror()

    def read_code(self, source: Source, wire: str) -> str:
        return f"{source.bind(self.back, 'back')}({self.of.read_code(source, wire)})"

    def encode_bound(self, value: object, operator: str, /) -> str:
        if self.rounded is not None and isinstance(value, self.takes):
            return self.encode(rounded_bound(value, operator, self.expected, self.rounded))
        text = self.encode(value)
        if operator not in EQUALITIES:
            check_bound_meaning(value, self.decode_wire(read_json(text)), operator, self.expected)
        return text

    def rounded_down(self, value: Any, /) -> Any:
        return value if self.rounded is None else self.rounded(value, False)  # noqa: FBT003  FieldCodec.rounded has a positional flag

    def write_failures(self, value: object, path: str) -> Iterator[FieldFailure]:
        if not isinstance(value, self.takes):
            yield FieldFailure(path, self.expected, type_name(value))
            return
        try:
            stored = self.to(value)
        except UnstorableError as error:  # from a codec of this library: the reason shows no value
            yield FieldFailure(path, self.expected, f"{type_name(value)} that {error}")
            return
        except Exception as error:  # noqa: BLE001  a codec may raise anything to refuse
            found = f"{type_name(value)}, which its codec refuses with {type(error).__name__}"
            yield FieldFailure(path, self.expected, found)
            return
        yield from self.of.write_failures(stored, path)

    def read_failures(self, wire: Any, path: str) -> Iterator[FieldFailure]:
        found = False
        for failure in self.of.read_failures(wire, path):
            found = True
            yield failure
        if not found:
            yield from super().read_failures(wire, path)


def _unordered(
    wire_types: frozenset[str], takes: type[Any] | tuple[type[Any], ...], *, keeps_order: bool | None
) -> str:
    """Return the reason why values cannot be compared by order; by default, numbers can, and text that stays text."""
    if keeps_order is not None:
        return "" if keeps_order else _UNSORTED
    unchanged = (str, "S"), (bytes, "B")
    is_unchanged = any(
        isinstance(takes, type) and issubclass(takes, of) and wire_types <= {wire_type} for of, wire_type in unchanged
    )
    return "" if wire_types and (wire_types <= {"N"} or is_unchanged) else _UNKNOWN
