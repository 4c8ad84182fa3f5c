"""Sessions as the gateway's tests make them."""

from tests.unit.gateway.conftest import house, session

__all__ = ["house", "session"]
