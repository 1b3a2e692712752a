"""Small projects whose tests give rows in every way of their own: what is found, at which lines, and nothing else.

A case is a text file of files as in ``tests/models``; it may bring its own ``dblint.toml``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from dblint import config, project, rulebook
from dblint.cache import NoCache
from dblint.engine import Engine
from tests.models.test_models import files_of

CASES = sorted((Path(__file__).parent / "cases").glob("*.txt"))
_GUILTY = re.compile(r"!([a-z]+(?:-[a-z]+)+)")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_what_is_found(case: Path, tmp_path: Path) -> None:
    texts = files_of(case.read_text(encoding="utf-8"))
    for path, text in texts.items():
        place = tmp_path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    settings = replace(config.load(tmp_path), root=tmp_path, schema=("migrations/*.sql",))
    engine = Engine(settings, rulebook.load(settings, NoCache()), project.scope(settings, (), tmp_path))
    found = {(one.path, one.place.span.line, one.rule) for one in engine.run().findings}
    wanted = {
        (path, number, rule)
        for path, text in texts.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "# !" in line
        for rule in _GUILTY.findall(line)
    }
    assert found == wanted
