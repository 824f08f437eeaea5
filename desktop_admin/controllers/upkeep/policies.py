"""Policies: the rules of a centre that hold for every desk on its database, and that a supervisor sets.

They stand in ``desktop_admin_setting`` by name, as a whole number in the policy's unit (of one that is on or off, 1 or
0), as a name, or as words with commas between them; one that nobody has set has its default. Changes are recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select

from desktop_admin.controllers.values.happened import CATEGORIES
from desktop_admin.database.session import Session, has_own_tables, server_now
from desktop_admin.database.statements import sql
from desktop_admin.database.tables.own import WRITING_NODE, Setting
from desktop_admin.messages import Message, shortened
from desktop_admin.rules import Role, clean

MOST_WORDS, LONGEST_WORD, LONGEST_NAME = 30, 40, 64
"""So many words has a rule at most, and so many characters each; a name that is a rule may have more."""


@dataclass(frozen=True, slots=True)
class Policy:
    """One rule.

    Attributes:
        name: in the table, in the log and on the command line.
        told: what it says, as a sentence's code.
        default: what holds where nobody has set it, or what was stored makes no sense.
        least, most: the numbers that make sense.
        unit: of all three numbers, and of the stored one.
    """

    name: str
    told: str
    default: int
    least: int
    most: int
    unit: Literal["minutes", "hours", "switch"]

    @property
    def is_switch(self) -> bool:
        """Whether it is on or off."""
        return self.unit == "switch"

    def typed(self, text: str) -> int | None:
        """The number that somebody means who typed this, or None where it makes no sense."""
        return _SWITCHED.get(text.casefold()) if self.is_switch else self.number(text)

    def typing(self, number: int) -> str:
        """What somebody types who means this number."""
        return next(word for word, one in _SWITCHED.items() if one == number) if self.is_switch else str(number)

    def number(self, stored: str | None) -> int | None:
        """The number that is stored, or None where there is none, or one that makes no sense."""
        if stored is None or not stored.isascii() or not stored.isdecimal() or len(stored) > len(str(self.most)):
            return None
        return int(stored) if self.least <= int(stored) <= self.most else None

    def told_before(self, stored: str | None) -> Message | str:
        """What it was, beside what it is now: its number alone, or on or off."""
        number = self.number(stored or str(self.default))
        return self.counted(number) if self.is_switch and number is not None else stored or str(self.default)

    @property
    def sense(self) -> Message:
        """What makes sense as its number, in words."""
        if self.is_switch:
            return Message.of("policy_on_or_off")
        return Message.of("policy_whole_number", least=self.least, most=self.counted(self.most))

    def counted(self, number: int) -> Message:
        """So many of its unit, in words."""
        if self.is_switch:
            return Message.of("rule_on" if number else "rule_off")
        return Message.of("count.hours" if self.unit == "hours" else "count.minutes", n=number)

    def meant(self, text: str) -> tuple[str, Message] | None:
        """What is stored where somebody types this, and what it says then; None where it makes no sense."""
        number = self.typed(text)
        return None if number is None else (str(number), self.counted(number))

    @property
    def stored_default(self) -> str:
        """The default as it would be stored."""
        return str(self.default)

    @property
    def said_default(self) -> Message:
        """The default in words."""
        return self.counted(self.default)


@dataclass(frozen=True, slots=True)
class WordsPolicy:
    """A rule that is a list of words.

    Attributes:
        name, told: as of ``Policy``.
        default: the words where nobody has set it, or what was stored makes no sense.
    """

    name: str
    told: str
    default: tuple[str, ...]
    unit: Literal["words"] = "words"

    def words(self, text: str) -> tuple[str, ...] | None:
        """The words that are typed or stored so, of the default in small letters; None where it makes no sense."""
        found = [clean(one) for one in text.split(",") if clean(one)]
        words = tuple(one.casefold() if one.casefold() in self.default else one for one in found)
        fits = 0 < len(words) <= MOST_WORDS and all(len(one) <= LONGEST_WORD for one in words)
        return words if fits and len({one.casefold() for one in words}) == len(words) else None

    def meant(self, text: str) -> tuple[str, Message] | None:
        """As of ``Policy``."""
        words = self.words(text)
        return None if words is None else (self.typing(words), self.listed(words))

    def typing(self, words: Sequence[str]) -> str:
        """What somebody types who means these words; they are stored so, too."""
        return ", ".join(words)

    def listed(self, words: Sequence[str]) -> Message:
        """The words, as they are stored."""
        return Message.of("policy_listed", words=self.typing(words))

    def told_before(self, stored: str | None) -> str:
        """What it was, beside what it is now."""
        return stored or self.stored_default

    @property
    def sense(self) -> Message:
        """What makes sense as its words."""
        return Message.of("policy_words", most=MOST_WORDS, longest=LONGEST_WORD)

    @property
    def stored_default(self) -> str:
        """The default as it would be stored."""
        return self.typing(self.default)

    @property
    def said_default(self) -> Message:
        """The default in words."""
        return self.listed(self.default)


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """A rule that is a name, or none.

    Attributes:
        name, told: as of ``Policy``.
    """

    name: str
    told: str
    default: str = ""
    unit: Literal["name"] = "name"

    def meant(self, text: str) -> tuple[str, Message] | None:
        """As of ``Policy``."""
        found = clean(text)
        return (found, self.said(found)) if len(found) <= LONGEST_NAME else None

    def said(self, name: str) -> Message:
        """The name, or that there is none."""
        return Message.of("policy_name", name=name) if name else Message.of("policy_no_name")

    def told_before(self, stored: str | None) -> Message:
        """What it was, beside what it is now."""
        return self.said(stored or "")

    @property
    def sense(self) -> Message:
        """What makes sense as its name."""
        return Message.of("policy_name_sense", longest=LONGEST_NAME)

    @property
    def stored_default(self) -> str:
        """The default as it would be stored."""
        return self.default

    @property
    def said_default(self) -> Message:
        """The default in words."""
        return self.said(self.default)


AnyPolicy = Policy | WordsPolicy | NamePolicy
# Source of the defaults: the write protocol, *Sign-in and secrets* and R11 in *Archive and restore*.
IDLE_LOCK = Policy("idle-lock", "policy_idle_lock", 15, 1, 120, "minutes")
SUPERVISOR_LOCK = Policy("supervisor-lock", "policy_supervisor_lock", 5, 1, 120, "minutes")
RESTORE_AGE = Policy("restore-age", "policy_restore_age", 24, 1, 24 * 30, "hours")
# Source: the domain specification, *Who may do what*.
TWO_PERSONS = Policy("two-persons", "policy_two_persons", 0, 0, 1, "switch")
KEEP_LOGINS = Policy("keep-logins", "policy_keep_logins", 0, 0, 1, "switch")
# Source: the domain specification, *The exam day* (incident).
INCIDENT_CATEGORIES = WordsPolicy("incident-categories", "policy_incident_categories", CATEGORIES)
# Source: the write protocol, *Crash safety* (Galera).
NAMED_NODE = NamePolicy(WRITING_NODE, "policy_writing_node")
NUMBERS = (IDLE_LOCK, SUPERVISOR_LOCK, RESTORE_AGE, TWO_PERSONS, KEEP_LOGINS)
POLICIES: dict[str, AnyPolicy] = {policy.name: policy for policy in (*NUMBERS, INCIDENT_CATEGORIES, NAMED_NODE)}
_SWITCHED = {"on": 1, "off": 0}


@dataclass(frozen=True, slots=True)
class Policies:
    """The rules that hold now.

    Attributes:
        numbers: of each policy that has one, in its unit.
        categories: of what an incident may be.
        writing_node: the one node of a cluster that may be written to, or an empty text.
        damaged: what is stored and makes no sense, so that the default holds.
    """

    numbers: Mapping[Policy, int]
    categories: tuple[str, ...] = INCIDENT_CATEGORIES.default
    writing_node: str = NAMED_NODE.default
    damaged: tuple[Message, ...] = ()

    @property
    def restore_age(self) -> timedelta:
        """An older archive is put back only by a supervisor who says so."""
        return timedelta(hours=self.numbers[RESTORE_AGE])

    @property
    def two_persons(self) -> bool:
        """Whether a second supervisor must release each set switch, and what else the kinds say."""
        return bool(self.numbers[TWO_PERSONS])

    @property
    def keep_logins(self) -> bool:
        """Whether desks let portal logins last as long as their candidates write."""
        return bool(self.numbers[KEEP_LOGINS])

    def lock_after(self, role: Role) -> timedelta:
        """How long the window of somebody in this role may be unused before it is locked."""
        return timedelta(minutes=self.numbers[SUPERVISOR_LOCK if role is Role.SUPERVISOR else IDLE_LOCK])


def read(session: Session) -> Policies:
    """The rules of this database, in one statement."""
    return _of(stored(session))


def read_with_time(session: Session) -> tuple[datetime, Policies]:
    """The server's time, UTC, and the rules of its database, in one statement."""
    if not has_own_tables(session):
        return server_now(session), read(session)
    moment = select(sql.server_time().label("now")).subquery()
    rules = Setting.name.in_(list(POLICIES))
    rows = session.execute(
        select(moment.c.now, Setting.name, Setting.value).outerjoin_from(moment, Setting, rules)
    ).all()
    return rows[0].now, _of({name: value for _, name, value in rows if name is not None})


