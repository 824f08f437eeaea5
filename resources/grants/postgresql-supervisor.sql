-- What a supervisor's desk may do in the portal's database on PostgreSQL: all that a desk may, and switch question sets,
-- open and close papers, set durations, reopen papers.
--
-- Run by the server's administrator (docs/servers.md), after postgresql-desk.sql:
--     psql -v ON_ERROR_STOP=1 -d portal -f postgresql-supervisor.sql
--
-- The role cannot log in. Each supervisor's desk has an account of its own that is given the role.

DO $$
BEGIN
    CREATE ROLE desktop_admin_supervisor NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT desktop_admin_desk TO desktop_admin_supervisor;

-- Question sets, in all three places where the portal keeps the active letter; an undo removes a copy that was made.
GRANT INSERT, UPDATE (
    active_primary_set, active_secondary_set, last_updated, updated_by_id
) ON questions_activatesets TO desktop_admin_supervisor;
GRANT INSERT, DELETE, UPDATE (
    is_active, activated_at, activated_by_id
) ON questions_questionsetactivation TO desktop_admin_supervisor;
GRANT INSERT, UPDATE (
    universal_set_label, is_universal_set_active, is_universal_duration_active,
    activated_at, activated_by_id
) ON questions_universalsetactivation TO desktop_admin_supervisor;

-- Papers: open or closed, and how long; an undo removes a row that was made.
GRANT INSERT, DELETE, UPDATE (
    is_active, exam_duration
) ON questions_tradepaperactivation TO desktop_admin_supervisor;
GRANT INSERT, UPDATE (
    is_active
) ON questions_questionpaper TO desktop_admin_supervisor;
GRANT INSERT, DELETE, UPDATE (
    is_active, last_activated, activated_by_id
) ON questions_globalpapertypecontrol TO desktop_admin_supervisor;
GRANT INSERT ON desktop_admin_operation_paper TO desktop_admin_supervisor;

-- Reopening a submitted paper, or setting one completed where its marks are there: its completion columns, and its
-- answers, which go into the archive and come back by an undo. For that alone this account may read what candidates
-- answered.
GRANT SELECT (
    primary_viva_marks, primary_practical_marks, secondary_viva_marks, secondary_practical_marks
), UPDATE (
    is_primary_completed, is_secondary_completed, primary_slot_consumed_at, secondary_slot_consumed_at
) ON registration_candidateprofile TO desktop_admin_supervisor;
GRANT SELECT (answer), INSERT, DELETE ON results_candidateanswer TO desktop_admin_supervisor;
GRANT INSERT (completed_at, score), DELETE ON questions_examsession TO desktop_admin_supervisor;
GRANT DELETE ON questions_examquestion TO desktop_admin_supervisor;
GRANT SELECT, INSERT ON desktop_admin_archived_answer TO desktop_admin_supervisor;

-- Accepting that a session on another set is finished.
GRANT INSERT ON desktop_admin_accepted_session TO desktop_admin_supervisor;

-- Rows that are inserted above are numbered by sequences, which need a right of their own where the portal's tables
-- were made before identity columns.
DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON ALL SEQUENCES IN SCHEMA %I TO desktop_admin_supervisor', current_schema());
END
$$;

-- The key's name and what holds for every desk; roles at the desk.
GRANT UPDATE ON desktop_admin_setting TO desktop_admin_supervisor;
GRANT INSERT, UPDATE, DELETE ON desktop_admin_role TO desktop_admin_supervisor;
