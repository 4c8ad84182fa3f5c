"""Replaying and discarding events of the outbox: those that are chosen, or all that a filter has."""

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode

from starlette.responses import Response

from amity.console.audit.about import about as about_of
from amity.console.context import Console
from amity.console.pages.callbacks.shown import ROWS, field_of
from amity.console.pages.callbacks.waiting import FILTERS, PATH, listed

_CHOSEN: Final = "event."
"""How the names of the fields begin by which events are chosen; the rest is the id."""


async def replay(console: Console) -> Response:
    """Have events delivered now."""
    filters, chosen = _read(console.form)
    if console.form.get("all"):
        request: dict[str, Any] = {"all": True, "state": filters["state"], **_narrowed(filters)}
        about = _about_all(filters)
    elif chosen:
        request, about = {"eventIDs": chosen}, about_of(chosen)
    else:
        return await listed(console, filters, problem=console.texts("callbacks.choose"))
    found = await console.act("callbacks.replay", "/callback/replay", request, about=about)
    return _done(console, filters, "replayed", found.replayed, len(chosen))


async def discard(console: Console) -> Response:
    """Ask whether to delete events for good, and delete them once that is confirmed."""
    filters, chosen = _read(console.form)
    is_all = bool(console.form.get("all"))
    if not (is_all or chosen):
        return await listed(console, filters, problem=console.texts("callbacks.choose"))
    if not console.form.get("confirmed"):
        return await _asked(console, filters, [] if is_all else chosen)
    if is_all:
        request: dict[str, Any] = {"allDead": True, **_narrowed(filters)}
        about = _about_all({**filters, "state": "dead"})
    else:
        request, about = {"eventIDs": chosen}, about_of(chosen)
    found = await console.act("callbacks.discard", "/callback/discard", request, about=about)
    return _done(console, filters, "discarded", found.discarded, len(chosen))


async def _asked(console: Console, filters: dict[str, str], chosen: list[str]) -> Response:
    """Show what would be deleted, and ask."""
    total = len(chosen)
    if not chosen:
        asked = {"state": "dead", **_narrowed(filters), "pagination": {"pageNumber": 1, "showNumber": 0}}
        total = (await console.call("/callback/list", asked)).total
    return console.page(
        "pages/callbacks/discard.html",
        filters=filters,
        chosen=chosen,
        prefix=_CHOSEN,
        question=console.texts("callbacks.really" if chosen else "callbacks.really_all", count=f"{total:,}"),
        back=urlencode(_given(filters)),
    )


def _read(form: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the filters and the chosen events of a form."""
    filters = {name: field_of(form, name) for name in FILTERS}
    chosen = [name.removeprefix(_CHOSEN) for name in form if name.startswith(_CHOSEN)]
    return filters, chosen[:ROWS]


def _narrowed(filters: Mapping[str, str]) -> dict[str, str]:
    return {"ownerUserID": filters["user"], "callbackCommand": filters["callback"]}


def _given(filters: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in filters.items() if value}


def _about_all(filters: Mapping[str, str]) -> str:
    return " ".join(["all", *(f"{name}={value}" for name, value in _given(filters).items())])


def _done(console: Console, filters: Mapping[str, str], word: str, count: int, chosen: int) -> Response:
    """Lead to the outbox, which says how many it were, and where it were fewer than ``chosen``, of how many."""
    fewer = {"of": chosen} if count < chosen else {}
    return console.redirect(f"{PATH}?{urlencode({**_given(filters), 'done': word, 'count': count, **fewer})}")
