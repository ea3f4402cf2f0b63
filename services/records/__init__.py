"""The records: people, their enrolled faces, consent, settings and audit, in SQLite or PostgreSQL.

Rekognition knows faces and users by identifiers; who they are, who added them and on which ground is kept here.
"""

from services.records.database import Database, sqlite_url
from services.records.records import Records
from services.records.values import AuditEntry, EnrolledFace, Person

__all__ = ["AuditEntry", "Database", "EnrolledFace", "Person", "Records", "sqlite_url"]
