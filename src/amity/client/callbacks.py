"""The administrator's operations on callbacks: amity's own, unknown to OpenIM's server."""

from amity.client.connection import Connection


class CallbackOperations(Connection):
    """What became of callbacks, and what to do about those that were not delivered."""
