"""How findings speak of credentials: what they are and why they count, what to do, and never the value."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from time import time

from dblint.binding.model import BoundProject
from dblint.facts.credentials_model import Credential, CredentialKind, Credentials
from dblint.finding import SEVERITIES, Finding, Remedy
from dblint.intent import AddImport, Intent, ReplaceValue
from dblint.rule import Rule
from dblint.source import Place

_ROTATE = "Rotate it: it stays in the repository's history when the line is gone."
_PYTHON = (".py", ".pyi")


def findings(rule: Rule, project: BoundProject, kind: CredentialKind, holds: str) -> Iterator[Finding]:
    """A finding for each credential of a kind; ``holds`` says what is wrong, with ``{shown}`` and ``{reason}``."""
    for path, facts in project.facts.items():
        for one in facts.credentials.found:
            if one.kind == kind:
                yield _finding(rule, path, facts.credentials, one, holds)


def _finding(rule: Rule, path: str, of: Credentials, one: Credential, holds: str) -> Finding:
    message = holds.format(shown=one.shown, reason=one.reason)
    expired = one.expires is not None and one.expires < time()
    if expired:
        message += "; it has expired"
    found = rule.finding(
        Place(path, one.span),
        message,
        help=f"{_ROTATE} {_instead(path)}",
        remedy=_remedy(rule, path, of, one),
    )
    grade = "info" if expired else one.grade
    return replace(found, severity=max(rule.severity, grade, key=SEVERITIES.index))


def _instead(path: str) -> str:
    if path.endswith(_PYTHON):
        return "Then read it from the environment, and let a fixture skip what needs it where it is not set."
    return "Then leave it to the environment or a secret store, and keep a placeholder here."


def _remedy(rule: Rule, path: str, of: Credentials, one: Credential) -> Remedy | None:
    if one.lookup is None or rule.fix == "none" or not path.endswith(_PYTHON):
        return None
    intents: tuple[Intent, ...] = (ReplaceValue(Place(path, one.lookup), one.replacement),)
    if "os." not in one.replacement:
        return Remedy("Put a placeholder in its place", rule.fix, intents)
    if of.imports is not None:
        intents += (AddImport(path, of.imports, "os"),)
    return Remedy("Read it from the environment", rule.fix, intents)
