"""Groups: found by id and name, their settings, their members, who wants to join, and their end."""

import functools
from typing import Final

from amity.console.ground import ConsoleGround
from amity.console.once import Once
from amity.console.page import Page, Post
from amity.console.pages.groups import applications, ending, group, listing, member

_MOST_BYTES: Final = 524_288
"""Bytes of the form with the texts of a group, of 8,192 characters each, or the ids of 1,000 users: a letter of Chinese
has nine in a form."""


def page(_ground: ConsoleGround) -> Page:
    """Declare the page."""
    once = Once()
    return Page(
        name="groups",
        title="groups.title",
        place=310,
        gets={
            "": listing.show,
            "group": group.show,
            "member": member.show,
            "remove": member.ask_to_remove,
            "hand-over": member.ask_to_hand_over,
            "requests": functools.partial(applications.show, once),
            "end": ending.ask,
        },
        posts={
            "group": Post(group.do, _MOST_BYTES),
            "member": Post(member.do),
            "remove": Post(member.remove),
            "hand-over": Post(member.hand_over),
            "requests": Post(functools.partial(applications.answer, once)),
            "end": Post(ending.do),
        },
    )
