"""``dblint check``: the main job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from dblint import project, rulebook
from dblint.cli.options import cache_of, project_options, settings_of
from dblint.cli.outcome import Outcome, exit_code, reported
from dblint.cli.output import FORMATS, Output
from dblint.config import Settings
from dblint.engine import Engine
from dblint.rulebook import Rulebook


@click.command(short_help="Check the project's tests against its schema.")
@click.argument("paths", nargs=-1, metavar="[PATHS]...")
@click.option("--fix", "do_fix", is_flag=True, help="Make the safe fixes.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix or --diff, make the unsafe fixes too.")
@click.option("--diff", "show_diff", is_flag=True, help="Print what --fix would change; change nothing.")
@click.option("--select", multiple=True, metavar="RULES", help="Rules or groups to apply, or `all`; comma-separated.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Rules or groups to leave out.")
@click.option("--extend-select", multiple=True, metavar="RULES", help="Rules or groups to apply as well.")
@click.option("--preview/--no-preview", default=None, help="Apply the rules in preview.")
@click.option("--output-format", type=click.Choice(FORMATS), default="text", show_default=True)
@click.option("--output-file", type=click.Path(dir_okay=False, path_type=Path), help="Write the report there.")
@project_options
@click.option("--jobs", type=click.IntRange(min=0), default=0, metavar="N", help="Processes; 0 chooses by itself.")
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of showing them.")
@click.option("--exit-zero", is_flag=True, help="Exit with 0 even when there are findings.")
@click.option("--exit-non-zero-on-fix", is_flag=True, help="Exit with 1 when something was fixed.")
@click.option("--force-exclude", is_flag=True, help="Leave out excluded files even when they are named.")
def command(
    paths: tuple[str, ...],
    do_fix: bool,
    unsafe_fixes: bool,
    show_diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    preview: bool | None,
    output_format: str,
    output_file: Path | None,
    config_file: Path | None,
    isolated: bool,
    schema_paths: tuple[str, ...],
    dialect: str | None,
    no_cache: bool,
    jobs: int,
    statistics: bool,
    exit_zero: bool,
    exit_non_zero_on_fix: bool,
    force_exclude: bool,
) -> None:
    """Check the project's tests against its schema.

    PATHS are the files and folders to report on; the whole project is known whatever they are.
    Exit code: 0 clean, 1 findings, 2 dblint could not do its job.
    """
    settings = settings_of(config_file, isolated, schema_paths, dialect, paths)
    cache = cache_of(settings, no_cache)
    book = rulebook.load(settings, cache)
    chosen = (_names(book, "--select", select), _names(book, "--ignore", ignore))
    settings = with_selection(settings, *chosen, _names(book, "--extend-select", extend_select), preview)
    scope = project.scope(settings, paths, Path.cwd(), force_exclude=force_exclude)
    engine = Engine(settings, book, scope, cache, jobs)
    output = Output(engine, output_format, output_file, statistics=statistics)
    if show_diff:
        from dblint.cli.fix import diff

        outcome = diff(engine, output, unsafe=unsafe_fixes)
    elif do_fix:
        from dblint.cli.fix import fix

        outcome = fix(engine, output, unsafe=unsafe_fixes)
    else:
        result = engine.recall()
        outcome = Outcome(reported(scope, result.findings))
        output.report(outcome.findings, result)
    raise SystemExit(exit_code(outcome, settings, exit_zero=exit_zero, on_fix=exit_non_zero_on_fix or show_diff))


def _names(book: Rulebook, option: str, given: tuple[str, ...]) -> tuple[str, ...]:
    names = tuple(name.strip() for one in given for name in one.split(",") if name.strip())
    for name in names:
        book.meant(name, option)
    return names


def with_selection(
    settings: Settings,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    extend_select: tuple[str, ...],
    preview: bool | None,
) -> Settings:
    """The settings with the command line's selection over the configured one, as ruff layers them."""
    if preview is not None:
        settings = replace(settings, preview=preview)
    if select:
        return replace(settings, select=select, ignore=ignore, extend_select=extend_select)
    kept = tuple(name for name in settings.ignore if name not in extend_select)
    return replace(settings, ignore=kept + ignore, extend_select=settings.extend_select + extend_select)
