"""Names: who a face in an answer is, what comes of saying so, and whose a typed name is."""

from slack_bolt import App

from handlers.desk import Desk
from handlers.names import named, namesakes, naming


def register(app: App, desk: Desk) -> None:
    """The jobs, the form about faces, and the answers to whose name it is."""
    named.register(desk)
    naming.register(app, desk)
    namesakes.register(app, desk)


__all__ = ["namesakes", "register"]
