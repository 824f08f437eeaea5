"""The link to the database, and the dialogs that make one."""
