"""Every sentence that people read in Slack, by where it is said: a translation is another module like this one.

A text names its places in braces: `texts.X.format(name=…)` makes a string of it, `handlers.views.rich.fill` a line in
which a name is only ever a name. What is to be typed stands between backticks. Texts that count are `Counted`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """A text that is another one when there is one of the things it counts, which it names `{n}`."""

    one: str
    many: str

    def of(self, n: int) -> str:
        """The text for `n` things, with `{n}` and all other places still to be filled."""
        return self.one if n == 1 else self.many


# Who is in it?

RECOGNISED = Counted("{recognised} of {n} face recognised", "{recognised} of {n} faces recognised")
UNKNOWN_FACE = "{number} · unknown"
RECOGNISED_FACE = "{number} · {candidate}"
RECOGNISED_FACE_OR = "{number} · {candidate}; or {name} — {similarity}"
CANDIDATE = "{name} — {similarity}, {likelihood}"
COMPARED_HOW = "Threshold {threshold} % · compared with {mode}"
BY_USERS = "user vectors"
BY_FACES = "single faces"
OF_PHOTO = "{title}: {sentence}"
NO_FACE = "I see no face in this photo. A face needs some 20 pixels, and to be turned towards the camera."

# Who may do what

ONLY_MANAGERS = "Only whoever added “{name}” or an admin can do that. `/facesearch admins` lists the admins."
ONLY_MANAGERS_OR_THEMSELVES = (
    "Only they themselves, whoever added “{name}”, or an admin can do that. `/facesearch admins` lists the admins."
)
ADMIN_ALREADY = "They are an admin already."
NOT_AN_ADMIN = "They were not made an admin here. Slack's own admins are admins always."
CHANNEL_EXCLUDED = "An admin has excluded this channel: `/facesearch include` takes it in again."
ONLY_ADMINS_MAKE_ADMINS = "Only an admin can make somebody an admin. `/facesearch admins` lists them."
ONLY_ADMINS_UNMAKE_ADMINS = "Only an admin can take that from somebody. `/facesearch admins` lists them."
ONLY_ADMINS_EXCLUDE = "Only an admin can exclude or include a channel. `/facesearch admins` lists them."
ONLY_ADMINS_SET_FOR_ALL = "Only an admin can set this for the whole workspace. `/facesearch admins` lists them."
