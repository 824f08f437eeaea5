"""Everything that can be done: one package for each operation, the table of them, and the one way to apply one."""
