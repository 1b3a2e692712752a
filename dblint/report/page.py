"""A rule's page for a terminal."""

from __future__ import annotations


def coloured(head: str, body: str) -> str:
    """A heading line and Markdown, laid out and coloured for the terminal's width."""
    from rich.console import Console
    from rich.markdown import Markdown

    console = Console(force_terminal=True, color_system="standard", no_color=False, highlight=False)
    with console.capture() as captured:
        console.print(head, style="bold", markup=False)
        console.print(Markdown(body))
    return captured.get()
