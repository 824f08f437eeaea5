"""The commands that are not made from the table of operations, by what they are about."""
