"""The forms in which a password for a database is written: URLs, keyword strings, and named values side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from dblint.facts.credential_hosts import HostKind, kind, provider
from dblint.facts.credential_words import HOLE, is_placeholder, is_strong, is_template, says_example
from dblint.facts.credentials_model import Grade

_SCHEMES = (
    r"postgres(?:ql)?|postgis|pgsql|psql|timescale(?:db)?|cockroach(?:db)?|redshift|mysqlx?|mariadb|mongodb(?:\+srv)?"
    r"|rediss?|valkeys?|amqps?|mssql|sqlserver|snowflake|clickhouse(?:db)?s?|neo4j(?:\+s(?:sc)?)?|bolt(?:\+s(?:sc)?)?"
    r"|oracle|libsql|databricks|trino|presto|vertica|hana|couchbases?|cassandra|scylla|tidb|singlestoredb|prisma|mysql2"
)
_URL = re.compile(
    rf"(?<![\w-])(?P<scheme>(?:{_SCHEMES})(?:\+[a-z0-9_]+)?)://(?P<user>[^\s:/?#'\"`]*):(?P<password>[^\s'\"`]*?)@"
    rf"(?P<hosts>(?:\[[0-9a-fA-F:.%]+\]|[^\s:/?#,@'\"`;)\]]+)(?::[^\s/?#,@'\"`]*)?(?:,[^\s/?#@'\"`]+)?)(?=[/?#\s'\"`;)\]]|$)",
    re.IGNORECASE,
)
_BARE_URL = re.compile(
    rf"(?<![\w-])(?P<scheme>(?:jdbc:)?(?:{_SCHEMES})(?:\+[a-z0-9_]+)?)://(?P<hosts>[^\s/?#;@'\"`]+)(?P<rest>[/?;][^\s'\"`]*)",
    re.IGNORECASE,
)
_PARAMETER = re.compile(
    r"(?<=[?&;])(?P<key>password|pwd|authtoken|api_key|sslpassword)=(?P<value>[^&;\s]+)", re.IGNORECASE
)
_FIELD = re.compile(
    r"(?<![\w.-])(?P<key>[A-Za-z][A-Za-z_]*(?: [A-Z][a-z]+)?)\s*=\s*"
    r"(?:'(?P<single>(?:[^'\\]|\\.|'')*)'|\"(?P<double>[^\"]*)\"|\{(?P<braced>(?:[^}]|\}\})*)\}|(?P<bare>[^\s;'\"`]+))"
)
_ODBC_FIELD = re.compile(
    r"(?:^|;)\s*(?P<key>[A-Za-z][A-Za-z_ ]*?)\s*=\s*"
    r"(?:'(?P<single>[^']*)'|\"(?P<double>[^\"]*)\"|\{(?P<braced>(?:[^}]|\}\})*)\}(?=;|\s*$)|(?P<bare>[^;]*))"
)
_COMMAND_PASSWORD = re.compile(r"\b(?P<key>PGPASSWORD|MYSQL_PWD)=['\"]?(?P<value>[^\s'\"]+)")
_COMMAND_HOST = re.compile(r"(?:\s-h\s*|\s--host[= ]|\bPGHOST=|@)(?P<host>[\w.\[\]:-]+)")
_HOSTS = frozenset(
    re.findall(
        r"\w+",
        "host hostaddr hostname server servername address addr datasource networkaddress endpoint account uri url",
    )
)
_PASSWORDS = frozenset({"password", "passwd", "pwd", "pass"})
_ACCOUNT = re.compile(r"(?:^|_)account$", re.IGNORECASE)
_OF_SNOWFLAKE = frozenset({"warehouse", "snowflake_warehouse", "snowflake_account", "account_identifier"})
_ENVIRONMENT = frozenset(
    {"pgpassword", "mysql_pwd", "rediscli_auth", "sqlcmdpassword", "snowflake_password", "mongodb_password"}
)
_NAME_OF_PASSWORD = re.compile(
    r"(?:^|[_.-])(?:password|passwd|pwd|pass|passphrase)$|pgpassword$|[a-z]Password$", re.IGNORECASE
)
_NAME_OF_HOST = re.compile(
    r"(?:^|[_.-])(?:host|hostname|hostaddr|server|addr|address|endpoint)$|pghost(?:addr)?$|[a-z](?:Host|Server)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Password:
    """A password that counts as real: where it stands in its text, how it may be shown, and why it counts."""

    start: int
    end: int
    grade: Grade
    shown: str
    reason: str
    whole: tuple[int, int]
    """The stretch of the text that is the connection string."""


def passwords(text: str) -> Iterator[Password]:
    """The real passwords of the connection strings in a text."""
    if "://" in text:
        for found in _URL.finditer(text):
            yield from _of_url(found)
        for found in _BARE_URL.finditer(text):
            yield from _of_parameters(found)
    if "PGPASSWORD=" in text or "MYSQL_PWD=" in text:
        yield from _of_command(text)
    lowered = text.lower()
    if "=" in text and ("password" in lowered or "pwd" in lowered or "passwd" in lowered):
        for start, line in _lines(text):
            yield from _of_keywords(line, start)


def _of_command(text: str) -> Iterator[Password]:
    """``PGPASSWORD=… psql -h host``: a command line that says both."""
    password, host = _COMMAND_PASSWORD.search(text), _COMMAND_HOST.search(text)
    if password is not None and host is not None:
        name = re.sub(r"^['\"]|['\"]$", "", host["host"])
        reason = _real(password["value"], "", name)
        if reason is not None:
            shown = f"{password['key']}=*** … {name}"
            yield Password(*password.span("value"), reason[0], shown, reason[1], (0, 0))


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """A short text as one piece, a long one by lines."""
    if len(text) <= 1000:
        yield 0, text
        return
    start = 0
    for line in text.split("\n"):
        yield start, line
        start += len(line) + 1


def _of_url(found: re.Match[str]) -> Iterator[Password]:
    password, user = unquote(found["password"]), unquote(found["user"])
    reason = _real(password, user, found["hosts"], found["scheme"])
    if reason is not None:
        host = _first_public(found["hosts"], found["scheme"])
        shown = f"{found['scheme']}://{user}:***@{host}"
        yield Password(*found.span("password"), reason[0], shown, reason[1], (found.start(), _end(found)))


def _end(found: re.Match[str]) -> int:
    """Where the URL ends, its path and query taken in."""
    rest = re.compile(r"[^\s'\"`]*").match(found.string, found.end())
    return rest.end() if rest else found.end()


def _of_parameters(found: re.Match[str]) -> Iterator[Password]:
    """``jdbc:postgresql://host/db?user=app&password=…``, ``libsql://host?authToken=…``."""
    for parameter in _PARAMETER.finditer(found["rest"]):
        reason = _real(unquote(parameter["value"]), "", found["hosts"], found["scheme"])
        if reason is not None:
            at = found.start("rest")
            shown = f"{found['scheme']}://{_first_public(found['hosts'], '')}…{parameter['key']}=***"
            span = (at + parameter.start("value"), at + parameter.end("value"))
            yield Password(*span, reason[0], shown, reason[1], found.span())


