"""The adapter of attrs classes."""

from __future__ import annotations

import inspect
import typing
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import attrs

from dynamo_document_builder.errors.findings import FieldFailure
from dynamo_document_builder.schema.annotations.hints import hints_of
from dynamo_document_builder.schema.failures import MisfitError
from dynamo_document_builder.schema.fields.marks import marks_of
from dynamo_document_builder.schema.libraries.attrs_construction import (
    CACHED_HASH,
    AttrsConstructor,
    caches_hash,
    is_factory,
    is_own_init,
)
from dynamo_document_builder.schema.libraries.base import (
    UNCHECKED,
    Adapter,
    Field,
    check_callable,
    check_decorated,
)
from dynamo_document_builder.schema.libraries.unknown_value import UNKNOWN, NeedsOtherFieldsError
from dynamo_document_builder.schema.type_guards import is_dict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dynamo_document_builder.schema.round_trip.element_path import ContainerStep, ElementPath

_HOOKS = ("__attrs_pre_init__", "__attrs_post_init__")


class AttrsAdapter(Adapter):
    """One attrs class."""

    def __init__(self, cls: Any) -> None:
        super().__init__(typing.get_origin(cls) or cls)
        check_decorated(self.cls, "__attrs_attrs__", "attrs")
        self.attributes: dict[str, Any] = {one.name: one for one in attrs.fields(self.cls)}
        hints = hints_of(cls, {one.name: one.type for one in self.attributes.values()})
        self.fields = tuple(_field(one, hints.get(one.name, Any)) for one in self.attributes.values())
        self._init = "__attrs_init__" in vars(self.cls)
        if not self._init:
            check_callable(self.cls, self.fields)
        self._with_converters = any(one.converter is not None for one in self.attributes.values())
        self.has_validators = any(one.validator is not None for one in self.attributes.values())
        self.runs_user_code = self.has_validators or self._with_converters or self._runs_code

    @cached_property
    def _runs_code(self) -> bool:
        cls = self.cls
        return (
            any(hasattr(cls, hook) for hook in _HOOKS)
            or is_own_init(cls)
            or type(cls).__call__ is not type.__call__
            or cls.__new__ is not object.__new__
            or not (cls.__setattr__ is object.__setattr__ or AttrsConstructor(cls, self.attributes).is_frozen)
        )

    def make(self, arguments: dict[str, Any], /) -> Any:
        if not self._init:
            return self.cls(**arguments)
        made = object.__new__(self.cls)
        made.__attrs_init__(**arguments)
        return made

    def make_trusted(self, arguments: dict[str, Any], /) -> Any:
        if not self.has_validators:
            return self.make(arguments)
        made = object.__new__(self.cls)
        if hasattr(made, _HOOKS[0]):
            takes = inspect.signature(
                made.__attrs_pre_init__
            ).parameters  # either none, or the parameters of `__init__`
            made.__attrs_pre_init__(**(arguments if takes else {}))
        for name, one in self.attributes.items():
            if one.init and one.alias in arguments:
                value = arguments[one.alias]
            elif one.default is not attrs.NOTHING:
                value = _default(one, made)
            else:
                continue
            object.__setattr__(made, name, _converted(one, made, value))
        self._reset_cached_hash(made)
        if hasattr(made, _HOOKS[1]):
            getattr(made, _HOOKS[1])()
        return made

    def make_bare(self, values: Mapping[str, Any], /) -> Any:
        made = super().make_bare(values)
        self._reset_cached_hash(made)
        return made

    def _reset_cached_hash(self, made: Any) -> None:
        if caches_hash(self.cls):
            object.__setattr__(made, CACHED_HASH, None)

    def restore(self, item: Any, name: str, value: Any, /) -> None:
        one = self.attributes[name]
        if one.validator is not None and not attrs.validators.get_disabled():
            one.validator(item, one, value)
        object.__setattr__(item, name, value)

    def validated(self, name: str, value: Any, /) -> Any:
        one = self.attributes[name]
        try:
            made = _converted(one, UNKNOWN, value)
            if one.validator is not None and not attrs.validators.get_disabled():
                one.validator(UNKNOWN, one, made)
        except NeedsOtherFieldsError:
            return UNCHECKED
        return made

    def validated_element(self, name: str, value: Any, part: ElementPath, /) -> Any:
        one = self.attributes[name]
        try:
            made = _converted(one, UNKNOWN, value)
        except Exception:  # noqa: BLE001  the converter may need the stored elements
            return UNCHECKED
        if one.validator is not None and not attrs.validators.get_disabled():
            self._check_elements(one, one.validator, made, part.steps)
        return made

    def _check_elements(self, one: Any, validator: Any, value: Any, steps: tuple[ContainerStep, ...]) -> None:
        """Run the validators of elements, and of the maximum length of a container, and no other validators."""
        if not steps or (not steps[0].token and hasattr(validator, "max_length")):
            self._run(one, validator, value)
        for inner in _inner_validators(validator) if steps else ():
            self._check_elements(one, inner, value, steps)
        if not steps or not hasattr(value, "__iter__"):
            return
        of_whole, of_keys, of_elements = _container_validators(validator)
        if of_whole is not None and not steps[0].token:
            self._check_elements(one, of_whole, value, steps)
        for key in value if of_keys is not None else ():
            self._run(one, of_keys, key)
        for element in _elements(value) if of_elements is not None else ():
            self._check_elements(one, of_elements, element, steps[1:])

    def _run(self, one: Any, validator: Any, value: Any) -> None:
        try:
            validator(UNKNOWN, one, value)
        except NeedsOtherFieldsError:
            return
        except Exception as error:
            found = f"one it refuses with {type(error).__name__}"
            raise MisfitError([FieldFailure("", "a value its validator takes", found)]) from error

    def refused_fields(self, item: Any, /) -> Iterator[tuple[str, Exception]]:
        for name, one in self.attributes.items():
            if one.validator is not None:
                try:
                    one.validator(item, one, getattr(item, name))
                except Exception as error:  # noqa: BLE001  a validator may raise anything to refuse
                    yield name, error

    def constant_defaults(self) -> Mapping[str, Any]:
        defaults = {name: one.default for name, one in self.attributes.items() if one.default is not attrs.NOTHING}
        return {name: default for name, default in defaults.items() if not is_factory(default)}

    def fast_constructor(self) -> AttrsConstructor | None:
        constructor = AttrsConstructor(self.cls, self.attributes)
        return constructor if constructor.only_assigns else None


