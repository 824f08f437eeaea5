"""The words: one for one thing in both languages, and Hindi as the head of its catalogue asks for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.catalogues import FORMS, HINDI_FORMS, Term, glossary

PAIRS = [
    (key, english, hindi)
    for key, texts in FORMS.items()
    for english, hindi in zip(texts, HINDI_FORMS.get(key, ()), strict=False)
]
"""Each English sentence with the Hindi one, form by form."""

QUOTED_LATIN = re.compile(r"“[ -~…]+”")
SET_COMPLETED = re.compile(r"\b[Ss]ets? (\S+ (of \S+ candidates )?)?(not )?completed")
"""The operation, which has nothing to do with a question set."""
PLACEHOLDER = re.compile(r"{[^}]*}")
ACCESS_KEY = re.compile(r"^\(&\w\) | ?\(&\w\)|&")
"""What underlines a letter of a menu."""
TECHNICAL = re.compile(r"--[a-z-]+|\S+=\S*|\S+://\S+")
"""Options, and what is written in URLs and settings."""

ANOTHER_USE = {
    # SQLite's.
    ("journal", "old_sqlite_with_wal"),
    # A sheet of paper.
    ("paper", "qt_missing_for_papers"),
    ("paper", "not_printed"),
    ("paper", "cli.report"),
    ("paper", "paper.reading"),
    ("paper", "window.settings.from_next_start"),
    # To set something.
    ("set", "cli.policy"),
    ("set", "cli.policy.more"),
    ("set", "window.rules_set"),
    ("set", "upkeep.set_rules"),
    ("set", "upkeep.setting_rules"),
    ("set", "set-policy.name"),
    ("set", "policy_damaged"),
    ("set", "clock_differs"),
    ("set", "clock_backwards"),
    ("set", "guard_needs_trust"),
    # One after the other.
    ("row", "told_blocked"),
    # The prompt for a password.
    ("question", "sign_in_needed"),
}
"""Where an English sentence has a word of the glossary in another sense: the word and the sentence's key."""


def test_each_word_of_the_glossary_stands_once_and_has_a_word_in_hindi() -> None:
    terms = glossary()
    english = [form for term in terms for form in term.english]
    assert len(terms) > 90
    assert sorted(english) == sorted(set(english))
    assert [term for term in terms if not all(term.hindi)] == []


def test_the_glossary_finds_words_with_their_endings() -> None:
    clear, reassign = Term(("clear",), ("हटाना",)), Term(("reassign",), ("पुनः आवंटित करना",))
    assert all(map(clear.in_english, ("Clear it", "was cleared.", "clears", "clearing")))
    assert not any(map(clear.in_english, ("unclear", "clearly")))
    assert all(map(Term(("archive",), ("संग्रह",)).in_english, ("the archive", "archives it", "archived", "archiving")))
    assert all(map(clear.in_hindi, ("हटाएँ", "सत्र हटाया गया", "“हटाना”")))
    assert not clear.in_hindi("सत्र अधूरा है")
    assert reassign.in_hindi("स्लॉट पुनः आवंटित होगा")
    assert not reassign.in_hindi("स्लॉट आवंटित होगा")
    assert Term(("candidate",), ("अभ्यर्थी",)).in_hindi("सभी अभ्यर्थियों के")


def test_one_thing_has_one_word_in_both_languages() -> None:
    terms = glossary()
    found = {
        (term.english[0], key): (english, hindi)
        for key, english, hindi in PAIRS
        for term in terms
        if term.english and term.in_english(_prose(english)) and not term.in_hindi(_prose(hindi))
    }
    assert {told: texts for told, texts in found.items() if told not in ANOTHER_USE} == {}
    assert ANOTHER_USE - found.keys() == set()


def _prose(text: str) -> str:
    """A sentence without what is the same in every language: values, options, quoted commands."""
    text = ACCESS_KEY.sub("", text)
    for same in (SET_COMPLETED, QUOTED_LATIN, PLACEHOLDER, TECHNICAL):
        text = same.sub("…", text)
    return text


