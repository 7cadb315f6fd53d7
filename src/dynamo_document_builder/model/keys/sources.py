"""Sources of a key attribute: a template, a function, or a function that declares the fields it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast

from msgspec import UNSET, Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type, suggestion
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, MissingFieldError, check_known, field_value
from dynamo_document_builder.wire.json.numbers import number_text
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.learning.learn import Analysis
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate
    from dynamo_document_builder.schema.items.registry import Codec

S_contra = TypeVar("S_contra", contravariant=True)


class Computed(Struct, Generic[S_contra], frozen=True):
    """A key function with its declared fields, built with `computed`."""

    build: Callable[[S_contra], Any]
    """The function, from an item to a key."""
    reads: tuple[str, ...]
    """The fields that the function reads."""


def computed(build: Callable[[S_contra], Any], *, reads: Sequence[str]) -> Computed[S_contra]:
    """
    Declare a key that a function builds from certain fields.

    The function can read only the fields in *reads*. An update recomputes the key if one of these fields changes. Use a
    template instead if it can express the key: only templates support prefixes and ranges in queries, and `parse_key`.

    Raises:
        DefinitionError: *build* is not callable, or *reads* is not a list of names.

    Example:
        >>> computed(lambda u: u.name[:1].upper(), reads=["name"]).reads
        ('name',)

    """
    if not callable(build):  # for callers without a type checker
        raise DefinitionError(f"computed() takes a function of the item, not {given_type(build)}")
    if not is_sequence(reads) or not all(isinstance(name, str) for name in reads):
        raise DefinitionError("computed(reads=...) is a list of the names of fields")
    return Computed(build, tuple(reads))


KeySource: TypeAlias = str | Callable[[S_contra], Any] | Computed[S_contra]
"""The source of a key: a template, a function of the item, or the result of `computed`."""


class Source(Protocol):
    """The source of one key attribute."""

    @property
    def template(self) -> KeyTemplate | None:
        """The template of the key, or `None` if the key is not a template."""
        ...

    @property
    def reads(self) -> frozenset[str] | None:
        """The fields that the key depends on; `None` means any field."""
        ...

    @property
    def described(self) -> str:
        """The description of the source, for `explain_keys`."""
        ...

    def build_from_item(self, item: Any) -> Any:
        """Return the key of a whole item, or `None` if the item has no such key."""
        ...

    def build_from(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        """Build the key from known fields; return it with the fields that were used. May raise `MissingFieldError`."""
        ...


class FromTemplate(Struct, frozen=True, eq=False):
    """A key that is built by a template."""

    template: KeyTemplate

    @property
    def reads(self) -> frozenset[str]:
        return self.template.reads

    @property
    def described(self) -> str:
        return f"template {self.template}"

    def build_from_item(self, item: Any) -> Any:
        return self.template.text({name: field_value(item, name) for name in self.template.reads})

    def build_from(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        for one in self.template.fields:
            check_known(values, one.name)
        return self.template.text(values), self.template.reads


class FromField(Struct, frozen=True, eq=False):
    """A key that is a field of the schema, of a type that templates do not support."""

    name: str

    @property
    def template(self) -> None:
        return None

    @property
    def reads(self) -> frozenset[str]:
        return frozenset((self.name,))

    @property
    def described(self) -> str:
        return f"field {self.name}"

    def build_from_item(self, item: Any) -> Any:
        return field_value(item, self.name)

    def build_from(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        check_known(values, self.name)
        return values[self.name], self.reads


class FromComputed(Struct, frozen=True, eq=False):
    """A key that is built by a function with declared fields."""

    codec: Codec[Any]
    attribute: str
    build: Callable[[Any], Any]
    reads: frozenset[str]

    @property
    def template(self) -> None:
        return None

    @property
    def described(self) -> str:
        return f"computed from {', '.join(sorted(self.reads))}"

    def build_from_item(self, item: Any) -> Any:
        return self.build_from({name: field_value(item, name) for name in self.codec.fields})[0]

    def build_from(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        declared = {name: value for name, value in values.items() if name in self.reads}
        try:
            return run_on_fields(self, declared)
        except MissingFieldError as missing:
            if missing.field in self.reads:
                raise
            raise UsageError(
                f"the function of {self.attribute} reads {missing.field!r}, which its reads= does not name: add it"
            ) from None


class FromFunction(Struct, frozen=True, eq=False, dict=True):
    """
    A key that is built by a function. The analysis of the function may show that it is a template.

    Even then, every write also calls the function, and a difference from the template is an error. So a wrong result of
    the analysis cannot go unnoticed.
    """

    codec: Codec[Any]
    attribute: str
    build: Callable[[Any], Any]

    @cached_property
    def analysis(self) -> Analysis:
        """The analysis of the function, made on first use. It takes about a millisecond."""
        # Lazy import: only key functions need it.
        from dynamo_document_builder.model.keys.learning.learn import learn  # noqa: PLC0415

        return learn(self.build, self.codec)

    @property
    def template(self) -> KeyTemplate | None:
        return self.analysis.template

    def template_given(self, values: Mapping[str, Any]) -> KeyTemplate | None:
        """Return the template for the class of a union that these fields determine."""
        return self._of_class(values).template

    def _of_class(self, values: Mapping[str, Any]) -> FromFunction:
        """Return the source for the class of a union that these fields determine."""
        codec = self.codec.codec_for(values)
        if codec is self.codec:
            return self
        if codec not in self._of_classes:
            self._of_classes[codec] = FromFunction(codec, self.attribute, self.build)
        return self._of_classes[codec]

    @cached_property
    def _of_classes(self) -> dict[Codec[Any], FromFunction]:
        return {}

    @property
    def is_template(self) -> bool:
        """True if the function builds the key of its template for every item."""
        return self.analysis.template is not None and not self.analysis.gives_none

    @property
    def reads(self) -> frozenset[str] | None:
        return self.analysis.reads

    @property
    def described(self) -> str:
        analysis = self.analysis
        if analysis.template is None:
            return f"function: {analysis.why}"
        return (
            f"template {analysis.template}, for some items" if analysis.gives_none else f"template {analysis.template}"
        )

    def build_from_item(self, item: Any) -> Any:
        found = run_function(self.build, item, self.attribute, self.codec)
        if self.analysis.template is not None:
            self._check(found, {name: field_value(item, name) for name in self.analysis.template.reads})
        return found

    def build_from(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        if self.is_pure:
            made = FromTemplate(self._pure).build_from(values)
            self._check(run_on_fields(self, values)[0], values)
            return made
        of_class = self._of_class(values)
        if of_class is not self:
            found, fields_used = of_class.build_from(values)
            return found, fields_used.union((str(self.codec.discriminator),))
        if self.analysis.needs_whole_item:
            raise UsageError(
                f"the function of {self.attribute} depends on more than the fields that it takes, and only some fields "
                "are known: write it as a template, or declare computed(function, reads=[...])"
            )
        found, read = run_on_fields(self, values)
        template = self.analysis.template
        if template is not None and all(values.get(name, UNKNOWN) is not UNKNOWN for name in template.reads):
            self._check(found, values)
        return found, read

    @property
    def is_pure(self) -> bool:
        """True if the function reads only the fields of its template."""
        return self.is_template and self.analysis.reads == self._pure.reads

    @property
    def _pure(self) -> KeyTemplate:
        return cast("KeyTemplate", self.analysis.template)

    def _check(self, found: Any, values: Mapping[str, Any]) -> None:
        """Refuse a key that differs from the template of the function."""
        template = self.analysis.template
        if template is None or (found is None and self.analysis.gives_none):
            return
        try:
            is_same = template.text(values) == _as_text(found)
        except UsageError as error:
            raise UsageError(
                f"{self.attribute}: {error}; its function was found to be the template {template}, which refuses this: "
                "declare computed(function, reads=[...]) to keep such keys"
            ) from None
        if not is_same:
            raise UsageError(
                f"the function of {self.attribute} builds another key than the template {template} that it was found "
                "to be: declare it with computed(function, reads=[...])"
            )


def _as_text(found: Any) -> str | None:
    """Return the result of a function as the text of a template; a key of type N is a number."""
    if found is None or type(found) is str:
        return found
    return number_text(found) if type(found) in {int, Decimal} else ""


def run_on_fields(source: FromFunction | FromComputed, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
    """Call the function of a source with known fields; return the key and the fields that the function read."""
    # Lazy import: only key functions need it.
    from dynamo_document_builder.model.keys.learning.partial_runs import run_partly  # noqa: PLC0415

    try:
        found, read = run_partly(source.build, source.codec, values)
    except MissingFieldError:
        raise
    except Exception as error:
        raise function_error(error, source.attribute, source.codec) from error
    return _key_or_none(found), read


def _key_or_none(found: Any) -> Any:
    return None if found is UNSET else found


def run_function(build: Callable[[Any], Any], item: Any, attribute: str, codec: Codec[Any]) -> Any:
    """Call a key function with an item. Its exceptions become errors that name the key attribute."""
    try:
        return _key_or_none(build(item))
    except Exception as error:
        raise function_error(error, attribute, codec) from error


def function_error(error: Exception, attribute: str, codec: Codec[Any]) -> UsageError:
    """Return the error for an exception of a key function. The text names the key and contains no values."""
    if isinstance(error, UsageError):
        return UsageError(f"{attribute}: {error}")
    if isinstance(error, KeyError) and error.args and error.args[0] in codec.fields:
        return UsageError(
            f"the function of {attribute} reads {error.args[0]!r}, which the item does not have; "
            ".get() gives None, which keeps it out of an index"
        )
    if isinstance(error, AttributeError):
        return UsageError(f"the function of {attribute} {unknown_name(error, codec)}")
    return UsageError(f"the function of {attribute} raised {type(error).__name__}")


def unknown_name(error: AttributeError, codec: Codec[Any]) -> str:
    """Return a text that names the missing attribute of an `AttributeError`. The text contains no values."""
    name = error.name
    if not name:
        return f"raised {error}"  # raised by this library, so the text contains no values
    if codec.item_class is dict and name in codec.fields:
        return f"takes {name!r} as an attribute, and an item of {codec.name} is a dictionary: write [{name!r}]"
    if isinstance(error.obj, str | int | float | bytes | None):
        return f"takes {name!r} of a value of type {type(error.obj).__name__}, which has no such attribute"
    return f"reads {name!r}, which {codec.name} does not have; {suggestion(name, codec.fields)}"
