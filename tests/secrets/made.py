"""Values that look like secrets, made here when they are needed, so that none is ever committed."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import string
from collections.abc import Callable

_DEMO = "super-secret-jwt-token-with-at-least-32-characters-long"
_BASE32 = string.ascii_uppercase + "234567"


def made_secret(kind: str) -> str:
    """A value that looks like a secret of this kind, the same in every run; words behind a ``-`` make it another."""
    head = kind.partition("-")[0]
    return _MADE.get(head, _word)(kind)


def noise(kind: str, size: int) -> bytes:
    """Bytes drawn from a kind."""
    return b"".join(hashlib.sha256(f"{kind}/{number}".encode()).digest() for number in range(size // 32 + 1))[:size]


def drawn(kind: str, size: int, alphabet: str) -> str:
    """Characters of an alphabet drawn from a kind."""
    return "".join(alphabet[byte % len(alphabet)] for byte in noise(kind, size))


def web_token(kind: str) -> str:
    role = kind.partition("-")[2] or "service_role"
    claims: dict[str, object] = {"role": role, "iss": "supabase", "ref": drawn(kind, 20, string.ascii_lowercase)}
    if role in ("expired", "demo"):
        claims["role"] = "service_role"
    if role == "expired":
        claims["exp"] = 1_500_000_000
    head, body = (_part(json.dumps(one).encode()) for one in ({"alg": "HS256", "typ": "JWT"}, claims))
    signed = f"{head}.{body}"
    secret = _DEMO if role == "demo" else kind * 3
    return f"{signed}.{_part(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _word(kind: str) -> str:
    """Letters and digits, as a URL takes them without quoting."""
    return _part(noise(kind, 32)).replace("-", "x").replace("_", "y")


def _password(kind: str) -> str:
    return (
        f"{drawn(kind, 9, string.ascii_letters)}{drawn(kind + '+', 3, string.digits)}{drawn(kind + '!', 4, 'kvwzKVWZ')}"
    )


def _pem(kind: str) -> str:
    """A key's body: a SEQUENCE that is as long as it says."""
    content = noise(kind, 1190)
    return base64.b64encode(b"\x30\x82" + len(content).to_bytes(2) + content).decode()


_HEX = "0123456789abcdef"
_MIXED = string.ascii_letters + string.digits
_MADE: dict[str, Callable[[str], str]] = {
    "jwt": web_token,
    "hex": lambda kind: noise(kind, 32).hex(),
    "password": _password,
    "other": _password,
    "ref": lambda kind: drawn(kind, 20, "bcdfghjklmnpqrstvwz"),
    "sb_secret": lambda kind: f"sb_secret_{drawn(kind, 22, _MIXED)}_{drawn(kind + '_', 8, _MIXED)}",
    "sbp": lambda kind: f"sbp_{drawn(kind, 40, _HEX)}",
    "pscale": lambda kind: f"pscale_tkn_{drawn(kind, 43, _MIXED)}",
    "pscale_pw": lambda kind: f"pscale_pw_{drawn(kind, 43, _MIXED)}",
    "dapi": lambda kind: f"dapi{drawn(kind, 32, _HEX)}",
    "clickhouse": lambda kind: f"4b1d{drawn(kind, 38, _MIXED)}",
    "akia": lambda kind: f"AKIA{drawn(kind, 16, _BASE32)}",
    "napi": lambda kind: f"napi_{drawn(kind, 64, string.ascii_lowercase + string.digits)}",
    "npg": lambda kind: f"npg_{drawn(kind, 14, _MIXED)}",
    "avns": lambda kind: f"AVNS_{drawn(kind, 19, _MIXED)}",
    "ccdb": lambda kind: f"CCDB1_{drawn(kind, 22, _MIXED)}_{drawn(kind + '_', 40, _MIXED)}",
    "mdb_sa": lambda kind: f"mdb_sa_sk_{drawn(kind, 40, _MIXED)}",
    "cosmos": lambda kind: base64.b64encode(noise(kind, 64)).decode(),
    "azure_redis": lambda kind: base64.b64encode(noise(kind, 32)).decode(),
    "pem": _pem,
}