LATIN = re.compile(r"[\w./-]*[A-Za-z][\w./-]*", re.ASCII)
LATIN_ALLOWED = {
    *("PRIMARY", "SECONDARY", "A", "B", "C", "E", "Z", "DTMN"),
    *("Start", "Submit", "Exam"),
    *("SQLite", "PostgreSQL", "MariaDB", "MySQL", "InnoDB", "PgBouncer", "Qt", "Debian", "Ubuntu"),
    *("desktop_admin", "desktop-admin", "pg_dump", "mariadb-dump"),
    *(
        "age",
        "CSV",
        "PDF",
        "ods",
        "dd-mm-yyyy",
        "ZIP",
        "xlsx",
        ".csv",
        ".xlsx",
        ".zip",
        "UTF-8",
        "SHA-256",
        "age",
        "URL",
        "TLS",
        "CA",
        "PEM",
        "PC",
        "ID",
        "MB",
    ),
    *("sslmode", "sslrootcert", "ssl_ca", "connections", "docs/servers.md", "migration"),
    *("BEGIN", "CERTIFICATE", "USER", "PATH", "WAL", "DELETE", "SUPER", "log_bin_trust_function_creators"),
    "questions_globalpapertypecontrol",
    *("Alt", "Ctrl", "Shift", "K", "F1", "F5", "Esc", "Enter", "desktop_admin_"),
    *("MIT", "Noto", "Sans", "Devanagari", "SIL", "Open", "Font", "License"),
    *(
        "stdin",
        "en",
        "hi",
        "JSON",
        "FILE",
        "OP_ID",
        ".pdf",
        "y/N",
        "y",
        "n",
        "on",
        "off",
        "verify-log",
        "policy",
        "writing-node",
        "pool_mode",
        "session",
        "QT_QPA_PLATFORM",
    ),
    # Of the form of a time: 2026-03-01T08:30.
    "2026-03-01T08",
}
"""Papers, set letters, buttons of the portal, products, formats, and what a person types or finds in a file.

Options, and commands in “ ”, need not stand here.
"""


def test_hindi_has_only_latin_words_that_have_no_other_letters_and_that_english_has_too() -> None:
    found = {(key, word) for key, _, hindi in PAIRS for word in _latin(hindi)}
    assert {(key, word) for key, word in found if word not in LATIN_ALLOWED} == set()
    english = {key: " ".join(texts) for key, texts in FORMS.items()}
    assert {(key, word) for key, word in found if word.lower() not in english[key].lower()} == set()
    quoted = {(key, text) for key, _, hindi in PAIRS for text in QUOTED_LATIN.findall(hindi) if "{" not in text}
    assert {(key, text) for key, text in quoted if text not in english[key]} == set()


def _latin(text: str) -> Iterator[str]:
    for word in LATIN.findall(_prose(text)):
        yield word.rstrip(".")


POSTPOSITIONS = {"ने", "को", "का", "के", "की", "से", "पर", "में", "द्वारा", "तक", "हेतु", "सहित", "वाला", "वाले"}
PERSON = re.compile(
    "(अभ्यर्थ|पर्यवेक्षक|कर्मचारी|निरीक्षक|व्यवस्थापक|व्यक्ति)\\S*|{(name|person|who|username|army_nos?|candidates?)}"
)
PAST_OR_HABIT = re.compile("(\\S*[ािीेएई]ं?|था|थी|थे) (है|हैं|हो|था|थी|थे)|\\S*[ािीे]|\\S*(गा|गी|गे|ए|ई)")
NO_VERB = re.compile("\\S*ना|(नहीं|नंबर|चाहिए|या|और|कि|खाता|भूमिका|की|का|के|से)")
PROGRESSIVE = re.compile("(रहा|रही|रहे)( |$)")


