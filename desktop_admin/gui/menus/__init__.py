"""The menus, and what stands behind their entries: ways to a database, back-ups, upkeep, help, updates and reports."""
