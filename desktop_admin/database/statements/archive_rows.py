"""What the archive keeps of a cleared session: one definition, for the program and for the guard's triggers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    Select,
    Subquery,
    Text,
    TextClause,
    case,
    func,
    insert,
    literal,
    literal_column,
    select,
    text,
)
from sqlalchemy.sql.elements import SQLColumnExpression

from desktop_admin.database.statements import sql, stored
from desktop_admin.database.statements.catalogue import Column
from desktop_admin.database.tables.own import ArchivedAnswer, ArchivedSession, EndedLogin
from desktop_admin.database.tables.portal import (
    CandidateProfile,
    ExamQuestion,
    ExamSession,
    Question,
    QuestionPaper,
    Trade,
    User,
)

ROOM_OF_A_SESSION = 3 * 1800
"""Bytes that must be free on the disk to clear a session or to put it back: three times what it takes in the archive,
generously."""
NUMBERS = (ExamQuestion.id, ExamQuestion.position, ExamQuestion.question_id)
"""What is known of an exam question, and written as it is: whole numbers that are never NULL."""
NAMES_OF_NUMBERS = tuple(number.name for number in NUMBERS)
_OF_SESSION = ExamQuestion.session_id.name
"""Is not kept with each question, because it is the session's."""


_BACK = {
    # The OFFSET keeps SQLite from writing each line anew as JSON for each number of it; by id it puts rows in sooner.
    "sqlite": """
SELECT json_extract(line, '$[0]') AS id, json_extract(line, '$[1]'), json_extract(line, '$[2]'), session_id
  FROM (SELECT q.value AS line, a.session_id
          FROM json_each(:keys) k
         CROSS JOIN desktop_admin_archived_session a
            ON a.op_id = json_extract(k.value, '$[0]') AND a.session_id = json_extract(k.value, '$[1]')
         CROSS JOIN json_each(a.questions) q
         WHERE q.key > 0
         LIMIT -1 OFFSET 0)
 ORDER BY id
""",
    "postgresql": """
SELECT CAST(q.value->>0 AS bigint), CAST(q.value->>1 AS integer), CAST(q.value->>2 AS bigint), a.session_id
  FROM json_array_elements(CAST(:keys AS json)) k
  JOIN desktop_admin_archived_session a ON a.op_id = k->>0 AND a.session_id = CAST(k->>1 AS bigint)
 CROSS JOIN json_array_elements(CAST(a.questions AS json)) WITH ORDINALITY AS q(value, place)
 WHERE q.place > 1
""",
    "mysql": """
SELECT q.id, q.position, q.question_id, a.session_id
  FROM JSON_TABLE(:keys, '$[*]' COLUMNS (op_id VARCHAR(36) PATH '$[0]', session_id BIGINT PATH '$[1]')) k
 STRAIGHT_JOIN desktop_admin_archived_session a
    ON a.op_id = CONVERT(k.op_id USING utf8mb4) COLLATE utf8mb4_general_ci AND a.session_id = k.session_id
 STRAIGHT_JOIN JSON_TABLE(a.questions, '$[*]' COLUMNS (
       place FOR ORDINALITY, id BIGINT PATH '$[0]', position BIGINT PATH '$[1]', question_id BIGINT PATH '$[2]')) q
 WHERE q.place > 1
""",
}
"""The exam questions that the archive keeps of sessions, of which nothing but numbers is known. In front of them stand
the names of their columns."""


class Columns(NamedTuple):
    """The columns of the two tables that a session lies in, as they are now."""

    session: tuple[Column, ...]
    question: tuple[Column, ...]

    @property
    def names(self) -> str:
        """All of them, in the order of the tables."""
        return " ".join(column.name for column in (*self.session, *self.question))

    @classmethod
    def read(cls, connection: Connection) -> Columns:
        """Read them, for what lasts longer than a write.

        Raises:
            DatabaseUnusable: one is of a type that cannot be archived.
        """
        return cls(*stored.columns_now(connection, ExamSession.__tablename__, ExamQuestion.__tablename__))


