"""The forms in which edits are written: one module for each, one line in `reading.FORMS`."""
