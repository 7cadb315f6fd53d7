"""Rules of the functions of condition and filter expressions."""

from __future__ import annotations

from typing import Final

from tests.expression_rules.rule import Rule, rule

_FUNCTIONS: Final = "Expressions.OperatorsAndFunctions.html#Expressions.OperatorsAndFunctions.Functions"

FUNCTIONS: Final[tuple[Rule, ...]] = (
    rule(
        "condition",
        "attribute_exists and attribute_not_exists take one attribute",
        _FUNCTIONS,
        taken="""
            attribute_exists(girth)
            attribute_not_exists(girth)
            attribute_exists(lot.city)
            attribute_exists(layers[0])
            attribute_not_exists(#status)
            NOT attribute_exists(girth)
            attribute_exists(girth) OR attribute_not_exists(crown)
        """,
        refused="""
            attribute_exists()
            attribute_exists(:three)
            attribute_not_exists(:oak)
            attribute_exists(girth, crown)
            attribute_exists(size(kinds))
            attribute_not_exists(attribute_exists(girth))
            attribute_exists girth
            attribute_exists(girth
            attribute_exists(girth) = :yes
            attribute_exists(girth) < :three
            attribute_exists(girth = :three)
        """,
    ),
    rule(
        "condition",
        "attribute_type takes an operand and the name of a type as a value",
        _FUNCTIONS,
        taken="""
            attribute_type(girth, :type)
            attribute_type(lot.city, :type)
            NOT attribute_type(girth, :type)
        """,
        refused="""
            attribute_type(girth)
            attribute_type(girth, :no_type)
            attribute_type(girth, :oak)
            attribute_type(girth, :blank)
            attribute_type(girth, :three)
            attribute_type(girth, :yes)
            attribute_type(girth, :nothing)
            attribute_type(girth, :rings)
            attribute_type(girth, :words)
            attribute_type(girth, :raw)
            attribute_type(girth, crown)
            attribute_type(girth, size(kinds))
            attribute_type(girth, :type, :type)
            attribute_type(girth, :type) = :yes
        """,
    ),
    rule(
        "condition",
        "begins_with takes two operands, text or bytes",
        _FUNCTIONS,
        taken="""
            begins_with(species, :oak)
            begins_with(lot.city, :oak)
            begins_with(sap, :raw)
            begins_with(species, kind)
            begins_with(:oak, species)
            begins_with(:raw, sap)
            begins_with(species, :blank)
            NOT begins_with(species, :oak)
        """,
        refused="""
            begins_with(species)
            begins_with(species, :oak, :pine)
            begins_with(species, :three)
            begins_with(species, :yes)
            begins_with(species, :nothing)
            begins_with(species, :rings)
            begins_with(species, :site)
            begins_with(species, :words)
            begins_with(species, :numbers)
            begins_with(species, :blobs)
            begins_with(:three, species)
            begins_with(:yes, species)
            begins_with(:rings, species)
            begins_with(:words, species)
            begins_with(species, size(kinds))
            begins_with(species, species)
            begins_with(lot.plots[1].label, lot.plots[1].label)
            begins_with(species, :oak) = :yes
        """,
    ),
    rule(
        "condition",
        "contains takes two operands, the second of any type",
        _FUNCTIONS,
        taken="""
            contains(species, :oak)
            contains(kinds, :oak)
            contains(layers, :three)
            contains(layers, :yes)
            contains(layers, :nothing)
            contains(layers, :rings)
            contains(layers, :site)
            contains(layers, :numbers)
            contains(sap, :raw)
            contains(layers, girth)
            contains(species, kind)
            contains(:rings, girth)
            contains(:words, species)
            contains(:oak, species)
        """,
        refused="""
            contains(species)
            contains(species, :oak, :pine)
            contains(layers, layers)
            contains(lot.city, lot.city)
            contains(species, :oak) = :yes
            contains(layers, attribute_exists(girth))
        """,
    ),
    rule(
        "condition",
        "size takes one operand that has a size, and is compared with a number",
        _FUNCTIONS,
        taken="""
            size(kinds) = :three
            size(kinds) <> :three
            size(kinds) > :three
            :three < size(kinds)
            size(species) >= girth
            size(species) = size(kind)
            size(lot.plots) < :nine
            size(layers[0]) < :nine
            size(#status) < :nine
            NOT size(kinds) = :three
        """,
        refused="""
            size(kinds)
            size()
            size(kinds, layers) = :three
            size(size(kinds)) = :three
            size(:three) = girth
            size(:yes) = girth
            size(:nothing) = girth
            size(kinds) = :oak
            size(kinds) < :oak
            size(kinds) = :yes
            size(kinds) IN (:three, :oak)
            size(kinds) BETWEEN :oak AND :pine
            size = :three
            kinds = size
            size kinds = :three
        """,
    ),
    rule(
        "condition",
        "attribute_type and size take values as well",
        _FUNCTIONS,
        beyond_engine=True,
        taken="""
            attribute_type(:three, :type)
            attribute_type(:words, :type)
            NOT attribute_type(:oak, :type)
            size(:oak) >= :three
            size(:oak) >= girth
            size(:rings) < girth
            size(:words) = girth
            size(:site) = girth
            size(:raw) = girth
            :three > size(:blank)
        """,
    ),
    rule(
        "condition",
        "the names of functions are written in small letters, and there are no others",
        _FUNCTIONS,
        refused="""
            ATTRIBUTE_EXISTS(girth)
            Attribute_Exists(girth)
            BEGINS_WITH(species, :oak)
            Contains(species, :oak)
            SIZE(kinds) = :three
            exists(girth)
            ends_with(species, :oak)
            if_not_exists(girth, :three) = :three
            list_append(layers, :rings) = :rings
            girth = if_not_exists(crown, :three)
            lower(species) = :oak
        """,
    ),
)