def insert_rows(
    dialect: str,
    columns: Columns,
    *state: ColumnElement[bool],
    op_id: ColumnElement[str],
    chosen: Callable[[Any], ColumnElement[bool]],
    many: bool,
) -> Insert:
    """INSERT … SELECT of one archive row for each chosen session.

    Args:
        dialect: SQLAlchemy's name of the engine.
        state: in which state they must be.
        op_id: the operation that clears them.
        chosen: which sessions: a condition on a column of their ids.
        many: whether there are so many that a look at all questions is worth its time; PostgreSQL sees that by itself.
    """
    together = dialect == "postgresql" or (many and dialect != "sqlite")
    made = sql.made_once(
        dialect, bodies(dialect, columns, ExamSession, chosen=chosen, together=together).where(*state)
    ).c
    ids = (op_id, made.session_id, made.user_id, made.paper_id, made.questions, made.body)
    return insert(ArchivedSession).from_select([*ArchivedSession.HASHED, "sha256"], select(*ids, hashed(*ids)))


def questions_back(dialect: str) -> TextClause:
    """INSERT … SELECT of the exam questions of archived sessions, of which only ``NUMBERS`` are kept.

    ``keys`` is a list of JSON: of each session the operation that cleared it, and its id.
    """
    quote = "`" if dialect == "mysql" else '"'
    names = ", ".join(f"{quote}{name}{quote}" for name in (*NAMES_OF_NUMBERS, _OF_SESSION))
    return text(f"INSERT INTO {ExamQuestion.__tablename__} ({names}) {_BACK[dialect]}")


