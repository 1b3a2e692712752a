"""Keys and tokens that are recognized by their form: JSON web tokens, providers' tokens, PEM private keys."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from dblint.facts.credential_words import HOLE, is_noise, is_placeholder, says_example
from dblint.facts.credentials_model import CredentialKind

_OPENS = "which passes every policy"
_MANAGES = "which manages all projects of its owner"
_TOKENS: tuple[tuple[str, CredentialKind, str, str], ...] = (
    (
        r"sb_secret_([\w-]{22}_[\w-]{8})(?![\w-])",
        "privileged-key",
        "sb_secret_…",
        f"a secret key of Supabase, {_OPENS}",
    ),
    (r"sbp_([a-f0-9]{40})(?!\w)", "privileged-key", "sbp_…", f"a management token of Supabase, {_MANAGES}"),
    (r"sbp_oauth_([a-f0-9]{40})(?!\w)", "privileged-key", "sbp_oauth_…", f"a management token of Supabase, {_MANAGES}"),
    (r"pscale_pw_([\w.=-]{32,64})(?![\w-])", "provider-token", "pscale_pw_…", "a password of PlanetScale"),
    (r"pscale_tkn_([\w.=-]{32,64})(?![\w-])", "provider-token", "pscale_tkn_…", "a service token of PlanetScale"),
    (r"pscale_oauth_([\w.=-]{32,64})(?![\w-])", "provider-token", "pscale_oauth_…", "an OAuth token of PlanetScale"),
    (r"dapi([a-f0-9]{32})(?:-\d)?(?!\w)", "provider-token", "dapi…", "an access token of Databricks"),
    (r"4b1d([A-Za-z0-9]{38})(?!\w)", "provider-token", "4b1d…", "an API secret of ClickHouse Cloud"),
    (r"(?:AKIA|ASIA)([A-Z2-7]{16})(?!\w)", "provider-token", "AKIA…", "an access key of AWS"),
    (r"napi_([a-z0-9]{50,80})(?!\w)", "provider-token", "napi_…", "an API key of Neon"),
    (r"npg_([A-Za-z0-9]{12,32})(?!\w)", "provider-token", "npg_…", "a password of Neon"),
    (r"AVNS_([\w-]{18,24})(?![\w-])", "provider-token", "AVNS_…", "a password of Aiven"),
    (r"CCDB1_([A-Za-z0-9]{22}_[A-Za-z0-9]{40})(?!\w)", "provider-token", "CCDB1_…", "an API key of CockroachDB Cloud"),
    (r"mdb_sa_sk_([\w-]{40})(?![\w-])", "provider-token", "mdb_sa_sk_…", "a service account's secret of MongoDB Atlas"),
    (r"xau_([A-Za-z0-9]{32,48})(?!\w)", "provider-token", "xau_…", "an API key of Xata"),
    (r"pcsk_([A-Za-z0-9]{5,8}_[A-Za-z0-9]{50,70})(?!\w)", "provider-token", "pcsk_…", "an API key of Pinecone"),
    (
        r"AccountKey=([A-Za-z0-9+/]{86}==)",
        "provider-token",
        "AccountKey=…",
        "an account key of Azure Cosmos DB or Storage",
    ),
    (r",\s*password=([A-Za-z0-9+/]{43}=)", "provider-token", "password=…", "an access key of Azure Cache for Redis"),
)
_FORMS = tuple(
    (re.compile(form if form[0] == "," else rf"(?<![\w-]){form}"), kind, shown, what)
    for form, kind, shown, what in _TOKENS
)
_HINTS = re.compile(
    r"sb_secret_|sbp_|pscale_|dapi[a-f0-9]|4b1d|AKIA|ASIA|napi_|npg_|AVNS_|CCDB1_|mdb_sa_|xau_|pcsk_|AccountKey=|,\s*password="
)
# The emulators' keys of Azure and the local stack's key of Supabase are public.
_PUBLIC = ("C2y6yDjf5/R+ob0N8A7Cgv30", "Eby8vdM02xNOcqFlqUwJPLlm", "N7UND0UgjKTVK-")

_JWT = re.compile(r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{16,}(?![\w-])")
_SIGNED = {"HS256": 32, "HS384": 48, "HS512": 64, "ES256": 64, "ES384": 96, "EDDSA": 64}
_HASHES = {"HS256": hashlib.sha256, "HS384": hashlib.sha384, "HS512": hashlib.sha512}
_DEMO_SECRETS = (
    "super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-jwt-token-with-at-least-32-characters-long",
    "your-super-secret-and-long-postgres-password",
    "your-256-bit-secret",
    "a-string-secret-at-least-256-bits-long",
    "secret",
    "test",
    "test-secret",
)

_IAM = re.compile(r"X-Amz-Signature=([0-9a-f]{64})")
_PEM = re.compile(r"-----BEGIN ((?:[A-Z0-9]+ )*PRIVATE KEY)-----(.*?)-----END \1-----", re.DOTALL)
_VECTORS = (
    *("C7VJTUt9Us8cKj", "DdlatRjRjogo3WojgGHFHYLugdUWAY9iR3fy4ar"),
    *("sPnoGUOnrpiSqt4XynxA", "ObLW92AqkWunJXowVR2Z5", "6NF8iallvQVp22WDkTkyrtvp9eWW6A8YVr"),
)
"""What only the keys of jwt.io, RFC 9500 and Vagrant have in them."""
_OPENSSH = b"openssh-key-v1\0"


@dataclass(frozen=True, slots=True)
class Token:
    """A key or token within a text: where, which, and when it ends."""

    start: int
    end: int
    kind: CredentialKind
    shown: str
    what: str
    expires: int | None = None


def tokens(text: str, words: Collection[str] = ()) -> Iterator[Token]:
    """The live tokens of a text; ``words`` are strings beside it that a test may have signed its own tokens with."""
    if _HINTS.search(text):
        yield from _of_form(text)
    if "eyJ" in text:
        for found in _JWT.finditer(text):
            yield from _web_token(found, words)
    if "X-Amz-Signature" in text and "Action=connect" in text:
        for found in _IAM.finditer(text):
            yield Token(*found.span(1), "provider-token", "X-Amz-Signature=…", "a login token of Amazon RDS")
    if "PRIVATE KEY" in text:
        yield from _private_keys(text)


def _of_form(text: str) -> Iterator[Token]:
    for form, kind, shown, what in _FORMS:
        for found in form.finditer(text):
            if is_noise(found[1]) and not found[1].startswith(_PUBLIC):
                yield Token(found.start(1) - _prefix(found), found.end(1), kind, shown, what)


def _prefix(found: re.Match[str]) -> int:
    """How much in front of a token's noise belongs to it: its prefix, but not the name of a field."""
    return 0 if "=" in found[0][: found.start(1) - found.start()] else found.start(1) - found.start()


