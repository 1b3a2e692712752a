"""MySQL's quotes make a name of a word; its double quotes may stand around a text."""

from __future__ import annotations

from pathlib import Path

from dblint import config, rulebook
from dblint.engine import Engine
from dblint.project import scope

_SCHEMA = "CREATE TABLE `events` (`id` bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, `name` varchar(20)) ENGINE=InnoDB;\n"
_TEST = """\
import pymysql
def test_a(cursor):
    cursor.execute("INSERT INTO `events` (`name`) VALUES (%s)", ("a",))
    cursor.execute("INSERT INTO `event` (`name`) VALUES (%s)", ("a",))
    cursor.execute("UPDATE `events` SET `nmae` = %s", ("a",))
    cursor.execute('SELECT "nmae" FROM `events`')
"""


def test_ticked_names_are_judged(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "schema.sql").write_text(_SCHEMA, encoding="utf-8")
    (tmp_path / "tests" / "test_a.py").write_text(_TEST, encoding="utf-8")
    settings = config.Settings(tmp_path, schema=("schema.sql",), dialect="mysql", select=("sql",))
    engine = Engine(settings, rulebook.load(settings), scope(settings, (), tmp_path))
    found = {(one.span.line, one.rule) for one in engine.run().findings}
    assert found == {(4, "unknown-table-in-query"), (5, "unknown-column-in-query")}
