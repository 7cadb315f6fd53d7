"""The result of a key function in one run, in a form that can be compared with the result of a template."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.learning.runs import ABSENT, UNSEEN, Piece, Run, Token
from dynamo_document_builder.model.keys.learning.stand_ins import Formatted, is_stand_in, parts_of, plain
from dynamo_document_builder.model.keys.templates.formats import NUMBER, REST
from dynamo_document_builder.model.keys.templates.template import template_text
from dynamo_document_builder.wire.json.numbers import number_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dynamo_document_builder.model.keys.templates.template import KeyTemplate

SAME: Final = "same"
FEWER: Final = "fewer"
"""The function returns no key although the template builds one."""
OTHER: Final = "other"
_TEXTS: Final = (str, Formatted)
_TAGS: Final[Mapping[type, str]] = {str: "S", int: "N", Decimal: "N", bytes: "B"}
_LOSSY: Final = "?"
"""The format of a text that no template can build."""


class Answer(Struct, frozen=True):
    """A key as the result of a run."""

    tag: str
    """The DynamoDB type; empty if there is no key."""
    text: str = ""
    """The text of the key, with the names of unknown fields in braces, as in a template."""


NO_KEY: Final = Answer("")
FAILED: Final = Answer("error")
REFUSED: Final = Answer("refused")
"""`key` raised an error: no item can have such a key."""
CHANGED: Final = Answer("changed")
"""The function formatted a stand-in and then changed the text."""


def answer_of(run: Run) -> Answer:
    """Return the result of a run; a result that cannot be a key is `FAILED`."""
    result = run.result
    if run.error is not None:
        return REFUSED if isinstance(run.error, UsageError) else FAILED
    if result is None:
        return NO_KEY
    if type(result) is bytes:
        return Answer("B", result.hex())
    if type(result) is int or type(result) is Decimal:
        return _number(result)
    tokens = tokens_of(run)
    if tokens is None:
        return CHANGED
    tag = _tag(result)
    return Answer(tag, template_text([_template_token(one) for one in tokens])) if tag and tokens else FAILED


def tokens_of(run: Run) -> list[Token] | None:
    """Return the tokens of the text that the function returned; `None` if the function changed the text."""
    result = run.result
    if is_stand_in(result):
        return run.tokens(parts_of(result)[0])
    return run.tokens([plain(result)] if result else []) if type(result) in _TEXTS else []


def compared(template: KeyTemplate, tokens: Sequence[Token], answer: Answer, values: Mapping[str, Any]) -> str:
    """Compare the answer of a function for these values with a template; *tokens* are the tokens of the function."""
    known = {one.name: _known(values.get(one.name, UNSEEN)) for one in template.fields}
    try:
        expected = _expected(template, known)
    except UsageError:
        if answer in {FAILED, REFUSED}:
            return SAME
        # A template may refuse text, such as a separator, that could give two items the same key. It must not refuse
        # `None` if the function accepts it.
        is_stricter = not any(value is None for value in known.values()) and answer == _written(tokens, known)
        return SAME if is_stricter else FEWER if answer == NO_KEY else OTHER
    if answer == expected or (answer == REFUSED and expected != NO_KEY):
        return SAME
    return FEWER if answer == NO_KEY else OTHER


def _known(value: Any) -> Any:
    return None if value is ABSENT else value


def _expected(template: KeyTemplate, values: Mapping[str, Any]) -> Answer:
    if template.sparse and any(value is None for value in values.values()):
        return NO_KEY
    tokens: list[str | tuple[str, str]] = []
    for one in template.tokens:
        if isinstance(one, str):
            tokens.append(one)
        else:
            value = values[one.name]
            tokens.append(_plain(one.name, one.spec) if value is UNSEEN else one.text(value))
    return Answer("N" if template.is_number else "S", template_text(tokens))


def _written(tokens: Sequence[Token], values: Mapping[str, Any]) -> Answer:
    """Return the text that the function builds, even if a key cannot contain the text."""
    texts: list[str | tuple[str, str]] = []
    for one in tokens:
        value = UNSEEN if isinstance(one, str) else values[one.name]
        if isinstance(one, str) or value is UNSEEN:
            texts.append(_template_token(one))
            continue
        try:
            texts.append(one.write(value))
        except Exception:  # noqa: BLE001  formatting calls code of the value's class
            return FAILED
    return Answer("S", template_text(texts))


def _template_token(token: Token) -> str | tuple[str, str]:
    if isinstance(token, Piece):
        return _plain(token.name, _LOSSY if token.spec is None else token.spec)
    return token


def _plain(name: str, spec: str) -> tuple[str, str]:
    """Return a field and its format, without the formats `rest` and `number` of a key that is a single field."""
    return name, "" if spec in {REST, NUMBER} else spec


def _number(result: int | Decimal) -> Answer:
    try:
        return Answer("N", number_text(result))
    except ValueError:
        return FAILED


def _tag(result: Any) -> str:
    """Return the DynamoDB type of a text or a stand-in; empty if it cannot be a key."""
    if not is_stand_in(result):
        return "S" if type(result) in _TEXTS else ""
    kind = parts_of(result)[1]
    if kind is None:
        return "S"
    return "" if kind.choices or kind.python is None else _TAGS.get(kind.python, "")
