"""The pages of the console: a folder for each, and a line here."""

from typing import Final

from amity.console.ground import ConsoleGround
from amity.console.page import Page
from amity.console.pages.audit import page as audit
from amity.console.pages.callbacks import page as callbacks
from amity.console.pages.groups import page as groups
from amity.console.pages.imports import page as imports
from amity.console.pages.login import page as login
from amity.console.pages.messages import page as messages
from amity.console.pages.overview import page as overview
from amity.console.pages.people import page as people
from amity.console.pages.sessions import page as sessions

_PAGES: Final = (
    login.page,
    overview.page,
    imports.page,
    callbacks.page,
    people.page,
    messages.page,
    groups.page,
    audit.page,
    sessions.page,
)


def build_pages(ground: ConsoleGround) -> list[Page]:
    """Return all pages."""
    return [page(ground) for page in _PAGES]
