"""Reads a file into its facts."""

from __future__ import annotations

from dblint.facts import (
    asserted_payloads,
    asynchrony,
    calls,
    clients,
    copied,
    data_files,
    dispatch,
    doubles,
    echoes,
    events,
    factories,
    fake_tables,
    fixtures,
    formulas,
    handed,
    instances,
    keyed,
    patches,
    pragmas,
    resources,
    rpc,
    schema_files,
    schema_maps,
    sql_pragmas,
    statements,
    theater,
)
from dblint.facts.draft import Draft
from dblint.facts.model import FileFacts
from dblint.facts.redacted import redacted
from dblint.rule import Rule
from dblint.source import Source
from dblint.syntax.cards import hits

_EXTRACTORS = (
    clients.extract,
    calls.extract,
    dispatch.extract,
    schema_maps.extract,
    keyed.extract,
    fake_tables.extract,
    factories.extract,
    asserted_payloads.extract,
    copied.extract,
)


def read(source: Source, cards: tuple[Rule, ...] = ()) -> FileFacts:
    """All that a file claims; broken code costs the broken part, and ``problem`` says what is wrong with it."""
    if not source.path.endswith((".py", ".pyi")):
        return redacted(data_files.read(source), source)
    draft = Draft(source)
    for extract in _EXTRACTORS:
        extract(draft)
    answers, handles = doubles.extract(draft)
    gifts = handed.extract(draft)
    changes = events.extract(draft)
    said = pragmas.read(draft)
    pragmas.bind(draft, said)
    made = fixtures.extract(draft)
    objects = instances.extract(draft)
    sql = statements.extract(draft)
    facts = FileFacts(
        path=source.path,
        rows=draft.rows,
        uses=tuple(draft.uses),
        keyed=tuple(draft.keyed),
        calls=tuple(draft.calls),
        schema_maps=tuple(draft.schema_maps),
        fixtures=made,
        created_tables=statements.created_tables(draft),
        statements=sql,
        drivers=statements.drivers(draft),
        loads=schema_files.extract(draft),
        pragmas=(*said, *sql_pragmas.pragmas(sql)),
        borrowed=tuple(draft.borrowed),
        makers=tuple(draft.makers),
        doubles=answers,
        handles=handles,
        handed=gifts,
        events=changes,
        patches=patches.extract(draft),
        rpc=rpc.extract(draft),
        card_hits=hits(source, cards) if cards else (),
        theater=theater.extract(draft),
        asynchrony=asynchrony.extract(draft),
        resources=resources.read(source),
        echoes=echoes.extract(draft),
        formulas=formulas.extract(draft),
        instances=objects,
        problem=draft.tree.problem(),
    )
    return redacted(facts, source, draft.tree)