def _web_token(found: re.Match[str], words: Collection[str]) -> Iterator[Token]:
    head, body, signature = found[0].split(".")
    header, claims = _document(head), _document(body)
    algorithm = str(header.get("alg", "")).upper()
    if not claims or algorithm not in _SIGNED or len(_decoded(signature) or b"") != _SIGNED[algorithm]:
        return
    expires = claims.get("exp")
    until = int(expires) if isinstance(expires, int | float) else None
    if claims.get("a") == "rw" and algorithm == "EDDSA":
        yield Token(*found.span(), "provider-token", "eyJ…", "a read-write token of Turso", until)
    if claims.get("role") not in ("service_role", "supabase_admin") or claims.get("iss") == "supabase-demo":
        return
    ref = claims.get("ref")
    if isinstance(ref, str) and (is_placeholder(ref) or says_example(ref)):
        return
    secrets = (*_DEMO_SECRETS, *words)
    if any(_is_signed_with(secret, algorithm, f"{head}.{body}", signature) for secret in secrets):
        return
    yield Token(*found.span(), "privileged-key", "eyJ…", f"a `{claims['role']}` key of Supabase, {_OPENS}", until)


def _is_signed_with(secret: str, algorithm: str, signed: str, signature: str) -> bool:
    made = _HASHES.get(algorithm)
    if made is None:
        return False
    expected = hmac.new(secret.encode(), signed.encode(), made).digest()
    return hmac.compare_digest(expected, _decoded(signature) or b"")


def _decoded(part: str) -> bytes | None:
    try:
        return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except (binascii.Error, ValueError):
        return None


def _document(part: str) -> dict[str, object]:
    try:
        found = json.loads(_decoded(part) or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _private_keys(text: str) -> Iterator[Token]:
    for found in _PEM.finditer(text):
        body = found[2].replace("\\r", "").replace("\\n", "\n")
        if HOLE not in body and _is_key(body):
            name = found[1].replace("PRIVATE KEY", "private key").replace("ENCRYPTED", "encrypted")
            shown = f"-----BEGIN {found[1]}-----"
            article = "an" if name[0] in "aeiouE" else "a"
            yield Token(found.start(2), found.end(2), "private-key", shown, f"{article} {name}")


def _is_key(body: str) -> bool:
    """The body is a whole key of a size in use, and no stand-in: it decodes, and says as long as it is."""
    lines = [line.strip() for line in body.strip().splitlines()]
    text = "".join(line for line in lines if ":" not in line)
    if any(vector in text for vector in _VECTORS):
        return False
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    if any(line.startswith("Proc-Type:") for line in lines):
        return len(data) >= 300
    if data.startswith(_OPENSSH):
        return len(data) >= 150
    return len(data) >= 48 and _is_whole_sequence(data) and not _is_short_rsa(data)


def _is_whole_sequence(data: bytes) -> bool:
    """An ASN.1 SEQUENCE that ends where its length says."""
    if data[0] != 0x30:
        return False
    if data[1] < 0x80:
        return len(data) == 2 + data[1]
    size = data[1] & 0x7F
    return size <= 4 and len(data) == 2 + size + int.from_bytes(data[2 : 2 + size])


def _is_short_rsa(data: bytes) -> bool:
    """An RSA key of 512 bits or 768, which only specimens have."""
    return (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01" in data[:40] or data[4:7] == b"\x02\x01\x00") and 250 < len(
        data
    ) < 520
