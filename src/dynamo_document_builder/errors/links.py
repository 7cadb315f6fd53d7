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

_LIBRARY: Final = f"{__name__.partition('.')[0]}."


def note(error_class: type[BaseException], code: str = "") -> str:
    """Return the note for an error of this class; *code* is DynamoDB's, for a class that stands for many."""
    row = code if code in CODES_WITH_A_ROW else _name(error_class)
    return f"For what was written and what to do, see {LOOKUP_PAGE}#{row}"


def _name(error_class: type[BaseException]) -> str:
    """Return the name of a class of the library; a subclass that a caller wrote has the row of what it extends."""
    return next(cls.__name__ for cls in error_class.__mro__ if cls.__module__.startswith(_LIBRARY))
