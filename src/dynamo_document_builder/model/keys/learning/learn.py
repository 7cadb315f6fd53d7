"""
Analysis of a key function: does it build the keys of a template?

The library calls the function with stand-ins, once for each combination of values that `is` can distinguish. It then
compares the function with the template on sample items, to find differences that stand-ins cannot show. It never reads
the code of the function.
"""

from __future__ import annotations

from collections import deque
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.model.keys.learning.answers import (
    CHANGED,
    FAILED,
    FEWER,
    NO_KEY,
    REFUSED,
    SAME,
    Answer,
    answer_of,
    compared,
    tokens_of,
)
from dynamo_document_builder.model.keys.learning.item_stand_ins import StandInFactory
from dynamo_document_builder.model.keys.learning.runs import UNSEEN, Piece, Run, Token
from dynamo_document_builder.model.keys.learning.samples import samples_of
from dynamo_document_builder.model.keys.templates.formats import NUMBER, REST
from dynamo_document_builder.model.keys.templates.template import KeyTemplate, template_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from dynamo_document_builder.schema.items.item_codec import RecordCodec
    from dynamo_document_builder.schema.items.registry import Codec

_Values: TypeAlias = "Mapping[str, Any]"
_RUNS: Final = 200
"""The maximum number of runs. Runs with few unusual values come first."""
_NEVER: Final = "it never gives a key"


class Analysis(Struct, frozen=True):
    """The result of the analysis of a key function."""

    template: KeyTemplate | None = None
    """The template of the keys; `None` if the function is not a template."""
    gives_none: bool = False
    """True if the function returns no key for some items although the template builds one."""
    reads: frozenset[str] | None = None
    """Every field that the function may read; `None` if unknown."""
    why: str = ""
    """The reason why the function is not a template; empty if it is."""
    needs_whole_item: bool = False
    """True if the function depends on more than the fields that it reads. It can then only run on whole items."""


def learn(build: Callable[[Any], Any], codec: Codec[Any]) -> Analysis:
    """Analyze a key function. The result holds for every item of the schema."""
    found = [_Analyzer(build, member).analysis() for member in codec.members]
    return found[0] if len(found) == 1 else _united(found, codec)


