"""What is deleted of the console's rows, also while it is switched off."""

from amity.app.ground import Ground
from amity.app.running import Sweep
from amity.console.audit.service import Audit
from amity.console.context import Operations
from amity.console.imports.service import Imports
from amity.console.sessions.service import Sessions


def console_sweeps(ground: Ground) -> list[Sweep]:
    """Return the sweeps of its sessions, of its audit log and of its imports."""
    settings, database = ground.settings, ground.database
    return [
        Sessions(database, settings.secret, settings.admins).sweep,
        Audit(database, settings.console.audit_days).sweep,
        Imports(database, Operations({}), settings.console.import_bytes).sweep,
    ]
