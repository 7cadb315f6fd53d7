"""The adapter of dataclasses of the standard library."""

from __future__ import annotations

import dataclasses
import typing
from typing import TYPE_CHECKING, Any, Final

from dynamo_document_builder.schema.annotations.hints import hints_of
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.libraries.base import Adapter, Field, check_callable, check_decorated

if TYPE_CHECKING:
    from collections.abc import Mapping

_GENERATED: Final = "<string>"
"""The file name of methods that `dataclasses` generates."""


class DataclassAdapter(Adapter):
    """One dataclass."""

    def __init__(self, cls: Any) -> None:
        super().__init__(typing.get_origin(cls) or cls)
        check_decorated(self.cls, "__dataclass_fields__", "dataclass")
        hints = hints_of(cls)
        self._infos = dataclasses.fields(self.cls)
        self.fields = tuple(_field(one, hints.get(one.name, Any)) for one in self._infos)
        check_callable(self.cls, self.fields)
        self.runs_user_code = _runs_code(self.cls)

    def constant_defaults(self) -> Mapping[str, Any]:
        return {one.name: one.default for one in self._infos if one.default is not dataclasses.MISSING}


def _field(one: dataclasses.Field[Any], annotation: Any) -> Field:
    missing = dataclasses.MISSING
    return Field(
        name=one.name,
        annotation=annotation,
        marks=marks_of(annotation, one.metadata),
        argument=one.name,
        has_default=one.default is not missing or one.default_factory is not missing or not one.init,
        init=one.init,
        repr=one.repr,
    )


def _runs_code(cls: Any) -> bool:
    """Return True if making an object does more than assign its fields."""
    code = getattr(cls.__init__, "__code__", None)
    is_frozen = cls.__dataclass_params__.frozen
    return (
        getattr(code, "co_filename", "") != _GENERATED
        or hasattr(cls, "__post_init__")
        or type(cls).__call__ is not type.__call__
        or cls.__new__ is not object.__new__
        or not (is_frozen or cls.__setattr__ is object.__setattr__)
    )
