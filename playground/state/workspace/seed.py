"""The workspace one starts with: three people, an app, a few channels.

Ids are fixed, so that an app that keeps its state finds the same people after a restart.
"""

from dataclasses import replace

from playground.state.rules import Manifest, Options
from playground.state.workspace.values import Message, Organisation, Team, User
from playground.state.workspace.workspace import SLACKBOT, Installation, Workspace

TEAM = Team("T0PLAYGRND", "Playground", "playground")
OTHER_TEAM = Team("T0PLAYGRN2", "Next Door", "next-door")
ORGANISATION = Organisation("E0PLAYORG1", "Playground Group")
ELSEWHERE = Team("T0ELSEWHR1", "Elsewhere", "elsewhere", Organisation("E0ELSEWHR1", "Elsewhere Holdings"))
ANNEX = Team("T0ANNEX001", "Annex", "annex", ORGANISATION)
ADMIN, SECOND, THIRD = "U0ROBINVAL", "U0SASHAQUI", "U0JULESARB"
BOT_USER, BOT_ID, APP_ID = "U0APPUSER1", "B0APPBOT01", "A0PLAYAPP1"
GUEST, OUTSIDER, COLLEAGUE = "U0NIKAHOLM", "U0WIMOSTER", "U0IDABERGE"
GENERAL, PHOTOS, TEAMROOM, RANDOM = "C0GENERAL1", "C0PHOTOS01", "C0TEAMROOM", "C0RANDOM01"
SHARED = "C0PARTNERS"


def workspaces(manifest: Manifest, options: Options) -> tuple[Workspace, ...]:
    """One workspace, or two whose people have the same names, each with ids of its own."""
    first = new_workspace(manifest, options.bot_token)
    if options.org_wide:
        _join_organisation(first)
    if options.strangers:
        _let_strangers_in(first)
    _let_members_in(first, options.members)
    return (first, new_workspace(manifest, "", OTHER_TEAM, mark="2")) if options.two_workspaces else (first,)


def new_workspace(manifest: Manifest, bot_token: str, team: Team = TEAM, *, mark: str = "") -> Workspace:
    """A workspace with the app in every channel but #random, installed where it has a token.

    `mark` takes the place of the last character of every id.
    """

    def here(identifier: str) -> str:
        return identifier[:-1] + mark if mark else identifier

    handle = "".join(character for character in manifest.bot_name.lower() if character.isalnum() or character in "-_.")
    installation = Installation(APP_ID, here(BOT_ID), here(BOT_USER), bot_token, manifest)
    people = (
        User(here(ADMIN), "robin", "Robin Vale", "Robin", "9f5bb4", title="Keeps the lights on", is_admin=True),
        User(here(SECOND), "sasha", "Sasha Quill", "Sasha", "2f8f7f", title="Writes it down"),
        User(here(THIRD), "jules", "Jules Arbor", "Jules", "c1632d", title="Grows things"),
        User(here(BOT_USER), handle or "app", manifest.bot_name, manifest.bot_name, "3c5fcf", is_bot=True),
    )
    workspace = Workspace(team, installation, people)
    bot = here(BOT_USER)
    everyone = [user.id for user in people if not user.is_bot]
    workspace.add_conversation("channel", "general", [*everyone, bot], id_=here(GENERAL), topic="Everyone, everything")
    workspace.add_conversation("channel", "photos", [*everyone, bot], id_=here(PHOTOS), topic="Post photos here")
    workspace.add_conversation(
        "group", "back-office", [here(ADMIN), here(SECOND), bot], id_=here(TEAMROOM), topic="A private channel"
    )
    workspace.add_conversation("channel", "random", everyone, id_=here(RANDOM), topic="Whatever comes to mind")
    for member, direct in zip(everyone, ("D0ROBINAPP", "D0SASHAAPP", "D0JULESAPP"), strict=True):
        workspace.add_conversation("im", "", [member, bot], id_=here(direct))
    greeting = f"Try `/invite @{manifest.bot_name}` to bring the app into this channel."
    workspace.put(Message(here(RANDOM), workspace.clock.next_ts(), SLACKBOT, greeting))
    return workspace


def _let_members_in(workspace: Workspace, number: int) -> None:
    """More members, in #general."""
    for n in range(1, number + 1):
        member = User(f"U0MEMBER{n:03}", f"member{n}", f"Member Number {n}", f"Member {n}", "6b7a8f")
        workspace.users[member.id] = member
        workspace.join(workspace.conversations[GENERAL], member.id)


def _let_strangers_in(workspace: Workspace) -> None:
    """A guest of one channel, and an admin of another company with a channel that both companies are in."""
    guest = User(GUEST, "nika", "Nika Holm", "Nika", "8a6d3b", restricted=True, ultra_restricted=True)
    outsider = User(OUTSIDER, "wim", "Wim Oster", "Wim", "4a4a8f", is_admin=True, team=ELSEWHERE)
    workspace.users |= {guest.id: guest, outsider.id: outsider}
    workspace.join(workspace.conversations[PHOTOS], guest.id)
    workspace.add_conversation("im", "", [guest.id, workspace.bot.id], id_="D0NIKAAPP1")
    topic = "With people of another company"
    members = [ADMIN, SECOND, outsider.id]
    shared = workspace.add_conversation("channel", "partners", members, id_=SHARED, topic=topic)
    workspace.conversations[SHARED] = replace(shared, shared_with=(ELSEWHERE,))


def _join_organisation(workspace: Workspace) -> None:
    """The organisation has installed the app, and one of another workspace of its is in #photos."""
    workspace.team = replace(workspace.team, organisation=ORGANISATION)
    workspace.installation = replace(workspace.installation, org_wide=True)
    colleague = User(COLLEAGUE, "ida", "Ida Berge", "Ida", "6b8f2f", team=ANNEX)
    workspace.users[colleague.id] = colleague
    photos = workspace.join(workspace.conversations[PHOTOS], colleague.id)
    workspace.conversations[PHOTOS] = replace(photos, shared_with=(ANNEX,))
