"""No database is reached through Django; PyInstaller's own hook would collect its drivers."""
