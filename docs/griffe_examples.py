"""Show the `Example:` of a docstring as code: griffe reads what follows `Examples:` so, and any other word as prose."""

from typing import Any

import griffe


class ExamplesAsCode(griffe.Extension):
    """Gives griffe the word that it knows."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Change one docstring, before it is parsed."""
        if obj.docstring is not None:
            obj.docstring.value = obj.docstring.value.replace(
                "\nExample:\n", "\nExamples:\n"
            )
