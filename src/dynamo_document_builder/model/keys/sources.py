"""Sources of a key attribute: a template, a function, or a function that declares the fields it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar, cast

from msgspec import UNSET, Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.errors.texts import given_type, suggestion
from dynamo_document_builder.model.keys.known_fields import UNKNOWN, MissingFieldError, check_known, held
from dynamo_document_builder.wire.json.numbers import number_text
from dynamo_document_builder.wire.type_guards import is_sequence

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.learning.learn import Learnt
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate
    from dynamo_document_builder.schema.items.registry import Codec

S_contra = TypeVar("S_contra", contravariant=True)

Function: TypeAlias = Callable[[S_contra], Any]


class Computed(Struct, Generic[S_contra], frozen=True):
    """A key that a function builds from the fields it declares; made by `computed`."""

    build: Callable[[S_contra], Any]
    reads: tuple[str, ...]


def computed(build: Callable[[S_contra], Any], *, reads: Sequence[str]) -> Computed[S_contra]:
    """
    Declare a key that a function builds from some fields.

    The function sees the fields in *reads* and no others, so an update recomputes the key exactly when one of them
    changes. A key that a template can express is better written as a template: it has prefixes and ranges, and a stored
    key tells its fields.

    Example:
        >>> computed(lambda u: u.name[:1].upper(), reads=["name"]).reads
        ('name',)

    """
    if not callable(build):  # callers without a type checker
        raise DefinitionError(f"computed() takes a function of the item, not {given_type(build)}")
    if not is_sequence(reads) or not all(isinstance(name, str) for name in reads):
        raise DefinitionError("computed(reads=...) is a list of the names of fields")
    return Computed(build, tuple(reads))


KeySource: TypeAlias = str | Callable[[S_contra], Any] | Computed[S_contra]
"""What builds a key: a template, a function over the item, or what `computed` declares."""


class Source(Protocol):
    """What builds the values of one key attribute."""

    @property
    def template(self) -> KeyTemplate | None:
        """What its keys look like, if that is known."""
        ...

    @property
    def reads(self) -> frozenset[str] | None:
        """The fields a key depends on; `None`: any."""
        ...

    @property
    def described(self) -> str:
        """What it was found to be."""
        ...

    def of_item(self, item: Any) -> Any:
        """Return the key of a whole item; `None` for none."""
        ...

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        """Return the key built from some fields, and which; `MissingFieldError` names one that is not known."""
        ...


class FromTemplate(Struct, frozen=True, eq=False):
    """A key that a template builds."""

    template: KeyTemplate

    @property
    def reads(self) -> frozenset[str]:
        return self.template.reads

    @property
    def described(self) -> str:
        return f"template {self.template}"

    def of_item(self, item: Any) -> Any:
        return self.template.text({name: held(item, name) for name in self.template.reads})

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        for one in self.template.fields:
            check_known(values, one.name)
        return self.template.text(values), self.template.reads


class FromField(Struct, frozen=True, eq=False):
    """A key that is a field of the schema, of a type that no template writes."""

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

    def of_item(self, item: Any) -> Any:
        return held(item, self.name)

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        check_known(values, self.name)
        return values[self.name], self.reads


class FromComputed(Struct, frozen=True, eq=False):
    """A key that a function builds from the fields it declares."""

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

    def of_item(self, item: Any) -> Any:
        return self.of_known({name: held(item, name) for name in self.codec.fields})[0]

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        declared = {name: value for name, value in values.items() if name in self.reads}
        try:
            return run_on(self, declared)
        except MissingFieldError as missing:
            if missing.field in self.reads:
                raise
            raise UsageError(
                f"the function of {self.attribute} reads {missing.field!r}, which its reads= does not name: add it"
            ) from None


class FromFunction(Struct, frozen=True, eq=False, dict=True):
    """
    A key that a function builds, which may turn out to be a template.

    Then the function runs all the same wherever an item is written, and a difference is an error: what was learnt of it
    can be wrong, but never without anybody noticing.
    """

    codec: Codec[Any]
    attribute: str
    build: Callable[[Any], Any]

    @cached_property
    def learnt(self) -> Learnt:
        """What the function does, found out when it is first asked for: that takes about a millisecond."""
        from dynamo_document_builder.model.keys.learning.learn import learn  # noqa: PLC0415  lazy import: templates need none

        return learn(self.build, self.codec)

    @property
    def template(self) -> KeyTemplate | None:
        return self.learnt.template

    def template_given(self, values: Mapping[str, Any]) -> KeyTemplate | None:
        """Return the template of the items of a union that are of the class which these fields tell."""
        return self._told(values).template

    def _told(self, values: Mapping[str, Any]) -> FromFunction:
        """Return what is known of the function for the class that these fields tell."""
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
        """Whether the template alone builds its keys."""
        return self.learnt.template is not None and not self.learnt.gives_none

    @property
    def reads(self) -> frozenset[str] | None:
        return self.learnt.reads

    @property
    def described(self) -> str:
        learnt = self.learnt
        if learnt.template is None:
            return f"function: {learnt.why}"
        return f"template {learnt.template}, for some items" if learnt.gives_none else f"template {learnt.template}"

    def of_item(self, item: Any) -> Any:
        found = run(self.build, item, self.attribute, self.codec)
        if self.learnt.template is not None:
            self._check(found, {name: held(item, name) for name in self.learnt.template.reads})
        return found

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        if self.is_pure:
            made = FromTemplate(self._pure).of_known(values)
            self._check(run_on(self, values)[0], values)
            return made
        told = self._told(values)
        if told is not self:
            found, made_of = told.of_known(values)
            return found, made_of.union((str(self.codec.discriminator),))
        if self.learnt.is_whole:
            raise UsageError(
                f"the function of {self.attribute} depends on more than the fields that it takes, and only some fields "
                "are known: write it as a template, or declare computed(function, reads=[...])"
            )
        found, read = run_on(self, values)
        template = self.learnt.template
        if template is not None and all(values.get(name, UNKNOWN) is not UNKNOWN for name in template.reads):
            self._check(found, values)
        return found, read

    @property
    def is_pure(self) -> bool:
        """Whether the function takes the fields of its template and no others."""
        return self.is_template and self.learnt.reads == self._pure.reads

    @property
    def _pure(self) -> KeyTemplate:
        return cast("KeyTemplate", self.learnt.template)

    def _check(self, found: Any, values: Mapping[str, Any]) -> None:
        """Refuse a key that differs from what the function was found to build."""
        template = self.learnt.template
        if template is None or (found is None and self.learnt.gives_none):
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
    """Return what a function gave as a template writes it; a key of type N is a number."""
    if found is None or type(found) is str:
        return found
    return number_text(found) if type(found) in {int, Decimal} else ""


def run_on(source: FromFunction | FromComputed, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
    """Run a function on the fields that are known; return what it makes of them, and the fields that it took."""
    # Lazy import: templates need none of what runs functions.
    from dynamo_document_builder.model.keys.learning.partial_runs import run_partly  # noqa: PLC0415

    try:
        found, read = run_partly(source.build, source.codec, values)
    except MissingFieldError:
        raise
    except Exception as error:
        raise said(error, source.attribute, source.codec) from error
    return _key_or_none(found), read


def _key_or_none(found: Any) -> Any:
    return None if found is UNSET else found


def run(build: Callable[[Any], Any], item: Any, attribute: str, codec: Codec[Any]) -> Any:
    """Return what a function makes of an item; its own errors are said in terms of the key."""
    try:
        return _key_or_none(build(item))
    except Exception as error:
        raise said(error, attribute, codec) from error


def said(error: Exception, attribute: str, codec: Codec[Any]) -> UsageError:
    """Return the error of a function in terms of the key; no value is in it."""
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
    """Say which name a function asked for in vain; no value is in it."""
    name = error.name
    if not name:
        return f"raised {error}"  # a text of our own
    if codec.item_class is dict and name in codec.fields:
        return f"takes {name!r} as an attribute, and an item of {codec.name} is a dictionary: write [{name!r}]"
    if isinstance(error.obj, str | int | float | bytes | None):
        return f"takes {name!r} of a value of type {type(error.obj).__name__}, which has no such attribute"
    return f"reads {name!r}, which {codec.name} does not have; {suggestion(name, codec.fields)}"
