"""The guard's triggers on MariaDB and MySQL.

The locks are taken in one order by everybody: the paper's row, the candidate's row, the row of the active set (of the
trade, where it has none), session rows by id. A start takes the first three before its session exists, a submission
before its first answer does. So whoever holds the active set's row alone knows that neither is under way in that trade,
and may lock its sessions without waiting for anybody who waits for that row.

Within one statement InnoDB may read by a view that is older than the lock waited for: a switch of all trades opens it
at the first of them. So sessions and their questions are read with locks, which see what is there; papers, accounts,
trades and texts of questions are read without, because the desk holds papers when it comes to the active set.

In the trigger of an INSERT, a subquery of SET or IF locks what it reads, whatever it says; only SELECT … INTO reads
without (with a binary log that is not by row, not even that). So what is locked is locked on purpose and in order, and
what is not is read by SELECT … INTO, by a key.

There is no stored procedure that the triggers share: a plain dump of the database contains triggers, but no procedures.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from sqlalchemy import ClauseElement, ColumnElement, Connection, literal_column, select, text
from sqlalchemy.dialects import mysql
from sqlalchemy.orm import aliased

from desktop_admin.database.guard import Guard, Part
from desktop_admin.database.statements import archive_rows
from desktop_admin.database.statements.archive_rows import Columns
from desktop_admin.database.tables.portal import ExamSession

REFUSED = 1644
"""The server's number of every refusal (SIGNAL)."""

_KEPT = ("v_op", "v_session", "v_user", "v_paper_id", "v_listed", "v_body")
"""What a trigger has found of a session, in the order in which the archive's hash covers it."""
_LETTERS = "CHAR(1) CHARACTER SET utf8mb4"

_ACTIVE_LETTER = """
  SET v_letter = (SELECT IF(v_paper = 'PRIMARY', a.active_primary_set, a.active_secondary_set)
                    FROM questions_activatesets a WHERE a.trade_id = v_trade LOCK IN SHARE MODE);
  IF v_letter IS NULL THEN
    -- Whoever makes the first row of a trade locks the trade, so that this either comes first or sees the row.
    SET v_locked = (SELECT t.id FROM reference_trade t WHERE t.id = v_trade LOCK IN SHARE MODE);
    SET v_letter = COALESCE((SELECT IF(v_paper = 'PRIMARY', a.active_primary_set, a.active_secondary_set)
                               FROM questions_activatesets a WHERE a.trade_id = v_trade LOCK IN SHARE MODE), 'A');
  END IF;
"""

_GUARD_SESSION = """
guard: BEGIN
  DECLARE v_paper VARCHAR(20) CHARACTER SET utf8mb4;
  DECLARE v_letter {letters};
  DECLARE v_locked, v_trade BIGINT;
  DECLARE v_slot, v_submitted, v_found INT DEFAULT 0;
  IF @desktop_admin_bypass = 1 OR NEW.completed_at IS NOT NULL THEN LEAVE guard; END IF;
  SET v_paper = (SELECT p.question_paper FROM questions_questionpaper p WHERE p.id = NEW.paper_id LOCK IN SHARE MODE);
  -- Two requests at once wait for each other here; what is read afterwards is as the first one left it.
  SELECT c.trade_id, c.has_exam_slot,
         IF(v_paper = 'PRIMARY', c.primary_slot_consumed_at, c.secondary_slot_consumed_at) IS NOT NULL
    INTO v_trade, v_slot, v_submitted
    FROM registration_candidateprofile c WHERE c.user_id = NEW.user_id FOR UPDATE;
  IF NOT v_slot THEN
    {refuse} 'desktop_admin guard: the candidate has no slot.';
  END IF;
  IF v_submitted AND v_paper IN ('PRIMARY', 'SECONDARY') THEN
    {refuse} 'desktop_admin guard: the candidate has submitted this paper already.';
  END IF;
  SET v_trade = COALESCE(v_trade, NEW.trade_id);{active_letter}
  SELECT COUNT(*) INTO v_found FROM questions_examsession s
   WHERE s.user_id = NEW.user_id AND s.paper_id + 0 = NEW.paper_id AND s.exam_type = NEW.exam_type
     AND s.completed_at IS NULL;
  IF v_found > 0 THEN
    {refuse} 'desktop_admin guard: the candidate has an incomplete session of this paper already.';
  END IF;
END
"""

