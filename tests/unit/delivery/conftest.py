"""Sessions as the gateway's tests make them."""

from tests.unit.gateway.conftest import shared, session

__all__ = ["shared", "session"]
