"""What was done in a workspace: who may do it as an admin, the log of it, and what can still be undone."""

from services.records.audit.admins import Admins
from services.records.audit.audit import AuditLog
from services.records.audit.changes import Changes, workspaces_with_changes

__all__ = [
    "Admins",
    "AuditLog",
    "Changes",
    "workspaces_with_changes",
]
