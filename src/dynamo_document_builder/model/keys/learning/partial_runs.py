"""Calling a key function when only some fields of an item are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dynamo_document_builder.errors import UsageError
from dynamo_document_builder.model.keys.known_fields import MissingFieldError, UnknownFieldError, check_known
from dynamo_document_builder.model.keys.learning.item_stand_ins import StandInFactory
from dynamo_document_builder.model.keys.learning.runs import ABSENT, Run
from dynamo_document_builder.model.keys.learning.samples import samples_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dynamo_document_builder.schema.items.item_codec import RecordCodec
    from dynamo_document_builder.schema.items.registry import Codec


class PartialRun(Run):
    """A run with the known fields of an item."""

    def __init__(self, codec: RecordCodec[Any], values: Mapping[str, Any]) -> None:
        super().__init__({})
        self._fields = codec.fields
        self._values = values
        self._nothing = ABSENT if codec.item_class is dict else UNSET
        self.lacking: MissingFieldError | None = None
        """The error for the first unknown field that the function read, even if the function caught the error."""

    def choose(self, name: str) -> Any:
        try:
            check_known(self._values, name)
        except MissingFieldError as error:
            self.lacking = self.lacking or error
            raise
        value = self._values[name]
        return self._nothing if value is None and self._fields[name].missing else value


def run_partly(build: Callable[[Any], Any], codec: Codec[Any], values: Mapping[str, Any]) -> tuple[Any, frozenset[str]]:
    """
    Return the result of a key function for known fields, and the fields that the function read.

    If the class of a union is unknown, the function must return the same key for all classes.

    Raises:
        MissingFieldError: The function reads a field that is not known.
        UsageError: The function uses the item as a whole.
        Exception: Any exception of the function.

    """
    found = [_of_class(build, member, values) for member in codec.codec_for(values).members]
    key, read = found[0]
    if any((type(other), other) != (type(key), key) for other, _ in found):
        tag = str(codec.discriminator)
        raise UnknownFieldError(tag) if tag in values else MissingFieldError(tag)
    return key, read.union(*(reads for _, reads in found))


def _of_class(
    build: Callable[[Any], Any], codec: RecordCodec[Any], values: Mapping[str, Any]
) -> tuple[Any, frozenset[str]]:
    sample = samples_of(codec).first
    run = PartialRun(codec, values)
    run.call(build, StandInFactory.of(codec, sample and sample.item).item(run))
    if run.lacking is not None:
        raise run.lacking
    if run.why:
        raise UsageError(f"{run.why}, of which only some fields are known")
    if run.error is not None:
        raise run.error
    return run.result, frozenset(run.taken)
