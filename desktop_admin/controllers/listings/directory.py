"""Who there is, by number and by part of a name, kept in memory: no index of the portal finds a part of a name.

Numbers and names are texts of one line per candidate, in the order of the numbers, so that a number's beginning is
looked for by halving and a part of a name by one run through all of them: 45 bytes a candidate, and 20 ms at a million.
Whoever has come is found at once; a change of a name or number, once the directory is read again.
"""

from __future__ import annotations

import time
import unicodedata
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from heapq import merge
from itertools import compress

from sqlalchemy import func, select

from desktop_admin.database.session import Session
from desktop_admin.database.statements import sql
from desktop_admin.database.statements.as_sent import digest_of
from desktop_admin.database.tables.portal import CandidateProfile
from desktop_admin.database.unchanged import version_of
from desktop_admin.rules import normal_army_no

LONGEST = 1000
"""So many characters of a name can be looked for; the portal's column takes 150."""
RESTS = 20
"""After it was read it is not read again for so many times as long: for a second at 10 000, a minute at a million."""
_AT_ONCE = 10_000
_MANY = 100
"""Where a part stands in more than one name of so many, all are looked through at once."""
_MARK = b"\xff"
"""No text has this byte in UTF-8."""
_OTHERS = bytes({*range(256)} - {*_MARK, *b"\n"})
_DIGEST = digest_of(
    "registration_candidateprofile",
    md5="md5(concat_ws(',', quote(CONVERT(army_no USING utf8mb4)), user_id, quote(CONVERT(name USING utf8mb4))))",
)
_Entry = tuple[bytes, int, bytes]
"""A number as it is compared, the account, and the name as it is compared."""


@dataclass(slots=True)
class _Lines:
    """Texts without a line's end, each in a line of its own.

    Attributes:
        starts: where each line begins.
    """

    text: bytearray = field(default_factory=bytearray)
    starts: array[int] = field(default_factory=lambda: array("I"))

    def append(self, line: bytes) -> None:
        self.starts.append(len(self.text))
        self.text += line
        self.text += b"\n"

    def line(self, number: int) -> bytes:
        start = self.starts[number]
        return bytes(self.text[start : self.text.index(b"\n", start)])

    def beginning(self, part: bytes) -> range:
        """The lines that begin so; they must be sorted."""
        every = range(len(self.starts))
        return range(bisect_left(every, part, key=self.line), bisect_left(every, part + _MARK, key=self.line))

    def holding(self, part: bytes) -> Iterator[int]:
        """The lines in which this stands somewhere; quick where these are few."""
        found = self.text.find(part)
        while found >= 0:
            number = bisect_right(self.starts, found) - 1
            yield number
            following = number + 1
            found = self.text.find(part, self.starts[following]) if following < len(self.starts) else -1

    def told(self, part: bytes) -> bytearray:
        """For every line, 1 where this stands in it and 0 where not; as quick for many as for few."""
        told = bytearray()
        for first in range(0, len(self.starts), _AT_ONCE):
            following = first + _AT_ONCE
            end = self.starts[following] if following < len(self.starts) else len(self.text)
            # All lines at once: of each nothing is left but its end, and a mark where the part stood.
            marked = self.text[self.starts[first] : end].replace(part, _MARK).translate(None, _OTHERS)
            while _MARK * 2 in marked:
                marked = marked.replace(_MARK * 2, _MARK)
            told += marked.replace(_MARK + b"\n", b"\1").replace(b"\n", b"\0")
        return told


