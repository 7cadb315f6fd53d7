"""Rules of key conditions and projections, of paths, names and values."""

from __future__ import annotations

from typing import Final

from tests.expression_rules.rule import Rule, rule

_KEYS: Final = "Query.KeyConditionExpressions.html"
_PATHS: Final = "Expressions.Attributes.html"
_PROJECTIONS: Final = "Expressions.ProjectionExpressions.html"
_NAMES: Final = "Expressions.ExpressionAttributeNames.html"
_VALUES: Final = "Expressions.ExpressionAttributeValues.html"

KEY_CONDITIONS: Final[tuple[Rule, ...]] = (
    rule(
        "key condition",
        "the partition key equals a value",
        _KEYS,
        taken="""
            grove = :oak
            :oak = grove
            (grove = :oak)
            grove=:oak
        """,
        refused="""
            grove < :oak
            grove <> :oak
            grove >= :oak
            grove BETWEEN :oak AND :pine
            grove IN (:oak)
            begins_with(grove, :oak)
            tree = :oak
            tree > :oak
            grove
            :oak
            grove = tree
            grove = :oak + :pine
            :oak = :pine
        """,
    ),
    rule(
        "key condition",
        "the sort key may be compared once: =, <, <=, >, >=, BETWEEN or begins_with",
        _KEYS,
        taken="""
            grove = :oak AND tree = :pine
            grove = :oak AND tree < :pine
            grove = :oak AND tree <= :pine
            grove = :oak AND tree > :pine
            grove = :oak AND tree >= :pine
            grove = :oak AND tree BETWEEN :oak AND :pine
            grove = :oak AND begins_with(tree, :pine)
            grove = :oak and tree > :pine
            (grove = :oak) AND (tree > :pine)
            (grove = :oak AND tree > :pine)
            (grove = :oak AND (tree > :pine))
            grove = :oak AND :pine < tree
            :oak = grove AND :pine = tree
            tree > :pine AND grove = :oak
            begins_with(tree, :pine) AND grove = :oak
            tree BETWEEN :oak AND :pine AND grove = :oak
        """,
        refused="""
            grove = :oak AND tree <> :pine
            grove = :oak AND tree IN (:pine)
            grove = :oak AND contains(tree, :pine)
            grove = :oak AND attribute_exists(tree)
            grove = :oak AND attribute_not_exists(tree)
            grove = :oak AND attribute_type(tree, :type)
            grove = :oak AND size(tree) = :three
            grove = :oak AND tree = size(tree)
            grove = :oak AND tree > crown
            grove = :oak AND tree BETWEEN :oak AND crown
            grove = :oak AND tree BETWEEN :pine AND :oak
            grove = :oak AND begins_with(:pine, tree)
            grove = :oak AND begins_with(tree, crown)
            grove = :oak AND begins_with(tree, :three)
            grove = :oak AND tree.city = :pine
            grove = :oak AND tree[0] = :pine
            grove = :oak AND crown = :three
        """,
    ),
    rule(
        "key condition",
        "the condition on the sort key may stand first",
        _KEYS,
        beyond_engine=True,
        taken="""
            tree = :pine AND grove = :oak
            (tree = :pine) AND (grove = :oak)
        """,
    ),
    rule(
        "key condition",
        "the conditions are joined by AND, one for each attribute of the key",
        _KEYS,
        refused="""
            grove = :oak OR tree = :pine
            grove = :oak, tree = :pine
            grove = :oak tree = :pine
            NOT grove = :oak
            grove = :oak AND NOT tree = :pine
            grove = :oak AND (tree = :pine OR tree = :oak)
            grove = :oak AND grove = :oak
            grove = :oak AND grove = :pine
            grove = :oak AND tree > :oak AND tree < :pine
            grove = :oak AND tree >= :oak AND tree >= :oak
            grove = :oak AND tree = :pine AND crown = :three
            grove = :oak AND
        """,
    ),
    rule(
        "key condition",
        "the value of a key is text, a number or bytes",
        "HowItWorks.CoreComponents.html",
        refused="""
            grove = :yes
            grove = :nothing
            grove = :rings
            grove = :site
            grove = :words
            grove = :numbers
            grove = :blank
            grove = :oak AND tree = :yes
            grove = :oak AND tree < :nothing
            grove = :oak AND tree BETWEEN :rings AND :rings
            grove = :oak AND begins_with(tree, :words)
        """,
    ),
)

