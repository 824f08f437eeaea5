"""Files that are written and read: names that are free, spreadsheets, and the sealed archive of a day."""
