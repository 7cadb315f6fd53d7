"""Rules of condition and filter expressions: operators, operands, precedence and parentheses."""

from __future__ import annotations

from typing import Final

from tests.expression_rules.rule import Rule, rule

_OPERATORS: Final = "Expressions.OperatorsAndFunctions.html"

CONDITIONS: Final[tuple[Rule, ...]] = (
    rule(
        "condition",
        "a comparison has two operands and one of six comparators",
        _OPERATORS,
        taken="""
            girth = :three
            girth <> :three
            girth < :three
            girth <= :three
            girth > :three
            girth >= :three
            girth = crown
            girth < crown
            girth>=crown
            species = :oak
            tagged = :yes
            felled = :nothing
            lot.city = :oak
            layers[0] < layers[1]
            lot.plots[2].area >= :nine
            layers = :rings
            lot = :site
            kinds = :words
            sap = :raw
        """,
        refused="""
            girth == :three
            girth != :three
            girth => :three
            girth =< :three
            girth ! :three
            girth
            :three
            girth = crown = spread
            girth < :three < crown
            = :three
            girth =
            girth = :three :nine
            girth :three
            girth + :three = :nine
            girth LIKE :oak
            girth IS :nothing
        """,
    ),
    rule(
        "condition",
        "a value may stand on either side of a comparator",
        _OPERATORS,
        taken="""
            :three = girth
            :three <> girth
            :three < girth
            :three >= girth
            :three < :nine
            :oak = :oak
            :words = kinds
        """,
    ),
    rule(
        "condition",
        "values of an operator by order are text, numbers or bytes",
        _OPERATORS,
        taken="""
            species > :oak
            sap <= :raw
            :blank < species
        """,
        refused="""
            girth < :yes
            girth <= :nothing
            girth > :rings
            girth >= :site
            girth < :words
            girth <= :numbers
            girth > :blobs
            :rings < girth
            :yes >= girth
            :nothing > girth
            :site < girth
            :words <= girth
        """,
    ),
    rule(
        "condition",
        "the two operands of a comparator are different attributes",
        _OPERATORS,
        refused="""
            girth = girth
            girth <> girth
            girth < girth
            girth >= girth
            lot.city = lot.city
            layers[1] > layers[1]
            lot.#site = lot.site
            #height <> height
        """,
    ),
    rule(
        "condition",
        "BETWEEN has a low end and a high end, joined by AND",
        _OPERATORS,
        taken="""
            girth BETWEEN :three AND :nine
            girth between :three and :nine
            girth BeTwEeN :three aNd :nine
            girth BETWEEN :three AND :three
            girth BETWEEN :three AND crown
            girth BETWEEN crown AND :nine
            girth BETWEEN crown AND spread
            :three BETWEEN crown AND spread
            :three BETWEEN crown AND :nine
            :three BETWEEN :three AND crown
            species BETWEEN :oak AND :pine
            sap BETWEEN :raw AND :raw_end
            girth BETWEEN :three AND :nine AND species = :oak
            size(kinds) BETWEEN :three AND :nine
            girth BETWEEN size(kinds) AND :nine
            NOT girth BETWEEN :three AND :nine
        """,
        refused="""
            girth BETWEEN :three, :nine
            girth BETWEEN :three
            girth BETWEEN :three AND
            girth BETWEEN :three OR :nine
            girth BETWEEN (:three AND :nine)
            BETWEEN :three AND :nine
            girth BETWEEN crown AND attribute_exists(spread)
            girth BETWEEN begins_with(species, :oak) AND :nine
        """,
    ),
    rule(
        "condition",
        "values of BETWEEN are of one type that has an order, the low one first",
        _OPERATORS,
        refused="""
            girth BETWEEN :nine AND :three
            species BETWEEN :pine AND :oak
            sap BETWEEN :raw_end AND :raw
            girth BETWEEN :three AND :oak
            girth BETWEEN :raw AND :oak
            girth BETWEEN :rings AND :rings
            girth BETWEEN :yes AND :yes
            girth BETWEEN :nothing AND :nine
            girth BETWEEN :site AND crown
            girth BETWEEN crown AND :words
        """,
    ),
    rule(
        "condition",
        "IN has a list of operands in parentheses",
        _OPERATORS,
        taken="""
            species IN (:oak)
            species IN (:oak, :pine)
            species in (:oak,:pine)
            species IN (:oak, kind, lot.city)
            :oak IN (species, kind)
            :oak IN (species)
            species IN (:oak, :three, :yes)
            size(kinds) IN (:three, :nine)
            NOT species IN (:oak)
        """,
        refused="""
            species IN :oak
            species IN ()
            species IN (:oak, :pine
            species IN (:oak, :pine,)
            species IN (, :oak)
            species IN (:oak :pine)
            species IN :oak, :pine
            species IN kind
            IN (:oak)
            species IN (attribute_exists(kind))
        """,
    ),
    rule(
        "condition",
        "AND, OR and NOT join conditions, in any case of their letters",
        _OPERATORS,
        taken="""
            girth = :three AND crown = :nine
            girth = :three and crown = :nine
            girth = :three OR crown = :nine
            girth = :three oR crown = :nine
            NOT girth = :three
            nOt girth = :three
            NOT NOT girth = :three
            NOT girth = :three AND NOT crown = :nine
            girth = :three AND crown = :nine AND spread = :nine
            girth = :three OR crown = :nine OR spread = :nine
            girth = :three OR crown = :nine AND spread = :nine
            girth = :three AND crown = :nine OR spread = :nine
            NOT girth = :three OR crown = :nine
            girth=:three AND(crown=:nine)
        """,
        refused="""
            girth = :three AND
            AND girth = :three
            girth = :three AND OR crown = :nine
            girth = :three crown = :nine
            girth = :three, crown = :nine
            girth = :three && crown = :nine
            girth = :three || crown = :nine
            ! girth = :three
            NOT
            NOT girth
            NOT :three
            girth AND crown
            girth = :three AND crown
            girth = :three OR :nine
            girth = :three NOT crown = :nine
            girth NOT = :three
            girth NOT IN (:three)
        """,
    ),
    rule(
        "condition",
        "parentheses change the order of evaluation",
        _OPERATORS,
        taken="""
            (girth = :three)
            (girth = :three AND crown = :nine)
            (girth = :three) AND (crown = :nine)
            (girth = :three OR crown = :nine) AND spread = :nine
            girth = :three AND (crown = :nine OR spread = :nine)
            girth = :three AND (crown = :nine OR (spread = :nine AND species = :oak))
            ((girth = :three) AND crown = :nine)
            (((girth = :three) AND crown = :nine) OR spread = :nine)
            NOT (girth = :three)
            NOT (girth = :three OR crown = :nine)
            (NOT girth = :three)
            (NOT (girth = :three))
            (attribute_exists(girth)) AND (attribute_exists(crown))
        """,
        refused="""
            ()
            (girth = :three
            girth = :three)
            ) girth = :three (
            (girth = :three))
            ((girth = :three)
            (girth = :three) (crown = :nine)
            (girth = :three) crown = :nine
            (girth) = (:three
            (girth = :three) = :nine
            (girth, crown) = :three
        """,
    ),
    rule(
        "condition",
        "parentheses may stand around an operand",
        _OPERATORS,
        beyond_engine=True,
        taken="""
            (girth) = :three
            girth = (:three)
            (girth) > (crown)
            (:three) < girth
            (girth)between(:three)and(:nine)
            (girth) IN (:three, :nine)
            (lot.plots[2].area) >= :nine
            (size(kinds)) > :three
            size((kinds)) > :three
            ((girth) = :three)
            NOT (girth) = :three
        """,
        refused="""
            (lot).city = :oak
            (layers)[0] = :three
            (size(kinds)).city = :three
            lot.(city) = :oak
        """,
    ),
    rule(
        "condition",
        "parentheses are not redundant",
        _OPERATORS,
        rewritten="""
            ((girth = :three))
            (((girth = :three)))
            ((girth = :three AND crown = :nine))
            girth = :three AND ((crown = :nine))
            girth = :three AND ((crown = :nine OR spread = :nine))
            NOT ((girth = :three))
            ((attribute_exists(girth)))
            ((girth)) = :three
            girth = ((:three))
        """,
    ),
    rule(
        "condition",
        "white space separates words, and says nothing else",
        _OPERATORS,
        taken=r"""
            girth=:three
            girth   =   :three
            girth\n= :three
            girth\t=\t:three
            girth=:three\n  AND crown=:nine
            lot . city = :oak
            attribute_exists ( girth )
            size (kinds) > :three
        """,
    ),
)
