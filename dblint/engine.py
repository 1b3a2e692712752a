"""The sentence of a run: discover, read, facts, bind, check, suppress, sort; fixing says it again over new texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dblint import rulebook
from dblint.cache import Cache, NoCache, digest
from dblint.config import Settings
from dblint.errors import DblintError
from dblint.project import Scope
from dblint.reading import Files, Problem, build, stamps
from dblint.result import Result
from dblint.rule import Rule
from dblint.rulebook import Rulebook
from dblint.runner.model import Runner
from dblint.runner.read import consulted, runner
from dblint.source import Source

if TYPE_CHECKING:
    from dblint.code_book import CodeBook
    from dblint.context import Context
    from dblint.facts.model import FileFacts
    from dblint.judging import Case
    from dblint.knowledge import FactBook, Known, Schema

_PASSING = frozenset({"internal-error", "missing-schema-file"})
"""Findings that may go without any file changing that the run has read."""


@dataclass(slots=True)
class Engine:
    """One project under one set of settings; each run reads only what changed since the last."""

    settings: Settings
    book: Rulebook
    scope: Scope
    cache: Cache = field(default_factory=NoCache)
    jobs: int = 1
    files: Files = field(init=False)
    rules: tuple[Rule, ...] = field(init=False)
    """The rules selected."""
    _schema_key: str = field(init=False, default="")
    _schema: Schema | None = field(init=False, default=None)
    _facts: FactBook | None = field(init=False, default=None)
    _code: CodeBook | None = field(init=False, default=None)
    _runner: Runner | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.files = Files(self.settings.root)
        self.rules = rulebook.select(self.book, self.settings)

    def recall(self) -> Result:
        """The findings of the project as it is, from the cache when nothing changed since they were stored."""
        self._schema_key = self._schema_key or schema_key(self.settings, self.files)
        python = map(self.files.digest, self.scope.known)
        asked = (*self.scope.others, *self.scope.data, *consulted(self.settings.root, self.scope.known))
        others = stamps(self.settings.root, asked)
        key = digest(build(), self.book.key, repr(self.settings), self._schema_key, *others, *python)
        known = self.cache.get("findings", key, Result)
        if known is None:
            known = self.run()
            if not any(finding.rule in _PASSING for finding in known.findings):
                self.cache.put("findings", key, known, Result)
        return known

    def run(self, overlay: Mapping[str, str] | None = None) -> Result:
        """The findings of the project, or of what it would be with these texts in the place of its files'."""
        from dblint.judging import judge

        case = self._case(overlay or {})
        result = judge(case)
        if self._code is not None and not overlay:
            self._code.keep()
        return result

    def context(self) -> Context:
        """What was discovered of the project as it is.

        Raises:
            DblintError: dblint crashed while it tied mock rows to tables.
        """
        from dblint.context import describe
        from dblint.judging import bound

        case = self._case({})
        project, unbound = bound(case)
        if unbound:
            raise DblintError("; ".join(problem.message for problem in unbound))
        return describe(project, case.schema.taken)

    def _case(self, overlay: Mapping[str, str]) -> Case:
        """All there is to judge."""
        from dblint.judging import Case
        from dblint.knowledge import with_own_code

        sources = self.sources(overlay)
        finish = self._begin(sources, overlay)
        schema = self._schema_now()
        known = finish()
        facts = {path: one.facts for path, one in known.items() if one.facts is not None}
        schema = with_own_code(schema, facts.values(), self.settings.root, self.scope.others)
        read = map(self.files.source, self.scope.known)
        scripts = (path for path in self.scope.data if path.lower().endswith(".sql"))
        sql = map(self.files.source, dict.fromkeys((*schema.taken, *scripts)))
        unread = [one for one in read if isinstance(one, Problem)]
        return Case(
            settings=self.settings,
            book=self.book,
            rules=self.rules,
            facts=facts,
            schema=schema,
            sources=sources,
            sql=[one for one in sql if isinstance(one, Source)],
            problems=[*unread, *(one.problem for one in known.values() if one.problem is not None)],
            code=self._code_over(overlay),
            runner=self._runner_now(facts),
        )

    def _code_over(self, overlay: Mapping[str, str]) -> CodeBook:
        """The code of tests and sources, read where somebody asks for it."""
        if self._code is None:
            from dblint.code_book import CodeBook

            paths = frozenset((*self.scope.known, *self.scope.others))
            self._code = CodeBook(self.cache, self.files, paths, self.jobs)
        return self._code.over(overlay)

    def sources(self, overlay: Mapping[str, str] | None = None) -> dict[str, Source]:
        """The project's readable files, with the overlay's texts in the place of theirs."""
        texts = overlay or {}
        found = {path: self.files.source(path) for path in (*self.scope.known, *self.scope.data)}
        return {
            path: replace(source, text=texts[path]) if path in texts else source
            for path, source in found.items()
            if isinstance(source, Source)
        }

    def _begin(self, sources: Mapping[str, Source], overlay: Mapping[str, str]) -> Callable[[], Mapping[str, Known]]:
        """Begin to make the facts; the call returned waits for them and remembers those of the files as they are."""
        from dblint.knowledge import FactBook

        if self._facts is None:
            cards = tuple(rule for rule in self.book.rules if rule.card is not None)
            self._facts = FactBook(self.cache, cards, self.jobs)
        digests = {
            path: digest(path, "overlay", overlay[path]) if path in overlay else self.files.digest(path)
            for path in sources
        }
        book, made = self._facts, self._facts.begin(digests, sources)

        def finish() -> Mapping[str, Known]:
            known = made()
            if not overlay:
                book.keep(digests.values())
            return known

        return finish

    def _runner_now(self, facts: Mapping[str, FileFacts]) -> Runner:
        """What pytest is told, read once; nobody asks where nothing is asynchronous."""
        if self._runner is None:
            paths = [path for path, one in facts.items() if one.asynchrony is not None]
            self._runner = runner(self.settings.root, paths)
        return self._runner

    def _schema_now(self) -> Schema:
        from dblint.knowledge import schema

        if self._schema is None:
            self._schema_key = self._schema_key or schema_key(self.settings, self.files)
            self._schema = schema(self.settings, self._schema_key, self.cache)
        return self._schema


def schema_key(settings: Settings, files: Files) -> str:
    """What the catalog depends on: the SQL files, taken or left, and the settings about them."""
    about = (settings.schema, settings.exclude, settings.dialect, settings.search_path)
    paths = _schema_paths(settings)
    return digest(build(), repr(about), *map(files.digest, (*paths, *_plans(settings, paths))))


def _plans(settings: Settings, paths: tuple[str, ...]) -> list[str]:
    """The plan files beside ``deploy`` folders, which say what is deployed and in which order."""
    bases = {base for path in paths for base in _before_deploy(path)}
    return sorted(f"{base}sqitch.plan" for base in bases if (settings.root / f"{base}sqitch.plan").is_file())


def _before_deploy(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    return ("".join(f"{one}/" for one in parts[:depth]) for depth, part in enumerate(parts) if part == "deploy")


def _schema_paths(settings: Settings) -> tuple[str, ...]:
    if not settings.schema:
        from dblint.catalog.files.walk import sql_files

        return tuple(sql_files(settings.root, settings.exclude))
    from dblint.catalog.files.configured import matches

    return tuple(dict.fromkeys(path for pattern in settings.schema for path in matches(settings.root, pattern)[0]))