def _people_as_subjects(text: str) -> Iterator[str]:
    """Where a verb agrees with a person: the person stands without a postposition, and the clause ends in a verb.

    A verb carries the sex of what it agrees with in its ending (लिखता, गई, करेगा); है, हैं and हो have none.
    """
    for clause in re.split("[।:;,?()“”]", text):
        words = clause.split()
        for at, word in enumerate(words):
            last = words[-2:] if words[-1] in ("है", "हैं", "हो", "था", "थी", "थे") else words[-1:]
            after = words[at + 1 : at + 2]
            if not PERSON.fullmatch(word) or not after or after[0] in POSTPOSITIONS or any(map(PERSON.fullmatch, last)):
                continue
            if PAST_OR_HABIT.fullmatch(" ".join(last)) and not any(map(NO_VERB.fullmatch, last)):
                yield clause.strip()


def test_no_hindi_sentence_gives_a_person_a_sex() -> None:
    assert {key: clause for key, _, hindi in PAIRS for clause in _people_as_subjects(hindi)} == {}
    assert {key: hindi for key, _, hindi in PAIRS if PROGRESSIVE.search(hindi)} == {}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("अभ्यर्थी पेपर लिखता है।", True),
        ("अभ्यर्थी फिर से लॉगिन करेगी।", True),
        ("यह {person} कर सकते हैं।", True),
        ("पर्यवेक्षक चले गए।", True),
        ("अभ्यर्थी अब पोर्टल में नहीं है।", False),
        ("अभ्यर्थी का पेपर जमा हुआ है।", False),
        ("{person} ने पेपर जमा किया है।", False),
        ("केवल {username} ही पर्यवेक्षक है।", False),
        ("अभ्यर्थी और सत्र लिखना", False),
    ],
)
def test_a_verb_that_agrees_with_a_person_is_found(text: str, told: bool) -> None:
    assert bool(list(_people_as_subjects(text))) is told


FAMILIAR = re.compile("(^| )(तुम|तू|तेर[ाीे]|तुम्हार[ाीे]|करो|देखो|चुनो|दबाओ|जाओ|लिखो|खोलो)( |।|$)")
SPELLING = {
    "nukta as one character": re.compile("[\u0958-\u095f]"),
    "nukta elsewhere than in फ़ ज़ ड़ ढ़": re.compile("[^फजडढ]\u093c"),
    "anusvara for chandrabindu": re.compile("जांच|[कजयव]हां|पहुंच|पांच|ऊं|एं|आं|(^| )हां"),
    "chandrabindu above a vowel sign": re.compile("[िीेैोौ]ँ"),
    "ye for a vowel": re.compile("(गयी|गये|लिये|दिये|किये|हुये|चाहिये|नयी|नये)"),
    "half nasal for anusvara": re.compile("(न्त|न्द|म्प|म्ब|ङ्क|ञ्च|ण्ट)"),
    "digits that are not 0 to 9": re.compile("[०-९]"),
    "a full stop, or two danda": re.compile("[^\\s.\u0021-\u007e]\\.($| )|॥"),
    "a blank before a sign": re.compile(" [।,:;?]"),
    "invisible characters": re.compile("[\u200b-\u200f\ufeff]"),
}


@pytest.mark.parametrize("what", SPELLING)
def test_hindi_is_spelt_in_one_way(what: str) -> None:
    assert {key: hindi for key, _, hindi in PAIRS if SPELLING[what].search(hindi)} == {}


def test_the_person_at_the_desk_is_asked_politely() -> None:
    assert {key: hindi for key, _, hindi in PAIRS if FAMILIAR.search(hindi)} == {}


def test_a_hindi_sentence_ends_with_a_danda_where_the_english_one_ends_with_a_full_stop() -> None:
    sentences = [(key, english, hindi) for key, english, hindi in PAIRS if " " in english]
    assert {key: hindi for key, english, hindi in sentences if (english[-1] == ".") != (hindi[-1] == "।")} == {}
