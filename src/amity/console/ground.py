"""What the pages of the console depend on."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from amity.calls.call import Identity
from amity.console.audit.service import Audit
from amity.console.history.history import History
from amity.console.imports.service import Imports
from amity.console.sessions.attempts import Attempts
from amity.console.sessions.service import Sessions
from amity.storage import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleGround:
    """The dependencies of the pages. ``identify`` returns whose a token is, or raises ``ImError``. ``searches_texts``
    says whether messages are found by a text."""

    database: Database
    sessions: Sessions
    attempts: Attempts
    audit: Audit
    history: History
    imports: Imports
    searches_texts: bool
    identify: Callable[[str], Awaitable[Identity]]
