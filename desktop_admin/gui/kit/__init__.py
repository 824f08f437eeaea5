"""What every part of the window is made of: words, tasks, tables, widgets, themes."""
