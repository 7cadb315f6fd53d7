"""Rules of update expressions."""

from __future__ import annotations

from typing import Final

from tests.expression_rules.rule import Rule, rule

_UPDATES: Final = "Expressions.UpdateExpressions.html"

UPDATES: Final[tuple[Rule, ...]] = (
    rule(
        "update",
        "an update has up to four clauses, in any order, each once",
        _UPDATES,
        taken=r"""
            SET girth = :three
            set girth = :three
            sEt girth = :three
            REMOVE girth
            remove girth
            ADD girth :three
            add girth :three
            DELETE kinds :words
            delete kinds :words
            SET girth = :three REMOVE crown
            REMOVE crown SET girth = :three
            SET girth = :three REMOVE crown ADD spread :nine DELETE kinds :words
            DELETE kinds :words ADD spread :nine REMOVE crown SET girth = :three
            SET girth = :three,crown = :nine
            SET girth = :three , crown = :nine
            SET\n  girth = :three\nREMOVE\n  crown
            REMOVE girth, crown
            ADD girth :three, kinds :words
            DELETE kinds :words, tags :words
        """,
        refused="""
            girth = :three
            SET
            REMOVE
            ADD
            DELETE
            UPDATE girth = :three
            SETS girth = :three
            SET girth = :three SET crown = :nine
            REMOVE girth REMOVE crown
            ADD girth :three ADD crown :nine
            DELETE kinds :words DELETE tags :words
            SET girth = :three REMOVE crown SET spread = :nine
            SET girth = :three, REMOVE crown
            SET girth = :three; REMOVE crown
            SET girth = :three crown = :nine
            SET girth = :three,
            SET , girth = :three
            REMOVE girth,
            REMOVE girth crown
        """,
    ),
    rule(
        "update",
        "SET assigns an operand, or the sum or difference of two",
        _UPDATES,
        taken="""
            SET girth = crown
            SET girth = :three + :nine
            SET girth = :nine - :three
            SET girth = girth + :three
            SET girth = girth - :three
            SET girth = :three + girth
            SET girth = :three - girth
            SET girth = crown + spread
            SET girth=crown+spread
            SET girth = if_not_exists(girth, :three) + :nine
            SET girth = :nine - if_not_exists(crown, spread)
            SET lot.city = :oak
            SET lot.plots[2].area = lot.plots[1].area
            SET layers[0] = :three
            SET layers[1] = layers[0]
            SET #status = :oak
            SET lot.#site = :site
            SET tagged = :yes, felled = :nothing, sap = :raw, kinds = :words
            SET layers = :no_rings, lot = :site, species = :blank
        """,
        refused="""
            SET girth
            SET girth =
            SET girth :three
            SET girth == :three
            SET girth := :three
            SET :three = girth
            SET = :three
            SET girth + :three
            SET girth += :three
            SET girth = crown + spread + :three
            SET girth = crown - spread - :three
            SET girth = crown + spread - :three
            SET girth = (crown + spread) + :three
            SET girth = crown + (spread + :three)
            SET girth = crown * :three
            SET girth = crown / :three
            SET girth = - :three
            SET girth = + :three
            SET girth = crown +
            SET girth = crown AND spread
            SET girth = :three = :nine
            SET size(kinds) = :three
            SET girth = size(kinds)
            SET girth = attribute_exists(crown)
            SET girth = 3
            SET girth = "oak"
        """,
    ),
    rule(
        "update",
        "parentheses may stand around what is assigned, and around an operand of it",
        _UPDATES,
        taken="""
            SET girth = (crown + :three)
            SET girth = (crown) + :three
            SET girth = crown + (:three)
            SET girth = (crown)
            SET girth = ((crown) + (spread))
            SET girth = (if_not_exists(crown, :three) + :nine)
        """,
        refused="""
            SET (girth = crown)
            SET (girth) = crown
            SET girth = (crown + :three
            SET girth = crown + :three)
            SET girth = ()
            SET girth = (lot).city
            SET girth = (layers)[0]
            SET girth = (crown, spread)
            REMOVE (girth)
            ADD (girth) :three
            ADD girth (:three)
            (SET girth = :three)
        """,
        rewritten="""
            SET girth = ((crown))
            SET girth = ((crown + :three))
        """,
    ),
    rule(
        "update",
        "+ and - have operands that are numbers",
        _UPDATES + "#Expressions.UpdateExpressions.SET.IncrementAndDecrement",
        refused="""
            SET girth = girth + :oak
            SET girth = girth + :raw
            SET girth = girth + :yes
            SET girth = girth + :nothing
            SET girth = girth + :rings
            SET girth = girth + :site
            SET girth = girth + :words
            SET girth = girth + :numbers
            SET girth = girth + :blobs
            SET girth = :oak - girth
            SET girth = :yes - girth
            SET girth = :rings - girth
            SET girth = :oak + :three
            SET girth = :three - :words
        """,
    ),
    rule(
        "update",
        "if_not_exists takes an attribute and an operand",
        _UPDATES + "#Expressions.UpdateExpressions.SET.PreventingAttributeOverwrites",
        taken="""
            SET girth = if_not_exists(girth, :three)
            SET girth = if_not_exists(crown, :three)
            SET girth = if_not_exists(crown, spread)
            SET lot.city = if_not_exists(lot.city, :oak)
            SET girth = if_not_exists(crown, if_not_exists(spread, :three))
            SET girth = if_not_exists (crown, :three)
        """,
        refused="""
            SET girth = if_not_exists()
            SET girth = if_not_exists(crown)
            SET girth = if_not_exists(crown, :three, :nine)
            SET girth = if_not_exists(:three, :nine)
            SET girth = if_not_exists(:three, crown)
            SET girth = if_not_exists(if_not_exists(crown, :three), :nine)
            SET girth = if_not_exists(crown, :three + :nine)
            SET girth = if_not_exists(crown, :three
            SET girth = IF_NOT_EXISTS(crown, :three)
            SET girth = if_not_exist(crown, :three)
        """,
    ),
    rule(
        "update",
        "list_append takes two operands that are lists",
        _UPDATES + "#Expressions.UpdateExpressions.SET.UpdatingListElements",
        taken="""
            SET layers = list_append(layers, :rings)
            SET layers = list_append(:rings, layers)
            SET layers = list_append(:rings, :rings)
            SET layers = list_append(layers, older)
            SET layers = list_append(if_not_exists(layers, :no_rings), :rings)
            SET layers = list_append(:rings, if_not_exists(layers, :no_rings))
            SET layers = list_append(#group, :rings)
        """,
        refused="""
            SET layers = list_append(layers)
            SET layers = list_append(layers, :rings, :rings)
            SET layers = list_append(layers, :three)
            SET layers = list_append(layers, :oak)
            SET layers = list_append(layers, :raw)
            SET layers = list_append(layers, :yes)
            SET layers = list_append(layers, :nothing)
            SET layers = list_append(layers, :site)
            SET layers = list_append(layers, :words)
            SET layers = list_append(layers, :numbers)
            SET layers = list_append(:three, layers)
            SET layers = list_append(:nothing, layers)
            SET layers = list_append(:words, layers)
            SET layers = LIST_APPEND(layers, :rings)
            SET layers = append(layers, :rings)
        """,
    ),
    rule(
        "update",
        "REMOVE takes attributes",
        _UPDATES + "#Expressions.UpdateExpressions.REMOVE",
        taken="""
            REMOVE lot.city
            REMOVE layers[0]
            REMOVE layers[17]
            REMOVE layers[1], layers[2]
            REMOVE lot.plots[2].area, girth
            REMOVE #status
        """,
        refused="""
            REMOVE :three
            REMOVE girth = :three
            REMOVE girth :three
            REMOVE size(kinds)
            REMOVE if_not_exists(girth, crown)
        """,
    ),
    rule(
        "update",
        "ADD takes an attribute and a value, which is a number or a set",
        _UPDATES + "#Expressions.UpdateExpressions.ADD",
        taken="""
            ADD kinds :words
            ADD kinds :numbers
            ADD kinds :blobs
            ADD lot.count_of_trees :three
            ADD layers[3] :three
            ADD #status :three
        """,
        refused="""
            ADD girth
            ADD girth crown
            ADD :three girth
            ADD girth = :three
            ADD girth :three :nine
            ADD girth :three + :nine
            ADD girth if_not_exists(crown, :three)
            ADD girth :oak
            ADD girth :raw
            ADD girth :yes
            ADD girth :nothing
            ADD girth :rings
            ADD girth :site
        """,
    ),
    rule(
        "update",
        "DELETE takes an attribute and a value, which is a set",
        _UPDATES + "#Expressions.UpdateExpressions.DELETE",
        taken="""
            DELETE kinds :numbers
            DELETE kinds :blobs
            DELETE lot.kinds :words
        """,
        refused="""
            DELETE kinds
            DELETE kinds tags
            DELETE :words kinds
            DELETE kinds = :words
            DELETE kinds :three
            DELETE kinds :oak
            DELETE kinds :raw
            DELETE kinds :yes
            DELETE kinds :nothing
            DELETE kinds :rings
            DELETE kinds :site
        """,
    ),
    rule(
        "update",
        "no two changes are about one path, or about a path and a part of it",
        _UPDATES,
        taken="""
            SET lot.city = :oak, lot.area = :three
            SET layers[0] = :three, layers[1] = :nine
            SET lot.plots[0].area = :three, lot.plots[1].area = :nine
            SET girth = crown REMOVE crown
        """,
        refused="""
            SET girth = :three, girth = :nine
            SET girth = :three REMOVE girth
            SET girth = :three ADD girth :nine
            REMOVE girth, girth
            SET lot = :site, lot.city = :oak
            SET lot.city = :oak, lot = :site
            SET lot.city = :oak, lot.city = :pine
            SET layers = :rings, layers[0] = :three
            SET layers[0] = :three, layers[0][1] = :nine
            SET layers[0] = :three REMOVE layers[0]
            SET #height = :three, height = :nine
            SET lot.city = :oak REMOVE lot[0]
            SET lot[0] = :oak, lot.city = :pine
            SET lot.plots[1] = :three, lot.plots.area = :nine
        """,
    ),
)
