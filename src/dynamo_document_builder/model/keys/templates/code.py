"""
Code that is generated for templates: keys as DynamoDB JSON, from an item or from the fields that were given.

It writes the usual key, of short ASCII text, and gives `None` for whatever is unusual: the slow way builds that key
with every check, and says what is wrong.
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
"""Stands for the key of an item that stays out of an index."""


class Written(Struct, frozen=True):
    """A key attribute that a template builds."""

    attribute: str
    template: KeyTemplate
    limit: int
    """How many bytes the key may have."""
    build: Callable[[Any], Any] | None = None
    """The function that was found to be the template: it runs wherever an item is written, and has to agree."""


class _Code:
    """The lines of one function over the fields of some keys."""

    def __init__(self, keys: Sequence[Written], take: str) -> None:
        self.names: dict[str, Any] = {"quote": quote}
        self.variables = {
            name: f"v{place}"
            for place, name in enumerate(dict.fromkeys(one.name for key in keys for one in key.template.fields))
        }
        self.lines = [f"    {variable} = {take.format(name=name)}" for name, variable in self.variables.items()]
        self.tests = list(dict.fromkeys(test for key in keys for test in self._tests(key)))

    def _tests(self, key: Written) -> Iterable[str]:
        """Yield what a usual key's values are like."""
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

    def apart(self, keys: Sequence[Written]) -> Iterable[str]:
        """Return what has to hold for texts to be those of the fields, each in its place."""
        tests = (one.format.apart.format(v=self.variables[one.name]) for key in keys for one in key.template.fields)
        return dict.fromkeys(test for test in tests if test)

    @property
    def is_usual(self) -> str:
        """An expression for whether all values are usual."""
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

    def members(self, keys: Sequence[Written]) -> str:
        """Return an expression for some keys in a JSON object."""
        members = " + ',' + ".join(f"{quote(key.attribute) + ':'!r} + {self.wire(key.template)}" for key in keys)
        return f"'{{' + {members} + '}}'"

    def agreed(self, keys: Sequence[Written]) -> str:
        """Return the rest of a condition: that the functions build what the templates build."""
        found = list[str]()
        for place, key in enumerate(keys):
            if key.build is not None:
                self.names[f"build{place}"] = key.build
                found.append(f" and build{place}(item) == {self.text(key.template)}")
        return "".join(found)

    def compiled(self, *lines: str, arguments: str = "item") -> Any:
        """Return the function that takes the fields, and then runs these lines."""
        code = "\n".join([f"def function({arguments}):", *self.lines, *(f"    {line}" for line in lines)])
        exec(code, self.names)  # noqa: S102  of names and formats that are checked
        return self.names["function"]


def _literal(text: str) -> str:
    """Return text as it stands in an f-string between single quotes."""
    # With a double quote in it, `repr` always writes single quotes.
    return repr(f'"{text}')[2:-1].replace("{", "{{").replace("}", "}}")


def taken_of(*, is_dict: bool) -> str:
    """Return how the fields of an item are taken."""
    return "item.get({name!r})" if is_dict else "item.{name}"


def key_writer(keys: Sequence[Written], take: str) -> Write:
    """Return what writes the key of an item; `None` for one that is unusual."""
    code = _Code(keys, take)
    lines = [f"if {code.is_usual}{code.agreed(keys)}:", f"    return {code.members(keys)}"]
    if any(key.build is not None for key in keys):  # what a function raises is said where the key is built again
        lines = ["try:", *(f"    {line}" for line in lines), "except Exception: pass"]
    write: Write = code.compiled(*lines)
    return write


def fields_writer(keys: Sequence[Written]) -> Write:
    """Return what writes the key of which a dictionary has the fields, and no others."""
    code = _Code(keys, taken_of(is_dict=True))
    count = len(code.variables)
    write: Write = code.compiled(f"if len(item) == {count} and {code.is_usual}:", f"    return {code.members(keys)}")
    return write


def attribute_writer(key: Written, take: str) -> Write:
    """Return what writes one attribute of a key: `ABSENT` for none, `None` for one that is unusual."""
    code = _Code([key], take)
    absent = " or ".join(f"{variable} is None" for variable in code.variables.values())
    sparse = [f"if {absent}:", f"    return {ABSENT!r}"] if key.template.sparse else []
    write: Write = code.compiled(*sparse, f"if {code.is_usual}:", f"    return {code.wire(key.template)}")
    return write


def identity_check(keys: Sequence[Written], places: Sequence[str], take: str) -> Callable[[Any, Any], bool]:
    """
    Return what tells whether an item lies under the key that its fields build.

    It is called with the item, and with what was read, in which *places* have the stored values of the keys.
    """
    code = _Code(keys, take)
    pairs = zip(keys, places, strict=True)
    alike = " and ".join(
        f"stored.{place}.{'N' if key.template.is_number else 'S'} == {code.text(key.template)}" for key, place in pairs
    )
    # A value of another type than the field's has another text, or none: then the slow way looks.
    apart = "".join(f" and {test}" for test in code.apart(keys))
    check: Callable[[Any, Any], bool] = code.compiled(f"return {alike}{apart}", arguments="item, stored")
    return check
