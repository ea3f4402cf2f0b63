"""The records: people, their enrolled faces, consent, settings and audit, in SQLite or PostgreSQL.

Rekognition knows faces and users by identifiers; who they are, who added them and on which ground is kept here.
"""

from services.records import schema
from services.records.albums import (
    EVERYONE,
    Appearance,
    KeptAlbum,
    LookBack,
    Progress,
    Sought,
    Stage,
    by_source,
)
from services.records.answers import Answers, CrowdFace, Digest, Source, Standing, WaitingPhoto
from services.records.audit import workspaces_with_changes
from services.records.consents import Campaign, ConsentRequest, Invitation, Invited, KeptPortrait
from services.records.database import Database, is_full, is_unreachable, sqlite_url
from services.records.duties import Ends, workspaces_with_duties
from services.records.people import Seen, workspaces_with_people
from services.records.records import Records
from services.records.values import AuditEntry, Change, EnrolledFace, Person, pack_face, unpack_face

__all__ = [
    "EVERYONE",
    "Answers",
    "Appearance",
    "AuditEntry",
    "Campaign",
    "Change",
    "ConsentRequest",
    "CrowdFace",
    "Database",
    "Digest",
    "Ends",
    "EnrolledFace",
    "Invitation",
    "Invited",
    "KeptAlbum",
    "KeptPortrait",
    "LookBack",
    "Person",
    "Progress",
    "Records",
    "Seen",
    "Sought",
    "Source",
    "Stage",
    "Standing",
    "WaitingPhoto",
    "by_source",
    "is_full",
    "is_unreachable",
    "pack_face",
    "schema",
    "sqlite_url",
    "unpack_face",
    "workspaces_with_changes",
    "workspaces_with_duties",
    "workspaces_with_people",
]
