"""What tables and databases do with reads of pages over several entities."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

from dynamo_document_builder.facade.sendable import starts_of

if TYPE_CHECKING:
    from dynamo_document_builder.facade.async_pages import AsyncPages
    from dynamo_document_builder.facade.pages import Pages
    from dynamo_document_builder.model.commands.protocols import PagedTableCommand

R = TypeVar("R")


class Paginating:
    """What reads a `Query` or a `Scan` over several entities page by page."""

    __slots__ = ()

    def paginate(self, command: PagedTableCommand[R], *, at_once: int | None = None) -> Pages[R]:
        """
        Return the pages of a `Query` or a `Scan` over several entities, each requested when it is asked for.

        `max_items` and `max_requests` count over all pages, `timeout` is for each. A scan with `total_segments` and no
        `segment` reads all segments, by default 8 of them *at_once* in threads.

        Raises:
            UsageError: the command is not over several entities, or cannot be sent.

        """
        from dynamo_document_builder.facade.pages import pages_of  # noqa: PLC0415  no start-up pays for it

        return pages_of(starts_of(command, "table", "paginate", at_once), cast("Any", self).send, at_once)

    def apaginate(self, command: PagedTableCommand[R], *, at_once: int | None = None) -> AsyncPages[R]:
        """Do what `paginate` does for `async for`, with tasks instead of threads."""
        from dynamo_document_builder.facade.async_pages import apages_of  # noqa: PLC0415  no start-up pays for it

        return apages_of(starts_of(command, "table", "apaginate", at_once), cast("Any", self).asend, at_once)
