"""What is kept of people beside their records: where their faces are, when they were seen, and what was handed out."""

from services.records.people.exports import Exports
from services.records.people.generations import Generations, workspaces_with_people
from services.records.people.merges import Merges
from services.records.people.sightings import Seen, Sightings
from services.records.people.threads import Threads
from services.records.people.thumbnails import Thumbnails

__all__ = [
    "Exports",
    "Generations",
    "Merges",
    "Seen",
    "Sightings",
    "Threads",
    "Thumbnails",
    "workspaces_with_people",
]