@dataclass(slots=True)
class Directory:
    """All candidates, by number.

    Attributes:
        user_ids: their accounts; whoever gets them leaves them as they are.
        last: the highest id of a profile.
        read_at, took: when it was read, in seconds of ``time.monotonic``, and how many seconds of work that was.
        version: of the database, as ``unchanged.version_of`` gave it before.
        digest: of all names and numbers, on MariaDB, where it was asked for before.
    """

    user_ids: array[int] = field(default_factory=lambda: array("q"))
    last: int = 0
    read_at: float = 0.0
    took: float = 0.0
    version: object | None = None
    digest: tuple[object, ...] | None = None
    _numbers: _Lines = field(default_factory=_Lines)
    _names: _Lines = field(default_factory=_Lines)

    def add(self, entry: _Entry) -> None:
        """Add whoever comes next by number."""
        number, user_id, name = entry
        self._numbers.append(number)
        self.user_ids.append(user_id)
        self._names.append(name)

    def entries(self) -> Iterator[_Entry]:
        """What was added, in order."""
        for place, user_id in enumerate(self.user_ids):
            yield self._numbers.line(place), user_id, self._names.line(place)

    def numbered(self, text: str) -> list[int]:
        """The accounts whose number this is, as numbers are compared."""
        number = _number(text)
        return [
            self.user_ids[place] for place in self._numbers.beginning(number) if self._numbers.line(place) == number
        ]

    def matching(self, text: str) -> array[int]:
        """The accounts whose number begins with the text, or whose name contains it, by number."""
        number, part = _number(text), _name(text)
        if not part:
            return self.user_ids
        by_number = self._numbers.beginning(number) if number else range(0)
        if self._names.text.count(part) > len(self.user_ids) // _MANY:
            told = self._names.told(part)
            told[by_number.start : by_number.stop] = b"\1" * len(by_number)
            return array("q", compress(self.user_ids, told)) if 0 in told else self.user_ids
        by_name = list(self._names.holding(part))
        if not by_name:
            return self.user_ids[by_number.start : by_number.stop]
        places: Sequence[int] = sorted({*by_number, *by_name}) if by_number else by_name
        return array("q", map(self.user_ids.__getitem__, places))


def directory(session: Session, *, anew: bool = False) -> Directory:
    """The directory of this session's database, read where it is missing or somebody has come since.

    Args:
        anew: read it again, unless that was done a moment ago, as measured by how long it takes, or nothing has
            changed.
    """
    kept, version = session.behind.kept, version_of(session)
    known = kept.get(Directory)
    last = session.scalar(select(func.max(CandidateProfile.id))) or 0
    digest = None
    if isinstance(known, Directory) and known.last == last:
        if not (anew and _is_old(known, version)):
            return known
        if sql.is_mariadb(session):
            digest = tuple(session.execute(_DIGEST).one())
            if digest == known.digest:
                known.read_at = time.monotonic()
                return known
    known = kept[Directory] = _read(session, last=last)
    known.version, known.digest = version, digest
    return known


def forget(session: Session) -> None:
    """Read the directory when it is needed next: somebody whom it has is no longer there."""
    session.behind.kept.pop(Directory, None)


def fits(text: str, *, army_no: str, name: str, exactly: bool = False) -> bool:
    """Whether a candidate is meant by the text, as ``Directory`` compares; ``exactly``: by the whole number alone."""
    number = _number(text)
    if exactly:
        return _number(army_no) == number
    return (bool(number) and _number(army_no).startswith(number)) or _name(text) in _name(name)


def _is_old(known: Directory, version: object | None) -> bool:
    may_have_changed = version is None or version != known.version
    return may_have_changed and time.monotonic() - known.read_at > RESTS * known.took


def _read(session: Session, *, last: int) -> Directory:
    began = time.thread_time()
    one, found, elsewhere = CandidateProfile, Directory(), []
    before = b""
    listed = select(one.army_no, one.user_id, one.name).order_by(sql.in_bytes(one.army_no))
    if sql.dialect(session) != "postgresql":
        # PostgreSQL hands rows over bit by bit only in a transaction.
        listed = listed.execution_options(yield_per=_AT_ONCE)
    for army_no, user_id, name in session.execute(listed):
        number = _number(army_no)
        entry = (number, user_id, _name(name[:LONGEST]))
        # Nearly every number stands where it belongs; one with small letters or what nobody sees may not.
        if number >= before and number == army_no.casefold().encode(errors="surrogatepass"):
            found.add(entry)
            before = number
        else:
            elsewhere.append(entry)
    if elsewhere:
        found = _merged(found.entries(), sorted(elsewhere))
    found.last, found.read_at, found.took = last, time.monotonic(), time.thread_time() - began
    return found


def _merged(entries: Iterable[_Entry], others: Iterable[_Entry]) -> Directory:
    found = Directory()
    for entry in merge(entries, others):
        found.add(entry)
    return found


def _number(text: str) -> bytes:
    return _line(normal_army_no(text))


def _name(text: str) -> bytes:
    """A name, or a part of one, as it is compared: without case, repeated blanks and what cannot be seen."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", "".join(one for one in text if unicodedata.category(one) != "Cf"))
    return _line(" ".join(text.split()).casefold())


def _line(text: str) -> bytes:
    return text.replace("\n", " ").encode(errors="surrogatepass")
