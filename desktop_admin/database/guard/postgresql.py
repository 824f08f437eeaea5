"""The guard's functions and triggers on PostgreSQL.

The locks are taken in one order by everybody: table locks on answers and sessions, then the candidate's row, then the
row of the active set, then session rows. So a switch by the portal's own hand takes its table lock before it touches
the active set (*before switch*), because the desk holds that table when it comes to the active set.

The functions run with the rights of whoever installed them: the portal's account need not know our tables.
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Connection, func, literal_column, make_url, text

from desktop_admin.database.guard import Guard, Part
from desktop_admin.database.statements import archive_rows
from desktop_admin.database.statements.archive_rows import Columns

REFUSED = "DA001"
"""The SQLSTATE of every refusal."""

_REFUSE = f"RAISE EXCEPTION USING ERRCODE = '{REFUSED}', MESSAGE ="
_BYPASSED = "current_setting('desktop_admin.bypass', true) = 'on'"

_ACTIVE_LETTER = """
DECLARE
  v_letter text;
BEGIN
  FOR v_try IN 1..2 LOOP
    SELECT CASE v_paper WHEN 'PRIMARY' THEN a.active_primary_set ELSE a.active_secondary_set END INTO v_letter
      FROM questions_activatesets a WHERE a.trade_id = v_trade FOR SHARE;
    IF FOUND THEN RETURN upper(v_letter); END IF;
    -- Whoever makes the first row of a trade locks the trade, so that this either comes first or sees the row.
    PERFORM 1 FROM reference_trade t WHERE t.id = v_trade FOR SHARE;
  END LOOP;
  RETURN 'A';
END
"""

_BEFORE_SWITCH = """
BEGIN
  LOCK TABLE questions_examsession, questions_examquestion IN ROW EXCLUSIVE MODE;
  RETURN NULL;
END
"""

_CLEAR_ON_SWITCH = """
DECLARE
  v_paper text;
  v_old text;
  v_new text;
  v_op text;
  v_ids bigint[];
  v_archived bigint;
  v_cleared bigint;