def _of(found: Mapping[str, str]) -> Policies:
    numbers = {policy: policy.number(found.get(policy.name)) for policy in NUMBERS}
    words = INCIDENT_CATEGORIES.words(found.get(INCIDENT_CATEGORIES.name, INCIDENT_CATEGORIES.stored_default))
    unknown: list[AnyPolicy] = [policy for policy, number in numbers.items() if number is None]
    unknown += [INCIDENT_CATEGORIES] if words is None else []
    return Policies(
        numbers={policy: policy.default if number is None else number for policy, number in numbers.items()},
        categories=words or INCIDENT_CATEGORIES.default,
        writing_node=found.get(NAMED_NODE.name, NAMED_NODE.default),
        damaged=tuple(_damaged(policy, found[policy.name]) for policy in unknown if policy.name in found),
    )


def _damaged(policy: AnyPolicy, stored: str) -> Message:
    values = {"value": shortened(stored), "sense": policy.sense, "default": policy.said_default}
    return Message.of("policy_damaged", name=policy.name, **values)


def stored(session: Session) -> dict[str, str]:
    """What the table says of each policy that somebody has set, sense or no sense."""
    if not has_own_tables(session):
        return {}
    rows = session.execute(select(Setting.name, Setting.value).where(Setting.name.in_(list(POLICIES))))
    return dict(iter(rows))
