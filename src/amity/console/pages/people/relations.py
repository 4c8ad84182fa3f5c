"""Change what a user is to others: take a friend off its list, answer a request, take somebody off its blacklist."""

from typing import Final

from starlette.responses import Response

from amity.console.audit.about import about as about_of
from amity.console.context import Console
from amity.console.ground import ConsoleGround
from amity.console.numbers import page_in
from amity.console.pages.people.confirming import confirm
from amity.console.pages.people.person import done, find, id_in, nobody
from amity.console.pages.people.tables import table
from amity.console.refusing import refusal
from amity.errors import ImError
from amity.relations.pair.models import HandleResult
from amity.texts import cut

_ANSWERS: Final = {"agree": HandleResult.AGREED, "refuse": HandleResult.REFUSED}


async def remove_friend(ground: ConsoleGround, console: Console) -> Response:
    """Take a friend off a user's list, and with ``also`` the user off the friend's, once it is said to be meant."""
    user_id, other, page = id_in(console.form), id_in(console.form, "other"), page_in(console.form)
    person = await find(console, ground, user_id)
    if person is None:
        return nobody(console, user_id)
    if not console.form.get("sure"):
        question = console.texts("people.sure_remove", user=user_id, friend=cut(other, 128))
        option = console.texts("people.also_remove", user=user_id, friend=cut(other, 128))
        return confirm(console, person, question, "friends", {"other": other}, back="friends", page=page, option=option)
    pairs = [(user_id, other), (other, user_id)] if console.form.get("also") else [(user_id, other)]
    try:
        for owner, friend in pairs:
            request = {"ownerUserID": owner, "friendUserID": friend}
            await console.act("people.remove_friend", "/friend/delete_friend", request, about=about_of([owner, friend]))
    except ImError as error:
        return await table(ground, console, tab="friends", problem=refusal(console.texts, "people", error))
    return done(console, "friends", "friend_removed", id=user_id, page=page)


async def answer(ground: ConsoleGround, console: Console) -> Response:
    """Answer a friend request for the user who was asked."""
    user_id, other, page = id_in(console.form), id_in(console.form, "other"), page_in(console.form)
    word = console.form.get("answer", "")
    if word not in _ANSWERS:
        return await table(ground, console, tab="received", problem=console.texts("people.no_answer"))
    request = {"toUserID": user_id, "fromUserID": other, "handleResult": int(_ANSWERS[word])}
    try:
        await console.act(f"people.{word}", "/friend/add_friend_response", request, about=about_of([user_id, other]))
    except ImError as error:
        return await table(ground, console, tab="received", problem=refusal(console.texts, "people", error))
    return done(console, "received", "agreed" if word == "agree" else "refused", id=user_id, page=page)


async def unblock(ground: ConsoleGround, console: Console) -> Response:
    """Take somebody off the blacklist of a user."""
    user_id, other, page = id_in(console.form), id_in(console.form, "other"), page_in(console.form)
    request = {"ownerUserID": user_id, "blackUserID": other}
    try:
        await console.act("people.unblock", "/friend/remove_black", request, about=about_of([user_id, other]))
    except ImError as error:
        return await table(ground, console, tab="blocks", problem=refusal(console.texts, "people", error))
    return done(console, "blocks", "unblocked", id=user_id, page=page)
