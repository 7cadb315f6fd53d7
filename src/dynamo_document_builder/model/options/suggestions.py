"""Suggestions for unknown options, by their names in other libraries or by their spelling."""

from __future__ import annotations

from difflib import get_close_matches
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SUGGESTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    # Queries and scans.
    "limit": ("page_size", "max_items"),
    "pagelimit": ("page_size",),
    "batchsize": ("page_size",),
    "count": ("max_items",),
    "maxresults": ("max_items",),
    "exclusivestartkey": ("start",),
    "lastevaluatedkey": ("start",),
    "startkey": ("start",),
    "cursor": ("start",),
    "nexttoken": ("start",),
    "scanindexforward": ("reverse",),
    "ascending": ("reverse",),
    "descending": ("reverse",),
    "order": ("reverse",),
    "sort": ("reverse",),
    "keyconditionexpression": ("key", "sort_key_condition"),
    "keycondition": ("key", "sort_key_condition"),
    "rangekeycondition": ("sort_key_condition",),
    "rangekey": ("sort_key", "sort_key_condition", "key"),
    "sortkey": ("sort_key_condition", "key"),
    "hashkey": ("partition_key", "key"),
    "partitionkey": ("key",),
    "filterexpression": ("filter",),
    "filtercondition": ("filter",),
    "where": ("filter", "condition"),
    "indexname": ("index", "index_name"),
    "index": ("index_name",),
    "select": ("projection",),
    "condition": ("filter",),
    "segments": ("total_segments", "segment"),
    # Reads.
    "consistentread": ("consistent",),
    "stronglyconsistent": ("consistent",),
    "projectionexpression": ("projection",),
    "attributestoget": ("projection",),
    "attributes": ("projection", "updates"),
    "fields": ("projection", "updates"),
    "key": ("keys", "item"),
    "keys": ("key", "gets"),
    # Writes.
    "conditionexpression": ("condition",),
    "conditions": ("condition",),
    "conditioncheck": ("condition",),
    "ifnotexists": ("condition",),
    "ifabsent": ("condition",),
    "overwrite": ("condition",),
    "updateexpression": ("updates",),
    "actions": ("updates",),
    "changes": ("updates",),
    "set": ("updates",),
    "data": ("item", "items", "updates"),
    "document": ("item",),
    "model": ("item", "schema"),
    "item": ("items", "key"),
    "items": ("item", "writes", "keys"),
    "puts": ("items", "writes"),
    "transactitems": ("writes", "transactions", "keys", "gets"),
    "operations": ("writes", "transactions", "keys", "gets"),
    "requests": ("writes", "transactions", "keys", "gets"),
    "requestitems": ("items", "keys", "gets", "writes"),
    "token": ("idempotency_token",),
    "clientrequesttoken": ("idempotency_token",),
    "idempotencykey": ("idempotency_token",),
    "returnold": ("return_values",),
    "returnvaluesonconditionfailure": ("return_values_on_condition_check_failure",),
    "returnvaluesonfailure": ("return_values_on_condition_check_failure",),
    # All commands.
    "retries": ("retry", "max_attempts"),
    "maxretries": ("retry", "max_attempts"),
    "maxattempts": ("retry",),
    "deadline": ("timeout",),
    "readtimeout": ("timeout",),
    "signal": ("abort",),
    "abortsignal": ("abort",),
    "abortcontroller": ("abort",),
    "cancel": ("abort",),
    "validate": ("skip_validation",),
    "bypassvalidation": ("skip_validation",),
    "capacity": ("return_consumed_capacity",),
    # Tables, entities and databases.
    "tablename": ("name", "table"),
    "pk": ("partition_key",),
    "sk": ("sort_key",),
    "keyname": ("partition_key",),
    "gsi": ("global_secondary_indexes",),
    "gsis": ("global_secondary_indexes",),
    "globalindexes": ("global_secondary_indexes",),
    "lsi": ("local_secondary_indexes",),
    "lsis": ("local_secondary_indexes",),
    "localindexes": ("local_secondary_indexes",),
    "indexes": ("global_secondary_indexes", "local_secondary_indexes"),
    "entitytype": ("entity_attribute", "name"),
    "typeattribute": ("entity_attribute",),
    "discriminator": ("entity_attribute",),
    "class": ("schema",),
    "cls": ("schema",),
    "tag": ("name",),
    "documentclient": ("client",),
    "dynamodb": ("client",),
    "resource": ("client",),
    "session": ("client",),
    "region": ("client", "transport"),
    "regionname": ("client", "transport"),
    "endpointurl": ("client", "transport"),
    "host": ("client", "transport"),
    "credentials": ("client", "transport"),
}
"""Maps names in boto3, PynamoDB and the TypeScript library, in lower case without underscores, to our options."""

_OPTION_CUTOFF: Final = 0.8
"""The similarity to an option that counts as a misspelling. At 0.6, `consistant` would suggest `condition`."""
_FOREIGN_CUTOFF: Final = 0.88
"""The similarity to a name of another library. At 0.85, `condition` would match `keycondition`."""


def raise_unknown_option(cls: type[Any], options: Mapping[str, Any]) -> None:
    """Raise a `TypeError` with suggestions if one of the options does not exist."""
    known = _defaults(cls)
    unknown = [name for name in options if name not in known]
    if unknown:
        called = getattr(cls, "called", cls.__name__)
        offered = option_names(cls)
        texts = [f"{called} has no option {name!r}{_advice(name, offered)}" for name in unknown]
        raise TypeError("; ".join(texts)) from None


def option_names(cls: type[Any]) -> tuple[str, ...]:
    """Return the options of a class, or of the method that builds the command."""
    of_method = hasattr(cls, "called")
    given = _defaults(cls).items()
    return tuple(name for name, has_default in given if name[0] != "_" and (has_default or not of_method))


def _defaults(cls: type[Any]) -> dict[str, bool]:
    """Return the parameters of the constructor, each with True if it has a default."""
    parameters = signature(cls.__init__).parameters.values()
    if any(parameter.kind is Parameter.VAR_KEYWORD for parameter in parameters):
        # The class defines `__init__` and passes the options to the one that attrs generated.
        return {str(one.alias): one.default is not attrs.NOTHING for one in attrs.fields(cls) if one.init}
    return {one.name: one.default is not Parameter.empty for one in parameters if one.name != "self"}


def _advice(name: str, offered: tuple[str, ...]) -> str:
    near = _meant(name, offered)
    if near:
        return f"; did you mean {_either(near)}?"
    return f"; it has {', '.join(map(repr, offered))}"


def _meant(name: str, offered: tuple[str, ...]) -> list[str]:
    spelled = {_plain(one): one for one in offered}
    plain = _plain(name)
    if plain in spelled:
        return [spelled[plain]]
    elsewhere = {name: [one for one in meant if one in offered] for name, meant in SUGGESTIONS.items()}
    if elsewhere.get(plain):
        return elsewhere[plain]
    misspelled = [spelled[one] for one in get_close_matches(plain, spelled, 1, _OPTION_CUTOFF)]
    known = [one for one, meant in elsewhere.items() if meant]
    return misspelled or [
        option for one in get_close_matches(plain, known, 1, _FOREIGN_CUTOFF) for option in elsewhere[one]
    ]


def _plain(name: str) -> str:
    return name.replace("_", "").lower()


def _either(names: Iterable[str]) -> str:
    return " or ".join(map(repr, names))
