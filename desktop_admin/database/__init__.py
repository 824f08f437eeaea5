"""How every reading and every change reaches a database: connection, transactions, tables, checks at opening."""
