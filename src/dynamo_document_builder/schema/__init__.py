"""From attrs classes to DynamoDB JSON and back: the declared type of a field decides, never the value."""

from dynamo_document_builder.schema.codec import Codec, codec_of
from dynamo_document_builder.schema.kinds.base import FieldInfo, Kind
from dynamo_document_builder.schema.kinds.times import datetime_text
from dynamo_document_builder.schema.metadata import FieldCodec, register_codec, stored
from dynamo_document_builder.schema.misfit import MisfitError, inside

__all__ = [
    "Codec",
    "FieldCodec",
    "FieldInfo",
    "Kind",
    "MisfitError",
    "codec_of",
    "datetime_text",
    "inside",
    "register_codec",
    "stored",
]
