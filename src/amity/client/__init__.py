"""A small typed client of the REST API, for the command line and for Python programs.

It works against amity and against OpenIM's own server. ``async with AmityClient(url, secret=...) as client`` closes it.
"""

from amity.client.connection import UnexpectedAnswer
from amity.client.operations import AmityClient

__all__ = ["AmityClient", "UnexpectedAnswer"]