def hashed(*values: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """The SHA-256 of an archive row: of all its values, one behind the other with blanks between them."""
    spaced = [piece for value in values for piece in (literal_column("' '"), value)]
    return sql.sha256(sql.concat(*spaced[1:]))


def is_sound(one: type[ArchivedSession] | type[ArchivedAnswer] | type[EndedLogin]) -> ColumnElement[bool]:
    """Whether a row still fits its hash, to the byte: a name that is no UTF-8 is mended when it is read."""
    return hashed(*(getattr(one, name) for name in one.HASHED)) == one.sha256


def bodies(
    dialect: str,
    columns: Columns,
    one: type[ExamSession],
    *,
    chosen: Callable[[Any], ColumnElement[bool]] | None = None,
    together: bool = False,
    newest: bool = False,
) -> Select[int, int, int, str, str]:
    """Sessions as the archive keeps them: columns ``session_id``, ``user_id``, ``paper_id``, ``questions``, ``body``.

    Args:
        one: the sessions; an alias of ``ExamSession`` where they come from a subquery, then all of it.
        chosen: which of them: a condition on a column of their ids.
        together: read the questions of all sessions at once, not session by session.
        newest: read questions past the transaction's view, with a shared lock (for MariaDB's triggers).
    """
    question = _question(dialect, columns)
    rows = _of_all(question, chosen) if together else None
    letters = _letters(one, newest=newest)
    if rows is None:
        listed = _listed(dialect, one, question, newest=newest)
    else:
        first, last = _places(), _places()
        of_all = (first.c.letter == last.c.letter) & (first.c.behind == last.c.behind)
        listed, letters = rows.c.listed, case((of_all, first.c.letter), else_=letters)
    names = [*NAMES_OF_NUMBERS, *(column.name for column in _others(columns))]
    heading = ",".join(f'"{name}"' for name in names)
    lines = func.coalesce(literal(",\n", Text) + listed, "")
    questions = sql.concat(literal(f"[[{heading}]"), lines, literal("]"))
    row = stored.row(dialect, columns.session, of=one.__tablename__ if one is ExamSession else "s")
    told = sql.json_object(*_told(letters))
    body = sql.concat(literal('{"row":'), row, literal(","), func.substr(told, 2))
    found = (
        select(one.id.label("session_id"), one.user_id, one.paper_id, questions.label("questions"), body.label("body"))
        .join(QuestionPaper, QuestionPaper.id == one.paper_id)
        .join(User, User.id == one.user_id)
        .outerjoin(CandidateProfile, CandidateProfile.user_id == one.user_id)
        .outerjoin(Trade, Trade.id == func.coalesce(CandidateProfile.trade_id, one.trade_id))
    )
    if rows is not None:
        found = found.outerjoin(rows, rows.c.session_id == one.id)
        found = found.outerjoin(first, first.c.id == rows.c.least).outerjoin(last, last.c.id == rows.c.most)
    return found if chosen is None else found.where(chosen(one.id))


def _others(columns: Columns) -> list[Column]:
    """The columns of an exam question that are not known."""
    known = {_OF_SESSION, *NAMES_OF_NUMBERS}
    return [column for column in columns.question if column.name not in known]


def _question(dialect: str, columns: Columns) -> ColumnElement[str]:
    """An exam question as a line of the archive."""
    others = (stored.kept(dialect, column, of=ExamQuestion.__tablename__) for column in _others(columns))
    return sql.line(*NUMBERS, *map(sql.json_value, others))


def _of_all(question: ColumnElement[str], chosen: Callable[[Any], ColumnElement[bool]] | None) -> Subquery:
    """The questions of all sessions, each read once; session by session the servers take several times as long."""
    one = ExamQuestion
    listed = select(
        one.session_id,
        sql.in_lines(question).label("listed"),
        func.min(one.question_id).label("least"),
        func.max(one.question_id).label("most"),
    ).group_by(one.session_id)
    return (listed if chosen is None else listed.where(chosen(one.session_id))).subquery("held")


def _places() -> Subquery:
    """Each question's letter, and how many questions of other letters are ``behind`` it: have a smaller id.

    Where two questions of a letter have as many, all questions between them have that letter. So the first and the last
    question of a session tell its letter, and nobody has to look at each of the others.
    """
    place = func.row_number().over(order_by=Question.id)
    alike = func.row_number().over(partition_by=Question.question_set, order_by=Question.id)
    return select(Question.id, Question.question_set.label("letter"), (place - alike).label("behind")).subquery()


def _listed(dialect: str, one: type[ExamSession], question: ColumnElement[str], *, newest: bool) -> ColumnElement[str]:
    """The questions of one session."""
    of_one = ExamQuestion.session_id == one.id
    if dialect == "sqlite":
        # In the order of an index that they are not removed by, so that one of the two that lacks rows is found out.
        lines = (
            select(question.label("line")).where(of_one).order_by(ExamQuestion.question_id).correlate(one).subquery()
        )
        return select(sql.in_lines(lines.c.line)).scalar_subquery()
    listed = select(sql.in_lines(question)).where(of_one)
    return (listed.with_for_update(read=True) if newest else listed).scalar_subquery()


def _letters(one: type[ExamSession], *, newest: bool) -> ColumnElement[str]:
    """The sets of one session's questions."""
    letters = (
        select(sql.distinct_list(Question.question_set))
        .join(ExamQuestion, ExamQuestion.question_id == Question.id)
        .where(ExamQuestion.session_id == one.id)
    )
    return (letters.with_for_update(read=True) if newest else letters).scalar_subquery()


def _told(letters: ColumnElement[str]) -> list[SQLColumnExpression[Any]]:
    """Keys and values of what a complaint needs without the portal's other rows."""
    consumed = case(
        (QuestionPaper.question_paper == "PRIMARY", CandidateProfile.primary_slot_consumed_at),
        else_=CandidateProfile.secondary_slot_consumed_at,
    )
    told: dict[str, SQLColumnExpression[Any]] = {
        "army_no": CandidateProfile.army_no,
        "name": CandidateProfile.name,
        "username": User.username,
        "trade": Trade.code,
        "set": letters,
        "paper": QuestionPaper.question_paper,
    }
    # As they were then: an undo refuses only what has come to be since.
    for name, then in (("slot", CandidateProfile.has_exam_slot), ("submitted", consumed.is_not(None))):
        told[name] = case((then, literal_column("'1'")), else_=literal_column("'0'"))
    return [piece for name, value in told.items() for piece in (literal(name), value)]
