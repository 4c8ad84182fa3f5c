"""Explain why a business server refuses a callback that was signed with the settings' secret."""

from typing import Final

from amity.relay.commands import OTHERS
from amity.relay.compiled import OLD
from amity.settings import Callback, Callbacks

_REFUSALS: Final = (401, 403)


def path_of(key: str) -> str:
    """Return the path in the settings of the callback with a key. Two of a relay's keys are no callback's."""
    return {OTHERS: OTHERS, OLD: "shadow"}.get(key, f"callbacks.{key}")


def about_refusal(status: int, callbacks: Callbacks, key: str) -> tuple[str, str] | None:
    """Return the problem and the advice if an answer's status says that authentication failed, else ``None``. ``key``
    is the callback's key in the settings."""
    if status not in _REFUSALS:
        return None
    own = callbacks.events.get(key, Callback()).secret
    setting = "callbacks.secret" if own is None else f"{path_of(key)}.secret"
    if not (callbacks.secret if own is None else own):
        return (
            f"the business server refused the callback (HTTP {status}), which is not signed: {setting} is not set",
            f"set {setting} to the business server's secret",
        )
    return (
        f"the business server refused the signature (HTTP {status}): its secret is not {setting}, or a clock is wrong",
        f"give the business server the secret that stands in {setting}, to the letter, and start it anew",
    )
