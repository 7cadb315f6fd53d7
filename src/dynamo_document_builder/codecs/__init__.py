"""
Ready codecs for the forms in which existing tables hold moments, dates and numbers.

Give one to a field by `stored(codec=...)`. A codec refuses what its form cannot hold, and says whether the form sorts
as the values do: where it does not, conditions compare for equality only.

Example:
    >>> from dynamo_document_builder import codecs
    >>> created_at: datetime = field(metadata=stored(codec=codecs.iso("milliseconds")))

"""

from dynamo_document_builder.codecs.dates import date_format
from dynamo_document_builder.codecs.datetimes import epoch_milliseconds, iso, naive
from dynamo_document_builder.codecs.numbers import number_text

__all__ = ["date_format", "epoch_milliseconds", "iso", "naive", "number_text"]
