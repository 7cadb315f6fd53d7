"""
Learning of a function that builds keys: whether it is a template.

It runs on stand-ins, once for each combination of the values that `is` can tell. What stand-ins do not see is found by
comparing it with its template on sample items. Its code is never read.
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
from dynamo_document_builder.model.keys.learning.item_stand_ins import Subject
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
"""How many runs are made at most; those with few unusual values come first."""
_NEVER: Final = "it never gives a key"


class Learnt(Struct, frozen=True):
    """What is known of a builder."""

    template: KeyTemplate | None = None
    """What it builds, where it builds a key."""
    gives_none: bool = False
    """It gives no key for some items of which the template builds one: the builder itself is asked."""
    reads: frozenset[str] | None = None
    """Every field that it may take of an item; `None`: not known."""
    why: str = ""
    """Why it is not a template; empty if it is."""
    is_whole: bool = False
    """It depends on more than the fields that it takes, so that it tells nothing where only some of them are known."""


def learn(build: Callable[[Any], Any], codec: Codec[Any]) -> Learnt:
    """Find out what a builder of keys is, as far as that holds for every item of a schema."""
    found = [_Learning(build, member).learnt() for member in codec.members]
    return found[0] if len(found) == 1 else _united(found, codec)


class _Learning:
    """Learns what a builder does with the items of one class."""

    def __init__(self, build: Callable[[Any], Any], codec: RecordCodec[Any]) -> None:
        self.build = build
        self.samples = samples_of(codec)
        self.subject = Subject.of(codec, self.samples.first and self.samples.first.item)
        self.choices = {name: self.samples.choices(info) for name, info in codec.fields.items()}

    def learnt(self) -> Learnt:
        runs: list[Run] = []
        for run in islice(self._runs(self.choices), _RUNS + 1):
            if why := self._unclear(run):
                return Learnt(why=why, is_whole=not self._is_of_fields(self.choices))
            runs.append(run)
        reads = frozenset(name for run in runs for name in run.taken)
        known = reads if len(runs) <= _RUNS else None
        samples = [(self._answer(sample.item), sample.values) for sample in self.samples.of(sorted(reads))]
        if not all(answer == self._answer_for(values, reads) for answer, values in samples):
            return Learnt(why="it depends on more than the fields that it takes", is_whole=True)
        shape = self._shape()
        if isinstance(shape, str):
            return Learnt(reads=known, why=shape)
        text, tokens = shape
        answers = [*((answer_of(run), run.chosen) for run in runs), *samples]
        try:
            found = self._template(text, tokens, answers)
        except DefinitionError as error:
            found = Learnt(why=str(error))
        return replace(found, reads=reads if found.template is not None and not found.gives_none else known)

    def _template(self, text: str, tokens: Sequence[Token], answers: Sequence[tuple[Answer, _Values]]) -> Learnt:
        """Return the template that gives what the builder gave."""
        best = Learnt(why=f"for some items it does not give {text}")
        for sparse in (True, False):
            template = KeyTemplate.of(text, self.subject.fields, sparse=sparse)
            found = {compared(template, tokens, answer, values) for answer, values in answers}
            if found <= {SAME}:
                return Learnt(template)
            if found <= {SAME, FEWER} and best.template is None:
                best = Learnt(template, gives_none=True)
            if not template.sparse:  # no field of it can be `None`
                break
        return best

    def _runs(self, choices: Mapping[str, Sequence[Any]]) -> Iterator[Run]:
        """Yield a run for each combination of choices that the builder can tell."""
        waiting = deque([dict[str, Any]()])
        while waiting:
            run = Run(waiting.popleft(), choices)
            yield run.call(self.build, self.subject.item(run))
            # Fields of few values first, lest one of many takes all runs.
            waiting += sorted(run.others, key=lambda chosen: len(choices[next(reversed(chosen))]))

    def _unclear(self, run: Run) -> str:
        """Say why a run tells nothing: it asked a stand-in for what it does not have, or code that is not ours did."""
        if run.why or run.error is None:
            return run.why or ("it changes a text that it has formatted" if answer_of(run) == CHANGED else "")
        unseen = " and ".join(repr(name) for name, value in run.chosen.items() if value is UNSEEN)
        if self.samples.first is None or not unseen:
            return "" if not unseen else _ended(run.error)
        values = {**self.samples.first.values, **{n: one for n, one in run.chosen.items() if one is not UNSEEN}}
        again = Run(values)
        again.call(self.build, self.subject.item(again))
        return f"it needs the value of {unseen} ({type(run.error).__name__})" if again.error is None else ""

    def _is_of_fields(self, names: Iterable[str]) -> bool:
        """Tell whether the builder gives the same for an item and for nothing but its fields."""
        names = frozenset(names)
        found = [(self._answer(sample.item), sample.values) for sample in self.samples.of(sorted(names))]
        return all(answer == self._answer_for(values, names) for answer, values in found)

    def _answer_for(self, values: _Values, reads: frozenset[str]) -> Answer | None:
        """Return what a builder gives for nothing but some fields of an item; `None` if it takes others."""
        run = Run(dict(values))
        run.call(self.build, self.subject.item(run))
        return answer_of(run) if not run.why and run.taken.keys() <= reads else None

    def _answer(self, item: Any) -> Answer:
        return answer_of(Run({}).call(self.build, item))

    def _shape(self) -> tuple[str, Sequence[Token]] | str:
        """Return the template of the first key, and what the builder makes that key of; or say why there is none."""
        # A stand-in for what was tried itself shows where in the key it goes.
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
            if isinstance(one, Piece) and one.spec and self.subject.fields[one.name].kind.python is datetime:
                return f"it formats {one.name!r} in a time zone of its own, where a template has UTC"
        said = [(one.name, one.spec or "") if isinstance(one, Piece) else one for one in tokens]
        if answer.tag == "B" or (answer.tag == "N" and not said):
            return "its key is not text"
        match tokens:
            case [Piece(name, "")] if answer.tag == "N":
                said = [(name, NUMBER)]
            case [Piece(name, "")] if self.subject.fields[name].kind.python is str:
                said, tokens = [(name, REST)], [Piece(name, "", str)]
            case _:
                pass
        return template_text(said), tokens


def _ended(error: Exception) -> str:
    name = f": {error.name}" if isinstance(error, AttributeError) and error.name else ""
    return f"it ends with {type(error).__name__}{name}"


def _united(found: Sequence[Learnt], codec: Codec[Any]) -> Learnt:
    """Return what is known of a builder for items of several classes."""
    is_whole = any(one.is_whole for one in found)
    templates = [one.template for one in found if one.template is not None]
    texts = {str(one) for one in templates}
    keyless = [one for one in found if one.why == _NEVER]
    if len(texts) != 1 or len(templates) + len(keyless) < len(found):
        whys = [one.why for one in found if one.why] if len(texts) <= 1 else []
        why = whys[0] if whys else "it builds another key for each class"
        return Learnt(reads=_all_reads(found, codec), why=why, is_whole=is_whole)
    try:
        template = KeyTemplate.of(texts.pop(), codec.fields, sparse=any(one.sparse for one in templates))
    except DefinitionError as error:
        return Learnt(reads=_all_reads(found, codec), why=str(error), is_whole=is_whole)
    if keyless or any(one.gives_none for one in found):
        return Learnt(template, gives_none=True, reads=_all_reads(found, codec))
    return Learnt(template, reads=frozenset[str]().union(*(one.reads or () for one in found)))


def _all_reads(found: Sequence[Learnt], codec: Codec[Any]) -> frozenset[str] | None:
    """Return the fields that are read in any class, and the tag, which tells the class."""
    reads = {str(codec.discriminator)}
    for one in found:
        if one.reads is None:
            return None
        reads |= one.reads
    return frozenset(reads)
