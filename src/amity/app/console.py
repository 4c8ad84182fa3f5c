"""The web console: its pages on what the parts have, its samples, and where it is served."""

import asyncio
import contextlib
from functools import partial

from amity.api.serving import App
from amity.app.ground import Ground
from amity.app.parts import Parts
from amity.console.app import ConsoleApp
from amity.console.audit.service import Audit
from amity.console.context import Operations
from amity.console.ground import ConsoleGround
from amity.console.history.history import History, Sources
from amity.console.imports.service import Imports
from amity.console.pages import build_pages
from amity.console.rendering import Rendering
from amity.console.sessions.attempts import Attempts
from amity.console.sessions.service import Sessions
from amity.console.texts.catalogue import read_texts
from amity.storage.size import database_bytes


async def open_console(ground: Ground, parts: Parts, stack: contextlib.AsyncExitStack) -> App:
    """Build the console, and begin to take its samples, until ``stack`` is closed. Its imports end then, too."""
    settings, database, cluster = ground.settings, ground.database, ground.cluster
    history = History(
        Sources(
            left_alone=lambda: [*ground.before.left_alone(), *ground.courier.left_alone()],
            processes=lambda: 1 + len(cluster.processes.others),
            outbox=lambda: ground.courier.backlog.newest,
            bus_down=lambda: cluster.why_down,
            database_bytes=partial(database_bytes, database),
        )
    )
    operations = Operations({operation.path: operation for operation in parts.operations if operation.path})
    imports = Imports(database, operations, settings.console.import_bytes)
    console = ConsoleGround(
        database=database,
        sessions=Sessions(database, settings.secret, settings.admins),
        attempts=Attempts(),
        audit=Audit(database, settings.console.audit_days),
        history=history,
        imports=imports,
        searches_texts=settings.messages.text_search,
        identify=parts.auth.identify,
    )
    pages = build_pages(console)
    rendering, texts = await asyncio.gather(asyncio.to_thread(Rendering, pages), asyncio.to_thread(read_texts))
    history.start()
    stack.push_async_callback(history.stop)
    stack.push_async_callback(imports.stop)
    return ConsoleApp(pages, rendering, texts, console.sessions, console.audit, operations)
