"""Input of network addresses."""

from __future__ import annotations

import ipaddress
import re

from dblint.values.input.refusal import UnclearInputError, malformed

_FEWEST_DIGITS, _MOST_DIGITS = 6, 12
_MARKS = {":": (0, 1, 5), "-": (0, 1, 2, 5), ".": (0, 2)}
"""How often each separator stands in the forms of a ``macaddr``."""
_V4 = re.compile(r"([0-9]{1,40})\.([0-9]{1,40})\.([0-9]{1,40})\.([0-9]{1,40})(?:/([0-9]{1,3}))?")
_ABBREVIATED = re.compile(r"[0-9]+(\.[0-9]+){0,3}\.?(/[0-9]+)?")
_V6 = re.compile(r"([0-9a-fA-F:]+(?:[0-9]+\.[0-9.]+)?)(?:/(0|[1-9][0-9]{0,2}))?")
_MAC = {
    6: re.compile(
        r"[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}|[0-9a-f]{1,2}(-[0-9a-f]{1,2}){5}|[0-9a-f]{6}[:-][0-9a-f]{6}"
        r"|[0-9a-f]{4}([.-])[0-9a-f]{4}\3[0-9a-f]{4}|[0-9a-f]{12}"
    ),
    8: re.compile(r"[0-9a-f]{2}(([:.-]?)[0-9a-f]{2})(\2[0-9a-f]{2}){4}((\2[0-9a-f]{2}){2})?|[0-9a-f]{16}|[0-9a-f]{12}"),
}


def read_network(text: str, name: str) -> str:
    """An ``inet`` or ``cidr``; the latter has no bits right of its mask."""
    found = _V4.fullmatch(text)
    try:
        if found is not None:
            octets = ".".join(str(int(part)) for part in found.groups()[:4])
            return _network(octets, found[5], name)
        found = _V6.fullmatch(text)
        if found is not None and ":" in text:
            return _network(found[1], found[2], name)
    except ValueError:
        raise malformed(text, name) from None
    if (_ABBREVIATED.fullmatch(text) and (name == "cidr" or text.endswith(".") or "/" in text)) or re.fullmatch(
        r"0x[0-9a-fA-F]+(/[0-9]+)?", text
    ):
        raise UnclearInputError
    raise malformed(text, name)


def _network(address: str, mask: str | None, name: str) -> str:
    whole = address if mask is None else f"{address}/{int(mask)}"
    if name == "inet":
        return str(ipaddress.ip_interface(whole))
    return str(ipaddress.ip_network(whole, strict=True))


def read_mac(text: str, octets: int) -> str:
    """A ``macaddr`` or ``macaddr8``."""
    lowered = text.strip(" \t\n\v\f\r").lower()
    if _MAC[octets].fullmatch(lowered):
        return lowered
    has_form = all(lowered.count(mark) in counts for mark, counts in _MARKS.items())
    digits = len(re.findall("[0-9a-f]", lowered))
    if (octets == 8 or (has_form and _FEWEST_DIGITS <= digits <= _MOST_DIGITS)) and re.fullmatch(
        r"[0-9a-fx:.\-+ ]+", lowered
    ):
        raise UnclearInputError  # The server reads some forms with fewer digits or other separators.
    raise malformed(text, "macaddr" if octets == 6 else "macaddr8")
