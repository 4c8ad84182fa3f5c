"""People who write to each other, as in the tests of messages."""

from tests.integration.messages.conftest import connect, talk

__all__ = ["connect", "talk"]
