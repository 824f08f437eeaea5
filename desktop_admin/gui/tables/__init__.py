"""The lists that all panes share: rows in words, columns as a person arranged them."""
