"""dead-patch-target: a patch of a name that the project's module does not have."""

from __future__ import annotations

import builtins
from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.checks.mocks import theaters
from dblint.facts.code_model import CodeFacts
from dblint.finding import Finding, Label
from dblint.rule import Rule
from dblint.source import Place, Span
from dblint.values.nearest import nearest

_DYNAMIC = frozenset(("globals", "exec", "setattr", "import_module", "vars", "locals", "__import__"))
_START = Span(1, 1, 1, 1)


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in theaters(project):
        for one in facts.replacements:
            home = project.code.home(path, one.target) if one.dotted and not one.creates else None
            module = project.code.file(home[0]) if home is not None else None
            if home is None or module is None or not _is_plain(project, module):
                continue
            name = home[1].partition(".")[0]
            names = _names(module)
            if names is not None and name not in names:
                meant = nearest(name, sorted(names))
                yield rule.finding(
                    Place(path, one.span),
                    f"`{module.path}` has no `{name}`, so this patch replaces nothing",
                    help=None if meant is None else f"Did you mean `{meant}`?",
                    labels=(Label(Place(module.path, _START), f"no `{name}` is defined or imported here"),),
                )


def _is_plain(project: BoundProject, module: CodeFacts) -> bool:
    """A module that can be read, is no package, and no other file goes by its name."""
    name = f"/{module.path.rpartition('/')[2]}"
    alike = [path for path in project.code.paths if f"/{path}".endswith(name)]
    return bool(module.functions) and name != "/__init__.py" and len(alike) == 1


def _names(module: CodeFacts) -> frozenset[str] | None:
    """All names of a module; None where more may come at run time."""
    functions = [one.name for one in module.functions if one.name]
    if any(one.name == "*" for one in module.imports) or "__getattr__" in functions:
        return None
    if any(call.name in _DYNAMIC for call in module.module.calls):
        return None
    made = [one.target.partition(".")[0].partition("[")[0] for one in module.module.assignments]
    # A function may declare a name global; no fact tells, so every name that one assigns counts.
    inner = [one.target.partition(".")[0] for function in module.functions for one in function.assignments]
    imported = [one.name.partition(".")[0] for one in module.imports]
    defined = [one.partition(".")[0] for one in (*functions, *(found.name for found in module.classes))]
    # ``patch`` itself creates what is built in.
    return frozenset((*made, *inner, *imported, *defined, *dir(builtins), "__file__", "__builtins__"))