BEGIN
  IF {bypassed} THEN RETURN NULL; END IF;
  IF TG_OP = 'INSERT' THEN
    PERFORM 1 FROM reference_trade t WHERE t.id = NEW.trade_id FOR NO KEY UPDATE;
  END IF;
  FOREACH v_paper IN ARRAY ARRAY['PRIMARY', 'SECONDARY'] LOOP
    v_new := upper(CASE v_paper WHEN 'PRIMARY' THEN NEW.active_primary_set ELSE NEW.active_secondary_set END);
    v_old := 'A';
    IF TG_OP = 'UPDATE' THEN
      v_old := upper(CASE v_paper WHEN 'PRIMARY' THEN OLD.active_primary_set ELSE OLD.active_secondary_set END);
    END IF;
    CONTINUE WHEN v_new = v_old;
    SELECT array_agg(l.id) INTO v_ids FROM (
      SELECT s.id FROM questions_examsession s
        JOIN questions_questionpaper p ON p.id = s.paper_id
        LEFT JOIN registration_candidateprofile c ON c.user_id = s.user_id
       WHERE s.completed_at IS NULL AND p.question_paper = v_paper AND NEW.trade_id IN (c.trade_id, s.trade_id)
         AND (NOT EXISTS (SELECT 1 FROM questions_examquestion q WHERE q.session_id = s.id)
              OR EXISTS (SELECT 1 FROM questions_examquestion q JOIN questions_question k ON k.id = q.question_id
                          WHERE q.session_id = s.id
                            AND (upper(k.question_set) <> v_new OR (v_paper = 'SECONDARY' AND NOT k.is_common)
                                 OR (v_paper = 'PRIMARY' AND k.trade_id IS DISTINCT FROM NEW.trade_id))))
         -- What the switch that is under way lets be finished is in no row of the log yet.
         AND NOT EXISTS (SELECT 1 FROM desktop_admin_accepted_session f
                          WHERE f.session_id = s.id
                            AND NOT EXISTS (SELECT 1 FROM desktop_admin_operation o WHERE o.op_id = f.op_id))
       ORDER BY s.id FOR UPDATE OF s) l;
    CONTINUE WHEN v_ids IS NULL;
    -- What is archived is written below column by column.
    IF (SELECT string_agg(a.attname, ' ' ORDER BY a.attrelid = 'questions_examsession'::regclass DESC, a.attnum)
          FROM pg_attribute a
         WHERE a.attrelid IN ('questions_examsession'::regclass, 'questions_examquestion'::regclass)
           AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') <> '{columns}' THEN
      {refuse} 'desktop_admin guard: the portal has other columns now: the guard must be installed again.';
    END IF;
    v_op := CAST(gen_random_uuid() AS text);
    {archive};
    GET DIAGNOSTICS v_archived = ROW_COUNT;
    INSERT INTO desktop_admin_operation_candidate (op_id, user_id)
      SELECT DISTINCT v_op, s.user_id FROM questions_examsession s WHERE s.id = ANY (v_ids);
    DELETE FROM questions_examquestion q WHERE q.session_id = ANY (v_ids);
    DELETE FROM questions_examsession s WHERE s.id = ANY (v_ids);
    GET DIAGNOSTICS v_cleared = ROW_COUNT;
    IF v_archived <> cardinality(v_ids) OR v_cleared <> cardinality(v_ids) THEN
      {refuse}
        'desktop_admin guard: not every session on the old set could be archived, so the set was not switched.';
    END IF;
    INSERT INTO desktop_admin_guard_clearing (op_id, at, trade_id, paper, letter, database_user, sessions, archive)
      SELECT v_op, clock_timestamp(), NEW.trade_id, v_paper, v_new, session_user, v_cleared,
             encode(sha256(convert_to(string_agg(a.session_id || ':' || a.sha256, E'\\n' ORDER BY a.session_id),
                                      'UTF8')), 'hex')
        FROM desktop_admin_archived_session a WHERE a.op_id = v_op;
  END LOOP;
  RETURN NULL;
END
"""

_GUARD_QUESTION = """
DECLARE
  v_paper text;
  v_trade bigint;
  v_letter text;
  v_of_letter text;
  v_is_common boolean;
  v_of_trade bigint;
BEGIN
  IF {bypassed} THEN RETURN NEW; END IF;
  SELECT p.question_paper, coalesce(c.trade_id, s.trade_id), upper(k.question_set), k.is_common, k.trade_id
    INTO v_paper, v_trade, v_of_letter, v_is_common, v_of_trade
    FROM questions_examsession s
    JOIN questions_questionpaper p ON p.id = s.paper_id
    LEFT JOIN registration_candidateprofile c ON c.user_id = s.user_id
    LEFT JOIN questions_question k ON k.id = NEW.question_id
   WHERE s.id = NEW.session_id;
  IF v_paper IN ('PRIMARY', 'SECONDARY') THEN
    v_letter := desktop_admin_active_letter(v_trade, v_paper);
    IF v_of_letter IS DISTINCT FROM v_letter OR (v_paper = 'SECONDARY' AND v_is_common IS NOT TRUE)
       OR (v_paper = 'PRIMARY' AND (v_of_trade = v_trade) IS NOT TRUE) THEN
      {refuse} 'desktop_admin guard: question ' || NEW.question_id
        || ' is not of the active ' || v_paper || ' set ' || v_letter || ' of the candidate''s trade.';
    END IF;
  END IF;
  RETURN NEW;
END
"""

_GUARD_SESSION = """
DECLARE
  v_paper text;
  v_slot boolean;
  v_primary timestamptz;
  v_secondary timestamptz;
BEGIN
  IF {bypassed} OR NEW.completed_at IS NOT NULL THEN RETURN NEW; END IF;
  -- Two requests at once wait for each other here; what is read afterwards is as the first one left it.
  SELECT c.has_exam_slot, c.primary_slot_consumed_at, c.secondary_slot_consumed_at
    INTO v_slot, v_primary, v_secondary
    FROM registration_candidateprofile c WHERE c.user_id = NEW.user_id FOR NO KEY UPDATE;
  IF NOT coalesce(v_slot, false) THEN
    {refuse} 'desktop_admin guard: the candidate has no slot.';
  END IF;
  SELECT p.question_paper INTO v_paper FROM questions_questionpaper p WHERE p.id = NEW.paper_id;
  IF (v_paper = 'PRIMARY' AND v_primary IS NOT NULL) OR (v_paper = 'SECONDARY' AND v_secondary IS NOT NULL) THEN
    {refuse} 'desktop_admin guard: the candidate has submitted ' || v_paper || ' already.';
  END IF;
  PERFORM 1 FROM questions_examsession s
    WHERE s.user_id = NEW.user_id AND s.paper_id = NEW.paper_id AND s.exam_type = NEW.exam_type
      AND s.completed_at IS NULL;
  IF FOUND THEN
    {refuse} 'desktop_admin guard: the candidate has an incomplete session of this paper already.';
  END IF;
  RETURN NEW;
END
"""

_GUARD_ANSWER = """
BEGIN
  IF {bypassed} THEN RETURN NEW; END IF;
  -- The row stays locked until the session is completed, so that no switch can clear it in between.
  PERFORM 1 FROM questions_examsession s
    JOIN registration_candidateprofile c ON c.user_id = s.user_id
    JOIN questions_examquestion q ON q.session_id = s.id
    WHERE c.id = NEW.candidate_id AND s.completed_at IS NULL AND q.question_id = NEW.question_id
      AND (s.paper_id = NEW.paper_id OR (NEW.paper_id IS NULL AND s.exam_type = NEW.exam_type))
    FOR NO KEY UPDATE OF s;
  IF NOT FOUND THEN
    {refuse} 'desktop_admin guard: no incomplete session of the '
      || 'candidate holds question ' || NEW.question_id || ', so the page is of a session that was cleared.';
  END IF;
  RETURN NEW;
END
"""

_TRIGGERS = (
    ("desktop_admin_guard_answer", "results_candidateanswer", "BEFORE INSERT", "ROW", _GUARD_ANSWER),
    ("desktop_admin_guard_session", "questions_examsession", "BEFORE INSERT", "ROW", _GUARD_SESSION),
    ("desktop_admin_guard_question", "questions_examquestion", "BEFORE INSERT", "ROW", _GUARD_QUESTION),
    ("desktop_admin_before_switch", "questions_activatesets", "BEFORE INSERT OR UPDATE", "STATEMENT", _BEFORE_SWITCH),
    ("desktop_admin_clear_on_switch", "questions_activatesets", "AFTER INSERT OR UPDATE", "ROW", _CLEAR_ON_SWITCH),
)
_OURS = " SET search_path FROM CURRENT\n"
"""No table or function of somebody else comes in between."""
_OWNERS_RIGHTS = f" SECURITY DEFINER\n{_OURS}"
"""Whoever writes, our tables can be used."""
_AS_THE_DESK = f"""{_OWNERS_RIGHTS} SET "TimeZone" TO 'UTC'\n SET "DateStyle" TO 'ISO'
 SET "IntervalStyle" TO 'postgres'\n SET extra_float_digits TO '1'\n"""
"""Whoever switches, the text in the archive is the same."""

_FOUND = """
WITH functions AS (
  SELECT p.* FROM pg_proc p
   WHERE p.pronamespace = quote_ident(current_schema())::regnamespace AND p.proname = ANY (:functions)
), parts AS (
  SELECT 'function ' || p.proname AS name,
         replace(replace(pg_get_functiondef(p.oid), format('FUNCTION %I.', current_schema()), 'FUNCTION '),
                 format('search_path TO %L, %L', current_schema(), 'pg_temp'), 'search_path FROM CURRENT')
           || coalesce((SELECT string_agg(' for ' || grantee, '')
                          FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))
                         WHERE grantee <> p.proowner), '') AS definition
    FROM functions p
  UNION ALL
  SELECT 'trigger ' || t.tgname, concat_ws(' ', pg_get_triggerdef(t.oid, true), t.tgenabled)
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
   WHERE t.tgfoid IN (SELECT oid FROM functions)
      OR c.relnamespace = quote_ident(current_schema())::regnamespace AND c.relname = ANY (:tables)
         AND starts_with(t.tgname, 'desktop_admin_')
  UNION ALL
  SELECT concat('setting ', setting, ' of ' || r.rolname, ' in ' || d.datname), ''
    FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) setting
    LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
   WHERE s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
     AND setting IN ('desktop_admin.bypass=on', 'session_replication_role=replica')
  UNION ALL
  SELECT 'setting ' || name, '' FROM unnest(ARRAY['desktop_admin.bypass', 'session_replication_role']) name
   WHERE current_setting(name, true) IN ('on', 'replica')
)
SELECT name, string_agg(definition, ' ') AS definition FROM parts GROUP BY name
"""
"""With every trigger that runs one of the functions, and every setting by which the triggers let everything pass."""


@cache
def guard() -> Guard:
    """The guard as this version installs it."""
    return Guard(
        parts=lambda connection: _parts(Columns.read(connection)),
        found=_found,
        visible=lambda _connection: True,
        first="SELECT set_config('search_path', quote_ident(current_schema()) || ', pg_temp', true)",
        bypass="SET LOCAL desktop_admin.bypass = 'on'",
    )


@cache
def _parts(columns: Columns) -> tuple[Part, ...]:
    moved = archive_rows.insert_rows(
        "postgresql",
        columns,
        op_id=literal_column("v_op"),
        chosen=lambda id_: id_ == func.any(literal_column("v_ids")),
        many=False,
    ).compile(dialect=make_url("postgresql+psycopg://").get_dialect()(), compile_kwargs={"literal_binds": True})
    words = {"bypassed": _BYPASSED, "refuse": _REFUSE, "archive": moved, "columns": columns.names}
    return (
        _function("desktop_admin_active_letter", "v_trade bigint, v_paper text", "text", _ACTIVE_LETTER, _OURS),
        *(_function(name, "", "trigger", body.format(**words), _rights(name)) for name, *_, body in _TRIGGERS),
        *(_trigger(*trigger) for *trigger, _ in _TRIGGERS),
    )


def _found(connection: Connection) -> dict[str, str | None]:
    names, tables = [name for name, *_ in _TRIGGERS], [table for _, table, *_ in _TRIGGERS]
    looked_for = {"functions": ["desktop_admin_active_letter", *names], "tables": tables}
    return {row.name: row.definition for row in connection.execute(text(_FOUND), looked_for)}


def _rights(name: str) -> str:
    return _AS_THE_DESK if name == "desktop_admin_clear_on_switch" else _OWNERS_RIGHTS


def _function(name: str, arguments: str, returns: str, body: str, rights: str) -> Part:
    # Written as the server writes it, so that the two can be compared as a whole.
    definition = (
        f"CREATE OR REPLACE FUNCTION {name}({arguments})\n RETURNS {returns}\n LANGUAGE plpgsql\n"
        f"{rights}AS $function${body}$function$\n"
    )
    signature = f"FUNCTION {name}({arguments})"
    return Part(
        name=f"function {name}",
        definition=definition,
        # Else any login could let a table of its own run it.
        create=f"{definition}; REVOKE ALL ON {signature} FROM PUBLIC",
        drop=f"DROP {signature} CASCADE",
    )


def _trigger(name: str, table: str, when: str, each: str) -> Part:
    create = f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION {name}()"
    return Part(
        name=f"trigger {name}",
        definition=f"{create} O",
        create=create,
        drop=f"DROP TRIGGER IF EXISTS {name} ON {table}",
    )
