"""Input of booleans, UUIDs, texts of limited length, bytes and bit strings."""

from __future__ import annotations

import re

from dblint.values.input.refusal import RefusedInputError, malformed, shown

_SPACE = " \t\n\v\f\r"
_UUID = re.compile(r"(?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4}")
_ESCAPES = re.compile(rb"(?:[^\\]++|\\(?:\\|[0-3][0-7][0-7]))*+", re.DOTALL)
_HEX_BYTES = re.compile(r"(?:[0-9a-fA-F]{2}|[ \t\n\r])*+")


def read_boolean(text: str) -> bool:
    """``true`` and ``false`` by any beginning, and kin."""
    word = text.strip(_SPACE).lower()
    if word in ("1", "on") or (word and ("true".startswith(word) or "yes".startswith(word))):
        return True
    if word in ("0", "of", "off") or (word and ("false".startswith(word) or "no".startswith(word))):
        return False
    raise malformed(text, "boolean")


def read_uuid(text: str) -> str:
    """A UUID in the form the server prints."""
    braced = text.startswith("{")
    inner = text[1:-1] if braced and text.endswith("}") else text
    if not _UUID.fullmatch(inner):
        raise malformed(text, "uuid")
    digits = inner.replace("-", "").lower()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def read_text(text: str, limit: int | None, name: str) -> str:
    """A text that a limit may cut, but only blanks; ``character`` fills it up where it is compared, not here."""
    if "\0" in text:
        raise RefusedInputError("22P05", f"`{shown(text)}` holds a NUL character, which no text can")
    if limit is None or len(text) <= limit:
        return text
    if text[limit:].strip(" "):
        raise RefusedInputError("22001", f"`{shown(text)}` has {len(text)} characters, {name}({limit}) holds {limit}")
    return text[:limit]


def read_bytes(text: str) -> bytes:
    """``\\x`` and hexadecimal digits, or the escape format."""
    if text.startswith("\\x"):
        digits = text[2:]
        if not _HEX_BYTES.fullmatch(digits):
            raise RefusedInputError("22023", f"`{shown(text)}` is no input for bytea")
        return bytes.fromhex(digits)
    raw = text.encode("utf-8", "surrogatepass")
    if not _ESCAPES.fullmatch(raw):
        raise malformed(text, "bytea")
    return re.sub(rb"\\(\\|[0-7]{3})", lambda found: _byte(found[1]), raw)


def _byte(escaped: bytes) -> bytes:
    return b"\\" if escaped == b"\\" else bytes([int(escaped, 8)])


def read_bits(text: str, limit: int | None, *, varying: bool) -> str:
    """Zeros and ones; ``x`` in front says that the digits are hexadecimal."""
    base = 16 if text[:1] in ("x", "X") else 2
    digits = text[1:] if text[:1] in ("x", "X", "b", "B") else text
    name = "bit varying" if varying else "bit"
    is_right = re.fullmatch("[0-9a-fA-F]*" if base == 16 else "[01]*", digits) is not None
    count = len(digits) * (4 if base == 16 else 1)
    # The server counts before it reads.
    if limit is not None and varying and count > limit:
        raise RefusedInputError("22001", f"`{shown(text)}` has {count} bits, bit varying({limit}) holds {limit}")
    if limit is not None and not varying and count != limit:
        raise RefusedInputError("22026", f"`{shown(text)}` has {count} bits, bit({limit}) holds exactly {limit}")
    if not is_right:
        raise malformed(text, name)
    return digits if base == 2 else "".join(f"{int(digit, 16):04b}" for digit in digits)
