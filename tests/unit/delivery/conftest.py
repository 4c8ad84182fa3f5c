"""Sessions as the gateway's tests make them."""

from tests.unit.gateway.conftest import session, shared

__all__ = ["session", "shared"]
