"""What is known of an interrupted run."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from dynamo_document_builder.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

P = TypeVar("P")


class SideFile:
    """A file beside the file of a run, written whole or not at all."""

    def __init__(self, path: Path, what: str) -> None:
        self.path = path.with_name(f"{path.name}.{what}")

    def read(self, shape: type[P]) -> P | None:
        """Return what was kept, `None` if there was no run."""
        if not self.path.exists():
            return None
        try:
            return msgspec.convert(json.loads(self.path.read_bytes()), shape)
        except ValueError as error:  # msgspec's own is one
            raise UsageError(f"{self.path} is not what an interrupted run leaves: {error}") from error

    def keep(self, progress: Any) -> None:
        """Keep what is needed to go on."""
        new = self.path.with_name(f"{self.path.name}.new")
        new.write_text(json.dumps(progress))
        os.replace(new, self.path)  # noqa: PTH105  Path.replace says no more

    def forget(self) -> None:
        """The run is over."""
        self.path.unlink(missing_ok=True)