def _of_keywords(text: str, start: int) -> Iterator[Password]:
    fields: dict[str, tuple[str, int, int]] = {}
    for found in (_ODBC_FIELD if ";" in text else _FIELD).finditer(text):
        group = found.lastgroup or "bare"
        fields.setdefault(
            found["key"].lower().replace(" ", "").replace("_", ""), (found[group] or "", *found.span(group))
        )
    password = next((fields[key] for key in fields if key in _PASSWORDS), None)
    host = next((fields[key][0] for key in fields if key in _HOSTS), None)
    if password is None or host is None:
        return
    name = re.sub(r"^tcp:|[,:]\d*$", "", host.strip())
    user = next((fields[key][0] for key in ("user", "uid", "userid", "username") if key in fields), "")
    reason = _real(password[0], user, name)
    if reason is not None:
        shown = f"host={name} password=***"
        yield Password(
            start + password[1], start + password[2], reason[0], shown, reason[1], (start, start + len(text))
        )


def _hosts(text: str, scheme: str) -> list[tuple[str, HostKind]]:
    found: list[tuple[str, HostKind]] = []
    for part in text.split(","):
        name = part[: part.find("]") + 1] if part.startswith("[") else part.partition(":")[0]
        worth = kind(name)
        if scheme.lower().startswith("snowflake") and "." not in name and len(name) > 5 and not _is_stand_in(name):
            worth = "managed"
        found.append((name, worth))
    return found


