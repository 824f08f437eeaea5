-- What a desk may do in the portal's database on MariaDB: look, assign, reset, reassign, clear, sign out, give
-- time, restore, import registers.
--
-- Run by the server's administrator (docs/servers.md), after "desktop-admin --db … prepare" and after each update:
--     mariadb portal < mariadb-desk.sql
--
-- Each desk has an account of its own that is given the role.

CREATE ROLE IF NOT EXISTS desktop_admin_desk;

-- Looking. No Aadhaar, APAAR or mobile number, no text, options or answer of a question, no candidate's answer.
GRANT SELECT ON centers_center TO desktop_admin_desk;
GRANT SELECT ON exams_shift TO desktop_admin_desk;
GRANT SELECT ON reference_trade TO desktop_admin_desk;
GRANT SELECT ON questions_questionpaper TO desktop_admin_desk;
GRANT SELECT ON questions_tradepaperactivation TO desktop_admin_desk;
GRANT SELECT ON questions_globalpapertypecontrol TO desktop_admin_desk;
GRANT SELECT ON questions_activatesets TO desktop_admin_desk;
GRANT SELECT ON questions_questionsetactivation TO desktop_admin_desk;
GRANT SELECT ON questions_universalsetactivation TO desktop_admin_desk;
GRANT SELECT ON questions_examsession TO desktop_admin_desk;
GRANT SELECT ON questions_examquestion TO desktop_admin_desk;
GRANT SELECT ON django_session TO desktop_admin_desk;
GRANT SELECT ON django_migrations TO desktop_admin_desk;
GRANT SELECT (
    id, username, first_name, last_name, is_active, is_staff, is_superuser, role, last_login
) ON accounts_user TO desktop_admin_desk;
GRANT SELECT (
    id, user_id, army_no, `rank`, name, photograph, trade_id, shift_id,
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

-- The names of all tables and columns, by which the program knows what portal this is, and sees what a newer one lets
-- refer to sessions. REFERENCES lets nobody read or write.
GRANT REFERENCES ON * TO desktop_admin_desk;

-- Changing: the slot's columns, the shift, sessions with their questions, how long a session lasts, portal logins.
GRANT UPDATE (
    has_exam_slot, slot_assigned_at, slot_assigned_by_id, slot_attempting_at, shift_id
) ON registration_candidateprofile TO desktop_admin_desk;
GRANT UPDATE (
    duration
) ON questions_examsession TO desktop_admin_desk;
GRANT DELETE ON questions_examsession TO desktop_admin_desk;
GRANT INSERT, DELETE ON questions_examquestion TO desktop_admin_desk;
GRANT INSERT, DELETE, UPDATE (expire_date) ON django_session TO desktop_admin_desk;

-- A session that was cleared comes back with every column but those of a completed one.
SET @desktop_admin_columns = (
    SELECT group_concat(concat('`', column_name, '`') SEPARATOR ', ') FROM information_schema.columns
     WHERE table_schema = database() AND table_name = 'questions_examsession'
       AND column_name NOT IN ('completed_at', 'score')
);
EXECUTE IMMEDIATE concat(
    'GRANT INSERT (', @desktop_admin_columns, ') ON questions_examsession TO desktop_admin_desk'
);

-- The program's own tables. Nobody at a desk changes or removes what was recorded.
GRANT SELECT ON desktop_admin_version TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_database TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_guard_clearing TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_setting TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_accepted_session TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_role TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_operation_paper TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_operation TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_operation_candidate TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_archived_session TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_restored_session TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_given_time TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_accommodation TO desktop_admin_desk;
GRANT SELECT, INSERT ON desktop_admin_check_in TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_sign_in_failure TO desktop_admin_desk;
GRANT SELECT, INSERT, UPDATE, DELETE ON desktop_admin_my_failure TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_staff_password TO desktop_admin_desk;
GRANT SELECT, INSERT, DELETE ON desktop_admin_ended_login TO desktop_admin_desk;
GRANT SELECT ON desktop_admin_given_answer TO desktop_admin_desk;

-- Through the owner of the tables: making candidates of a register, and removing those of them whom nobody has signed
-- in as.
GRANT EXECUTE ON PROCEDURE desktop_admin_add_candidates TO desktop_admin_desk;
GRANT EXECUTE ON PROCEDURE desktop_admin_remove_candidates TO desktop_admin_desk;

-- A desk sets the name of the log's key, once. The rules of the centre are here already, so that no desk makes them.
INSERT IGNORE INTO desktop_admin_setting (name, value)
VALUES ('idle-lock', '15'), ('supervisor-lock', '5'), ('restore-age', '24'), ('two-persons', '0'), ('keep-logins', '0'),
    ('incident-categories', 'power, computer, network, paper, conduct, health, identity, other'), ('writing-node', '');
