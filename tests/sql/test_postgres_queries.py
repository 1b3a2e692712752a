"""What PostgreSQL's statements about rows become, and how they are written again."""

from __future__ import annotations

import pytest

from dblint.sql.definitions import TypeName
from dblint.sql.expressions import Column, Keyword, Literal, Subquery, walk
from dblint.sql.postgres_parser import parse
from dblint.sql.postgres_queries import modification, query
from dblint.sql.queries import (
    Assignment,
    Delete,
    Derived,
    Insert,
    Join,
    Merge,
    Modification,
    Name,
    Query,
    Relation,
    Select,
    SetOperation,
    TableConstruct,
    TableFunction,
    Update,
    Values,
)
from dblint.sql.query_text import text

WRITTEN = [
    "SELECT * FROM a",
    "SELECT",
    "SELECT DISTINCT a.*, b AS c FROM s.a AS a, ONLY_ AS b(x, y)",
    "SELECT DISTINCT ON (a) a FROM t ORDER BY a DESC NULLS LAST LIMIT 1 OFFSET 2",
    "SELECT a FROM t JOIN u USING (x) AS j LEFT JOIN (v CROSS JOIN w) ON TRUE",
    "SELECT a FROM (t NATURAL FULL JOIN u) AS j(a, b)",
    "SELECT a FROM t, LATERAL (SELECT t.a) AS s(b)",
    "SELECT a FROM f(1) WITH ORDINALITY AS g(a, n)",
    "SELECT a FROM ROWS FROM (f(1), g(2)) AS r",
    "SELECT a FROM json_to_record('{}') AS r(a integer, b text[])",
    "SELECT a, count(*) FROM t GROUP BY ROLLUP (a, b), GROUPING SETS ((a), ()) HAVING count(*) > 1",
    "SELECT sum(a) OVER w FROM t WINDOW w AS (PARTITION BY b ORDER BY c ROWS 1 PRECEDING)",
    "VALUES (1, 'x'), (2, DEFAULT) ORDER BY 1",
    "(SELECT a FROM t) UNION ALL (SELECT b FROM u) ORDER BY 1 LIMIT 3",
    "(SELECT 1 UNION SELECT 2) EXCEPT (SELECT 3 INTERSECT ALL SELECT 4)",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT n FROM r",
    "WITH gone AS (DELETE FROM t USING u WHERE t.a = u.a RETURNING t.*) SELECT count(*) FROM gone",
    "SELECT a FROM t ORDER BY a FETCH FIRST 2 ROWS WITH TIES",
    "INSERT INTO s.t AS x(a, b) SELECT 1, 2 ON CONFLICT (a, lower(b)) WHERE a > 1 DO UPDATE SET b = 2 WHERE x.a = 1",
    "INSERT INTO t DEFAULT VALUES ON CONFLICT ON CONSTRAINT k DO NOTHING RETURNING *",
    "UPDATE t SET a = DEFAULT, b = u.b FROM u WHERE t.id = u.id RETURNING t.a AS z",
    "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED AND u.b > 1 THEN UPDATE SET b = 1 WHEN MATCHED THEN DELETE "
    "WHEN NOT MATCHED THEN INSERT (a, b) VALUES (1, DEFAULT) RETURNING t.a",
]


def read(sql: str) -> Query | Modification:
    (statement,) = parse(sql)
    return modification(statement["stmt"]) or query(statement["stmt"])


@pytest.mark.parametrize("sql", WRITTEN)
def test_text_reads_back_as_the_same_query(sql: str) -> None:
    found = read(sql)
    assert read(text(found)) == found


def test_from_items() -> None:
    found = read("select 1 from a, s.b x(p), (select 1) d, f(1) g(q int), a join c using (k)")
    assert isinstance(found, Select)
    kinds = [type(source) for source in found.sources]
    assert kinds == [Relation, Relation, Derived, TableFunction, Join]
    assert found.sources[1] == Relation("s", "b", "x", ("p",))
    function, join = found.sources[3], found.sources[4]
    assert isinstance(function, TableFunction)
    assert function.definitions == (("q", TypeName(None, "int4")),)
    assert isinstance(join, Join)
    assert (join.kind, join.using, join.natural) == ("INNER", ("k",), False)


def test_table_constructs_give_their_columns() -> None:
    found = read(
        "select * from t, xmltable('/a' passing t.doc columns a int path 'x', n for ordinality) y,"
        " json_table(t.j, '$' columns (b text, nested path '$.x' columns (c date))) k"
    )
    assert isinstance(found, Select)
    xml, json = found.sources[1:]
    assert isinstance(xml, TableConstruct)
    assert isinstance(json, TableConstruct)
    assert xml.produces == (("a", TypeName(None, "int4")), ("n", None))
    assert [name for name, _ in json.produces] == ["b", "c"]
    assert Column("j", ("t",)) in json.operands


def test_common_tables_and_the_columns_search_and_cycle_add() -> None:
    found = read(
        "with recursive r(n) as (select 1 union all select n + 1 from r)"
        " search depth first by n set o cycle n set c using p table r"
    )
    assert isinstance(found, Select)
    assert (found.recursive, found.tables[0].name, found.tables[0].added) == (True, "r", ("o", "c", "p"))
    assert isinstance(found.tables[0].query, SetOperation)


def test_modifications_name_their_target_and_columns() -> None:
    insert = read("insert into s.t (a, b[1], c.d) values (1, 2, 3)")
    assert isinstance(insert, Insert)
    assert insert.target == Relation("s", "t")
    assert [column.name for column in insert.columns] == ["a", "b", "c"]
    assert isinstance(insert.query, Values)
    update = read("update t set (a, b) = (1, default), (c, d) = (select 1, 2)")
    assert isinstance(update, Update)
    assert update.assignments[:2] == (
        Assignment(Name("a"), Literal("integer", "1")),
        Assignment(Name("b"), Keyword("DEFAULT")),
    )
    assert isinstance(update.assignments[2].value, Subquery)
    assert isinstance(read("delete from t using u where t.a = u.a"), Delete)
    assert isinstance(read("merge into t using u on true when matched then do nothing"), Merge)


def test_offsets_are_bytes_of_the_text() -> None:
    sql = "select 'é', t.a from sch.t where lower(b) = 'x'"
    found = read(sql)
    assert isinstance(found, Select)
    assert found.where is not None
    data = sql.encode()
    column = found.items[1].expression
    assert isinstance(column, Column)
    assert data[column.offset or 0 :].startswith(b"t.a")
    relation = found.sources[0]
    assert isinstance(relation, Relation)
    assert data[relation.offset or 0 :].startswith(b"sch.t")
    inner = [one.offset for one in walk(found.where) if isinstance(one, Column)]
    assert inner == [data.index(b"b)")]


def test_what_changes_no_rows_is_no_modification() -> None:
    (statement,) = parse("create table t ()")
    assert modification(statement["stmt"]) is None
