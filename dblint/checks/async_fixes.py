"""What the fixes of asynchronous tests have in common: the decorator, the mark, the import, opening and closing."""

from __future__ import annotations

from dblint.checks.async_clients import Constructor
from dblint.checks.async_runs import Runs
from dblint.checks.async_tests import Member, decoration_of_fixture
from dblint.facts.async_model import AsyncFacts, HandOut
from dblint.intent import AddImport, Intent, ReplaceText
from dblint.source import Place, Span


def article(word: str) -> str:
    """``a`` or ``an``, as the word in code quotes or without asks for."""
    return "an" if word.strip("`")[:1].lower() in "aeiou" else "a"


def insert(path: str, line: int, column: int, text: str) -> ReplaceText:
    return ReplaceText(Place(path, Span(line, column, line, column)), text)


def before(path: str, span: Span, text: str) -> ReplaceText:
    return insert(path, *span.start, text)


def behind(path: str, span: Span, text: str) -> ReplaceText:
    return insert(path, *span.end, text)


def module(path: str, file: AsyncFacts, name: str) -> tuple[str, tuple[Intent, ...]]:
    """The name a module goes by in a file, and what imports it where nothing does yet."""
    known = next((one.name for one in file.imported if one.dotted == name), None)
    return (known, ()) if known is not None else (name, (AddImport(path, file.imports, name),))


def beside(path: str, file: AsyncFacts, module: str, name: str) -> ReplaceText | None:
    """The name added to what the file imports from the module, in the order of the alphabet; None where it does not."""
    known = [one for one in file.imported if one.from_module == module]
    earlier = [one for one in known if one.dotted.lower() < f"{module}.{name}".lower()]
    if earlier:
        return behind(path, earlier[-1].span, f", {name}")
    return before(path, known[0].span, f"{name}, ") if known else None


def async_fixture(fixture: Member, file: AsyncFacts, runs: Runs) -> tuple[Intent, ...]:
    """The decorator under which pytest-asyncio runs the fixture, where its own does not do."""
    decoration = decoration_of_fixture(fixture.routine)
    if decoration is None or decoration.name == "pytest_asyncio.fixture" or runs.mode(fixture.path) != "strict":
        return ()
    name, imports = module(fixture.path, file, "pytest_asyncio")
    return (ReplaceText(Place(fixture.path, decoration.callee), f"{name}.fixture"), *imports)


def made_async(member: Member) -> ReplaceText:
    return before(member.path, member.routine.keyword, "async ")


def marked(test: Member, file: AsyncFacts, runs: Runs) -> tuple[Intent, ...]:
    """The mark that lets a plugin run the test: pytest-asyncio's, or anyio's where only that is there."""
    plugin = "asyncio" if runs.has_asyncio(test.path) or not runs.setup(test.path).anyio else "anyio"
    name, imports = module(test.path, file, "pytest")
    mark = next((f"{one.name}.{plugin}" for one in file.imported if one.dotted == "pytest.mark"), None)
    if mark is not None and imports:
        imports = ()
    text = f"@{mark or f'{name}.mark.{plugin}'}\n{test.routine.indent}"
    return (before(test.path, test.routine.above, text), *imports)


def free_name(fixture: Member, noun: str) -> str:
    """A name for the client that the fixture does not use yet."""
    taken = {*fixture.routine.names} - {fixture.routine.name}
    return noun if noun not in taken else f"opened_{noun}"


def closing(constructor: Constructor, name: str, indent: str) -> str:
    return "".join(f"\n{indent}{one.format(name)}" for one in constructor.close)


def yielded(
    fixture: Member, hand_out: HandOut, constructor: Constructor, *, opened: str = "", first: str = ""
) -> tuple[Intent, ...] | None:
    """The last statement so written that it yields the client and closes it.

    ``opened`` stands in front of the expression that makes the client, ``first`` is a statement about ``{0}`` before it
    is yielded. None where the statement is not the last or has a shape of its own.
    """
    if not hand_out.last:
        return None
    path, indent = fixture.path, fixture.routine.body_indent
    keyword = Span(*hand_out.statement.start, *hand_out.value.start)
    if hand_out.name:
        word = () if hand_out.yields else (ReplaceText(Place(path, keyword), "yield "),)
        return (*word, behind(path, hand_out.statement, closing(constructor, hand_out.name, indent)))
    name = free_name(fixture, constructor.noun)
    between = f"\n{indent}{first.format(name)}" if first else ""
    tail = f"{between}\n{indent}yield {name}{closing(constructor, name, indent)}"
    return (ReplaceText(Place(path, keyword), f"{name} = {opened}"), behind(path, hand_out.statement, tail))
