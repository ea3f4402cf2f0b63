"""All that the bot can do for one Slack workspace, each workspace in a collection of its own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from services.album import Album
from services.collection import Collection, Completeness, PhotoStore, Rekognition, begin
from services.opened import Opened
from services.people import (
    WINDOW,
    Changes,
    Consent,
    Enrolment,
    Export,
    Inviting,
    Namesakes,
    People,
    Policy,
    Requests,
    Retention,
    Roles,
)
from services.preferences import Preferences, Tuning
from services.records import Database, Records, workspaces_with_changes
from services.search import Search, Strategy
from services.strangers import Strangers

HOME = "home"  # the workspace of a bot that serves just one


def collection_of(workspace: str, prefix: str) -> str:
    """The name of a workspace's collection, where names begin with `prefix`, while it has not been rebuilt."""
    return prefix if workspace == HOME else f"{prefix}-{workspace}"


@dataclass(frozen=True, slots=True)
class Workspace:
    """The services of one workspace."""

    collection: Collection
    completeness: Completeness
    records: Records
    preferences: Preferences
    roles: Roles
    people: People
    consent: Consent
    requests: Requests
    inviting: Inviting
    namesakes: Namesakes
    retention: Retention
    changes: Changes
    export: Export
    search: Search
    album: Album

    @property
    def id(self) -> str:
        """`HOME`, or Slack's own name for the workspace."""
        return self.records.workspace

    @property
    def enrolment(self) -> Enrolment:
        """For one enrolment, all of which goes into the collection as it is now."""
        return Enrolment(self.collection.now(), self.consent, self.roles, self.preferences.tuning().threshold)

    @property
    def strangers(self) -> Strangers:
        """For one comparison, all of which is in the collection as it is now."""
        return Strangers(self.collection)


class Workspaces:
    """Opens workspaces. Whoever has the first need of a collection creates it, and sweeps it of what a crash left.

    With AWS that is done as the workspace is opened: it may refuse, and then says so at once.
    """

    def __init__(
        self,
        *,
        database: Database,
        rekognition: Rekognition,
        photos: PhotoStore,
        collection: str,
        strategy: Strategy,
        defaults: Tuning,
        consent: Policy = Policy.MEMBER,
        retention_days: int = 365,
    ) -> None:
        self.database = database
        self._rekognition = rekognition
        self._photos = photos
        self._collection = collection
        self._strategy = strategy
        self._defaults = defaults
        self._consent = consent
        self.retention_days = retention_days
        self._opened = Opened(self._build)

    def open(self, workspace: str = HOME) -> Workspace:
        return self._opened.get(workspace)

    def close(self, workspace: str) -> None:
        """Forget that it is open: a workspace that is erased begins anew when it is opened again."""
        self._opened.drop(workspace)

    def warm(self) -> None:
        """Have what whoever asks Rekognition first would wait for: boto3 takes longer to load than many a start."""
        _ = self._rekognition.client

    def purge(self, now: datetime) -> None:
        """Forget, in every workspace, what can be undone no more."""
        for workspace in workspaces_with_changes(self.database, now - WINDOW):
            self.open(workspace).changes.purge(now)
        self.database.empty_log()

    def _begin(self, collection: Collection) -> None:
        begin(collection)
        Search(collection, self._strategy, Completeness(collection)).sweep()

    def _build(self, workspace: str) -> Workspace:
        bare = Collection(
            name=collection_of(workspace, self._collection),
            rekognition=self._rekognition,
            records=Records(self.database, workspace),
            photos=self._photos,
        )
        collection = replace(bare, rekognition=self._rekognition.after(partial(self._begin, bare)))
        if collection.rekognition.kind == "aws":
            _ = collection.client
        completeness = Completeness(collection)
        roles = Roles(collection.records)
        consent = Consent(collection.records, self._consent)
        search = Search(collection, self._strategy, completeness)
        people = People(collection)
        changes = Changes(collection, people, roles, consent)
        changes.purge()
        return Workspace(
            collection=collection,
            completeness=completeness,
            records=collection.records,
            preferences=Preferences(
                collection.records, self._defaults, calibrated=collection.rekognition.is_calibrated
            ),
            roles=roles,
            people=people,
            changes=changes,
            export=Export(collection, roles),
            consent=consent,
            requests=Requests(collection),
            inviting=Inviting(collection.records),
            namesakes=Namesakes(collection, people, roles),
            retention=Retention(collection.records, self.retention_days),
            search=search,
            album=Album(collection.records, roles),
        )
