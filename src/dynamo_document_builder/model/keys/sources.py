"""What a key attribute is built by: a template, a function, or a function that declares the fields it reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeAlias, TypeVar

from msgspec import Struct

from dynamo_document_builder.errors import DefinitionError, UsageError
from dynamo_document_builder.facts import hint, named
from dynamo_document_builder.model.keys.views import (
    UNKNOWN,
    Declared,
    MissingFieldError,
    UndeclaredFieldError,
    UnknownFieldError,
    view_of,
)
from dynamo_document_builder.schema.members import value_of
from dynamo_document_builder.wire.guards import is_sequence
from dynamo_document_builder.wire.numbers import number_text

if TYPE_CHECKING:
    from dynamo_document_builder.model.keys.learning.learn import Learnt
    from dynamo_document_builder.model.keys.templates.template import KeyTemplate
    from dynamo_document_builder.schema.codec import Codec

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
        raise DefinitionError(f"computed() takes a function of the item, not {named(build)}")
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
        return self.template.text({name: value_of(item, name) for name in self.template.reads})

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
        return value_of(item, self.name)

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
        return self.of_known({name: value_of(item, name) for name in self.reads})[0]

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        return run_on(self, Declared(values, self.reads))


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
        codec = self.codec.told_by(values)
        if codec is self.codec:
            return self.template
        if codec not in self._of_classes:
            self._of_classes[codec] = FromFunction(codec, self.attribute, self.build)
        return self._of_classes[codec].template

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
            self._check(found, {name: value_of(item, name) for name in self.learnt.template.reads})
        return found

    def of_known(self, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
        found, read = run_on(self, values)
        template = self.learnt.template
        if template is not None and all(values.get(name, UNKNOWN) is not UNKNOWN for name in template.reads):
            self._check(found, values)
        return found, read

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


def check_known(values: Mapping[str, Any], name: str) -> None:
    """Raise the error for a field that is not known."""
    if name not in values:
        raise MissingFieldError(name)
    if values[name] is UNKNOWN:
        raise UnknownFieldError(name)


def run_on(source: FromFunction | FromComputed, values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
    """Run a function on the fields that are known; return what it makes of them, and the fields that it read."""
    codec, read = source.codec, set[str]()
    try:
        found = run(source.build, view_of(codec, values, read), source.attribute, codec)
    finally:  # whatever the function made of the error of a field that is not known, that is what is wrong
        for name in sorted(read & codec.fields.keys()):
            _check_readable(source.attribute, values, name)
    return found, frozenset(read) & codec.fields.keys()


def _check_readable(attribute: str, values: Mapping[str, Any], name: str) -> None:
    if isinstance(values, Declared) and name not in values.names:
        raise UsageError(f"the function of {attribute} reads {name!r}, which its reads= does not name: add it there")
    check_known(values, name)


def run(build: Callable[[Any], Any], item: Any, attribute: str, codec: Codec[Any]) -> Any:
    """Return what a function makes of an item; its own errors are said in terms of the key."""
    try:
        return build(item)
    except UsageError as error:
        raise UsageError(f"{attribute}: {error}") from error
    except (MissingFieldError, UndeclaredFieldError):
        raise
    except KeyError as error:
        if error.args and error.args[0] in codec.fields:
            raise UsageError(
                f"the function of {attribute} reads {error.args[0]!r}, which the item does not have; "
                ".get() gives None, which keeps it out of an index"
            ) from None
        raise UsageError(f"the function of {attribute} raised KeyError") from error
    except AttributeError as error:
        raise UsageError(f"the function of {attribute} {unknown_name(error, codec)}") from error
    except Exception as error:
        raise UsageError(f"the function of {attribute} raised {type(error).__name__}") from error


def unknown_name(error: AttributeError, codec: Codec[Any]) -> str:
    """Say which name a function asked for in vain; no value is in it."""
    name = error.name
    if not name:
        return f"raised {error}"  # a text of our own
    if codec.item_class is dict and name in codec.fields:
        return f"takes {name!r} as an attribute, and an item of {codec.name} is a dictionary: write [{name!r}]"
    if isinstance(error.obj, str | int | float | bytes | None):
        return f"takes {name!r} of a value of type {type(error.obj).__name__}, which has no such attribute"
    return f"reads {name!r}, which {codec.name} does not have; {hint(name, codec.fields)}"
