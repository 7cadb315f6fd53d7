"""Names that do not exist, which both type checkers refuse although names are loaded when they are asked for."""

from __future__ import annotations

import dynamo_document_builder
from dynamo_document_builder import errors

dynamo_document_builder.Putt  # type: ignore[attr-defined]
errors.CancelationReason  # type: ignore[attr-defined]
