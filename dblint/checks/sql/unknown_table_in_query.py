"""unknown-table-in-query: a statement names a table that no migration leaves standing."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.binding.query_model import BoundQuery, UnknownName
from dblint.checks.fate import Fate, table_fate
from dblint.checks.queries import is_about, rename, unknown_names
from dblint.checks.tables import is_foreign, is_made_by_tests, is_placeholder, shows_all_tables
from dblint.finding import Finding, Subject
from dblint.rule import Rule
from dblint.source import Place

_OF_EXTENSIONS = frozenset(
    ("spatial_ref_sys", "geometry_columns", "geography_columns", "raster_columns", "part_config")
)


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for query, name in unknown_names(project, "table", "qualifier"):
        if name.kind == "qualifier":
            if is_about(project, query):
                yield _qualifier(rule, query, name)
        elif _can_tell(project, query, name):
            fate = _fate(project, name)
            known = shows_all_tables(project.catalog, name.name) and not is_placeholder(name.name)
            if fate.evident or (known and is_about(project, query)):
                yield _finding(rule, query, name, fate)


def _can_tell(project: BoundProject, query: BoundQuery, name: UnknownName) -> bool:
    schema = name.qualifier[-1] if name.qualifier else None
    own = not is_foreign(project, schema, name.name) and name.name not in _OF_EXTENSIONS
    return own and not name.name.endswith("_seq") and not is_made_by_tests(project, query.path, name.name)


def _fate(project: BoundProject, name: UnknownName) -> Fate:
    schemas = name.qualifier[-1:] or project.catalog.search_path
    fates = [table_fate(project.catalog, schema, name.name) for schema in schemas]
    return max(fates, key=lambda fate: (fate.evident, fate.meant is not None))


def _finding(rule: Rule, query: BoundQuery, name: UnknownName, fate: Fate) -> Finding:
    whole = ".".join((*name.qualifier, name.name))
    return rule.finding(
        Place(query.path, name.span),
        f"the schema has no table `{whole}`{fate.told}",
        help=None if fate.proven or not fate.meant else f"Did you mean `{fate.meant}`?",
        subject=Subject(whole),
        labels=fate.labels,
        remedy=rename(query.path, name, fate),
    )


def _qualifier(rule: Rule, query: BoundQuery, name: UnknownName) -> Finding:
    """A name before a dot that the statement has not in its FROM."""
    whole = ".".join((*name.qualifier, name.name))
    return rule.finding(
        Place(query.path, name.span),
        f"no table or alias `{whole}` can be seen from here in this query",
        help="Add it to the FROM, or use the alias it has there.",
        subject=Subject(whole),
    )
