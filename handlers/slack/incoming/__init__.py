"""What comes from Slack: payloads read with care, messages and what became of them, files and their bytes."""

from handlers.slack.incoming import downloads
from handlers.slack.incoming.arrivals import Posted, Removed
from handlers.slack.incoming.files import Kind, SlackFile
from handlers.slack.incoming.own_events import OwnEvents
from handlers.slack.incoming.reading import number_in, object_in, objects_in, shape_of, text_in

__all__ = [
    "Kind",
    "OwnEvents",
    "Posted",
    "Removed",
    "SlackFile",
    "downloads",
    "number_in",
    "object_in",
    "objects_in",
    "shape_of",
    "text_in",
]