_GUARD_QUESTION = """
guard: BEGIN
  DECLARE v_paper VARCHAR(20) CHARACTER SET utf8mb4;
  DECLARE v_letter, v_of_letter {letters};
  DECLARE v_locked, v_trade, v_of_trade BIGINT;
  DECLARE v_is_common INT;
  DECLARE v_text VARCHAR(128);
  IF @desktop_admin_bypass = 1 THEN LEAVE guard; END IF;
  SELECT p.question_paper, COALESCE(c.trade_id, s.trade_id), k.question_set, k.is_common, k.trade_id
    INTO v_paper, v_trade, v_of_letter, v_is_common, v_of_trade
    FROM questions_examsession s
    JOIN questions_questionpaper p ON p.id = s.paper_id
    LEFT JOIN registration_candidateprofile c ON c.user_id = s.user_id
    LEFT JOIN questions_question k ON k.id = NEW.question_id
   WHERE s.id = NEW.session_id;
  IF COALESCE(v_paper, '') NOT IN ('PRIMARY', 'SECONDARY') THEN LEAVE guard; END IF;{active_letter}
  IF NOT (v_of_letter <=> v_letter
          AND IF(v_paper = 'SECONDARY', COALESCE(v_is_common, 0), COALESCE(v_of_trade = v_trade, 0))) THEN
    SET v_text = CONCAT('desktop_admin guard: question ', NEW.question_id, ' is not of the active set ', v_letter,
                        ' of the candidate''s trade.');
    {refuse} v_text;
  END IF;
END
"""

_GUARD_ANSWER = """
guard: BEGIN
  DECLARE v_paper VARCHAR(20) CHARACTER SET utf8mb4;
  DECLARE v_letter {letters};
  DECLARE v_locked, v_user, v_trade, v_session BIGINT;
  DECLARE v_text VARCHAR(128);
  IF @desktop_admin_bypass = 1 THEN LEAVE guard; END IF;
  SET v_paper = (SELECT p.question_paper FROM questions_questionpaper p WHERE p.id = NEW.paper_id LOCK IN SHARE MODE);
  SELECT c.user_id, c.trade_id INTO v_user, v_trade
    FROM registration_candidateprofile c WHERE c.id = NEW.candidate_id FOR UPDATE;{active_letter}
  SELECT MAX(s.id) INTO v_session
    FROM questions_examsession s STRAIGHT_JOIN questions_examquestion q ON q.session_id = s.id
   WHERE s.user_id = v_user AND s.completed_at IS NULL AND q.question_id = NEW.question_id
     AND (s.paper_id + 0 = NEW.paper_id OR (NEW.paper_id IS NULL AND s.exam_type = NEW.exam_type));
  -- Found without a lock, locked by its key: it is still there, and stays until it is completed.
  SET v_session = (
    SELECT s.id FROM questions_examsession s WHERE s.id = v_session AND s.completed_at IS NULL FOR UPDATE);
  IF v_session IS NULL THEN
    SET v_text = CONCAT('desktop_admin guard: no incomplete session of the candidate holds question ', NEW.question_id,
                        ': the page is an old one.');
    {refuse} v_text;
  END IF;
END
"""

_BEFORE_SWITCH = """
BEGIN
  DECLARE v_locked BIGINT;
  SET v_locked = (SELECT MAX(p.id) FROM questions_questionpaper p LOCK IN SHARE MODE);
  SET v_locked = (SELECT t.id FROM reference_trade t WHERE t.id = NEW.trade_id FOR UPDATE);
END
"""

