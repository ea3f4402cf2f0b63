"""All that is held about one person, as a zip that they can read: photos as JPEG, everything else as JSON."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Container, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any

from services import texts
from services.collection import Collection
from services.errors import Forbidden, NotFound
from services.people.photos import poses
from services.people.roles import Actor, Roles
from services.records import AuditEntry, Person, Records

_MOST_ENTRIES = 100_000
_WHOM = ("user_id", "other", "member")  # where the details of an entry name those to whom it was done


@dataclass(frozen=True, slots=True)
class Export:
    """Gathers what one workspace holds about a person."""

    collection: Collection
    roles: Roles

    def oneself(self, member: str) -> bytes:
        """The zip of a member about themselves. Raises `NotFound` when nothing is held."""
        person = self.collection.records.find_member(member)
        files = dict(self._files(person, member))
        if person is None and not files["consent.json"] and not files["audit.json"]:
            raise NotFound(texts.NOTHING_HELD)
        self.collection.records.audit(member, "export oneself", member=member)
        return _zip(files)

    def of(self, person: Person, *, actor: Actor) -> bytes:
        """The zip about somebody outside Slack, for those who manage them. Raises `Forbidden`."""
        if person.member == actor.id:
            return self.oneself(actor.id)
        if person.member is not None:
            raise Forbidden(texts.ONLY_THEY_EXPORT)
        self.roles.require_manager(actor, person)
        files = dict(self._files(person, None))
        self.collection.records.audit(actor.id, "export", user_id=person.user_id)
        return _zip(files)

    def _files(self, person: Person | None, member: str | None) -> Iterator[tuple[str, Any]]:
        """Names of files with what is in them: plain data, or bytes of a photo."""
        records, photos = self.collection.records, self.collection.photos
        if person is not None:
            seen = records.sightings.all().get(person.user_id)
            yield "person.json", {**asdict(person), "seen_at": seen.seen_at if seen else None}
            faces = records.faces(person.user_id)
            yield "album.json", _album(records, person)
            yield "not_them.json", _denied(records, person)
            yield "faces.json", [{**asdict(f), "photo": _photo(f.photo), "pose": poses.of(f)} for f in faces]
            for key in photos.keys(self.collection.photo_keys(person)):
                yield _photo(key), photos.get(key)
        request = records.consents.request_of(member) if member else None
        if request is not None:
            for portrait in records.consents.portraits(request.id):
                yield _photo(portrait.key), photos.get(portrait.key)
        yield (
            "consent.json",
            _given(
                consents=[asdict(given) for given in records.consents.of(person.user_id)] if person else [],
                asked=asdict(request) if request else None,
                invited=_invited(records, member) if member else None,
                objects=bool(member and records.consents.objects(member)),
            ),
        )
        about = frozenset(each for each in (member, person.user_id if person else None) if each)
        log = records.log.newest(_MOST_ENTRIES, concerning=about)
        yield "audit.json", [_entry(entry, about) for entry in log if entry.actor in about or _concerns(entry, about)]


def _album(records: Records, person: Person) -> dict[str, Any]:
    """Which photos show them, and who else may ask for them; empty for who keeps no album."""
    kept = records.albums.of([person.user_id]).get(person.user_id)
    if kept is None:
        return {}
    seen = records.appearances.all_of(person.user_id)
    photos = [
        {**asdict(each.source), "box": each.box, "similarity": each.similarity, "kept_at": kept_at}
        for each, kept_at in seen
    ]
    return {"since": kept.since, "shared_with": sorted(kept.readers), "told": kept.tells, "photos": photos}


def _denied(records: Records, person: Person) -> list[dict[str, Any]]:
    """Of which faces of photos somebody has said that they are not theirs."""
    about = records.denials.about(person.user_id)
    return [{**asdict(photo), "face": number, "at": at} for photo, number, at in about]


def _zip(files: Mapping[str, Any]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("README.txt", texts.EXPORT_README)
        for name, content in files.items():
            archive.writestr(name, content if isinstance(content, bytes) else _json(content))
    return buffer.getvalue()


def _photo(key: str) -> str:
    return f"photos/{PurePosixPath(key).name}"


def _given(**about: Any) -> dict[str, Any]:
    """What there is of it; empty when there is nothing."""
    return {name: value for name, value in about.items() if value}


def _invited(records: Records, member: str) -> dict[str, str] | None:
    """That a member was invited to be known, by whom, and what came of it."""
    invitation = records.invitations.of(member)
    campaign = records.invitations.campaign(invitation.campaign) if invitation else None
    return {"by": campaign.actor if campaign else "", "state": invitation.state.value} if invitation else None


def _concerns(entry: AuditEntry, about: Container[str]) -> bool:
    """Whether something was done to somebody, as to one of those recognised or else."""
    return any(entry.details.get(whom) in about for whom in _WHOM) or bool(_recognised(entry, about))


def _entry(entry: AuditEntry, about: Container[str]) -> dict[str, Any]:
    """What was done, by whom, and of those to whom it was done nobody but the one the export is about."""
    others = {whom for whom in _WHOM if entry.details.get(whom) not in about}
    if "user_id" in others:
        others.add("face")
    details = {name: value for name, value in entry.details.items() if name not in others}
    if "recognised" in details:
        details["recognised"] = _recognised(entry, about)
    return {"at": entry.at, "actor": entry.actor, "action": entry.action, "details": details}


def _recognised(entry: AuditEntry, about: Container[str]) -> list[str]:
    return [each for each in entry.details.get("recognised", ()) if each in about]


def _json(content: Any) -> str:
    return json.dumps(content, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON for {value!r}")
