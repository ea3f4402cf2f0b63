"""What the command line prints: tables for people, JSON for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine import VERSION
from services import odds
from services.collection import Rebuilt
from services.people import Fate, Receipt, Result
from services.pictures.drawing import percent
from services.records import AuditEntry, Person
from services.search import Identification, Unclear

if TYPE_CHECKING:
    from bot.doctor import Finding

out = Console()
err = Console(stderr=True)


def says_yes(question: str) -> bool:
    """Ask at the terminal; where nobody is there to answer, that is no yes."""
    try:
        answer = out.input(f"{question} [y/N] ", markup=False)
    except EOFError:
        out.print()
        return False
    return answer.strip().lower() in {"y", "yes"}


def as_json(value: Any) -> None:
    """One JSON document on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))  # noqa: T201


def json_lines(values: Iterable[Any]) -> None:
    """One JSON object a line on standard output, each as it comes."""
    for value in values:
        print(json.dumps(value, ensure_ascii=False, sort_keys=True))  # noqa: T201


def results(results: Sequence[Result]) -> None:
    """What became of every photo that was given."""
    table = Table("Person", "Photo", "What became of it")
    for result in results:
        for outcome in result.outcomes:
            style = "green" if outcome.fate is Fate.ADDED else "yellow"
            table.add_row(Text(result.name), Text(outcome.file), Text(outcome.sentence, style=style))
    out.print(table)
    added, given = sum(r.added for r in results), sum(len(r.outcomes) for r in results)
    known = _count(sum(r.person is not None for r in results), "person", "people")
    for result in results:
        for other in result.resembles:
            out.print(f"{result.name} and {other.name} resemble each other: more photos of both help.", markup=False)
    asked = sum(result.asked is not None for result in results)
    waiting = f" {_count(asked, 'member', 'members')} asked." if asked else ""
    out.print(f"{added} of {_count(given, 'photo', 'photos')} added; {known} known.{waiting}")


def results_json(results: Sequence[Result]) -> dict[str, Any]:
    return {
        "people": [
            {
                "name": result.name,
                "added": result.added,
                "photos": [{"file": o.file, "fate": o.fate.value, "sentence": o.sentence} for o in result.outcomes],
            }
            for result in results
        ]
    }


_NAMELESS = {
    None: "unknown",
    Unclear.CROWDED: "a small child, or too like many others to tell",
    Unclear.POOR: "too blurred, dark, small or turned away to tell",
}


def identification(found: Identification) -> None:
    """Who is in a photo, by number from left to right."""
    table = Table("#", "Name", "Similarity")
    for sighting in found.sightings:
        match = sighting.match
        name = Text(match.person.name) if match else Text(_NAMELESS[sighting.unclear], style="dim")
        table.add_row(str(sighting.number), name, percent(match.similarity) if match else "")
    out.print(table)
    out.print(
        f"{found.recognised} of {len(found.sightings)} recognised; threshold {found.threshold:g} %, mode"
        f" {found.mode.value}."
    )
    if strangers := odds.one_in(found.threshold, found.among or 0):
        out.print(f"Of strangers alike, about 1 in {strangers:,} would get a name.")


def identification_json(found: Identification) -> dict[str, Any]:
    return {
        "photo": {"width": found.width, "height": found.height},
        "mode": found.mode.value,
        "threshold": found.threshold,
        "faces": [
            {
                "number": sighting.number,
                "box": [round(v) for v in sighting.box],
                "name": sighting.match.person.name if sighting.match else None,
                "similarity": round(sighting.match.similarity, 4) if sighting.match else None,
                "unclear": sighting.unclear.value if sighting.unclear else None,
            }
            for sighting in found.sightings
        ],
    }


def people(everyone: Sequence[Person]) -> None:
    table = Table("Name", "Photos", "Added")
    for person in everyone:
        table.add_row(Text(person.name), str(person.faces), Text(f"{person.added_at:%Y-%m-%d} by {person.added_by}"))
    out.print(table)
    out.print(f"{_count(len(everyone), 'person', 'people')} enrolled.")


def people_json(everyone: Sequence[Person]) -> dict[str, Any]:
    return {
        "people": [
            {"name": p.name, "photos": p.faces, "added_by": p.added_by, "added_at": p.added_at.isoformat()}
            for p in everyone
        ]
    }


def receipt(receipt: Receipt) -> None:
    faces, photos = _count(receipt.faces, "face", "faces"), _count(receipt.photos, "photo", "photos")
    out.print(Text(f"{receipt.name} is erased: {faces} and {photos}."))


def receipt_json(receipt: Receipt) -> dict[str, Any]:
    return {"name": receipt.name, "erased": {"faces": receipt.faces, "photos": receipt.photos}}


def audit(entries: Sequence[AuditEntry]) -> None:
    """The entries, newest first."""
    table = Table("When (UTC)", "Who", "What", "Details")
    for entry in entries:
        details = json.dumps(dict(entry.details), ensure_ascii=False, sort_keys=True)
        table.add_row(f"{entry.at:%Y-%m-%d %H:%M:%S}", Text(entry.actor), Text(entry.action), Text(details))
    out.print(table)


def audit_json(entry: AuditEntry) -> dict[str, Any]:
    return {"at": entry.at.isoformat(), "actor": entry.actor, "action": entry.action, "details": dict(entry.details)}


def findings(findings: Sequence[Finding]) -> None:
    """What was examined, and what to do about what is not well."""
    table = Table("", "Check", "What was found", "What to do", title=f"Facesearch {VERSION}", title_justify="left")
    for finding in findings:
        mark = Text("✓", style="green") if finding.well else Text("✗", style="red")
        table.add_row(mark, finding.check, Text(finding.detail), Text(finding.fix))
    out.print(table)


def rebuilt(rebuilt: Mapping[str, Rebuilt]) -> None:
    """Which collections took over, and whose photos were of no use for them."""
    if not rebuilt:
        out.print("Nobody is enrolled, so there is nothing to rebuild.")
    for workspace, each in rebuilt.items():
        out.print(Text(f"{workspace}: {each.collection} has taken over, with {_count(each.faces, 'face', 'faces')}."))
        for photo in each.lost:
            out.print(Text(f"No face came from {photo}. Remove that photo, or enrol the person anew.", style="yellow"))


def _count(n: int, one: str, many: str) -> str:
    return f"{n} {one if n == 1 else many}"
