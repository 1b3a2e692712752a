"""The command line: arguments in, exit code out."""

from __future__ import annotations

import gc
from importlib import import_module
from typing import Any

import click

from dblint import __version__
from dblint.errors import DblintError

_COMMANDS = ("check", "schema", "context", "explain", "rules")


class _Failure(click.ClickException):
    """dblint could not do its job: one line on stderr and exit code 2."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        click.echo(f"dblint: {self.format_message()}", file=file, err=True)


class _Commands(click.Group):
    """Sub-commands, each in the module of its name and imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"dblint.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and not args[0].startswith("-") and args[0] not in _COMMANDS:
            from dblint.errors import suggestion

            raise click.UsageError(f"there is no command `{args[0]}`{suggestion(args[0], _COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except DblintError as error:
            raise _Failure(str(error)) from error


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="dblint", message="%(prog)s %(version)s")
def commands() -> None:
    """Find where a project's Python test doubles lie about its database.

    Offline: dblint reads SQL files and Python tests, and runs neither.
    """


def main() -> None:
    """Run dblint; whatever goes wrong inside it ends in exit code 2 and never in 0 or 1."""
    # Trees and facts form no cycles and the process is short: collecting them would double the time of a cold run.
    gc.disable()
    try:
        commands(prog_name="dblint")
    except Exception as error:
        from dblint.reading import crash

        click.echo(f"dblint: {crash('.', error, 'unexpectedly').message}; please report this", err=True)
        raise SystemExit(2) from error
