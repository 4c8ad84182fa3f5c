"""The texts of the console, in one file for each language."""
