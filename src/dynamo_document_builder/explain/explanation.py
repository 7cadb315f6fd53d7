"""The explanation of a command, as a value that can be printed and compared."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from attrs import field, frozen

from dynamo_document_builder.display import html_block, rich_text
from dynamo_document_builder.explain.layouts import layout_of
from dynamo_document_builder.explain.masking import body_text
from dynamo_document_builder.explain.pretty import pretty
from dynamo_document_builder.explain.shell import shell_command
from dynamo_document_builder.explain.steps import PagesStep, RawStep, Step
from dynamo_document_builder.explain.words.describer import Describer
from dynamo_document_builder.explain.words.sentences import sentence_of
from dynamo_document_builder.model.entities.hidden import hidden_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from dynamo_document_builder.model.entities.entity_model import EntityModel
    from dynamo_document_builder.wire.request import Request


@frozen(kw_only=True)
class Explanation:
    """
    The explanation of a command: sentences, the request, and a shell command that sends it. Nothing is sent.

    `print` shows all of it as text. rich shows it in colours, and a notebook as a block.

    Example:
        >>> rename = Update({"user_id": "u1"}, updates={"name": "Al"}, condition={"balance": greater_than(3)})
        >>> explanation = users.explain(rename)
        >>> explanation.sentences
        ("Update User user_id='u1': set name to 'Al', if balance > 3",)
        >>> explanation.shell
        'aws dynamodb update-item --cli-input-json ...'

    """

    command: str
    """The name of the command: `TransactWrite`."""
    operation: str
    """DynamoDB's name of the operation: `TransactWriteItems`."""
    tables: tuple[str, ...]
    """The tables of the request."""
    sentences: tuple[str, ...]
    """One sentence per operation, in order."""
    notes: tuple[str, ...] = ()
    """Further facts, such as that more requests follow."""
    body: str = field(repr=False)
    """The request as JSON, exactly as it is sent. With `values=False`, each value is `?`."""

    @property
    def payload(self) -> Mapping[str, Any]:
        """The request as Python values."""
        payload: Mapping[str, Any] = json.loads(self.body)
        return payload

    @property
    def json(self) -> str:
        """The request as indented JSON."""
        return pretty(self.payload)

    @property
    def shell(self) -> str:
        """A shell command that sends the request with the AWS command line interface."""
        return shell_command(self.operation, self.body)

    @property
    def title(self) -> str:
        """The command, operation and tables in one line."""
        count = len(self.sentences)
        operations = "" if count == 1 else f", {count} operations"
        return f"{self.command}: {self.operation} on {', '.join(self.tables)}{operations}"

    def __str__(self) -> str:
        return "\n".join(text for text, _ in self.lines())

    def __rich__(self) -> Any:
        """Return the explanation in colours. rich calls this method."""
        return rich_text(self.lines())

    def _repr_html_(self) -> str:
        """Return the explanation as HTML. Notebooks call this method."""
        return html_block(self.title, self.sentences, self.notes, {"request": self.json, "shell": self.shell})

    def lines(self) -> Iterator[tuple[str, str]]:
        """Yield each line and its style for rich."""
        yield self.title, "bold"
        numbered = len(self.sentences) > 1
        for index, sentence in enumerate(self.sentences):
            yield f"  [{index}] {sentence}" if numbered else f"  {sentence}", ""
        for note in self.notes:
            yield f"  ({note})", "italic"
        yield "", ""
        yield self.json, "cyan"
        yield "", ""
        yield self.shell, "green"


_MASKED: Final = "the values of fields with repr=False are replaced, so this request cannot be sent"


def explained(command: Any, to: Any, request: Request, *, values: bool, hidden: bool = True) -> Explanation:
    """
    Return the explanation of a command. *request* is the first request that the command sends.

    *values* is False to replace all values. *hidden* is False to replace the values of fields with `repr=False`.
    """
    layout = layout_of(command, to)
    names = frozenset[str]() if hidden else hidden_names(one for step in layout.steps for one in _entities(step))
    describer = Describer(values, names)
    body = body_text(request, values=values, hidden=names)
    masked = (_MASKED,) if values and body != request.body.decode() else ()
    return Explanation(
        command=type(command).__name__,
        operation=request.operation,
        tables=request.tables,
        sentences=tuple(_labelled(step, sentence_of(step, describer)) for step in layout.steps),
        notes=(*layout.notes, *masked),
        body=body,
    )


def _entities(step: Step) -> Iterable[EntityModel[Any]]:
    if isinstance(step, RawStep):
        return ()
    return step.source.entities if isinstance(step, PagesStep) else (step.entity,)


def _labelled(step: Any, sentence: str) -> str:
    label = getattr(step, "label", None)
    return sentence if label is None else f"({label}) {sentence}"