class _Analyzer:
    """Analyzes a key function for the items of one class."""

    def __init__(self, build: Callable[[Any], Any], codec: RecordCodec[Any]) -> None:
        self.build = build
        self.samples = samples_of(codec)
        self.factory = StandInFactory.of(codec, self.samples.first and self.samples.first.item)
        self.choices = {name: self.samples.choices(info) for name, info in codec.fields.items()}

    def analysis(self) -> Analysis:
        """Return the result of the analysis."""
        runs: list[Run] = []
        for run in islice(self._runs(self.choices), _RUNS + 1):
            if why := self._unclear(run):
                return Analysis(why=why, needs_whole_item=not self._is_of_fields(self.choices))
            runs.append(run)
        reads = frozenset(name for run in runs for name in run.taken)
        known = reads if len(runs) <= _RUNS else None
        samples = [(self._answer(sample.item), sample.values) for sample in self.samples.of(sorted(reads))]
        if not all(answer == self._answer_for(values, reads) for answer, values in samples):
            return Analysis(why="it depends on more than the fields that it takes", needs_whole_item=True)
        shape = self._shape()
        if isinstance(shape, str):
            return Analysis(reads=known, why=shape)
        text, tokens = shape
        answers = [*((answer_of(run), run.chosen) for run in runs), *samples]
        try:
            found = self._template(text, tokens, answers)
        except DefinitionError as error:
            found = Analysis(why=str(error))
        return replace(found, reads=reads if found.template is not None and not found.gives_none else known)

    def _template(self, text: str, tokens: Sequence[Token], answers: Sequence[tuple[Answer, _Values]]) -> Analysis:
        """Return the template that gives the same answers as the function."""
        best = Analysis(why=f"for some items it does not give {text}")
        for sparse in (True, False):
            template = KeyTemplate.of(text, self.factory.fields, sparse=sparse)
            found = {compared(template, tokens, answer, values) for answer, values in answers}
            if found <= {SAME}:
                return Analysis(template)
            if found <= {SAME, FEWER} and best.template is None:
                best = Analysis(template, gives_none=True)
            if not template.sparse:  # no field of the template can be `None`
                break
        return best

    def _runs(self, choices: Mapping[str, Sequence[Any]]) -> Iterator[Run]:
        """Yield a run for each combination of choices that the function can distinguish."""
        waiting = deque([dict[str, Any]()])
        while waiting:
            run = Run(waiting.popleft(), choices)
            yield run.call(self.build, self.factory.item(run))
            # Fields with few values first, so that a field with many values does not use up all runs.
            waiting += sorted(run.alternatives, key=lambda chosen: len(choices[next(reversed(chosen))]))

    def _unclear(self, run: Run) -> str:
        """Return why a run gives no information, such as an operation that stand-ins do not support."""
        if run.why or run.error is None:
            return run.why or ("it changes a text that it has formatted" if answer_of(run) == CHANGED else "")
        unseen = " and ".join(repr(name) for name, value in run.chosen.items() if value is UNSEEN)
        if self.samples.first is None or not unseen:
            return "" if not unseen else _ended(run.error)
        values = {**self.samples.first.values, **{n: one for n, one in run.chosen.items() if one is not UNSEEN}}
        again = Run(values)
        again.call(self.build, self.factory.item(again))
        return f"it needs the value of {unseen} ({type(run.error).__name__})" if again.error is None else ""

    def _is_of_fields(self, names: Iterable[str]) -> bool:
        """Return True if the function gives the same answer for an item and for a stand-in with the same fields."""
        names = frozenset(names)
        found = [(self._answer(sample.item), sample.values) for sample in self.samples.of(sorted(names))]
        return all(answer == self._answer_for(values, names) for answer, values in found)

    def _answer_for(self, values: _Values, reads: frozenset[str]) -> Answer | None:
        """Return the answer for a stand-in with these values; `None` if the function reads other fields."""
        run = Run(dict(values))
        run.call(self.build, self.factory.item(run))
        return answer_of(run) if not run.why and run.taken.keys() <= reads else None

    def _answer(self, item: Any) -> Answer:
        return answer_of(Run({}).call(self.build, item))

    def _shape(self) -> tuple[str, Sequence[Token]] | str:
        """Return the text and tokens of the first key, or the reason why there is no template."""
        # A stand-in in place of a value shows the position of the field in the key.
        hidden = {name: of if of[0] is UNSEEN else [UNSEEN, *of] for name, of in self.choices.items()}
        error = _NEVER
        for run in islice(self._runs(hidden), _RUNS):
            answer = answer_of(run)
            if run.error is not None and not run.why:
                error = _ended(run.error)
            if not run.why and answer not in {NO_KEY, FAILED, REFUSED, CHANGED}:
                return self._text(answer, tokens_of(run) or [])
        return error

    def _text(self, answer: Answer, tokens: Sequence[Token]) -> tuple[str, Sequence[Token]] | str:
        for one in tokens:
            if isinstance(one, Piece) and one.spec is None:
                return f"it changes the text of {one.name!r}"
            if isinstance(one, Piece) and one.spec and self.factory.fields[one.name].kind.python is datetime:
                return f"it formats {one.name!r} in a time zone of its own, where a template has UTC"
        template = [(one.name, one.spec or "") if isinstance(one, Piece) else one for one in tokens]
        if answer.tag == "B" or (answer.tag == "N" and not template):
            return "its key is not text"
        match tokens:
            case [Piece(name, "")] if answer.tag == "N":
                template = [(name, NUMBER)]
            case [Piece(name, "")] if self.factory.fields[name].kind.python is str:
                template, tokens = [(name, REST)], [Piece(name, "", str)]
            case _:
                pass
        return template_text(template), tokens


def _ended(error: Exception) -> str:
    name = f": {error.name}" if isinstance(error, AttributeError) and error.name else ""
    return f"it ends with {type(error).__name__}{name}"


def _united(found: Sequence[Analysis], codec: Codec[Any]) -> Analysis:
    """Return the combined analysis for the classes of a union."""
    needs_whole_item = any(one.needs_whole_item for one in found)
    templates = [one.template for one in found if one.template is not None]
    texts = {str(one) for one in templates}
    keyless = [one for one in found if one.why == _NEVER]
    if len(texts) != 1 or len(templates) + len(keyless) < len(found):
        whys = [one.why for one in found if one.why] if len(texts) <= 1 else []
        why = whys[0] if whys else "it builds another key for each class"
        return Analysis(reads=_all_reads(found, codec), why=why, needs_whole_item=needs_whole_item)
    try:
        template = KeyTemplate.of(texts.pop(), codec.fields, sparse=any(one.sparse for one in templates))
    except DefinitionError as error:
        return Analysis(reads=_all_reads(found, codec), why=str(error), needs_whole_item=needs_whole_item)
    if keyless or any(one.gives_none for one in found):
        return Analysis(template, gives_none=True, reads=_all_reads(found, codec))
    return Analysis(template, reads=frozenset[str]().union(*(one.reads or () for one in found)))


def _all_reads(found: Sequence[Analysis], codec: Codec[Any]) -> frozenset[str] | None:
    """Return the fields that are read for any class, and the discriminator."""
    reads = {str(codec.discriminator)}
    for one in found:
        if one.reads is None:
            return None
        reads |= one.reads
    return frozenset(reads)
