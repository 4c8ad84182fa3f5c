"""What became of callbacks, what waits, and what is in force: a page for each, with links between them."""

import functools

from amity.console.ground import ConsoleGround
from amity.console.once import Once
from amity.console.page import Page, Post
from amity.console.pages.callbacks import acting, in_force, log, trying, waiting


def page(_ground: ConsoleGround) -> Page:
    """Declare the page."""
    once = Once()
    return Page(
        name="callbacks",
        title="callbacks.title",
        place=40,
        gets={
            "": log.show,
            "log.json": log.newer,
            "entry": functools.partial(log.entry, once),
            "waiting": waiting.show,
            "event": functools.partial(waiting.event, once),
            "try": trying.show,
            "settings": in_force.show,
            # Where a change of the language leads to, on the page that a form was answered with.
            "replay": waiting.back,
            "discard": waiting.back,
        },
        posts={"replay": Post(acting.replay), "discard": Post(acting.discard), "try": Post(trying.send)},
        is_polled=True,
    )
