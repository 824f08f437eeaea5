"""What spreadsheets and people do to single values, and how it is undone: every repair is told, none is a guess."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from desktop_admin.controllers.operations.register.columns import Column
from desktop_admin.controllers.operations.register.reading import Value
from desktop_admin.messages import Message
from desktop_admin.rules import clean

_MADE_DECIMAL = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d+")
_QUOTED = re.compile(r'=?"(.*)"|\'(.*)\'?|“(.*)”', re.DOTALL)
_LAST_SERIAL = 60_000
"""A spreadsheet counts days since 30 December 1899; so many end in the year 2064."""
_EPOCH = dt.datetime(1899, 12, 30)
_MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MOST_ZEROS = 2
"""So many zeros at the beginning are believed to have been lost, and no more."""
ID_DIGITS = 12
MOBILE_DIGITS = 10
OLDEST = 70
"""Nobody is registered who is older, in years."""


@dataclass(frozen=True, slots=True)
class Mended:
    """A value as it is meant.

    Attributes:
        text: the value; empty where there is none.
        repairs: what was done to it.
        problem: why it cannot be used, or None.
    """

    text: str
    repairs: tuple[Message, ...] = ()
    problem: Message | None = None


def plain(value: Value, column: Column) -> Mended:
    """A value as text: numbers as people write them, without quotes and what cannot be seen."""
    told = column.told
    if isinstance(value, bool):
        return Mended(str(value).upper())
    if isinstance(value, int | float):
        return _number(Decimal(repr(value)), column)
    if not isinstance(value, str):
        return Mended(str(value))
    text, repairs = value.strip(), []
    quoted = _QUOTED.fullmatch(text)
    if quoted is not None:
        text = next(part for part in quoted.groups() if part is not None).strip()
        repairs.append(Message.of("register.repair_quotes", column=told))
    seen = tidy(text)
    if seen != " ".join(text.split()):
        repairs.append(Message.of("register.repair_invisible", column=told))
    if digits(seen) != seen:
        repairs.append(Message.of("register.repair_digits", column=told))
    return Mended(digits(seen), tuple(repairs))


def digits(text: str) -> str:
    """The text with the digits of other scripts as ASCII digits."""
    return "".join(one if one.isascii() else str(unicodedata.decimal(one, one)) for one in text)


def tidy(text: str) -> str:
    """Text without control characters and what cannot be seen; Hindi keeps the joiners that its letters need."""
    joiners = "\N{ZERO WIDTH JOINER}\N{ZERO WIDTH NON-JOINER}"
    devanagari = any("\u0900" <= one <= "\u097f" for one in text)
    kept = (
        " " if one in "\t\r\n\N{NO-BREAK SPACE}" else one
        for one in text
        if one in "\t\r\n"
        or unicodedata.category(one) not in ("Cc", "Cf", "Cs", "Co", "Cn")
        or (devanagari and one in joiners)
    )
    return " ".join(unicodedata.normalize("NFKC", "".join(kept)).split())


def identifier(value: Value, column: Column) -> Mended:
    """An army number or the like: also without what a spreadsheet makes of digits."""
    mended = plain(value, column)
    text = clean(mended.text)
    repairs = mended.repairs
    made = _MADE_DECIMAL.fullmatch(text)
    if made is not None:
        return Mended(made[1], (*repairs, Message.of("register.repair_decimal", column=column.told)))
    if mended.problem is None and _EXPONENT.fullmatch(text):
        number = _number(Decimal(text), column)
        written_out = () if number.problem else (Message.of("register.repair_exponent", column=column.told),)
        return Mended(number.text, (*repairs, *written_out), number.problem)
    return Mended(text, repairs, mended.problem)


def _number(number: Decimal, column: Column) -> Mended:
    """The digits of a number; one of which some were lost, because it was shown with an exponent, is a problem."""
    sign, _, exponent = number.as_tuple()
    if not isinstance(exponent, int) or sign:
        return Mended(str(number), problem=Message.of("register.problem_number", column=column.told))
    if exponent < 0 and number == number.to_integral_value():
        return Mended(f"{number:.0f}")
    if exponent < 0:
        return Mended(str(number))
    if exponent > 0:
        # What was shown as 9.12E+11 has lost all digits but the first three; what ends in noughts may have.
        return Mended(f"{number:.0f}", problem=Message.of("register.problem_digits_lost", column=column.told))
    return Mended(f"{number:.0f}")


def long_number(value: Value, column: Column, *, number_cells: bool) -> Mended:
    """Aadhaar and APAAR: twelve digits, which may be written in groups.

    Args:
        number_cells: whether the file tells numbers from texts, so that noughts at the beginning are known to be lost.
    """
    mended = identifier(value, column)
    if mended.problem is not None or not mended.text:
        return mended
    text = re.sub(r"[\s-]", "", mended.text)
    repairs = mended.repairs
    missing = ID_DIGITS - len(text)
    is_number = number_cells and isinstance(value, int | float)
    if text.isdecimal() and is_number and 0 < missing <= _MOST_ZEROS:
        text = text.zfill(ID_DIGITS)
        repairs = (*repairs, Message.of("register.repair_zeros", column=column.told, n=missing))
    if not text.isdecimal() or len(text) != ID_DIGITS:
        lost = text.isdecimal() and not number_cells and 0 < missing <= _MOST_ZEROS
        key = "register.problem_zeros" if lost else "register.problem_length"
        return Mended(text, repairs, Message.of(key, column=column.told, most=ID_DIGITS, given=len(text)))
    return Mended(text, repairs)


def mobile(value: Value, column: Column) -> Mended:
    """A mobile number of India: ten digits, without what is dialled before them."""
    mended = identifier(value, column)
    text = re.sub(r"[\s()-]", "", mended.text)
    repairs = mended.repairs
    bare = re.sub(r"^(\+91|0091|91(?=\d{10}$)|0(?=\d{10}$))", "", text)
    if bare != text:
        repairs = (*repairs, Message.of("register.repair_prefix", column=column.told))
    if bare and (not bare.isdecimal() or len(bare) != MOBILE_DIGITS):
        problem = Message.of("register.problem_length", column=column.told, most=MOBILE_DIGITS, given=len(bare))
        return Mended(bare, repairs, mended.problem or problem)
    return Mended(bare, repairs, mended.problem)


def day(value: Value, column: Column, *, latest: dt.date) -> Mended:
    """A date, however it is written; one with two digits for the year is the last that is not after ``latest``.

    A month is never guessed: 05/25/1990 is a problem, because 05/04/1990 would be read the wrong way round.
    """
    if isinstance(value, dt.datetime | dt.date):
        found = value.date() if isinstance(value, dt.datetime) else value
        return _plausible(found, (), column, latest)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= _LAST_SERIAL:
        found = (_EPOCH + dt.timedelta(days=int(value))).date()
        return _plausible(found, (Message.of("register.repair_serial", column=column.told),), column, latest)
    mended = plain(value, column)
    # A time behind it is none of a birth.
    text = re.sub(r"[ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$", "", mended.text)
    parts = _parts(re.sub(r"[\s./,-]+", "-", text).strip("-").casefold())
    if parts is not None:
        number, month, year = parts
        found_at = _date(number, month, year if year > 99 else _century(number, month, year, latest))
        if found_at is not None:
            short = Message.of("register.repair_year", column=column.told)
            return _plausible(found_at, (*mended.repairs, *((short,) if year <= 99 else ())), column, latest)
    if not mended.text:
        return mended
    # Of no date is more said than this: one of birth is a password.
    return Mended(mended.text, mended.repairs, Message.of("register.problem_date", column=column.told))


def password(value: Value, column: Column) -> Mended:
    """A password, of which every sign counts; a date as the portal writes one of birth, which it is meant as."""
    if isinstance(value, str):
        return Mended(value.strip())
    if isinstance(value, dt.date):
        return Mended(_written(value), (Message.of("register.repair_password", column=column.told),))
    return plain(value, column)


def _parts(text: str) -> tuple[int, int, int] | None:
    """Day, month and year of a text; a year of two digits is below 100."""
    if (found := re.fullmatch(r"(\d{1,2})-(\d{1,2}|[a-z]{3,9})-(\d{4}|\d{2})", text)) is not None:
        day_, month, year = found.groups()
    elif (found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text)) is not None:
        year, month, day_ = found.groups()
    elif (found := re.fullmatch(r"(\d{1,2})(\d{2})((?:19|20)\d{2})", text)) is not None:
        day_, month, year = found.groups()
    else:
        return None
    if month.isdecimal():
        return int(day_), int(month), int(year)
    name = next((number for number, name in enumerate(_MONTHS, start=1) if name.startswith(month[:3])), 0)
    return int(day_), name if name and _MONTHS[name - 1].startswith(month) else 0, int(year)


def _date(day_: int, month: int, year: int) -> dt.date | None:
    try:
        return dt.date(year, month, day_)
    except ValueError:
        return None


def _century(day_: int, month: int, year: int, latest: dt.date) -> int:
    """The last year with these two digits in which this day is not after ``latest``."""
    full = latest.year - (latest.year - year) % 100
    return full if (full, month, day_) <= (latest.year, latest.month, latest.day) else full - 100


def _plausible(found: dt.date, repairs: tuple[Message, ...], column: Column, latest: dt.date) -> Mended:
    written = _written(found)
    if latest.year - OLDEST <= found.year and found <= latest:
        return Mended(written, repairs)
    return Mended(written, repairs, Message.of("register.problem_not_then", column=column.told))


def _written(day_: dt.date) -> str:
    return f"{day_.day:02}-{day_.month:02}-{day_.year:04}"
