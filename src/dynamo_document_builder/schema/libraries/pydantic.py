"""The adapter of pydantic models and pydantic dataclasses."""

from __future__ import annotations

import dataclasses
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any, Final, cast

import pydantic
from pydantic import TypeAdapter, ValidationError

from dynamo_document_builder.errors import DefinitionError
from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.libraries.base import NOTHING, UNCHECKED, Adapter, Field
from dynamo_document_builder.schema.libraries.pydantic_errors import failure_of
from dynamo_document_builder.schema.libraries.pydantic_types import (
    JSON,
    by_value,
    check_plain,
    codec_or_type,
    without_json,
)
from dynamo_document_builder.schema.libraries.unknown_value import UNKNOWN, NeedsOtherFieldsError

if TYPE_CHECKING:
    from collections.abc import Mapping

_FROZEN: Final = frozenset({"frozen_field", "frozen_instance"})


class PydanticAdapter(Adapter):
    """One pydantic model or pydantic dataclass."""

    runs_user_code = True

    def __init__(self, cls: Any) -> None:
        super().__init__(cls)
        self._is_model = issubclass(cls, pydantic.BaseModel)
        self._check_complete()
        self._config: Mapping[str, Any] = (
            getattr(cls, "model_config", None) or getattr(cls, "__pydantic_config__", None) or {}
        )
        self._infos: Mapping[str, Any] = cls.__pydantic_fields__
        self._deprecated = {name for name, one in self._infos.items() if self._is_model and one.deprecated is not None}
        # For a dataclass, pydantic lists InitVars among the fields.
        members = {} if self._is_model else {one.name: one for one in dataclasses.fields(cls)}
        names = self._infos if self._is_model else members
        later = {name for name, one in members.items() if not one.init}
        metadata = {name: one.metadata for name, one in members.items()}
        self.fields = tuple(self._field(name, metadata.get(name, NOTHING), init=name not in later) for name in names)
        self._check_callable(names)
        self.keeps_extras = self._is_model and self._config.get("extra") == "allow"
        self._validator: Any = TypeAdapter(cls).validator
        self._has_rules = self._is_model and bool(cls.__pydantic_decorators__.model_validators)

    def _check_complete(self) -> None:
        cls = self.cls
        if getattr(cls, "__pydantic_complete__", True):
            return
        if not self._is_model or not cls.model_rebuild(raise_errors=False):
            raise DefinitionError(
                f"schema {self.title!r}: its annotations use a name that is not defined yet; define the name first, or "
                "call model_rebuild()"
            )

    def _check_callable(self, names: Any) -> None:
        by_name = self._config.get("validate_by_name") or self._config.get("populate_by_name")
        aliased = any(info.validation_alias is not None for info in self._infos.values())
        if self._is_model and self.cls.__init__ is not pydantic.BaseModel.__init__ and aliased and not by_name:
            raise DefinitionError(
                f"schema {self.title!r}: its __init__ takes aliases, but stored items are read by field name: set "
                "validate_by_name=True in model_config"
            )
        for name, info in self._infos.items():
            if name not in names and info.is_required():
                raise DefinitionError(
                    f"schema {self.title!r}: {name!r} is an InitVar without a default, which is not stored, so no "
                    "stored item could be read"
                )

    def _field(self, name: str, metadata: Mapping[Any, Any], *, init: bool) -> Field:
        info = self._infos[name]
        place, annotation = f"schema {self.title!r}, field {name!r}", info.annotation
        marks = marks_of(Annotated[(annotation, *info.metadata)] if info.metadata else annotation, metadata)
        if "codec" not in marks:
            check_plain(annotation, info.metadata, place)
        if self._config.get("use_enum_values"):
            annotation = by_value(annotation)
            validated = info.validate_default or self._config.get("validate_default")
            if isinstance(info.default, Enum) and not validated:
                raise DefinitionError(
                    f"{place}: use_enum_values does not convert the default, so it would be read back as another "
                    "value: set validate_default=True"
                )
        if annotation is pydantic.JsonValue:
            marks = {"codec": JSON, **marks}
        return Field(
            name=name,
            annotation=without_json(annotation),
            marks=marks,
            argument=name,
            has_default=not info.is_required() or not init,
            init=init,
            repr=info.repr,
        )

    def value(self, item: Any, name: str) -> Any:
        # Not getattr: a model raises an error of pydantic for a field that was never set.
        if self._is_model and name in item.__dict__:
            return item.__dict__[name]
        return super().value(item, name)

    def access_code(self, field: Field, unset: str) -> str:
        return f"o.__dict__[{field.name!r}]" if field.name in self._deprecated else super().access_code(field, unset)

    def extras(self, item: Any, /) -> Mapping[str, Any]:
        return (item.__pydantic_extra__ or NOTHING) if self.keeps_extras else NOTHING

    def make(self, arguments: dict[str, Any], /) -> Any:
        # By name, so that aliases are ignored, also in nested models.
        made = self._validator.validate_python(arguments, by_name=True, by_alias=False)
        if not isinstance(made, self.cls):  # a model validator may return any object
            found = "another object" if made is not None else "None: a validator must return the object"
            raise MisfitError([FieldFailure("", f"validators that return a {self.title}", f"one that returns {found}")])
        return made

    def make_trusted(self, arguments: dict[str, Any], /) -> Any:
        complete = all(field.argument in arguments for field in self.fields if field.init)
        if not self._is_model or not complete:  # a default factory may use other fields
            return self.make(arguments)
        return self.cls.model_construct(**arguments)

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        made = self._blank()
        for name, value in values.items():
            if name in self._deprecated:  # setting it fails, and reading it warns
                made.__dict__[name] = value
            else:
                object.__setattr__(made, name, value)
        return made

    def _blank(self) -> Any:
        made = self.cls.__new__(self.cls)
        if self._is_model:
            object.__setattr__(made, "__pydantic_fields_set__", set[str]())
            object.__setattr__(made, "__pydantic_extra__", None)
            object.__setattr__(made, "__pydantic_private__", None)
        return made

    def validated(self, name: str, value: Any, /) -> Any:
        blank = self.make_bare({field.name: UNKNOWN for field in self.fields})
        try:
            self._validator.validate_assignment(blank, name, value)
            return self.value(blank, name)
        except NeedsOtherFieldsError:
            return UNCHECKED
        except ValidationError as error:
            errors: list[Any] = error.errors(include_input=False, include_url=False, include_context=False)
            if any(one["type"] in _FROZEN for one in errors):
                return self._validated_alone(name, value)
            if any(one["loc"][:1] == (name,) for one in errors):
                raise
            return UNCHECKED
        except Exception:
            if self._has_rules:  # a rule between fields may raise anything without the other fields
                return UNCHECKED
            raise

    def _validated_alone(self, name: str, value: Any) -> Any:
        """Validate the value of a frozen field on its own; errors for other fields do not count."""
        try:
            return self.value(self._validator.validate_python({name: value}, by_name=True, by_alias=False), name)
        except ValidationError as error:
            errors: list[Any] = error.errors(include_input=False, include_url=False, include_context=False)
            if any(one["loc"][:1] == (name,) for one in errors):
                raise
            return UNCHECKED

    def failures(self, error: Exception, /) -> list[FieldFailure]:
        if isinstance(error, MisfitError):
            return list(error.failures)
        if not isinstance(error, ValidationError):
            return []
        return [failure_of(cast("Any", one)) for one in error.errors(include_url=False, include_context=False)]

    def library_type(self, annotation: Any, /) -> Any:
        return codec_or_type(annotation)

    def validates_default(self, name: str, /) -> bool:
        validates = self._infos[name].validate_default
        return bool(self._config.get("validate_default") if validates is None else validates)

    def constant_defaults(self) -> Mapping[str, Any]:
        return {
            name: info.default
            for name, info in self._infos.items()
            if not info.is_required() and info.default_factory is None
        }
