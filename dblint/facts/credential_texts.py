"""Judges the texts of a file, whatever its format, and tells the credentials in them without their values."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

from dblint.facts.allowances import is_allowed
from dblint.facts.credential_forms import Named, in_group, passwords
from dblint.facts.credential_tokens import Token, tokens
from dblint.facts.credential_words import is_strong
from dblint.facts.credentials_model import Credential, CredentialKind, Grade
from dblint.redaction import masked, stands_in
from dblint.source import Span

_MARKS = (
    *(
        "passw",
        "pwd",
        "passphrase",
        "_pass",
        "eyj",
        "sb_secret_",
        "sbp_",
        "pscale_",
        "4b1d",
        "accountkey",
        "npg_",
        "napi_",
    ),
    *("avns_", "ccdb1_", "mdb_sa_", "xau_", "pcsk_", "x-amz-signature", "private key", "authtoken"),
)
_SCHEME = re.compile(
    r"(?:sql|postgres|postgis|maria|mongo|redis|valkey|amqp|snowflake|cockroach|house|neo4j|bolt|oracle|redshift|bricks"
    r"|cassandra|couchbase|scylla|timescale|db|presto|trino|hana|vertica|prisma)s?(?:\+[\w+]+)?://"
)
_OTHERS = re.compile(r"A[KS]IA[A-Z2-7]{16}|dapi[a-f0-9]{32}|\b[Pp](?:ass|ASS)[\"']?\s*[:=]")

LITERAL = re.compile(
    r"(?s)'''(?P<a>.*?)'''|\"\"\"(?P<b>.*?)\"\"\"|'(?P<c>(?:[^'\\\n]|\\.)*)'|\"(?P<d>(?:[^\"\\\n]|\\.)*)\""
)
_TESTING = re.compile(
    r"(?:^|[_\W\d])(?:tests?|testing|dummy|fake|mock(?:ed)?|samples?|examples?|invalid|bogus|throwaway|wrong|bad|weak)"
    r"(?:$|[_\W\d])",
    re.IGNORECASE,
)
_SPECIMEN = re.compile(r"[._-](?:example|sample|template|tmpl|tpl|dist|default|skel)s?(?:\.\w+)?$", re.IGNORECASE)
"""What a file to be copied and filled in is called."""
_GENERIC = frozenset(
    {
        "dsn",
        "url",
        "uri",
        "conninfo",
        "connstring",
        "connectionstring",
        "connstr",
        "connection",
        "value",
        "default",
        "args",
    }
)
_NAMES: dict[CredentialKind, str] = {
    "dsn": "DATABASE_URL",
    "privileged-key": "SUPABASE_SERVICE_ROLE_KEY",
    "provider-token": "DATABASE_TOKEN",
    "private-key": "PRIVATE_KEY",
    "password": "DATABASE_PASSWORD",
}
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|\W+")


def is_hinted(text: str) -> bool:
    """Whether a text has anything in it that every credential has."""
    lowered = text.lower()
    if any(mark in lowered for mark in _MARKS):
        return True
    if "://" in lowered and _SCHEME.search(lowered):
        return True
    return any(mark in text for mark in ("AKIA", "ASIA", "dapi", "pass", "PASS")) and bool(_OTHERS.search(text))


@dataclass(frozen=True, slots=True)
class Piece:
    """One text of a file: what it says (run-time parts as holes), from where to where, and what it goes by.

    ``replaced`` says what a fix may put into its place: an environment look-up, or a placeholder where the text is put
    into the environment itself; nothing where neither would do.
    """

    text: str
    start: int
    end: int
    name: str = ""
    replaced: str = ""


@dataclass(slots=True)
class Judge:
    """The credentials of one file, gathered text by text."""

    path: str
    text: str
    words: Collection[str] = ()
    """Strings of the file that a test may have signed its own tokens with."""
    found: dict[Credential, None] = field(default_factory=dict)
    values: set[str] = field(default_factory=set)
    """The secret values; they leave this object as spans only."""
    _stretches: set[tuple[int, int]] = field(default_factory=set)
    _starts: list[int] = field(default_factory=list)
    _lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._lines = self.text.split("\n")
        start = 0
        for line in self._lines:
            self._starts.append(start)
            start += len(line) + 1

    def span(self, start: int, end: int) -> Span:
        first, last = bisect_right(self._starts, start), bisect_right(self._starts, end)
        return Span(first, start - self._starts[first - 1] + 1, last, end - self._starts[last - 1] + 1)

    def offset(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1

    def take(self, piece: Piece) -> None:
        """Judge a text by itself."""
        if not is_hinted(piece.text):
            return
        taken: list[tuple[int, int]] = []
        for one in passwords(piece.text):
            if self._is_left_to_fill_in(piece.text[one.start : one.end]):
                continue
            taken.append((one.start, one.end))
            whole = piece.text[slice(*one.whole)].strip() == piece.text.strip()
            self._add(piece, "dsn", one.grade, one.shown, one.reason, (one.start, one.end), whole=whole)
        for token in tokens(piece.text, self.words):
            if not any(start < token.end and token.start < end for start, end in taken):
                taken.append((token.start, token.end))
                self._add_token(piece, token)

    def take_group(self, pieces: Sequence[Piece], hosts: Iterable[Named] = ()) -> None:
        """Judge named values that belong together; ``hosts`` are others of the group, known or not."""
        by_name = {Named(piece.name, piece.text): piece for piece in pieces}
        for one, grade, shown, reason, opens in in_group([*by_name, *hosts]):
            if one in by_name and not self._is_left_to_fill_in(one.text or ""):
                piece = by_name[one]
                kind: CredentialKind = "dsn" if opens else "password"
                self._add(piece, kind, grade, shown, reason, (0, len(piece.text)), whole=True)

    def _is_left_to_fill_in(self, password: str) -> bool:
        """In ``.env.example`` stands what a user replaces, in whatever language, unless it looks drawn."""
        return bool(_SPECIMEN.search(self.path)) and not is_strong(password)

    def hidden(self) -> tuple[Span, ...]:
        """Every stretch of the file that holds a value, wherever it stands."""
        stretches = set(self._stretches)
        for value in self.values:
            stretches.update(stands_in(value, self.text))
        return tuple(self.span(*one) for one in sorted(stretches))

    def _add_token(self, piece: Piece, token: Token) -> None:
        if token.kind == "private-key" and (_TESTING.search(piece.name) or _is_test_material(self.path)):
            return
        whole = not piece.text[: token.start].strip() and not piece.text[token.end :].strip()
        grade: Grade = "error"
        at = (token.start, token.end)
        self._add(piece, token.kind, grade, token.shown, token.what, at, whole=whole, expires=token.expires)

    def _add(
        self,
        piece: Piece,
        kind: CredentialKind,
        grade: Grade,
        shown: str,
        reason: str,
        at: tuple[int, int],
        *,
        whole: bool,
        expires: int | None = None,
    ) -> None:
        value = piece.text[slice(*at)]
        self._hide(piece, value)
        span = self.span(piece.start, piece.end)
        if is_allowed(self._lines, span):
            return
        replacement = ""
        if whole and piece.replaced:
            replacement = _lookup(kind, piece.name) if piece.replaced == "lookup" else _stand_in(kind, shown)
        lookup = span if replacement else None
        said, why = masked(shown, [value]), masked(reason, [value])
        credential = Credential(kind, grade, span, said, why, expires, lookup, replacement)
        if not any(other.span == span for other in self.found):
            self.found[credential] = None

    def _hide(self, piece: Piece, value: str) -> None:
        """Remember the value; where the source does not say it as it is, all the literals of the piece are hidden."""
        lines = [line.strip() for line in value.split("\n")] if "\n" in value else [value]
        self.values.update(line for line in lines if line)
        source = self.text[piece.start : piece.end]
        if all(any(stands_in(line, source)) for line in lines if line):
            return
        for literal in LITERAL.finditer(source):
            group = literal.lastgroup or "d"
            start, end = literal.span(group)
            if end > start:
                self._stretches.add((piece.start + start, piece.start + end))
        if not LITERAL.search(source):
            self._stretches.add((piece.start, piece.end))


def _is_test_material(path: str) -> bool:
    """A file whose own name says that its keys are made up."""
    return bool(_TESTING.search(re.sub(r"^test_|_test(?=\.)", "", path.rpartition("/")[2].rpartition(".")[0])))


def _lookup(kind: CredentialKind, name: str) -> str:
    return f'os.environ.get("{_variable(kind, name)}", "")'


def _variable(kind: CredentialKind, name: str) -> str:
    last = name.rpartition(".")[2]
    plain = re.sub(r"[\W_]", "", last).lower()
    if not plain or plain in _GENERIC or not last.isascii() or last[:1].isdigit() or len(last) > 40:
        return _NAMES[kind]
    if plain in ("password", "passwd", "pwd", "pass"):
        return "DATABASE_PASSWORD"
    return _HUMPS.sub("_", last).strip("_").upper()


def _stand_in(kind: CredentialKind, shown: str) -> str:
    """A text that anybody sees to be made up, of the form the code under test expects."""
    scheme, separator, _ = shown.partition("://")
    if kind == "dsn" and separator and re.fullmatch(r"[\w+:]+", scheme):
        return f'"{scheme}://user:password@localhost/test"'
    if kind == "dsn" and shown.startswith("host="):
        return '"host=localhost user=user password=password"'
    return '"placeholder"'