PROJECTIONS: Final[tuple[Rule, ...]] = (
    rule(
        "projection",
        "a projection is a list of paths with commas between them",
        _PROJECTIONS,
        taken=r"""
            girth
            girth, crown
            girth,crown
            girth , crown , spread
            lot.city
            lot.city, lot.area
            layers[0]
            layers[0], layers[1]
            lot.plots[2].area, girth
            #status, girth
            lot.#site
            #dotted
            girth,\n  crown
        """,
        refused="""
            girth crown
            girth,
            ,girth
            girth,,crown
            girth; crown
            (girth)
            (girth, crown)
            girth AND crown
            girth = crown
            girth - crown
            size(kinds)
            :three
            *
            girth, *
        """,
    ),
    rule(
        "projection",
        "no two paths are the same, or one a part of another, or a list and a map at once",
        _PROJECTIONS,
        refused="""
            girth, girth
            girth, crown, girth
            #height, height
            lot, lot.city
            lot.city, lot
            lot.city, lot.city
            lot.city.street.number_of, lot.city
            layers, layers[0]
            layers[0], layers[0]
            layers[0], layers[0].city
            lot.city, lot[0]
            lot[0], lot.city
            lot.plots[1], lot.plots.area
            lot.plots.area, lot.plots[1].area
        """,
    ),
)

PATHS: Final[tuple[Rule, ...]] = (
    rule(
        "projection",
        "a path is a name, with names after dots and indexes in brackets",
        _PATHS,
        taken="""
            lot.plots
            lot.plots[0]
            lot.plots[0][1]
            lot.plots[0].area
            lot.plots[0][1].area.unit_of
            lot.plots[10]
        """,
        refused="""
            lot.
            .lot
            lot..plots
            lot.[0]
            [0]
            layers[
            layers]
            layers[]
            layers[0
            layers[-1]
            layers[+1]
            layers[1.5]
            layers[a]
            layers[#height]
            layers[:three]
            layers[0]plots
            layers{0}
            lot.0
        """,
    ),
    rule(
        "projection",
        "a name without a placeholder begins with a letter, and goes on with letters, digits and _",
        _NAMES,
        taken="""
            height2
            h_2
            H2_
            aB9
            height_of_tree
        """,
        refused="""
            2height
            _height
            height-2
            height$
            height!
            "height"
            'height'
            `height`
            höhe
            lot._city
            lot.2nd
            he ight
        """,
    ),
    rule(
        "projection",
        "reserved words need a placeholder",
        "ReservedWords.html",
        refused="""
            status
            STATUS
            Status
            sTaTuS
            name
            lot.name
            lot.plots[0].size
            girth, date
            value
            group
            set
            and
            between
            absolute
            zone
            depth
            ttl
        """,
    ),
    rule(
        "condition",
        "reserved words need a placeholder in conditions too",
        "ReservedWords.html",
        taken="""
            #status = :oak
            #group = :three AND #1st = :nine
            attribute_exists(#status)
        """,
        refused="""
            status = :oak
            girth = value
            active = :yes AND name = :oak
            attribute_exists(date)
            begins_with(name, :oak)
            size(list) = :three
            lot.zone = :oak
            girth BETWEEN first AND last
            not = :three
            or = :three
            girth > between
        """,
    ),
    rule(
        "update",
        "reserved words need a placeholder in updates too",
        "ReservedWords.html",
        taken="""
            SET lot.#status = :oak
            REMOVE #group
            ADD #1st :three
        """,
        refused="""
            SET status = :oak
            SET girth = value
            REMOVE name
            ADD count :three
            DELETE sets :words
            SET set = :three
            SET girth = if_not_exists(count, :three)
            SET layers = list_append(items, :rings)
        """,
    ),
    rule(
        "condition",
        "a placeholder of a name is # with letters, digits and _",
        _NAMES,
        taken="""
            #height = :three
            #1st = :three
            #_ = :three
            #Long_Name_42 = :oak
            #dotted = :oak
            lot.#dotted = :oak
            #indexed = :three
            #site.city = :oak
        """,
        refused="""
            # = :three
            #height! = :three
            #hei-ght = :three
            ##height = :three
            #unknown = :three
            height# = :three
            #height.#unknown = :three
            #HEIGHT = :three
        """,
    ),
    rule(
        "condition",
        "a placeholder of a value is : with letters, digits and _",
        _VALUES,
        taken="""
            girth = :1st
            girth = :A_b_42
        """,
        refused="""
            girth = :
            girth = :three!
            girth = ::three
            girth = :unknown
            girth = :THREE
            girth = :three.city
            girth = :three[0]
            :three.city = girth
            girth = 3
            girth = -3
            girth = 'oak'
            girth = "oak"
            girth = TRUE
            girth = null
        """,
    ),
)
