"""The workspace one starts with: three people, an app, a few channels.

Ids are fixed, so that an app that keeps its state finds the same people after a restart.
"""

from playground.manifest import Manifest
from playground.options import Options
from playground.values import Message, Team, User
from playground.workspace import SLACKBOT, Installation, Workspace

TEAM = Team("T0PLAYGRND", "Playground", "playground")
ADMIN, SECOND, THIRD = "U0ROBINVAL", "U0SASHAQUI", "U0JULESARB"
BOT_USER, BOT_ID, APP_ID = "U0APPUSER1", "B0APPBOT01", "A0PLAYAPP1"
GENERAL, PHOTOS, TEAMROOM, RANDOM = "C0GENERAL1", "C0PHOTOS01", "C0TEAMROOM", "C0RANDOM01"


def new_workspace(manifest: Manifest, options: Options) -> Workspace:
    """A workspace with the app installed. The app is in every channel but #random."""
    handle = "".join(character for character in manifest.bot_name.lower() if character.isalnum() or character in "-_.")
    installation = Installation(APP_ID, BOT_ID, BOT_USER, options.bot_token, manifest)
    people = (
        User(ADMIN, "robin", "Robin Vale", "Robin", "9f5bb4", title="Keeps the lights on", is_admin=True),
        User(SECOND, "sasha", "Sasha Quill", "Sasha", "2f8f7f", title="Writes it down"),
        User(THIRD, "jules", "Jules Arbor", "Jules", "c1632d", title="Grows things"),
        User(BOT_USER, handle or "app", manifest.bot_name, manifest.bot_name, "3c5fcf", is_bot=True),
    )
    workspace = Workspace(TEAM, installation, people)
    everyone = [user.id for user in people if not user.is_bot]
    workspace.add_conversation("channel", "general", [*everyone, BOT_USER], id_=GENERAL, topic="Everyone, everything")
    workspace.add_conversation("channel", "photos", [*everyone, BOT_USER], id_=PHOTOS, topic="Post photos here")
    workspace.add_conversation(
        "group", "back-office", [ADMIN, SECOND, BOT_USER], id_=TEAMROOM, topic="A private channel"
    )
    workspace.add_conversation("channel", "random", everyone, id_=RANDOM, topic="The app is not in this channel")
    for member, direct in zip(everyone, ("D0ROBINAPP", "D0SASHAAPP", "D0JULESAPP"), strict=True):
        workspace.add_conversation("im", "", [member, BOT_USER], id_=direct)
    greeting = f"Try `/invite <@{BOT_USER}>` to bring the app into this channel."
    workspace.put(Message(RANDOM, workspace.clock.next_ts(), SLACKBOT, greeting))
    return workspace
