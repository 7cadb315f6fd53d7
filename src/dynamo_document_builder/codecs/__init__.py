"""
Ready-made codecs for the formats in which existing tables store datetimes, dates and numbers.

Pass a codec to `stored(codec=...)`. A codec refuses a value that its format cannot store. If the stored form does not
sort like the values, ordering comparisons are refused.

Example:
    >>> from dynamo_document_builder import codecs
    >>> created_at: datetime = field(metadata=stored(codec=codecs.iso("milliseconds")))

"""

from dynamo_document_builder.codecs.dates import date_format
from dynamo_document_builder.codecs.datetimes import epoch_milliseconds, iso, naive
from dynamo_document_builder.codecs.numbers import number_text

__all__ = ["date_format", "epoch_milliseconds", "iso", "naive", "number_text"]