def _field(one: Any, annotation: Any) -> Field:
    return Field(
        name=one.name,
        annotation=annotation,
        marks=marks_of(annotation, one.metadata),
        argument=one.alias,
        has_default=one.default is not attrs.NOTHING or not one.init,
        init=one.init,
        # repr= may be a function: then the field is shown.
        repr=bool(one.repr),
    )


def _default(one: Any, instance: object) -> Any:
    if not is_factory(one.default):
        return one.default
    return one.default.factory(instance) if one.default.takes_self else one.default.factory()


_VALIDATORS: Final[Any] = attrs.validators
_AND: Final[type[Any]] = _VALIDATORS.and_().__class__
_OPTIONAL: Final[type[Any]] = _VALIDATORS.optional(_VALIDATORS.instance_of(int)).__class__


def _inner_validators(validator: Any) -> tuple[Any, ...]:
    """Return the validators inside `and_` or `optional`, which validate the same value."""
    if isinstance(validator, _AND):
        return tuple(getattr(validator, "_validators", ()))
    return (getattr(validator, "validator", None),) if isinstance(validator, _OPTIONAL) else ()


def _container_validators(validator: Any) -> tuple[Any, Any, Any]:
    """Return the validators of a container, its keys and its elements, from `deep_iterable` or `deep_mapping`."""
    if hasattr(validator, "mapping_validator"):
        return validator.mapping_validator, validator.key_validator, validator.value_validator
    return getattr(validator, "iterable_validator", None), None, getattr(validator, "member_validator", None)


def _elements(value: Any) -> Iterator[Any]:
    return iter(value.values() if is_dict(value) else value)


def _converted(one: Any, instance: Any, value: Any) -> Any:
    converter = one.converter
    if converter is None:
        return value
    takes_three = isinstance(converter, getattr(attrs, "Converter", ()))  # attrs 24.1 and newer
    return converter(value, instance, one) if takes_three else converter(value)
