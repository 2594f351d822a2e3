"""Text in a change that speaks to whoever reviews it by machine (CWE-1427)."""