def _is_stand_in(account: str) -> bool:
    return is_template(account) or is_placeholder(account) or says_example(account) or account.lower() == "localhost"


def _first_public(hosts: str, scheme: str) -> str:
    known = _hosts(hosts, scheme)
    return next((name for name, worth in known if worth != "harmless"), known[0][0])


def _real(password: str, user: str, hosts: str, scheme: str = "") -> tuple[Grade, str] | None:
    """How surely the password is real and why; None for templates, harmless hosts and placeholders, in this order."""
    if not password or is_template(password) or HOLE in hosts:
        return None
    worth = [(name, one) for name, one in _hosts(hosts, scheme) if one != "harmless"]
    if not worth or is_placeholder(password) or password == user or says_example(password):
        return None
    name, one = worth[0]
    if one == "managed":
        return "error", f"`{name}` is a host of {provider(name) or 'Snowflake'}"
    if one == "specimen" and not is_strong(password):
        return None
    return "warning", f"`{name}` is a public host"


@dataclass(frozen=True, slots=True)
class Named:
    """A named value of a group: an argument, an entry of a dict, a line of a section; ``text`` is None where it comes
    at run time."""

    key: str
    text: str | None


def names_password(name: str) -> bool:
    """Whether what goes by this name is a password."""
    return bool(_NAME_OF_PASSWORD.search(name))


def in_group(group: Sequence[Named]) -> Iterator[tuple[Named, Grade, str, str, bool]]:
    """The real passwords of a group, each with grade, how it is shown, why, and whether a host or variable says that
    it opens a database."""
    hosts = {_stem(one.key, _NAME_OF_HOST): (one.text, "") for one in group if _NAME_OF_HOST.search(one.key)}
    if any(one.key.lower() in _OF_SNOWFLAKE for one in group):
        accounts = (one for one in group if _ACCOUNT.search(one.key))
        hosts |= {_stem(one.key, _ACCOUNT): (one.text, "snowflake") for one in accounts}
    users = {one.text for one in group if one.key.lower().endswith(("user", "username", "uid"))}
    for one in group:
        if one.text and names_password(one.key):
            yield from _of_name(one, one.text, hosts, users)


def _of_name(
    one: Named, text: str, hosts: dict[str, tuple[str | None, str]], users: Iterable[str | None]
) -> Iterator[tuple[Named, Grade, str, str, bool]]:
    if is_template(text) or is_placeholder(text) or says_example(text) or text in users or "\n" in text:
        return
    stem = _stem(one.key, _NAME_OF_PASSWORD)
    if stem in hosts:
        host, scheme = hosts[stem]
        reason = _real(text, "", host, scheme) if host else None
        if reason is not None:
            yield one, reason[0], f"{one.key}=***", reason[1], True
    elif one.key.lower() in _ENVIRONMENT and is_strong(text):
        yield one, "warning", f"{one.key}=***", "database clients log in with this variable", True
    elif " " not in text and len(text) >= 4 and not text.isalpha():
        yield one, "warning", f"{one.key}=***", "its name says that it is a password", False


def _stem(key: str, ending: re.Pattern[str]) -> str:
    """``db_`` of ``DB_PASSWORD``, so that a host and a password of one name belong together."""
    lowered = key.lower()
    if lowered in ("pgpassword", "pghost", "pghostaddr"):
        return "pg"
    return re.sub(
        r"(?:password|passwd|pwd|passphrase|pass|hostname|hostaddr|host|server|address|addr|endpoint|account)$",
        "",
        lowered,
    ).strip("_.-")
