"""
Generated code for templates, which writes keys in DynamoDB JSON from an item or from fields.

The generated code handles simple keys of short ASCII text. For all other keys it returns `None`; the slow path then
builds the key with all checks and reports errors.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct

from dynamo_document_builder.wire.json.text import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dynamo_document_builder.model.keys.templates.template import Field, KeyTemplate

Write: TypeAlias = "Callable[[Any], str | None]"
ABSENT: Final = ""
"""The key of an item that is not in the index."""


class TemplatedKey(Struct, frozen=True):
    """A key attribute with a template."""

    attribute: str
    template: KeyTemplate
    limit: int
    """The maximum size of the key in bytes."""
    build: Callable[[Any], Any] | None = None
    """The key function whose analysis gave the template. It must return the same key for every item."""


class _Code:
    """The source of one generated function over the fields of some keys."""

    def __init__(self, keys: Sequence[TemplatedKey], take: str) -> None:
        self.names: dict[str, Any] = {"quote": quote}
        self.variables = {
            name: f"v{place}"
            for place, name in enumerate(dict.fromkeys(one.name for key in keys for one in key.template.fields))
        }
        self.lines = [f"    {variable} = {take.format(name=name)}" for name, variable in self.variables.items()]
        self.tests = list(dict.fromkeys(test for key in keys for test in self._tests(key)))

    def _tests(self, key: TemplatedKey) -> Iterable[str]:
        """Yield the tests that the values of a simple key pass."""
        room = key.limit - sum(len(token.encode()) for token in key.template.tokens if isinstance(token, str))
        texts = list[str]()
        for one in key.template.fields:
            variable = self.variables[one.name]
            yield one.format.test.format(v=variable)
            self.names.update(one.format.names)
            room -= one.format.length
            if not one.format.length:
                texts.append(f"len({variable})")
        if texts or room < 0:
            yield f"{' + '.join(texts) or 0} <= {room}"

    def separator_tests(self, keys: Sequence[TemplatedKey]) -> Iterable[str]:
        """Return the tests that values read from a key contain no separator."""
        tests = (
            one.format.no_separator.format(v=self.variables[one.name]) for key in keys for one in key.template.fields
        )
        return dict.fromkeys(test for test in tests if test)

    @property
    def is_usual(self) -> str:
        """An expression that is true if all values are simple."""
        return " and ".join(self.tests) or "True"

    def text(self, template: KeyTemplate) -> str:
        """Return an expression for the text of a key."""
        if len(template.fields) == len(template.tokens) == 1 and template.fields[0].format.code == "{v}":
            variable = self.variables[template.fields[0].name]
            return variable if template.fields[0].format.is_text else f"str({variable})"
        parts = [_literal(token) if isinstance(token, str) else self._field(token) for token in template.tokens]
        return f"f'{''.join(parts)}'"

    def _field(self, one: Field) -> str:
        return f"{{{one.format.code.format(v=self.variables[one.name])}}}"

    def wire(self, template: KeyTemplate) -> str:
        """Return an expression for the DynamoDB JSON of a key."""
        if template.is_number:
            return f"""'{{"N":"' + {self.text(template)} + '"}}'"""
        if not template.fields:
            return repr(f'{{"S":{quote("".join(map(str, template.tokens)))}}}')
        return f"""'{{"S":' + quote({self.text(template)}) + '}}'"""

    def members(self, keys: Sequence[TemplatedKey]) -> str:
        """Return an expression for a JSON object with these keys."""
        members = " + ',' + ".join(f"{quote(key.attribute) + ':'!r} + {self.wire(key.template)}" for key in keys)
        return f"'{{' + {members} + '}}'"

    def agreed(self, keys: Sequence[TemplatedKey]) -> str:
        """Return a condition that the functions return the same keys as the templates."""
        found = list[str]()
        for place, key in enumerate(keys):
            if key.build is not None:
                self.names[f"build{place}"] = key.build
                found.append(f" and build{place}(item) == {self.text(key.template)}")
        return "".join(found)

    def compiled(self, *lines: str, arguments: str = "item") -> Any:
        """Compile a function that reads the fields and then runs these lines."""
        code = "\n".join([f"def function({arguments}):", *self.lines, *(f"    {line}" for line in lines)])
        exec(code, self.names)  # noqa: S102  the source contains only checked names and formats
        return self.names["function"]


def _literal(text: str) -> str:
    """Return text escaped for an f-string in single quotes."""
    # The added double quote makes `repr` use single quotes.
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")


def taken_of(*, is_dict: bool) -> str:
    """Return the source that reads a field of an item."""
    return "item.get({name!r})" if is_dict else "item.{name}"


def key_writer(keys: Sequence[TemplatedKey], take: str) -> Write:
    """Return a function that writes the key of an item, or returns `None` if the key is not simple."""
    code = _Code(keys, take)
    lines = [f"if {code.is_usual}{code.agreed(keys)}:", f"    return {code.members(keys)}"]
    if any(key.build is not None for key in keys):  # the slow path reports exceptions of the function
        lines = ["try:", *(f"    {line}" for line in lines), "except Exception: pass"]
    write: Write = code.compiled(*lines)
    return write


def fields_writer(keys: Sequence[TemplatedKey]) -> Write:
    """Return a function that writes the key from a dictionary with exactly the key fields."""
    code = _Code(keys, taken_of(is_dict=True))
    count = len(code.variables)
    write: Write = code.compiled(f"if len(item) == {count} and {code.is_usual}:", f"    return {code.members(keys)}")
    return write


def attribute_writer(key: TemplatedKey, take: str) -> Write:
    """Return a function that writes one attribute: `ABSENT` for no key, `None` if the key is not simple."""
    code = _Code([key], take)
    absent = " or ".join(f"{variable} is None" for variable in code.variables.values())
    sparse = [f"if {absent}:", f"    return {ABSENT!r}"] if key.template.sparse else []
    write: Write = code.compiled(*sparse, f"if {code.is_usual}:", f"    return {code.wire(key.template)}")
    return write


def identity_check(keys: Sequence[TemplatedKey], places: Sequence[str], take: str) -> Callable[[Any, Any], bool]:
    """
    Return a function that checks if an item is stored under the key that its fields build.

    It takes the item and the decoded struct; *places* are the fields of the struct with the stored keys.
    """
    code = _Code(keys, take)
    pairs = zip(keys, places, strict=True)
    equal = " and ".join(
        f"stored.{place}.{'N' if key.template.is_number else 'S'} == {code.text(key.template)}" for key, place in pairs
    )
    # A value of a type that the field does not have gives a different text, so the slow path decides.
    separate = "".join(f" and {test}" for test in code.separator_tests(keys))
    check: Callable[[Any, Any], bool] = code.compiled(f"return {equal}{separate}", arguments="item, stored")
    return check
