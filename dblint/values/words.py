"""Text that reads like what a column of that name holds."""

from __future__ import annotations

import re

_BY_WORD = {
    "email": "user@example.com",
    "mail": "user@example.com",
    "url": "https://example.com",
    "uri": "https://example.com",
    "link": "https://example.com",
    "href": "https://example.com",
    "website": "https://example.com",
    "homepage": "https://example.com",
    "avatar": "https://example.com/image.png",
    "image": "https://example.com/image.png",
    "photo": "https://example.com/image.png",
    "logo": "https://example.com/image.png",
    "thumbnail": "https://example.com/image.png",
    "domain": "example.com",
    "host": "example.com",
    "hostname": "example.com",
    "phone": "+15550100123",
    "mobile": "+15550100123",
    "telephone": "+15550100123",
    "username": "ada",
    "login": "ada",
    "handle": "ada",
    "nickname": "Ada",
    "author": "Ada Lovelace",
    "name": "Example",
    "title": "Example",
    "label": "Example",
    "subject": "Example",
    "slug": "example",
    "status": "active",
    "state": "active",
    "country": "US",
    "currency": "USD",
    "language": "en",
    "lang": "en",
    "locale": "en",
    "timezone": "UTC",
    "tz": "UTC",
    "color": "#336699",
    "colour": "#336699",
    "ip": "192.0.2.1",
    "address": "1 Example Street",
    "street": "1 Example Street",
    "city": "Berlin",
    "zip": "12345",
    "zipcode": "12345",
    "postcode": "12345",
    "description": "An example",
    "summary": "An example",
    "comment": "An example",
    "notes": "An example",
    "note": "An example",
    "message": "An example",
    "content": "An example",
    "body": "An example",
    "text": "An example",
    "bio": "An example",
    "reason": "An example",
    "path": "example.txt",
    "file": "example.txt",
    "filename": "example.txt",
    "mime": "text/plain",
    "mimetype": "text/plain",
    "version": "1.0.0",
    "method": "GET",
    "unit": "kg",
    "gender": "female",
    "company": "Example Ltd",
    "organization": "Example Ltd",
    "role": "member",
    "priority": "normal",
    "code": "EX1",
    "sku": "EX1",
    "key": "example",
}
_BY_NAME = {
    "first_name": "Ada",
    "given_name": "Ada",
    "firstname": "Ada",
    "last_name": "Lovelace",
    "lastname": "Lovelace",
    "surname": "Lovelace",
    "family_name": "Lovelace",
    "full_name": "Ada Lovelace",
    "display_name": "Ada Lovelace",
    "user_name": "ada",
    "country_code": "US",
    "currency_code": "USD",
    "language_code": "en",
    "postal_code": "12345",
    "zip_code": "12345",
    "time_zone": "UTC",
    "content_type": "text/plain",
    "mime_type": "text/plain",
    "file_name": "example.txt",
    "file_path": "example.txt",
    "ip_address": "192.0.2.1",
    "email_address": "user@example.com",
    "phone_number": "+15550100123",
}
_SHORT = ("sample", "alpha", "test", "abc", "ab", "a")
_LATER = frozenset(
    {"end", "ends", "ended", "expires", "expired", "expiry", "expiration", "until", "due", "finish", "finished"}
)
_TRUE = frozenset({"active", "enabled", "verified", "visible", "public", "available", "valid", "confirmed"})


def words(name: str) -> list[str]:
    """The words of a column's name: ``createdAt`` and ``created_at`` alike."""
    return re.findall(r"[a-z]+|\d+", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower())


def text_for(name: str) -> str:
    """A realistic text for a column of that name; its last words say most."""
    parts = words(name)
    for first in range(len(parts)):
        whole = "_".join(parts[first:])
        if whole in _BY_NAME:
            return _BY_NAME[whole]
    return next((_BY_WORD[part] for part in reversed(parts) if part in _BY_WORD), _by_ending(parts))


def shortened(text: str, limit: int) -> str:
    """A text of at most ``limit`` characters in the place of a longer one: a part of it, or a shorter word."""
    if re.fullmatch(r"[0-9A-Za-z]{12,}", text):
        return text[:limit]  # A digest or a run of digits reads as well when cut.
    if "@" in text and limit >= len("a@b.co"):
        return "a@b.co"
    parts = (part for part in re.split(r"\W+", text) if 3 <= len(part) <= limit)
    return next(parts, next((word for word in _SHORT if len(word) <= limit), ""))


def _by_ending(parts: list[str]) -> str:
    if parts and parts[-1] == "id" and len(parts) > 1:
        return f"{parts[-2]}-1"
    if parts and parts[-1] in ("hash", "sha", "checksum", "digest", "fingerprint"):
        return "0123456789abcdef" * 4
    if is_moment(parts):
        return "2024-01-01T00:00:00Z"
    return "example"


def is_moment(parts: list[str]) -> bool:
    """The name of a text column that holds a point of time."""
    return bool(parts) and (parts[-1] in ("at", "date", "timestamp", "datetime") and len(parts) > 1)


def is_later(name: str) -> bool:
    """The name of the later of two dates."""
    return not _LATER.isdisjoint(words(name))


def is_true(name: str) -> bool:
    """The name of a flag that is usually set."""
    return not _TRUE.isdisjoint(words(name))
