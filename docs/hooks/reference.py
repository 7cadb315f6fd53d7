"""
Give the reference the form in which a reader looks something up.

- The fields of a value class become its signature, and one list that describes them. mkdocstrings gives each field a
  heading, and classes of attrs no signature at all. A class that you construct, such as a command, gets a signature and
  "Parameters"; one that you receive gets "Attributes".
- Internals are left out.
- The `Example:` of a docstring becomes code: griffe reads what follows `Examples:` so, and any other word as prose.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import attrs
import griffe
import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

CONSTRUCTED = {
    "ConditionCheck",
    "FieldCodec",
    "GlobalIndex",
    "IndexKeys",
    "LocalIndex",
    "Raw",
    "Request",
    "Response",
    "RetryPolicy",
}
"""Classes that you construct, apart from the commands, which all have `timeout`."""

INTERNAL = {
    "answer",
    "command_name",
    "command_sent",
    "forwarded",
    "is_memory",
    "is_open",
    "is_validation",
    "like",
    "named",
    "outcome",
    "partition_names",
    "sent_to",
    "sort_names",
    "with_command",
    "with_cursor",
}
"""Members that the library's own modules use of one another; the reference leaves them out."""

AFTER_FIELDS = {
    griffe.DocstringSectionKind.raises,
    griffe.DocstringSectionKind.examples,
}


class Reference(griffe.Extension):
    """Changes docstrings and members of the package once it is loaded."""

    def on_package(self, *, pkg: griffe.Module, **_: Any) -> None:
        """Change the objects where they are defined; aliases lead to them."""
        objects = list(_objects(pkg))
        for one in objects:
            if one.docstring is not None:
                one.docstring.value = one.docstring.value.replace(
                    "\nExample:\n", "\nExamples:\n"
                )
            for name in _private_parameters(one):
                del one.parameters[name]
        for cls in _classes(objects):
            for name in INTERNAL & cls.members.keys():
                cls.del_member(name)
        # All are collected before any is changed, as a class shows the fields of its bases.
        for cls, fields in [
            (cls, list(_fields(cls))) for cls in _classes(objects)
        ]:
            if fields:
                _show_fields(cls, fields)


def _classes(objects: list[griffe.Object]) -> Iterator[griffe.Class]:
    for one in objects:
        if isinstance(one, griffe.Class) and one.docstring is not None:
            yield one


def _objects(scope: griffe.Object) -> Iterator[griffe.Object]:
    for member in scope.members.values():
        if isinstance(member, griffe.Object):
            yield member
            yield from _objects(member)


def _private_parameters(one: griffe.Object) -> list[str]:
    if not isinstance(one, griffe.Function):
        return []
    return [each.name for each in one.parameters if each.name.startswith("_")]


def _has_init_of_its_own(cls: griffe.Class) -> bool:
    """Return True if `__init__` has parameters other than the fields; overloads only give them other types."""
    init = cls.members.get("__init__")
    return isinstance(init, griffe.Function) and not init.overloads


@dataclass(frozen=True)
class Field:
    """A field, as the class really has it."""

    name: str
    is_named: bool
    default: str | None
    annotation: Any
    text: str

    @property
    def parameter(self) -> griffe.Parameter:
        """The parameter that sets it."""
        kind = (
            griffe.ParameterKind.keyword_only
            if self.is_named
            else griffe.ParameterKind.positional_or_keyword
        )
        return griffe.Parameter(
            self.name,
            annotation=self.annotation,
            kind=kind,
            default=self.default,
        )


def _show_fields(cls: griffe.Class, fields: list[Field]) -> None:
    is_constructed = cls.name in CONSTRUCTED or any(
        field.name == "timeout" for field in fields
    )
    sections = cls.docstring.parsed  # type: ignore[union-attr]  the caller has looked
    place = next(
        (
            i
            for i, section in enumerate(sections)
            if section.kind in AFTER_FIELDS
        ),
        len(sections),
    )
    sections.insert(
        place, _parameters(fields) if is_constructed else _attributes(fields)
    )
    for name in [field.name for field in fields] + ["__init__"]:
        cls.members.pop(name, None)
    cls.overloads.pop("__init__", None)
    if is_constructed:
        own = griffe.Parameter(
            "self", kind=griffe.ParameterKind.positional_or_keyword
        )
        parameters = griffe.Parameters(
            own, *(field.parameter for field in fields)
        )
        cls.set_member(
            "__init__", griffe.Function("__init__", parameters=parameters)
        )


def _parameters(fields: list[Field]) -> griffe.DocstringSectionParameters:
    return griffe.DocstringSectionParameters(
        [
            griffe.DocstringParameter(
                one.name,
                annotation=one.annotation,
                description=one.text,
                value=one.default,
            )
            for one in fields
        ]
    )


def _attributes(fields: list[Field]) -> griffe.DocstringSectionAttributes:
    return griffe.DocstringSectionAttributes(
        [
            griffe.DocstringAttribute(
                one.name, annotation=one.annotation, description=one.text
            )
            for one in fields
        ]
    )


def _fields(cls: griffe.Class) -> Iterator[Field]:
    """Yield the fields that the class really has: positional ones first, and its own before those of its bases."""
    made = getattr(import_module(cls.module.path), cls.name, None)
    if isinstance(made, type) and issubclass(made, Exception):
        yield from _of_error(cls)
    elif not _has_init_of_its_own(cls):
        found = _of_attrs(made) if attrs.has(made) else _of_struct(made)
        for name, is_named, default in sorted(
            (one for one in found if one[0] not in INTERNAL),
            key=lambda one: (one[1], one[0] not in cls.members),
        ):
            declared = next(
                one.members[name]
                for one in (cls, *cls.mro())
                if name in one.members
            )
            yield Field(
                name, is_named, default, declared.annotation, _text(declared)
            )


def _of_error(cls: griffe.Class) -> Iterator[Field]:
    """Yield the attributes of an error, properties too: you read them, and construct no error."""
    for name, member in cls.members.items():
        if (
            isinstance(member, griffe.Attribute)
            and not name.startswith("_")
            and member.docstring
        ):
            yield Field(
                name,
                is_named=False,
                default=None,
                annotation=member.annotation,
                text=_text(member),
            )


def _text(declared: griffe.Object) -> str:
    return declared.docstring.value if declared.docstring else ""


def _of_attrs(made: Any) -> Iterator[tuple[str, bool, str | None]]:
    for one in attrs.fields(made):
        if (
            one.init
            and not one.name.startswith("_")
            and not one.alias.endswith("__")
        ):
            yield one.alias, one.kw_only, _shown_default(one.default)


def _shown_default(default: Any) -> str | None:
    if default is attrs.NOTHING:
        return None
    if isinstance(default, attrs.Factory):  # type: ignore[arg-type]  a class when it runs
        return "..." if default.takes_self else repr(default.factory())
    return repr(default)


def _of_struct(made: Any) -> Iterator[tuple[str, bool, str | None]]:
    names = getattr(made, "__struct_fields__", ())
    defaults = getattr(made, "__struct_defaults__", ())
    for name, default in zip_longest(
        reversed(names), reversed(defaults), fillvalue=msgspec.NODEFAULT
    ):
        yield (
            name,
            False,
            None if default is msgspec.NODEFAULT else repr(default),
        )
