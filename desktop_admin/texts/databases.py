"""Sentences about opening databases and the desk itself: files, servers, encryption, back-ups, settings."""

from __future__ import annotations

from desktop_admin.texts.marking import QT_TRANSLATE_NOOP

DATABASES: dict[str, str] = {
    "own_tables_missing": QT_TRANSLATE_NOOP(
        "messages",
        "This database has no desktop_admin tables yet. They are created, after a back-up, with the first change: "
        "confirm it in the window, or give --yes on the command line.",
    ),
    "resource_missing": QT_TRANSLATE_NOOP(
        "messages",
        "The program's own file {path} is missing: the installation is incomplete. Install the program again.",
    ),
    "settings_unreadable": QT_TRANSLATE_NOOP(
        "messages", "The settings file {path} cannot be read ({problem}). Put that right and start again."
    ),
    "settings_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The settings file {path} is damaged: {problem}. Nothing was changed in it. Correct it, or move it away to "
        "start with the default settings.",
    ),
    "settings_value": QT_TRANSLATE_NOOP(
        "messages",
        "The settings in {path} cannot have the value {value} for {key}. Correct it, or remove it to get the default.",
    ),
    "settings_no_connection": QT_TRANSLATE_NOOP(
        "messages",
        "The settings in {path} name the default connection {name}, but there is no connection of that name. Add it "
        "under [connections], or choose another default.",
    ),
    "settings_unwritable": QT_TRANSLATE_NOOP(
        "messages", "The settings file {path} cannot be written ({problem}). The settings are as they were."
    ),
    "no_such_file": QT_TRANSLATE_NOOP(
        "messages",
        "There is no file {path}. Check the path; a new database is made with “create”, never by opening one.",
    ),
    "not_a_file": QT_TRANSLATE_NOOP("messages", "{path} is not a file. Give the path of the portal's SQLite database."),
    "file_unreadable": QT_TRANSLATE_NOOP(
        "messages", "The file {path} may not be read by this account. Ask the administrator for access to it."
    ),
    "file_empty": QT_TRANSLATE_NOOP(
        "messages",
        "The file {path} is empty: it is no database. Restore it from a back-up, or make a new one with “create”.",
    ),
    "not_sqlite": QT_TRANSLATE_NOOP(
        "messages", "{path} is not a SQLite database. Give the path of the portal's database file."
    ),
    "file_truncated": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is cut off: it is shorter than its own header says. Restore it from a back-up; nothing was changed in it.",
    ),
    "file_damaged": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is damaged. Nothing was changed in it. Stop the portal and restore the last back-up.",
    ),
    "not_a_portal": QT_TRANSLATE_NOOP(
        "messages",
        "{path} is not an exam portal database: the portal's tables are not in it. Open the database that the portal uses.",
    ),
    "portal_too_old": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is older than this program needs: {what} is missing. Update the portal (migration {migration}) and open its database again.",
    ),
    "portal_newer": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is newer than this program: it does not know the required column {what}, so it must not add rows there. Update this program.",
    ),
    "portal_refers": QT_TRANSLATE_NOOP(
        "messages",
        "This portal is newer than this program: its {what} refers to rows that would be removed, and this program does not know it, so nothing was changed. Update this program.",
    ),
    "view_only": QT_TRANSLATE_NOOP(
        "messages", "The database is open for viewing only, so nothing can be changed. {why}"
    ),
    "on_network_share": QT_TRANSLATE_NOOP(
        "messages",
        "The file {path} lies on a network share ({kind}), where two writers can damage it. Work on the computer that holds the file, or connect to the portal's database server.",
    ),
    "read_only": QT_TRANSLATE_NOOP(
        "messages", "{path} is read-only. Make it writable for this account, then open the database again."
    ),
    "became_read_only": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} cannot be written: the file or its folder is read-only. Nothing was changed. Make both writable and try again.",
    ),
    "own_tables_newer": QT_TRANSLATE_NOOP(
        "messages",
        "The desktop_admin tables in it were made by a newer version of this program. Update this program on this desk.",
    ),
    "synchronised_folder": QT_TRANSLATE_NOOP(
        "messages",
        "The database lies in the synchronised folder {path}. A copy made in the middle of a change can damage it: move it to a folder that is not synchronised.",
    ),
    "old_sqlite_with_wal": QT_TRANSLATE_NOOP(
        "messages",
        "The database is in WAL mode, and SQLite {version} has a fault there that can damage it. Update this program, or let the portal use the DELETE journal mode.",
    ),
    "disk_full": QT_TRANSLATE_NOOP(
        "messages", "The disk is full, so nothing was changed in {path}. Free some space and try again."
    ),
    "no_room": QT_TRANSLATE_NOOP(
        "messages",
        "There is not enough room on the disk of {path} for this, so nothing was changed. Free at least {megabytes} MB and try again.",
    ),
    "no_room_for_backup": QT_TRANSLATE_NOOP(
        "messages",
        "There is not enough room in {path} for a back-up, so nothing was changed. Free at least {megabytes} MB and try again.",
    ),
    "disk_error": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} could not be read or written: the disk or its folder does not answer properly. Nothing was changed. Check the disk, then try again.",
    ),
    "database_busy": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} is kept busy by another program, so nothing was changed. Wait a moment and try again.",
    ),
    "bad_url": QT_TRANSLATE_NOOP(
        "messages", "“{url}” is neither a path nor a database URL. A file is given by its path, or as sqlite:///path."
    ),
    "bad_port": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL cannot have the port {port}: ports are numbers from 1 to 65535. Leave it out for the usual one.",
    ),
    "option_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL cannot have the option {options}. PostgreSQL takes sslmode and sslrootcert, MariaDB and MySQL take ssl_ca.",
    ),
    "option_empty": QT_TRANSLATE_NOOP(
        "messages", "The option {options} in the database URL has no value. Give it one, or leave it out."
    ),
    "sslmode_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "There is no sslmode “{mode}”. Leave it out to let the server decide, or give sslmode=verify-full and sslrootcert=FILE for an encrypted connection to this server only.",
    ),
    "server_not_checked": QT_TRANSLATE_NOOP(
        "messages",
        "With sslmode={mode} the file in sslrootcert would not protect the connection: another server could take the place of this one. Give sslmode=verify-full and sslrootcert=FILE, or neither.",
    ),
    "no_authority_given": QT_TRANSLATE_NOOP(
        "messages",
        "sslmode=verify-full needs the certificate of the authority (CA) that signed the server's. Add sslrootcert=FILE.",
    ),
    "no_host_to_check": QT_TRANSLATE_NOOP(
        "messages",
        "The database URL names no host whose certificate could be checked. Give the server's name, or leave sslmode and sslrootcert out.",
    ),
    "password_in_url": QT_TRANSLATE_NOOP("messages", "A password must not stand in the database URL. Leave it out."),
    "server_not_supported": QT_TRANSLATE_NOOP(
        "messages",
        "This program works on SQLite files and on PostgreSQL, MariaDB and MySQL servers; it cannot open {engine}.",
    ),
    "no_database_given": QT_TRANSLATE_NOOP(
        "messages", "No database was named. Give one with --db PATH, or set a default connection in the settings."
    ),
    "file_exists": QT_TRANSLATE_NOOP(
        "messages", "There is a file {path} already; it was left as it is. Choose another name, or open it instead."
    ),
    "cannot_create": QT_TRANSLATE_NOOP("messages", "{path} cannot be created: {why}. Choose another folder."),
    "no_display": QT_TRANSLATE_NOOP(
        "messages",
        "There is no screen to open the window on ({why}). Use the commands (desktop-admin --help), or start it in a desktop.",
    ),
    "qt_missing": QT_TRANSLATE_NOOP(
        "messages",
        "The window cannot be opened: {what}. Install Qt's system libraries (the README lists them), or use the commands.",
    ),
    "not_utf8": QT_TRANSLATE_NOOP(
        "messages", "What was typed is not UTF-8 text. Type it again in a terminal that uses UTF-8."
    ),
    "somebody_faster": QT_TRANSLATE_NOOP(
        "messages", "Somebody else changed the same rows at the same moment, so nothing was written. Try again."
    ),
    "statement_too_long": QT_TRANSLATE_NOOP(
        "messages",
        "The database {path} took too long to answer, so nothing was changed. Try again, for fewer candidates if it happens again.",
    ),
    "server_read_only": QT_TRANSLATE_NOOP(
        "messages", "The database {path} takes no changes now: the server is read-only. Ask its administrator."
    ),
    "login_refused": QT_TRANSLATE_NOOP(
        "messages", "The database server refused the login for {path}. Check the database user and the password."
    ),
    "not_granted": QT_TRANSLATE_NOOP(
        "messages",
        "The database user may not do this in {path}. Do it at a supervisor's desk; if it fails there too, the server's administrator runs “desktop-admin prepare” and the script with this desk's rights again.",
    ),
    "not_prepared": QT_TRANSLATE_NOOP(
        "messages",
        "The desktop_admin tables in {path} are missing or of an older version, and this database user may not make them, so nothing was changed. The server's administrator runs “desktop-admin --db … prepare” and the script with this desk's rights.",
    ),
    "no_such_database": QT_TRANSLATE_NOOP("messages", "There is no database {path}. Check its name."),
    "server_disk_full": QT_TRANSLATE_NOOP(
        "messages",
        "The disk of the database server is full, so nothing was changed in {path}. Its administrator must free space.",
    ),
    "server_not_reached": QT_TRANSLATE_NOOP(
        "messages",
        "The database server of {path} does not answer. Check the host name, the port and the network cable.",
    ),
    "authority_unreadable": QT_TRANSLATE_NOOP(
        "messages",
        "The CA file {path} cannot be read. Check where it is, and that this account may read it.",
    ),
    "authority_no_certificate": QT_TRANSLATE_NOOP(
        "messages",
        "There is no certificate in the CA file {path}. Ask the server's administrator for the CA's certificate in PEM form: it begins with BEGIN CERTIFICATE.",
    ),
    "authority_gone": QT_TRANSLATE_NOOP(
        "messages",
        "The CA file for {path} is no longer there, or cannot be read any more. Put it back, or choose another one for this connection.",
    ),
    "certificate_untrusted": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} is not signed by this CA: it may be another server, so no password was sent. Choose the right CA file, or ask the server's administrator.",
    ),
    "certificate_of_another": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} names another host, so no password was sent. Give the host as the certificate names it, or ask the server's administrator.",
    ),
    "certificate_not_valid_today": QT_TRANSLATE_NOOP(
        "messages",
        "The certificate of the server of {path} is not valid today. Check the date of this computer; if it is right, the server's administrator must renew the certificate.",
    ),
    "no_encryption": QT_TRANSLATE_NOOP(
        "messages",
        "The server of {path} does not offer encryption, so no password was sent. Its administrator must turn TLS on. In a network that you trust, let the server decide.",
    ),
    "encryption_not_agreed": QT_TRANSLATE_NOOP(
        "messages",
        "The server of {path} and this computer have no way to encrypt in common. The server's administrator must allow TLS 1.2 or newer.",
    ),
    "link_lost": QT_TRANSLATE_NOOP(
        "messages", "The link to {path} was lost. Nothing was changed. Try again once the database is back."
    ),
    "result_unknown": QT_TRANSLATE_NOOP(
        "messages",
        "The link to {path} was lost while the change was being written, and the result is not known yet: it is applied as a whole or not at all. Look at the history once the database is back.",
    ),
    "stage_waiting": QT_TRANSLATE_NOOP("messages", "Waiting for the database, attempt {attempt} of {most}"),
    "stage_safety_copy": QT_TRANSLATE_NOOP("messages", "Making a safety copy of the database"),
    "stage_connecting": QT_TRANSLATE_NOOP(
        "messages", "The link was lost: connecting again, attempt {attempt} of {most}"
    ),
    "stage_checking": QT_TRANSLATE_NOOP(
        "messages", "The result is not known yet, checking: attempt {attempt} of {most}"
    ),
    "file_in_use": QT_TRANSLATE_NOOP(
        "messages",
        "Another program has {path} open, so nothing was changed. Stop the portal and close every other desk, then try again.",
    ),
    "copy_newer": QT_TRANSLATE_NOOP(
        "messages",
        "The desktop_admin tables in {path} were made by a newer version of this program, so nothing was changed. Update this program on this desk, then put that back-up back.",
    ),
    "put_back_not_recorded": QT_TRANSLATE_NOOP(
        "messages",
        "The back-up is in the place of {path}, and what was there is in {kept}. But the log could not be told of it: {why} Check this database before you start the portal, and write down when it was replaced.",
    ),
    "backup_on_server": QT_TRANSLATE_NOOP(
        "messages",
        "{path} is on a server, whose administrator makes and restores back-ups: with pg_dump or mariadb-dump, as docs/servers.md says. Nothing was changed.",
    ),
    "same_file": QT_TRANSLATE_NOOP(
        "messages", "{path} is the database itself, so nothing was changed. Choose a back-up."
    ),
    "no_backup": QT_TRANSLATE_NOOP(
        "messages",
        "No back-up could be made in {path} ({why}), so nothing was changed. Make that folder writable and try again.",
    ),
    "server_full": QT_TRANSLATE_NOOP(
        "messages",
        "The database server of {path} has no connection left to give. Wait a moment and try again, or ask its administrator to allow more connections.",
    ),
}
