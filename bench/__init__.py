"""Measure amity on this machine, each figure as a ratio to a baseline measured beside it: ``python -m bench``."""
