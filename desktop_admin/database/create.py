"""Making a new local database with the portal's tables, so that the program works where no portal runs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, create_engine, insert
from sqlalchemy.exc import DBAPIError

from desktop_admin.database.backends import place
from desktop_admin.database.engine import Database
from desktop_admin.database.session import Session
from desktop_admin.database.tables.own import DatabaseKind
from desktop_admin.database.tables.portal import AppliedMigration
from desktop_admin.database.tables.portal_rest import METADATA
from desktop_admin.errors import UsageProblem

_APPLIED = {
    "centers": ["0001_initial"],
    "contenttypes": ["0001_initial", "0002_remove_content_type_name"],
    "auth": [
        "0001_initial",
        "0002_alter_permission_name_max_length",
        "0003_alter_user_email_max_length",
        "0004_alter_user_username_opts",
        "0005_alter_user_last_login_null",
        "0006_require_contenttypes_0002",
        "0007_alter_validators_add_error_messages",
        "0008_alter_user_username_max_length",
        "0009_alter_user_last_name_max_length",
        "0010_alter_group_name_max_length",
        "0011_update_proxy_permissions",
        "0012_alter_user_first_name_max_length",
    ],
    "accounts": ["0001_initial", "0002_update_center_admin_to_oic", "0003_migrate_center_admin_users"],
    "admin": ["0001_initial", "0002_logentry_remove_auto_add", "0003_logentry_add_action_flag_choices"],
    "reference": ["0001_initial"],
    "exams": ["0001_initial"],
    "questions": [
        "0001_initial",
        "0002_questionpaper_part_distribution_examsession_and_more",
        "0003_alter_question_part",
        "0004_alter_paperquestion_question",
        "0005_questionpaper_is_active_alter_paperquestion_question",
        "0006_question_is_common",
        "0007_alter_questionpaper_question_paper",
        "0008_remove_questionpaper_questions_and_more",
        "0009_tradepaperactivation_question_paper_type_and_more",
        "0010_alter_tradepaperactivation_options_and_more",
        "0011_add_question_set_management",
        "0012_migrate_existing_questions_to_set_a",
        "0013_add_activate_sets_model",
        "0014_universalsetactivation",
        "0015_examsession_exam_type",
    ],
    "registration": [
        "0001_initial",
        "0002_candidateprofile_mobile_no",
        "0003_add_apaar_id",
        "0004_add_exam_slot_fields",
        "0005_add_slot_attempting_field",
        "0006_candidateprofile_is_primary_completed_and_more",
        "0007_candidateprofile_primary_bypass_allowed",
        "0008_remove_candidateprofile_slot_consumed_at_and_more",
        "0009_alter_candidateprofile_apaar_id",
        "0010_alter_candidateprofile_aadhar_number",
    ],
    "results": [
        "0001_initial",
        "0002_alter_candidateanswer_candidate_and_more",
        "0003_candidateanswer_exam_type",
        "0004_alter_candidateanswer_unique_together_and_more",
    ],
    "sessions": ["0001_initial"],
}
"""The portal's migrations whose tables these are, as its current version names them."""


def create(path: Path, *, kind: str = "local", now: datetime | None = None) -> Database:
    """Make a new database file with the portal's tables and ours, and open it.

    Args:
        path: where; must not exist yet. Missing folders are made.
        kind: ``local``, ``demo``, ``rehearsal`` or ``scratch``.
        now: the moment that it is marked with, UTC.

    Raises:
        UsageProblem: there is a file already, or the folder cannot be written.
    """
    if place.exists(path):
        raise UsageProblem("file_exists", path=path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(exist_ok=False)
    except OSError as failure:
        raise UsageProblem("cannot_create", path=path, why=failure.strerror or str(failure)) from failure
    try:
        return _filled(path, kind=kind, now=now or datetime.now(UTC))
    except BaseException as failure:
        # Nothing half-made is left behind.
        path.unlink()
        if isinstance(failure, OSError | DBAPIError):
            raise UsageProblem("cannot_create", path=path, why=getattr(failure, "orig", failure)) from failure
        raise


def _filled(path: Path, *, kind: str, now: datetime) -> Database:
    engine = create_engine(URL.create("sqlite", database=str(path)))
    METADATA.create_all(engine)
    with engine.begin() as connection:
        rows = [{"app": app, "name": name, "applied": now} for app, names in _APPLIED.items() for name in names]
        connection.execute(insert(AppliedMigration), rows)
    engine.dispose()
    database = Database.open(path)
    database.migrate()
    database.write(lambda session: _mark(session, kind=kind, now=now))
    database.close()
    return Database.open(path)


def _mark(session: Session, *, kind: str, now: datetime) -> None:
    session.add(DatabaseKind(id=1, kind=kind, created_at=now))