_CLEAR_ON_SWITCH = """
guard: BEGIN
  DECLARE v_op VARCHAR(36) CHARACTER SET utf8mb4;
  DECLARE v_paper VARCHAR(20) CHARACTER SET utf8mb4;
  DECLARE v_old, v_new {letters};
  DECLARE v_session, v_user, v_paper_id, v_held, v_questions BIGINT;
  DECLARE v_round, v_cleared, v_other, v_accepted, v_end INT DEFAULT 0;
  DECLARE v_longest BIGINT DEFAULT @@SESSION.group_concat_max_len;
  DECLARE v_listed, v_body LONGTEXT CHARACTER SET utf8mb4;
  DECLARE sessions CURSOR FOR
    SELECT s.id FROM questions_examsession s FORCE INDEX (PRIMARY)
     WHERE s.completed_at IS NULL
       AND s.paper_id = (SELECT p.id FROM questions_questionpaper p WHERE p.question_paper = v_paper
                         COLLATE utf8mb4_general_ci)
       AND (s.trade_id = NEW.trade_id
            OR (SELECT c.trade_id FROM registration_candidateprofile c WHERE c.user_id = s.user_id) = NEW.trade_id)
     FOR UPDATE;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET v_end = 1;
  IF @desktop_admin_bypass = 1 THEN LEAVE guard; END IF;
  SET SESSION group_concat_max_len = 16777216;
  -- What is archived is written below column by column.
  IF (SELECT CONVERT(GROUP_CONCAT(c.column_name ORDER BY c.table_name DESC, c.ordinal_position SEPARATOR ' ')
                     USING utf8mb4)
        FROM information_schema.columns c
       WHERE c.table_schema = DATABASE() AND c.table_name IN ('questions_examsession', 'questions_examquestion')
         AND COALESCE(c.generation_expression, '') = '') <> '{columns}' COLLATE utf8mb4_general_ci THEN
    {refuse} 'desktop_admin guard: the portal has other columns now: the guard must be installed again.';
  END IF;
  papers: WHILE v_round < 2 DO
    SET v_round = v_round + 1, v_end = 0, v_cleared = 0, v_op = UUID();
    SET v_paper = IF(v_round = 1, 'PRIMARY', 'SECONDARY');
    SET v_old = UPPER({old}), v_new = UPPER({new});
    IF v_old = v_new COLLATE utf8mb4_general_ci THEN ITERATE papers; END IF;
    OPEN sessions;
    each_session: LOOP
      FETCH sessions INTO v_session;
      IF v_end THEN LEAVE each_session; END IF;
      SELECT COUNT(*), COALESCE(SUM(k.question_set <> v_new COLLATE utf8mb4_general_ci
                                    OR (v_paper = 'SECONDARY' AND NOT k.is_common)
                                    OR (v_paper = 'PRIMARY' AND NOT k.trade_id <=> NEW.trade_id)), 0)
        INTO v_held, v_other
        FROM questions_examquestion q JOIN questions_question k ON k.id = q.question_id
       WHERE q.session_id = v_session LOCK IN SHARE MODE;
      IF v_held > 0 AND v_other = 0 THEN ITERATE each_session; END IF;
      -- What the switch that is under way lets be finished is in no row of the log yet.
      SELECT COUNT(*) INTO v_accepted FROM desktop_admin_accepted_session a
       WHERE a.session_id = v_session
         AND NOT EXISTS (SELECT 1 FROM desktop_admin_operation o WHERE o.op_id = a.op_id);
      IF v_accepted > 0 THEN ITERATE each_session; END IF;
      SET v_body = NULL;
      {archive};
      INSERT INTO desktop_admin_archived_session (op_id, session_id, user_id, paper_id, questions, body, sha256)
        VALUES (v_op, v_session, v_user, v_paper_id, v_listed, v_body, {hash});
      INSERT IGNORE INTO desktop_admin_operation_candidate (op_id, user_id) VALUES (v_op, v_user);
      DELETE FROM questions_examquestion WHERE session_id = v_session;
      SET v_questions = ROW_COUNT();
      DELETE FROM questions_examsession WHERE id = v_session;
      IF ROW_COUNT() <> 1 OR v_questions <> v_held THEN
        {refuse} 'desktop_admin guard: a session on the old set could not be archived, so the set was not switched.';
      END IF;
      SET v_cleared = v_cleared + 1;
    END LOOP;
    CLOSE sessions;
    IF v_cleared > 0 THEN
      INSERT INTO desktop_admin_guard_clearing (op_id, at, trade_id, paper, letter, database_user, sessions, archive)
        SELECT v_op, UTC_TIMESTAMP(6), NEW.trade_id, v_paper, v_new, USER(), v_cleared,
               SHA2(GROUP_CONCAT(CONCAT(a.session_id, ':', a.sha256) ORDER BY a.session_id SEPARATOR '\n'), 256)
          FROM desktop_admin_archived_session a WHERE a.op_id = v_op;
    END IF;
  END WHILE;
  SET SESSION group_concat_max_len = v_longest;
END
"""

_LETTER = "IF(v_round = 1, {row}.active_primary_set, {row}.active_secondary_set)"
_NEW, _OLD = _LETTER.format(row="NEW"), _LETTER.format(row="OLD")

_TRIGGERS = (
    ("desktop_admin_guard_answer", "BEFORE INSERT", "results_candidateanswer", _GUARD_ANSWER, ""),
    ("desktop_admin_guard_session", "BEFORE INSERT", "questions_examsession", _GUARD_SESSION, ""),
    ("desktop_admin_guard_question", "BEFORE INSERT", "questions_examquestion", _GUARD_QUESTION, ""),
    ("desktop_admin_before_first_set", "BEFORE INSERT", "questions_activatesets", _BEFORE_SWITCH, ""),
    ("desktop_admin_clear_on_first_set", "AFTER INSERT", "questions_activatesets", _CLEAR_ON_SWITCH, "'A'"),
    ("desktop_admin_clear_on_switch", "AFTER UPDATE", "questions_activatesets", _CLEAR_ON_SWITCH, _OLD),
)

