"""The links from errors to the documentation, which each error has as a note."""

from __future__ import annotations

from typing import Final

SITE: Final = "https://dynamo-document-builder.readthedocs.io/"
"""The address of the documentation."""

LOOKUP_PAGE: Final = f"{SITE}en/latest/errors/look-up-an-error/"
"""The page with a table of error classes and codes. The anchor of a row is the name of the class or code."""

CODES_WITH_A_ROW: Final = frozenset(
    {
        "AccessDeniedException",
        "ExpiredTokenException",
        "IncompleteSignatureException",
        "InternalServerError",
        "InvalidSignatureException",
        "ItemCollectionSizeLimitExceededException",
        "LimitExceededException",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "ResourceInUseException",
        "SerializationException",
        "ServiceUnavailable",
        "UnrecognizedClientException",
        "ValidationException",
    }
)
"""The codes without an error class of their own. A `ServiceError` with such a code links to the row of the code."""


def note(row: str) -> str:
    """Return the note for an error whose row is *row*."""
    return f"For what was written and what to do, see {LOOKUP_PAGE}#{row}"
