"""Options that several commands share, and the settings they come to."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from dblint import config
from dblint.cache import FOLDER, Cache, FolderCache, NoCache
from dblint.config import DIALECTS, Settings

F = TypeVar("F", bound=Callable[..., Any])


def project_options(command: F) -> F:
    """``--config``, ``--isolated``, ``--schema``, ``--dialect`` and ``--no-cache``."""
    for option in (
        click.option("--no-cache", is_flag=True, help="Neither read nor write the cache."),
        click.option("--dialect", type=click.Choice(DIALECTS), help="The dialect of the SQL files."),
        click.option(
            "--schema",
            "schema_paths",
            multiple=True,
            metavar="PATH",
            help="A schema file, folder or glob, in this order; replaces the configured ones.",
        ),
        click.option("--isolated", is_flag=True, help="Ignore all configuration files."),
        click.option(
            "--config",
            "config_file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="The pyproject.toml or dblint.toml to use; its folder is the project root.",
        ),
    ):
        command = option(command)
    return command


def settings_of(
    config_file: Path | None,
    isolated: bool,
    schema_paths: tuple[str, ...],
    dialect: str | None,
    paths: tuple[str, ...] = (),
) -> Settings:
    """The settings of the working directory, with what the command line says instead.

    Where all ``paths`` lie outside the working directory's project, the settings are those of the place they lie in.
    """
    if config_file is not None and isolated:
        raise click.UsageError("--config and --isolated contradict each other")
    cwd = Path.cwd()
    settings = config.load(cwd, config_file, isolated=isolated)
    elsewhere = None if config_file is not None else _elsewhere(settings.root, cwd, paths)
    if elsewhere is not None:
        settings = config.load(elsewhere, isolated=isolated)
    if schema_paths:
        settings = replace(settings, schema=tuple(_from_root(settings.root, cwd, path) for path in schema_paths))
    return settings if dialect is None else replace(settings, dialect=dialect)


def _elsewhere(root: Path, cwd: Path, paths: tuple[str, ...]) -> Path | None:
    """The folder all paths have in common, where none of them lies below the root."""
    whole = [Path(os.path.abspath(cwd / path)) for path in paths]  # noqa: PTH100 (a link stays where it stands)
    if not whole or any(path.is_relative_to(root) or path.resolve().is_relative_to(root.resolve()) for path in whole):
        return None
    return Path(os.path.commonpath([path if path.is_dir() else path.parent for path in whole]))


def _from_root(root: Path, cwd: Path, path: str) -> str:
    """A path or glob of the command line, which is seen from the working directory, as seen from the root."""
    return os.path.relpath(cwd / path, root).replace(os.sep, "/")


def cache_of(settings: Settings, no_cache: bool) -> Cache:
    """The cache in the project's root, or none."""
    return NoCache() if no_cache else FolderCache(settings.root / FOLDER)