_LISTED = """
SELECT trigger_name, action_statement <> '' FROM information_schema.triggers
 WHERE trigger_schema = database() AND trigger_name LIKE 'desktop\\_admin\\_%'
   AND event_object_table NOT LIKE 'desktop\\_admin\\_%'
"""
"""The program's own tables have a trigger, too, which is none of the guard's."""
_BYPASSED = "SELECT @@GLOBAL.init_connect LIKE '%desktop\\_admin\\_bypass%'"
"""Whether the server lets each connection begin by passing the triggers."""
_MODE = "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION"
"""The ``sql_mode`` of the program's own connections, which a trigger keeps."""

_MAY_SEE = """
SELECT version() LIKE '%MariaDB%' OR EXISTS (SELECT 1 FROM (
  SELECT grantee, privilege_type FROM information_schema.user_privileges
  UNION ALL SELECT grantee, privilege_type FROM information_schema.schema_privileges WHERE table_schema = database()
) AS granted
WHERE privilege_type = 'TRIGGER' AND grantee = concat('''', replace(current_user(), '@', '''@'''), ''''))
"""
"""Without the privilege, MariaDB shows a trigger's name, and MySQL nothing."""


@cache
def guard() -> Guard:
    """The guard as this version installs it."""
    return Guard(
        parts=lambda connection: _parts(Columns.read(connection)),
        found=_found,
        visible=lambda connection: bool(connection.execute(text(_MAY_SEE)).scalar()),
        # An open transaction of the portal must not hold up a trigger, and all other portals behind it, for a day.
        first="SET SESSION lock_wait_timeout = 3",
        bypass="SET @desktop_admin_bypass = 1",
    )


def _found(connection: Connection) -> dict[str, str | None]:
    listed = connection.execute(text(_LISTED)).all()
    found = {f"trigger {name}": _shown(connection, name) if visible else None for name, visible in listed}
    if connection.execute(text(_BYPASSED)).scalar():
        found["setting init_connect"] = ""
    return found


def _shown(connection: Connection, name: str) -> str:
    row = connection.exec_driver_sql(f"SHOW CREATE TRIGGER `{name}`").one()
    return _compared(re.sub(r"DEFINER ?= ?`[^`]*`@`[^`]*`", "", row[2]), mode=row[1], letters=row[3])


def _compared(create: str, *, mode: str = _MODE, letters: str = "utf8mb4") -> str:
    """A statement without what a dump, or another server, may write differently."""
    return " ".join([*create.replace("`", "").split(), mode, letters])


@cache
def _parts(columns: Columns) -> tuple[Part, ...]:
    return tuple(_part(columns, *trigger) for trigger in _TRIGGERS)


def _part(columns: Columns, name: str, when: str, table: str, body: str, old: str) -> Part:
    filled = body.format(
        letters=_LETTERS,
        refuse="SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT =",
        active_letter=_ACTIVE_LETTER,
        archive=_archive(columns),
        hash=_sql(archive_rows.hashed(*map(literal_column, _KEPT))),
        columns=columns.names,
        old=old,
        new=_NEW,
    ).strip()
    create = f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW {filled}"
    return Part(
        name=f"trigger {name}",
        definition=_compared(create),
        create=create,
        drop=f"DROP TRIGGER {name}",
    )


@cache
def _archive(columns: Columns) -> str:
    """SELECT … INTO of one session as the archive keeps it, read with locks on the session and its questions only."""
    known = {column.name: column for column in ExamSession.__table__.columns}
    others: list[ColumnElement[Any]] = [
        literal_column(f"`{one.name}`").label(one.name) for one in columns.session if one.name not in known
    ]
    newest = select(*known.values(), *others).where(ExamSession.id == literal_column("v_session")).with_for_update()
    one = aliased(ExamSession, newest.subquery("s"))
    bodies = archive_rows.bodies("mysql", columns, one, newest=True).subquery("b").c
    selected = _sql(select(bodies.user_id, bodies.paper_id, bodies.questions, bodies.body))
    names, source = selected.split("FROM", 1)
    return f"{names}INTO v_user, v_paper_id, v_listed, v_body FROM{source}"


def _sql(clause: ClauseElement) -> str:
    return str(clause.compile(dialect=mysql.dialect(), compile_kwargs={"literal_binds": True}))
