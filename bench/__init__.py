"""What amity reaches on this machine, each figure as a ratio to what was measured beside it: ``python -m bench``."""
