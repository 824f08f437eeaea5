"""What panes and dialogs are made of: parts, labels, buttons, bars, filters and small dialogs."""
