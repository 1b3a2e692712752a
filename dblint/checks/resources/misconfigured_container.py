"""misconfigured-container: testcontainers used so that it cannot work."""

from __future__ import annotations

from collections.abc import Iterator

from dblint.binding.model import BoundProject
from dblint.facts.resources_model import ContainerArgument, ContainerPort
from dblint.finding import Finding, Remedy
from dblint.intent import ReplaceText
from dblint.rule import Rule
from dblint.source import Place

_WHY = {
    "asked": "`{container}` publishes {listens}, the port in the container, so there is no mapping for {port}",
    "bound": "the container's port comes first: this publishes {port}, and `{container}` listens on {listens}",
    "constructed": "`port` is the one in the container: nothing listens on {port}, `{container}` listens on {listens}",
}


def check(rule: Rule, project: BoundProject) -> Iterator[Finding]:
    for path, facts in project.facts.items():
        if facts.resources is not None:
            yield from (_argument(rule, path, one) for one in facts.resources.arguments)
            yield from (_port(rule, path, one) for one in facts.resources.ports)


def _argument(rule: Rule, path: str, one: ContainerArgument) -> Finding:
    place = Place(path, one.span)
    meant = f"; it is `{one.meant}`" if one.meant else ""
    return rule.finding(
        place,
        f"`{one.container}` has no argument `{one.keyword}`{meant}",
        help="What the class does not know goes to `docker run`, which refuses it when the container starts.",
        remedy=Remedy(f"Write `{one.meant}`", "unsafe", (ReplaceText(place, one.meant),)) if one.meant else None,
    )


def _port(rule: Rule, path: str, one: ContainerPort) -> Finding:
    place = Place(path, one.span)
    meant = f"{one.listens}, {one.port}" if one.use == "bound" else str(one.listens)
    return rule.finding(
        place,
        _WHY[one.use].format(container=one.container, listens=one.listens, port=one.port),
        help="`get_exposed_port` takes the container's port and gives the host's; `with_bind_ports(container, host)` "
        "fixes the host's.",
        remedy=Remedy(f"Write `{meant}`", "unsafe", (ReplaceText(place, meant),)),
    )
