"""Where the documentation says what to do about an error: the address that each error carries as a note."""

from __future__ import annotations

from typing import Final

SITE: Final = "https://dynamo-document-builder.readthedocs.io/"
"""The address of the documentation."""

LOOKUP_PAGE: Final = f"{SITE}en/latest/errors/look-up-an-error/"
"""The page with a row for each class and each code; the name of the row is its anchor."""

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
"""The codes that have no class, so that the class says less than the code."""


def note(row: str) -> str:
    """Return the note of an error that has this row."""
    return f"For what was written and what to do, see {LOOKUP_PAGE}#{row}"
