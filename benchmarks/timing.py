"""Time commands as whole processes, in turn, and print the ratios of their medians."""

from __future__ import annotations

import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Command:
    """A command to time; ``prepare`` runs untimed before each run (it empties a cache, for one)."""

    name: str
    argv: Sequence[str]
    cwd: Path
    runs: int = 7
    prepare: Callable[[], None] = lambda: None


def measure(commands: Sequence[Command]) -> Mapping[str, float]:
    """Median wall seconds per command; rounds go through all commands in turn, after one warm-up each."""
    times: dict[str, list[float]] = {command.name: [] for command in commands}
    for round_ in range(max(command.runs for command in commands) + 1):
        for command in commands:
            if round_ <= command.runs and (round_ or command.runs > 1):
                seconds = _run(command)
                if round_ or command.runs == 1:
                    times[command.name].append(seconds)
    return {name: statistics.median(values) for name, values in times.items()}


def _run(command: Command) -> float:
    command.prepare()
    start = time.perf_counter()
    subprocess.run(command.argv, cwd=command.cwd, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def report(title: str, medians: Mapping[str, float], base: str) -> None:
    """Print a table: each command's median and its ratio to ``base``."""
    print(f"\n{title}")
    width = max(map(len, medians))
    for name, seconds in medians.items():
        print(f"  {name:<{width}}  {seconds:8.3f} s   {seconds / medians[base]:8.2f} × {base}")
