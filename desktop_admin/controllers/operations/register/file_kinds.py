"""How the names of files end of which a register is read; apart, because the window asks before it reads any."""

from __future__ import annotations

SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".txt", ".tsv")
KINDS = (*SPREADSHEETS, *TEXTS)
