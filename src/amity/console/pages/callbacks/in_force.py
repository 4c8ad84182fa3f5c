"""What is in force of each callback, in the process that answers."""

from typing import Any, Final

from starlette.responses import Response

from amity.callbacks.admin.settings_models import CallbackSettings
from amity.console.context import Console

KINDS: Final = ("before", "after")
"""Each has a page, on which it fits."""
_MOST_IDS: Final = 5


async def show(console: Console) -> Response:
    """Show the callbacks of one kind, those that are on first."""
    kind = console.query.get("kind", "")
    kind = kind if kind in KINDS else KINDS[0]
    found = await console.call("/callback/settings", {})
    rows = sorted((each for each in found.callbacks if each.kind == kind), key=lambda each: not each.enable)
    return console.page(
        "pages/callbacks/settings.html",
        rows=[_row(console, each) for each in rows],
        kind=kind,
        kinds=KINDS,
        retries=", ".join(f"{each:g}" for each in found.retries) or console.texts("callbacks.none"),
        hours=found.body_hours,
    )


def _row(console: Console, callback: CallbackSettings) -> dict[str, Any]:
    texts = console.texts
    goes_on = callback.failed_continue
    return {
        "setting": callback.setting,
        "command": callback.callback_command,
        "switch": texts("callbacks.on" if callback.enable else "callbacks.off"),
        "url": callback.url or texts("callbacks.none"),
        "signed": texts("callbacks.signed" if callback.is_signed else "callbacks.unsigned"),
        "timeout": f"{callback.timeout:g} s",
        "failed_continue": "" if goes_on is None else "true" if goes_on else "false",
        "filters": _filters(callback),
        "is_left_alone": callback.is_left_alone,
        "counts": [
            f"{texts.named('callback_verdicts', each.verdict)}: {each.times:,}"
            for each in callback.counts
            if each.times
        ],
    }


def _filters(callback: CallbackSettings) -> list[str]:
    """Return the filters, under the names that they have in the settings; of many ids the first."""
    found = []
    for name, values in (
        ("attentionIds", callback.attention_ids),
        ("allowedTypes", callback.allowed_types),
        ("deniedTypes", callback.denied_types),
    ):
        if values:
            more = f" ... ({len(values):,})" if len(values) > _MOST_IDS else ""
            found.append(f"{name}: {', '.join(values[:_MOST_IDS])}{more}")
    return found
