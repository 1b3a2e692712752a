"""The words of PostgreSQL's dates, times and intervals, and how a text falls into fields."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from dblint.values.input.refusal import RefusedInputError

FieldKind = Literal["date", "time", "number", "zone", "string", "special"]

_MOST_FIELDS = 25
_SPACE = " \t\n\v\f\r"
_PUNCTUATION = frozenset("!\"#$%&'()*,/:;<=>?@[\\]^_`{|}~")
_DIGIT_FIELD = re.compile(
    r"(?P<time>[0-9]+:[0-9:.]*)"
    r"|(?P<date>[0-9]+(?P<by>[-/.])(?:[0-9]+(?P=by)(?:[0-9]|(?P=by))*|(?![0-9])(?:[0-9A-Za-z]|(?P=by))*))"
    r"|(?P<pair>[0-9]+(?P<mark>[-/.])[0-9]+)"
    r"|(?P<number>[0-9]+)"
)
_LETTERS = re.compile("[A-Za-z]+")
_RUN = re.compile(r"[A-Za-z0-9+\-/_.:]*")
_SIGNED = re.compile(rf"([+-])[{_SPACE}]*(?:(?P<zone>[0-9][0-9:.\-]*)|(?P<special>[A-Za-z]+))")

MONTHS = {
    word: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july", "aug august"),
            *("sep sept september", "oct october", "nov november", "dec december"),
        ),
        start=1,
    )
    for word in names.split()
}
_DAYS_TEXT = "sun sunday mon monday tue tues tuesday wed wednesday weds thu thur thurs thursday fri friday sat saturday"
_DAYS = tuple(_DAYS_TEXT.split())
RESERVED = ("now", "today", "tomorrow", "yesterday", "epoch", "infinity", "+infinity", "-infinity", "allballs")
WORDS: dict[str, str] = {
    **dict.fromkeys(MONTHS, "month"),
    **dict.fromkeys(_DAYS, "weekday"),
    **dict.fromkeys(RESERVED, "reserved"),
    **dict.fromkeys(("at", "on"), "ignored"),
    **dict.fromkeys(("am", "pm"), "half"),
    **dict.fromkeys(("ad", "bc"), "era"),
    **dict.fromkeys(("d", "dow", "doy", "h", "isodow", "isoyear", "m", "mm", "s", "y"), "unit"),
    **dict.fromkeys(("j", "jd", "julian"), "julian"),
    "t": "isotime",
    "dst": "dst",
}
"""What a word of a date or time is."""

_ABBREVIATIONS_TEXT = (
    "acdt acsst acst act acwst adt aedt aesst aest aft akdt akst almst almt amst amt anast anat arst art ast awsst"
    " awst azost azot azst azt bdst bdt bnt bort bot bra brst brt bst btt cadt cast cct cdt cest cet cetdst chadt chast"
    " chut ckt clst clt cot cst cxt davt ddut easst east eat edt eest eet eetdst egst egt est fet fjst fjt fkst fkt fnt"
    " galt gamt gest get gft gilt gmt gyt hkt hst ict idt iot irkst irkt irt ist jayt jst kdt kgst kgt kost krast krat"
    " kst lhdt lhst ligt lint lkt magst magt mart mawt mdt mest mesz met metdst mez mht mmt mpt msd msk mst mut mvt myt"
    " novst novt npt nst ndt nft nut nzdt nzst nzt omsst omst orat pdt pet petst petst pgt phot pht pkst pkt pmdt pmst"
    " pont pst pwt pyst pyt ret sadt sast sct sgt tahst taht tft tjt tkt tmt tot truk tvt uct ulast ulat ut utc uyst"
    " uyt uzst uzt vet vlast vlat volt vut wadt wakt wast wat wdt wet wetdst wft wgst wgt xjt yakst yakt yapt yekst"
    " yekt z zulu"
)
ABBREVIATIONS = frozenset(_ABBREVIATIONS_TEXT.split())
"""The abbreviations of time zones that a server knows by default."""
_ZONES_TEXT = (
    "cuba egypt eire gb gb-eire greenwich hongkong iceland iran israel jamaica japan kwajalein libya navajo nz nz-chat"
    " poland portugal prc roc rok singapore turkey universal w-su cst6cdt est5edt mst7mdt pst8pdt factory"
)
ZONES = frozenset(_ZONES_TEXT.split())
"""The zones whose names have no area."""
_AREAS_TEXT = (
    "africa america antarctica arctic asia atlantic australia brazil canada chile etc europe indian mexico pacific us"
    " posix right systemv"
)
AREAS = frozenset(_AREAS_TEXT.split())


class Field(NamedTuple):
    kind: FieldKind
    text: str


def fields(text: str, room: int) -> list[Field]:
    """The fields of a text; the server reads no more of it than it has room for."""
    found: list[Field] = []
    at = taken = 0
    while at < len(text):
        if text[at] in _SPACE:
            at += 1
            continue
        if len(found) >= _MOST_FIELDS:
            raise bad_format(text)
        one, end = _field(text, at)
        if one is not None:
            found.append(one)
            taken += len(one.text) + 1
            if taken > room:
                raise bad_format(text)
        at = end
    return found


def _field(text: str, at: int) -> tuple[Field | None, int]:
    char = text[at]
    if char in "0123456789":
        return _digits(text, at)
    if char == ".":
        end = at + 1
        while text[end : end + 1] in tuple("0123456789"):
            end += 1
        return Field("number", text[at:end]), end
    if char.isascii() and char.isalpha():
        return _word(text, at)
    if char in "+-":
        found = _SIGNED.match(text, at)
        if found is None:
            raise bad_format(text)
        kind: FieldKind = "zone" if found["zone"] else "special"
        return Field(kind, found[1] + (found["zone"] or found["special"].lower())), found.end()
    if char in _PUNCTUATION:
        return None, at + 1
    raise bad_format(text)


def _digits(text: str, at: int) -> tuple[Field, int]:
    found = _DIGIT_FIELD.match(text, at)
    assert found is not None
    if found["pair"]:
        return Field("number" if found["mark"] == "." else "date", found[0]), found.end()
    kind: FieldKind = "time" if found["time"] else "date" if found["date"] else "number"
    return Field(kind, found[0].lower()), found.end()


def _word(text: str, at: int) -> tuple[Field, int]:
    found = _LETTERS.match(text, at)
    assert found is not None
    word, end = found[0].lower(), found.end()
    following = text[end : end + 1]
    is_date = following in ("-", "/", ".")
    if following == "+" or following.isdigit():
        is_date = word not in WORDS
    if not is_date:
        return Field("string", word), end
    run = _RUN.match(text, end)
    assert run is not None
    return Field("date", word + run[0].lower()), run.end()


def bad_format(text: str = "") -> RefusedInputError:
    return RefusedInputError("22007", "")


def overflow() -> RefusedInputError:
    return RefusedInputError("22008", "")
