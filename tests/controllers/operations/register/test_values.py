"""Values of a register as they are meant: what is repaired, what is a problem, and that sound ones stay as they are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from desktop_admin.controllers.operations.register import repairs
from desktop_admin.controllers.operations.register.columns import COLUMNS
from desktop_admin.controllers.operations.register.reading import Value
from desktop_admin.controllers.operations.register.repairs import Mended
from tests.registers import TODAY

ARMY_NO, AADHAAR, DOB, MOBILE = (COLUMNS[name] for name in ("army_no", "aadhar_number", "dob", "mobile_no"))
LATEST = dt.date(2012, 11, 28)
DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
twelve_digits = st.from_regex(r"[1-9][0-9]{11}", fullmatch=True)
births = st.dates(dt.date(1943, 1, 1), LATEST)
UNSEEN = st.sampled_from("\u200b\u200e\ufeff\u202c\u00ad\u00a0\t")


def codes(mended: Mended) -> list[str]:
    return [one.code.removeprefix("register.repair_") for one in mended.repairs]


def problem(mended: Mended) -> str | None:
    return None if mended.problem is None else mended.problem.code.removeprefix("register.problem_")


@pytest.mark.parametrize(
    ("value", "text", "repaired", "wrong"),
    [
        ("15560005M", "15560005M", [], None),
        (" 15560005M ", "15560005M", [], None),
        ("15560005.0", "15560005", ["decimal"], None),
        (15560005.0, "15560005", [], None),
        (15560005, "15560005", [], None),
        ('="15560005M"', "15560005M", ["quotes"], None),
        ("'15560005M", "15560005M", ["quotes"], None),
        ("“15560005M”", "15560005M", ["quotes"], None),
        ("1.5560005E+07", "15560005", ["exponent"], None),
        ("1.556E+07", "15560000", [], "digits_lost"),
        (1e22, "10000000000000000000000", [], "digits_lost"),
        ("१५५६०००५M", "15560005M", ["digits"], None),
        ("1556\u200b0005M\ufeff", "15560005M", ["invisible"], None),
        ("", "", [], None),
    ],
)
def test_an_army_number_is_what_was_meant(value: Value, text: str, repaired: list[str], wrong: str | None) -> None:
    mended = repairs.identifier(value, ARMY_NO)
    assert (mended.text, codes(mended), problem(mended)) == (text, repaired, wrong)


@pytest.mark.parametrize(
    ("value", "number_cells", "text", "repaired", "wrong"),
    [
        ("9000 0000-0001", False, "900000000001", [], None),
        (900000000001.0, True, "900000000001", [], None),
        (90000000001.0, True, "090000000001", ["zeros"], None),
        (9000000001.0, True, "009000000001", ["zeros"], None),
        (900000001.0, True, "900000001", [], "length"),
        # Of a text nobody knows whether a nought was lost or another digit.
        ("90000000001", False, "90000000001", [], "zeros"),
        ("90000000001", True, "90000000001", [], "length"),
        ("9.00000000001E+11", False, "900000000001", ["exponent"], None),
        ("9E+11", False, "900000000000", [], "digits_lost"),
        ("90000000000X", False, "90000000000X", [], "length"),
        ("", False, "", [], None),
    ],
)
def test_an_aadhaar_number_is_repaired_only_where_nothing_is_guessed(
    value: Value, number_cells: bool, text: str, repaired: list[str], wrong: str | None
) -> None:
    mended = repairs.long_number(value, AADHAAR, number_cells=number_cells)
    assert (mended.text, codes(mended), problem(mended)) == (text, repaired, wrong)


@pytest.mark.parametrize(
    ("value", "text", "repaired", "wrong"),
    [
        ("07-02-1995", "07-02-1995", [], None),
        ("7/2/1995", "07-02-1995", [], None),
        ("7.2.95", "07-02-1995", ["year"], None),
        ("7-Feb-95", "07-02-1995", ["year"], None),
        ("7 February 1995", "07-02-1995", [], None),
        ("1995-02-07", "07-02-1995", [], None),
        ("1995-02-07 00:00:00", "07-02-1995", [], None),
        ("07021995", "07-02-1995", [], None),
        ("7021995", "07-02-1995", [], None),
        (dt.datetime(1995, 2, 7), "07-02-1995", [], None),
        (dt.date(1995, 2, 7), "07-02-1995", [], None),
        (34737.0, "07-02-1995", ["serial"], None),
        (7021995.0, "07-02-1995", [], None),
        ("०७-०२-१९९५", "07-02-1995", ["digits"], None),
        ("29-02-96", "29-02-1996", ["year"], None),
        ("11-11-12", "11-11-2012", ["year"], None),
        ("29-11-12", "29-11-1912", ["year"], "not_then"),
        # The month is never guessed.
        ("02/25/1995", "02/25/1995", [], "date"),
        ("31-02-1995", "31-02-1995", [], "date"),
        ("7 Marchuary 1995", "7 Marchuary 1995", [], "date"),
        ("soon", "soon", [], "date"),
        ("07-02-2020", "07-02-2020", [], "not_then"),
        ("07-02-1885", "07-02-1885", [], "not_then"),
        ("", "", [], None),
    ],
)
def test_a_date_is_read_however_it_is_written(value: Value, text: str, repaired: list[str], wrong: str | None) -> None:
    mended = repairs.day(value, DOB, latest=LATEST)
    assert (mended.text, codes(mended), problem(mended)) == (text, repaired, wrong)


@pytest.mark.parametrize(
    ("value", "text", "wrong"),
    [
        ("9800000001", "9800000001", None),
        ("+91 98000-00001", "9800000001", None),
        ("919800000001", "9800000001", None),
        ("09800000001", "9800000001", None),
        (9800000001.0, "9800000001", None),
        ("980000001", "980000001", "length"),
    ],
)
def test_a_mobile_number_has_ten_digits(value: Value, text: str, wrong: str | None) -> None:
    mended = repairs.mobile(value, MOBILE)
    assert (mended.text, problem(mended)) == (text, wrong)


@given(births)
def test_every_way_to_write_a_day_means_the_same_day(day: dt.date) -> None:
    written = f"{day.day:02}-{day.month:02}-{day.year}"
    ways: list[Value] = [day, dt.datetime(day.year, day.month, day.day), day.isoformat(), written]
    ways += [f"{day.day}/{day.month}/{day.year}", written.replace("-", ""), written.translate(DEVANAGARI)]
    ways += [float((day - dt.date(1899, 12, 30)).days)]
    assert {repairs.day(way, DOB, latest=LATEST).text for way in ways} == {written}


@given(births)
def test_a_year_of_two_digits_is_never_after_the_latest_and_never_another_century_ago(day: dt.date) -> None:
    short = f"{day.day:02}-{day.month:02}-{day.year % 100:02}"
    mended = repairs.day(short, DOB, latest=LATEST)
    assert codes(mended) == ["year"]
    found = dt.date(*map(int, reversed(mended.text.split("-"))))
    assert (found.day, found.month, found.year % 100) == (day.day, day.month, day.year % 100)
    assert found <= LATEST
    later = found.year + 100
    assert (later, found.month, found.day) > (LATEST.year, LATEST.month, LATEST.day)


@given(twelve_digits, st.integers(0, 12), UNSEEN)
def test_a_number_survives_what_spreadsheets_and_people_do_to_it(number: str, place: int, unseen: str) -> None:
    ways: list[Value] = [number, int(number), float(number), f"{number}.0", f'="{number}"', f"'{number}"]
    ways += [number.translate(DEVANAGARI), number[:place] + unseen + number[place:]]
    ways += [f"{number[:4]} {number[4:8]} {number[8:]}", f"{number[0]}.{number[1:]}E+11"]
    found = {repairs.long_number(way, AADHAAR, number_cells=True) for way in ways}
    assert {(one.text, one.problem) for one in found} == {(number, None)}


@given(st.floats(1e11, 9.99e11), st.integers(1, 8))
def test_a_number_that_was_shown_shortened_is_never_taken_for_whole(number: float, shown: int) -> None:
    short = f"{number:.{shown}E}"
    assume("E+11" in short)
    assert problem(repairs.long_number(short, AADHAAR, number_cells=False)) == "digits_lost"


@settings(max_examples=30)
@given(st.text(max_size=30))
def test_text_that_was_tidied_is_tidy_and_nothing_is_ever_broken(text: str) -> None:
    once = repairs.tidy(text)
    assert repairs.tidy(once) == once
    for column in COLUMNS.values():
        repairs.plain(text, column)
        repairs.identifier(text, column)
        repairs.long_number(text, column, number_cells=False)
        repairs.mobile(text, column)
        repairs.day(text, column, latest=TODAY)


def test_hindi_keeps_the_joiners_that_its_letters_need() -> None:
    assert repairs.tidy("क्\u200dष \u200b देव") == "क्\u200dष देव"


@pytest.mark.parametrize(
    ("value", "wrong"),
    [("12345678901", "zeros"), ("1234567890", "zeros"), ("123456789", "length"), ("123456789o12", "length")],
)
def test_of_a_csv_a_number_that_is_too_short_is_a_problem_that_speaks_of_zeros(value: str, wrong: str) -> None:
    mended = repairs.long_number(value, AADHAAR, number_cells=False)
    assert (mended.repairs, problem(mended)) == ((), wrong)
