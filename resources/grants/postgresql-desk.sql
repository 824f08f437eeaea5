-- What a desk may do in the portal's database on PostgreSQL: look, assign, reset, reassign, clear, sign out, give
-- time, restore, import registers.
--
-- Run by the server's administrator (docs/servers.md), after "desktop-admin --db … prepare" and after each update:
--     psql -v ON_ERROR_STOP=1 -d portal -f postgresql-desk.sql
--
-- The role cannot log in. Each desk has an account of its own that is given the role.

DO $$
BEGIN
    CREATE ROLE desktop_admin_desk NOLOGIN;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

DO $$
BEGIN
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO desktop_admin_desk', current_database());
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO desktop_admin_desk', current_schema());
END
$$;

-- Looking. No Aadhaar, APAAR or mobile number, no text, options or answer of a question, no candidate's answer.
GRANT SELECT ON
    centers_center,
    exams_shift,
    reference_trade,
    questions_questionpaper,
    questions_tradepaperactivation,
    questions_globalpapertypecontrol,
    questions_activatesets,
    questions_questionsetactivation,
    questions_universalsetactivation,
    questions_examsession,
    questions_examquestion,
    django_session,
    django_migrations
    TO desktop_admin_desk;
GRANT SELECT (
    id, username, first_name, last_name, is_active, is_staff, is_superuser, role, last_login
) ON accounts_user TO desktop_admin_desk;
GRANT SELECT (
    id, user_id, army_no, "rank", name, photograph, trade_id, shift_id,
    has_exam_slot, slot_assigned_at, slot_assigned_by_id, slot_attempting_at,
    is_primary_completed, is_secondary_completed, primary_bypass_allowed,
    primary_slot_consumed_at, secondary_slot_consumed_at
) ON registration_candidateprofile TO desktop_admin_desk;
GRANT SELECT (
    id, trade_id, is_common, paper_type, question_set, part, is_active
) ON questions_question TO desktop_admin_desk;
GRANT SELECT (
    id, candidate_id, paper_id, question_id, exam_type, submitted_at
) ON results_candidateanswer TO desktop_admin_desk;

-- Changing: the slot's columns, the shift, sessions with their questions, how long a session lasts, portal logins.
GRANT UPDATE (
    has_exam_slot, slot_assigned_at, slot_assigned_by_id, slot_attempting_at, shift_id
) ON registration_candidateprofile TO desktop_admin_desk;
GRANT UPDATE (
    duration
) ON questions_examsession TO desktop_admin_desk;
GRANT INSERT ON questions_examquestion TO desktop_admin_desk;
GRANT INSERT, UPDATE (expire_date) ON django_session TO desktop_admin_desk;

-- A session that was cleared comes back with every column but those of a completed one.
DO $$
BEGIN
    EXECUTE format(
        'GRANT INSERT (%s) ON questions_examsession TO desktop_admin_desk',
        (SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
          WHERE attrelid = 'questions_examsession'::regclass AND attnum > 0 AND NOT attisdropped
            AND attname NOT IN ('completed_at', 'score'))
    );
END
$$;

-- The program's own tables. Nobody at a desk changes or removes what was recorded.
GRANT SELECT ON
    desktop_admin_version,
    desktop_admin_database,
    desktop_admin_guard_clearing,
    desktop_admin_accepted_session,
    desktop_admin_role,
    desktop_admin_operation_paper
    TO desktop_admin_desk;
GRANT SELECT, INSERT ON
    desktop_admin_operation,
    desktop_admin_operation_candidate,
    desktop_admin_archived_session,
    desktop_admin_restored_session,
    desktop_admin_given_time,
    desktop_admin_accommodation,
    desktop_admin_check_in,
    desktop_admin_setting
    TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_sign_in_failure TO desktop_admin_desk;
GRANT SELECT, INSERT, UPDATE, DELETE ON desktop_admin_my_failure TO desktop_admin_desk;
GRANT SELECT, INSERT, DELETE ON desktop_admin_ended_login TO desktop_admin_desk;

-- What a desk does through the owner of the tables: it locks them, learns which answers are given and the hashes of
-- staff's passwords, removes incomplete sessions and logins, counts its own refused sign-ins, makes the candidates of a
-- register, and removes those of them whom nobody has signed in as.
GRANT EXECUTE ON FUNCTION
    desktop_admin_lock(),
    desktop_admin_given_answer(bigint[]),
    desktop_admin_staff_password(bigint),
    desktop_admin_delete_examquestion(bigint[]),
    desktop_admin_delete_examsession(bigint[]),
    desktop_admin_delete_session(text[]),
    desktop_admin_add_candidates(jsonb),
    desktop_admin_remove_candidates(jsonb)
    TO desktop_admin_desk;

-- A desk sets the name of the log's key, once. The rules of the centre are here already, so that no desk makes them.
INSERT INTO desktop_admin_setting (name, value)
VALUES ('idle-lock', '15'), ('supervisor-lock', '5'), ('restore-age', '24'), ('two-persons', '0'), ('keep-logins', '0'),
    ('incident-categories', 'power, computer, network, paper, conduct, health, identity, other'), ('writing-node', '')
ON CONFLICT DO NOTHING;

-- Restoring looks at how far the portal's numbering has come, and never moves it.
DO $$
BEGIN
    EXECUTE format(
        'GRANT SELECT ON SEQUENCE %s, %s TO desktop_admin_desk',
        pg_get_serial_sequence('questions_examsession', 'id'),
        pg_get_serial_sequence('questions_examquestion', 'id')
    );
END
$$;
