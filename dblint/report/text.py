"""The format ``text``: code frames for people, coloured where the terminal wants it."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.finding import Finding
from dblint.report.closing import closing, statistics
from dblint.report.frame import Line, frames, gutter_of
from dblint.report.model import Report
from dblint.report.visible import visible

_STYLES = {
    "error": "bold red",
    "warning": "bold yellow",
    "info": "bold blue",
    "label": "cyan",
    "gutter": "blue",
    "path": "bold",
    "strong": "bold",
    "help": "green",
}


def render(report: Report) -> str:
    """The report as plain text."""
    return "".join("".join(text for text, _ in line).rstrip() + "\n" for line in _lines(report))


def render_coloured(report: Report) -> str:
    """The report with a terminal's colours."""
    from rich.console import Console
    from rich.text import Text

    console = Console(force_terminal=True, color_system="standard", no_color=False, soft_wrap=True, highlight=False)
    with console.capture() as captured:
        for line in _lines(report):
            console.print(Text.assemble(*((text, _STYLES.get(style, "")) for text, style in line)))
    return captured.get()


def _lines(report: Report) -> Iterator[Line]:
    if report.statistics:
        yield from ([(line, "")] for line in statistics(report))
    else:
        for finding in report.findings:
            yield from _finding(report, finding)
    yield [(closing(report), "strong")]


def _finding(report: Report, finding: Finding) -> Iterator[Line]:
    yield [(f"{finding.severity}[{finding.rule}]", finding.severity), (f": {visible(finding.message)}", "strong")]
    yield from frames(report, finding)
    margin = " " * (gutter_of(finding) + 2) + "= "
    if finding.help:
        yield [(margin, "gutter"), ("help: ", "help"), (visible(finding.help), "")]
    if finding.fix:
        yield [(margin, "gutter"), ("fix: ", "help"), (f"{visible(finding.fix.title)} ({finding.fix.safety})", "")]
    yield []
