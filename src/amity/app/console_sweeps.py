"""What is deleted of the console's rows, also while it is switched off."""

from amity.app.ground import Ground
from amity.app.running import Sweep
from amity.console.audit.service import Audit
from amity.console.imports.deleting import Deleting
from amity.console.sessions.service import Sessions


def console_sweeps(ground: Ground) -> list[Sweep]:
    """Return the sweeps of its sessions, of its audit log and of its imports."""
    settings, database = ground.settings, ground.database
    return [
        Sessions(database, settings.secret, settings.admins).sweep,
        Audit(database, settings.console.audit_days).sweep,
        Deleting(database).sweep,
    ]
