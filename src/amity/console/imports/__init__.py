"""Imports of files by the console: jobs in the database, which any process goes on with."""
