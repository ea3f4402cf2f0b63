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

    def say(self, n: int, **others: object) -> str:
        """The text for `n` things, with what goes into its other places by name."""
        return self.of(n).format(n=f"{n:,}", **others)


# Who is in it?

RECOGNISED = Counted("{recognised} of {n} face recognised", "{recognised} of {n} faces recognised")
UNKNOWN_FACE = "{number} · unknown"
ALSO_FACE = "{number} · also {name}? — {similarity}"
CROWDED_FACE = "{number} · a small child, or a face too like those of many others: I cannot tell them apart"
POOR_FACE = "{number} · too blurred, dark or small, or turned too far away, to tell"
UNKNOWN_FACES = "unknown: {numbers}"
CROWDED_FACES = "small children, or faces too like those of many others, which I cannot tell apart: {numbers}"
POOR_FACES = "too blurred, dark or small, or turned too far away, to tell: {numbers}"
FROM_TO = "{first}–{last}"
RECOGNISED_FACE = "{number} · {candidate}"
RECOGNISED_FACE_OR = "{number} · {candidate}; or {name} — {similarity}"
CANDIDATE = "{name} — {similarity}, {likelihood}"
COMPARED_HOW = "Threshold {threshold} % · compared with {mode}"
HOW_AND_STRANGERS = "{how} · {strangers}"
STRANGERS_BRIEFLY = "of strangers alike, {often} would get a name"
ONE_IN = "about 1 in {n}"
FEWER_THAN_ONE_IN = "fewer than 1 in {n}"
MOST_OF_THEM = "most"
BY_USERS = "user vectors"
BY_FACES = "single faces"
OF_PHOTO = "{title}: {sentence}"
NO_FACE = (
    "I see no face in this photo. In one of its size a face needs some {least} pixels across, and to be turned towards"
    " the camera."
)

# Who is in many photos?

PEOPLE_IN_PHOTOS = Counted("{n} person recognised in {photos}", "{n} people recognised in {photos}")
IN_PHOTOS = "{name}: {numbers}"
MORE_IN_PHOTOS = Counted("and {n} more person", "and {n} more people")
UNKNOWN_IN_PHOTOS = Counted("a face that I do not know: {numbers}", "{n} faces that I do not know: {numbers}")
UNCLEAR_IN_PHOTOS = Counted(
    "a face that I cannot tell from others: {numbers}", "{n} faces that I cannot tell from others: {numbers}"
)
NO_FACE_IN_PHOTOS = Counted("no face: {numbers}", "no face: {numbers}")
PROBLEM_OF_PHOTO = "{number}: {sentence}"
SHEET_ALT = "A sheet of {photos}. {people}"
PHOTO_NUMBER = "Photo {number}"
DIGEST_OF = "Photos of {day}: who is in them is in this thread."
DIGEST = "Photos of {day}: {photos}. Who is in them is in this thread."
DIGEST_NOT_BEGUN = "The thread of this day is not there yet."
SHOW_EACH_PHOTO = "Show each photo"

# Who may do what

ONLY_MANAGERS = "Only whoever added “{name}” or an admin can do that. `/facesearch admins` lists the admins."
ONLY_MANAGERS_OR_THEMSELVES = (
    "Only they themselves, whoever added “{name}”, or an admin can do that. `/facesearch admins` lists the admins."
)
ADMIN_ALREADY = "They are an admin already."
NOT_AN_ADMIN = "They were not made an admin here. Slack's own admins are admins always."
CHANNEL_EXCLUDED = "An admin has excluded this channel, and an admin can take it in again: `/facesearch include`."
ONLY_ADMINS_MAKE_ADMINS = "Only an admin can make somebody an admin. `/facesearch admins` lists them."
ONLY_ADMINS_UNMAKE_ADMINS = "Only an admin can take that from somebody. `/facesearch admins` lists them."
ONLY_ADMINS_EXCLUDE = "Only an admin can exclude or include a channel. `/facesearch admins` lists them."
ONLY_ADMINS_NAME_CHANNELS = "Only an admin can name another channel there. `/facesearch admins` lists them."
ONLY_ADMINS_LET_GUESTS = "Only an admin can say what guests may do. `/facesearch admins` lists them."
ONLY_ADMINS_SHARE = "Only an admin can have me answer in a shared channel. `/facesearch admins` lists them."
ONLY_ADMINS_SET_FOR_ALL = "Only an admin can set this for the whole workspace. `/facesearch admins` lists them."

# Guests, and people of other organisations

GUESTS_ONLY_POST = (
    "As a guest of this workspace you can post photos, and read what I answer. `/facesearch forget me` erases what I"
    " hold of you, `/facesearch export me` sends it to you. An admin can let guests do more: `/facesearch guests on`."
)
NOT_DONE = "Not done"
NOT_FOR_OUTSIDERS = "You are of another organisation than I am, so I can do nothing for you."
NOT_IN_SHARED_CHANNEL = (
    "People of another organisation read this channel, and my answers name people, so I answer nothing here. An admin"
    " can have me answer all the same: `/facesearch shared on`."
)
PHOTO_OF_OUTSIDER = (
    "Somebody of another organisation posted this photo. What they post I search only where an admin has said so."
)
SILENT_IN_SHARED_CHANNEL = (
    "People of another organisation read {channel}, and my answers name people, so I answer no photo there. What I have"
    " answered there before, they can read now. An admin can have me answer: `/facesearch shared on` in the channel."
)
SILENT_SAYS_LITTLE = "I answer nothing in a channel that several organisations share."
GUESTS_UNKNOWN = "It is either `/facesearch guests on` or `/facesearch guests off`."
SHARED_UNKNOWN = "It is either `/facesearch shared on` or `/facesearch shared off`."
NOT_SHARED = "Nobody of another organisation reads {channel}, so I answer there as everywhere."
GUESTS_MAY_USE = "Guests may do what members may: enrol people, see everybody, and correct whom they added."
GUESTS_MAY_POST = "Guests may post photos and read what I answer, and nothing else."
SHARED_IS_ON = (
    "I answer in {channel}, though people of another organisation read it. They see the names and faces of whom I"
    " recognise, and what they post is searched too. They can do nothing else."
)
SHARED_IS_OFF = "I answer nothing in {channel} while people of another organisation read it."
NO_OUTSIDER_ENROLLED = (
    "They are of another organisation, where I cannot ask them. Enrol them by name, as somebody outside this Slack: you"
    " then state that they agreed in writing."
)
NO_OUTSIDER_ADMIN = "Only a member of this workspace can be an admin: no guest, and nobody of another organisation."
HOME_OF_OUTSIDER = "I belong to another organisation than you do, and answer only its people."

# Invited into a channel

INVITED_TO_ANSWER = "I am in {channel} now: in the thread of every photo I say who is in it, of those whom I know."
INVITED_TO_DIGEST = (
    "I am in {channel} now: in one thread a day I say who is in the photos of that day, of those whom I know."
)
INVITED_TO_BE_ASKED = "I am in {channel} now: mention me with a photo, or in its thread, and I say who is in it."
INVITED_TO_LEARN = (
    "`enroll alice` as the text of a message with photos of her teaches me a face, and `/facesearch forget me` erases"
    " your own."
)
INVITED_TO_BE_QUIET = "`/facesearch include`, by an admin, has me answer there."
KEEP_ME_QUIET = (
    "To keep me quiet there: with `/facesearch auto off` I answer only when asked, and with `/facesearch exclude`, by"
    " an admin, nothing at all."
)
KEEP_ME_AWAY = "To keep me quiet there altogether: `/facesearch exclude`, by an admin."

# Saying when

DAY = "{at.day} {at:%B %Y}"
MOMENT = "{at.day} {at:%B, %H:%M} UTC"

# Activity

ALL_ACTIVITY = "What was done here"
THEIR_ACTIVITY = "What you did, and what concerns you"
NO_ACTIVITY = "{whose}: nothing yet."
NEWEST_ACTIVITY = "{whose}, the newest first"
ENTRY = "{what} · {when}"
THE_COMMAND_LINE = "The command line"
THE_RETENTION = "The end of the time that people are kept"
SLACK_ITSELF = "Slack"
PART_OF_ME = "The {part}"
SOMEBODY_ERASED = "somebody who is erased"
DID_ENROLL = "{who} enrolled {whom}"
DID_ASK = "{who} asked {member} whether they may be enrolled"
DID_ACCEPT = "{who} agreed to be enrolled"
DID_INVITE = "{who} invited members to be known"
DID_DECLINE = "{who} did not agree to be enrolled"
DID_OBJECT = "{who} does not want to be recognised"
DID_FORGET = "{who} erased somebody"
DID_IDENTIFY = "{who} had a photo searched: {found}"
DID_REMOVE_ANSWER = "{who} removed an answer"
DID_COMPARE = "{who} had a photo compared with {mode}: {found}"
FOUND_AT = Counted(
    "{recognised} of {n} face recognised at {threshold} %", "{recognised} of {n} faces recognised at {threshold} %"
)
DID_EXPIRE = "{who} erased what waited for the answer of {member}"
DID_RENAME = "{who} renamed {whom}"
DID_MERGE = "{who} merged somebody into {whom}"
DID_REMOVE = "{who} removed a photo of {whom}"
DID_UNLEARN = "{who} took back a photo of {whom}"
DID_UNDO = "{who} took a change back"
DID_EXPORT = "{who} exported what is held about {whom}"
DID_EXPORT_ONESELF = "{who} exported what is held about themselves"
DID_WARN = "{who} warned that {whom} will be erased"
DID_SET_THRESHOLD = "{who} set the threshold of the workspace to {value}"
DID_SET_THRESHOLD_OF_CHANNEL = "{who} set the threshold of {channel} to {value}"
DID_SET_MODE = "{who} set the mode of the workspace to {value}"
DID_SET_MODE_OF_CHANNEL = "{who} set the mode of {channel} to {value}"
DID_TURN_AUTO = "{who} set `auto` of the workspace to {value}"
DID_TURN_AUTO_OF_CHANNEL = "{who} set `auto` in {channel} to {value}"
DID_ADD_ADMIN = "{who} made {member} an admin"
DID_REMOVE_ADMIN = "{who} took the rights of an admin from {member}"
DID_EXCLUDE = "{who} excluded {channel}"
DID_INCLUDE = "{who} included {channel} again"
DID_LET_GUESTS = "{who} turned {value} that guests may do what members may"
DID_SHARE = "{who} turned answers {value} in {channel}, which other organisations read"
DID_SAY_SOMEBODY_ELSE = "{who} said that {whom} is somebody else than {member}"
DID_CLAIM = "{who} said that somebody of their name is them, and erased them"
DID_KEEP_ALBUM = "{who} agreed that it is kept which photos show {whom}"
DID_END_ALBUM = "{who} erased which photos show {whom}"
DID_SHARE_ALBUM = "{who} said who may ask for photos of {whom}"
DID_VIEW_ALBUM = "{who} asked for photos of {whom}"
DID_DOWNLOAD_ALBUM = "{who} downloaded photos of {whom}"
DID_LOOK_BACK = "{who} had me look back over channels"
DID_END_LOOK_BACK = "A look back that {who} asked for has ended"
DID_SOMETHING = "{who} did “{action}”"

# Admins and excluded channels

SLACKS_ADMINS = "Owners and admins of this Slack workspace manage everybody here."
OWN_ADMINS = "So do these, whom they have made admins:"
SAY_ADMINS = "Say it as in `/facesearch admins add @robin`, or `remove` in the place of `add`."
NO_SUCH_MEMBER = "Slack knows no such member. Choose them from Slack's list, so that the name lights up."
NO_BOT_READS = "A bot looks at no photos. Choose a member."
NO_BOTS = "A bot cannot be an admin. Choose a member."
LEFT_ALONE = "left alone"
CHANNEL_IS_EXCLUDED = "Photos in {channel} are {left_alone}: I neither answer nor enrol them."
CHANNEL_IS_INCLUDED = "Photos in {channel} are mine again."
IN_THIS_CHANNEL = "this channel"
NO_CHANNEL_CALLED = (
    "I am in no channel called #{name}. Choose it from Slack's list, so that the name lights up, or say it in the"
    " channel itself."
)
ONLY_A_CHANNEL = (
    "Only a channel can be named there, as in `/facesearch {word} #random`; `/facesearch {word}` alone is about the"
    " channel in which you type it. Nothing was changed."
)

# Undo

UNDO = "Undo"
UNDONE_THRESHOLD = "Undone: this workspace has the threshold again that it had before."
UNDONE_THRESHOLD_OF_CHANNEL = "Undone: that channel has the threshold again that it had before."
UNDONE_MODE = "Undone: photos in this workspace are compared again as they were before."
UNDONE_MODE_OF_CHANNEL = "Undone: photos in that channel are compared again as they were before."
UNDONE_AUTO_DIGEST = "Undone: I answer the photos of a day in one thread in this workspace, as before."
UNDONE_AUTO_DIGEST_OF_CHANNEL = "Undone: I answer the photos of a day in one thread in that channel, as before."
UNDONE_AUTO_ON = "Undone: I answer every photo in this workspace again."
UNDONE_AUTO_OFF = "Undone: I answer photos in this workspace only when I am asked, as before."
UNDONE_AUTO_ON_OF_CHANNEL = "Undone: I answer every photo in that channel again."
UNDONE_AUTO_OFF_OF_CHANNEL = "Undone: I answer photos in that channel only when I am asked, as before."
UNDONE_AUTO_AS_ELSEWHERE = "Undone: I answer photos in that channel again as everywhere in this workspace."
UNDONE_EXCLUDED = "Undone: I leave photos in that channel alone again."
UNDONE_INCLUDED = "Undone: I answer photos in that channel again, and enrol people from them."
UNDONE_GUESTS_ON = "Undone: guests may do what members may, as before."
UNDONE_GUESTS_OFF = "Undone: guests may only post photos and read what I answer, as before."
UNDONE_SHARED_ON = "Undone: I answer in that shared channel again."
UNDONE_SHARED_OFF = "Undone: I answer nothing in that shared channel, as before."
UNDONE_ADMIN = "Undone: {member} is no admin any more, unless Slack says so."
UNDONE_NO_ADMIN = "Undone: {member} is an admin again."
UNDONE_PERSON = "Undone: {name} had no other photo and is erased again."
UNDONE_RENAME = "Undone: they are called {name} again."
UNDONE_MERGE = "Undone: {name} and {other} are two people again."
UNDONE_REMOVE = Counted("Undone: one photo of {name} put back.", "Undone: {n} photos of {name} put back.")
UNDONE_ENROLL = Counted("Undone: one photo of {name} removed again.", "Undone: {n} photos of {name} removed again.")

# People, and changes to them

NAMED_SO_ALREADY = "“{name}” is the name already."
ONE_PERSON_ALREADY = "That is one person already: “{name}”."
TWO_MEMBERS = "“{name}” and “{other}” are two members of this Slack."
ONLY_THE_MEMBER_MERGES = (
    "“{name}” is a member of this Slack: only they themselves can say that “{other}” is them. Or forget “{other}” and"
    " enrol “{name}” with those photos: then I ask them."
)
TOO_MANY_PHOTOS_TOGETHER = "They have {photos} photos; one person can have {most}."
MERGED_OR_FORGOTTEN = "“{name}” is merged or forgotten already."
FORGOTTEN_MEANWHILE = "“{name}” was forgotten, or merged, while these photos were looked at. Nothing of them is kept."
FORGOTTEN_ALREADY = "“{name}” is forgotten already."
SOMEBODY_FORGOTTEN_ALREADY = "That person is forgotten already."
PHOTO_REMOVED_ALREADY = "That photo of “{name}” is removed already."
ONLY_PHOTO = "It is the only photo of “{name}”: `/facesearch forget {name}` erases them."
ONLY_PHOTO_OF_YOU = "It is the only photo by which I know you: `/facesearch forget me` erases all that I hold of you."
PHOTOS_GONE = "The photos of “{name}” are gone meanwhile."
NO_OTHER_PHOTOS = "All photos of “{name}” that are left are those of “{other}”. Add another of “{name}” first."
NO_PHOTO_OF = "I have no photo of “{name}”."
NAME_TAKEN_SINCE = "Someone else is called “{name}” now. Rename them first."
NAME_TAKEN = (
    "Someone called “{name}” is enrolled already. Choose another name; if they are one person, `/facesearch merge`"
    " makes them one."
)
SET_AGAIN_SINCE = "It was set again since, so there is nothing to undo here."
NOTHING_TO_UNDO = "There is nothing to undo. A change can be undone for ten minutes; what is erased, never."
TOO_LATE_TO_UNDO = "It is too late to undo this: it was undone already, or is more than ten minutes old."
ERASED_LAST = (
    "What you did last was to erase somebody, and what is erased is erased. A change that you made before can still be"
    " undone for ten minutes, by the Undo below it."
)
ONLY_CHANGERS_UNDO = "Only whoever made this change, or an admin, can undo it."
NOT_TOGETHER = "Rekognition does not take these faces together. Nothing is lost; try again in a minute."
KNOWS_NOBODY_BUT = "I know nobody called “{name}”. Did you mean {near}?"
KNOWS_NOBODY_CALLED = "I know nobody called “{name}”. `/facesearch people` lists everyone I know."
NAME_MISSING = "A name is missing. Say who it is, as in `/enroll Alice`."
NAME_ME = "“Me” is always whoever says it. Give the person's name."
NAME_IS_MENTION = "A mention is no name. Type the name itself, as in `/facesearch rename alice → Alicia`."
NAME_OF_NOBODY = "“{name}” is no one person's name. Say who it is, as in `/enroll Alice`."
NAME_OF_PUNCTUATION = "“{name}” has no letter in it. Say who it is, as in `/enroll Alice`."
NAME_TOO_LONG = "That name has {length} characters; at most {most} fit. Use a shorter one."

# What became of a photo to enrol somebody with, and whether they agree

ADDED = "Added to {name}."
WAITING = "Kept until {name} has agreed."
CUT_SHORT = "{sentence} The file is cut short, so I have seen only a part of the photo."
UNLIKE_THE_OTHERS = (
    "This does not look like the other photos of {name}. If it is {name}, try a photo from the front, in better light."
)
ENROLLED_ALREADY = "This photo of {name} is enrolled already."
ENROLLED_AS_ANOTHER = (
    "This face is enrolled as {name} already. If that is the wrong name, `/facesearch rename` gives them the right one;"
    " if one person has two names, `/facesearch merge` makes them one."
)
TOO_MANY_PHOTOS = "{name} has {most} photos, and more there cannot be. Remove one first: `/facesearch show {name}`."
NO_CLEAR_FACE = "I see no clear face in it. Use a photo that shows the whole face."
FACE_TOO_SMALL = "The face is too small. Use a photo taken from closer by."
FACE_OF_TOO_FEW_PIXELS = (
    "The face is too small: {width} × {height} px, and {least} px is the least. Use a photo taken from closer by."
)
FACE_TOO_DARK = "The face is too dark. Use a photo in better light."
FACE_TURNED_AWAY = "The face is turned too far away. Use a photo that shows both eyes."
FACE_BLURRED = "The face is too blurred. Use a sharper photo."
FACE_LIKE_OTHERS = (
    "A small child, or a face too like those of many others: I cannot tell them apart, so I do not learn it."
)
NO_FACE_TO_ENROLL = "I see no face in it. Use a photo that shows the face, from not too far away."
NO_SUCH_FACE = "There is no face {number} in it."
SEVERAL_FACES = "There are {n} faces in it. Choose one, or crop the photo."
NAME_OF_ANOTHER = "Someone else is enrolled as “{name}”. Enrol this member by another name."
ASKED_ALREADY = "They were asked on {date} and have not answered yet. Add photos once they have."
ASKED_NO_MORE = "They were erased while these photos were looked at. Nothing of them is kept."
QUESTION_SETTLED = "This question is settled already."
OBJECTS = "They do not want to be recognised. Only they can change that, by enrolling themselves."
PHOTO_NOT_KEPT = "That enrolment photo is no longer kept."

# A zip of many people

NO_ZIP = "This is no zip that I can read. Make it anew, with a folder a person, and post it again."
ZIP_DAMAGED = "{file} is damaged in the zip."
ZIP_ENCRYPTED = "The zip has a password. Make it anew without one."
ZIP_TOO_LARGE = "The zip unpacks to more than I take. Photos as a phone takes them are enough, some five a person."
ZIP_OF_TOO_MANY = "The zip has {n} files. I take {most} at most."
LIST_IN_ZIP_TOO_LONG = "The list in the zip has more than {rows} rows, or {photos} photos, which is more than I take."
TOO_MANY_IN_ZIP = "The zip has {n} people. I take {most} at most."
NOBODY_IN_ZIP = "There is nobody in the zip: it needs a folder a person, named as they are, with their photos in it."
ONLY_ADMINS_ENROL_TEAMS = "Only an admin can enrol many people at once. `/facesearch admins` lists them."
IN_ZIP = Counted("{n} person in the zip, with {photos}", "{n} people in the zip, with {photos}")
ZIP_MEMBERS = Counted(
    "{n} member of this Slack, who is asked: {members}", "{n} members of this Slack, who are asked: {members}"
)
ZIP_MEMBERS_ATTESTED = Counted(
    "{n} member of this Slack, on your word: {members}", "{n} members of this Slack, on your word: {members}"
)
ZIP_OUTSIDE = Counted("{n} outside this Slack, on your word: {names}", "{n} outside this Slack, on your word: {names}")
ENROL_THEM = "Enrol them"
ENROL_A_TEAM = "Enrol a team"
ZIP_MEMBERS_ARE_ASKED = (
    "Each member gets a direct message with their photos, and nobody can find them before they say yes. Whoever is not"
    " in this Slack is enrolled only if you hold their release:"
)
ZIP_MEMBERS_ARE_TOLD = (
    "Nobody is enrolled of whom you do not state that they agreed. Each member gets a direct message that they were"
    " enrolled, and can take it back with one click."
)
UNSTATED = "Nobody has stated that they agreed, so no photo of them is kept. Enrol them once more, and state it."
FIRST_NAME_OF_A_MEMBER = (
    "a member has this first name: name the folder by their full name, or by the last name too if it is somebody else"
)
SEVERAL_MEMBERS_CALLED = "Several members are called so: name the folder by their e-mail, or use `/enroll`."
NO_MEMBER_CALLED = "No member is called so."
NO_MEMBER_OF_ADDRESS = "No member has this address."
ADDRESSES_NOT_GRANTED = (
    "Slack does not tell me addresses: it takes the scope `users:read.email`. Name them as they are called here."
)
TEAM_UNDERWAY = "{done} of {n} people done"
TEAM_DONE = "{asked} of {n} people asked, {known} known now"
TEAM_ROW = "{name}: {sentence}"
TEAM_ASKED = "asked in a direct message."
TEAM_ADDED = Counted("{added} of {n} photo added.", "{added} of {n} photos added.")
WHICH_FACES = Counted("Which face? ({n} photo)", "Which face? ({n} photos)")
WHICH_FACES_TITLE = "Which face?"
WHICH_IS = "Which one is {name}?"
NONE_OF_THEM = "None of them"
NOT_IN_ZIP = "{file} is in the list, but not in the zip, or there twice."

# Members are invited

ONLY_ADMINS_INVITE = "Only an admin can invite members to be known. `/facesearch admins` lists them."
SAY_INVITE = "Say whom: `/facesearch invite #team`, `invite @robin @sasha` or `invite everyone`."
NOBODY_TO_INVITE = "There is nobody to ask: all of them are known, have said no, or were asked before."
INVITE_EVERYONE = Counted(
    "{n} member is not known, has not said no and was never asked. Shall I ask them in a direct message?",
    "{n} members are not known, have not said no and were never asked. Shall I ask each in a direct message?",
)
INVITE_THEM = Counted("Ask {n} member", "Ask {n} members")
INVITING = Counted(
    "I ask {n} member in a direct message. How it goes is in yours.",
    "I ask {n} members in direct messages, some forty a minute. How it goes is in yours.",
)
INVITED = Counted("You invited {n} member to be known", "You invited {n} members to be known")
INVITED_YES = "yes: {n}"
INVITED_NO = "no: {n}"
INVITED_WAITING = "no answer yet: {n}"
INVITED_NOT_ASKED = "not asked yet: {n}"
INVITED_UNREACHABLE = "cannot be reached: {members}"
INVITED_REMINDED = "Who has not answered is reminded once, after a week."
MAY_I_KNOW_YOU_TOO = "{who} would like me to know you, so that I recognise you in photos posted here."
MAY_I_STILL = "A week ago I asked you this; I shall not ask again."
USE_PROFILE = "Use my profile photo"
GIVE_PHOTOS = "Give photos"
NO_THANKS = "No"
BY_CLICKING_YOU_AGREE = "With your profile photo, or photos that you give, you agree to this:"
ASKED_BELOW = "I have asked you again below."
PROFILE_WILL_NOT_DO = "Your profile photo will not do. {sentence} Give other photos, or change it and try again."
INVITED_KNOWN = "I know you now. `/facesearch forget me` erases it."

# What is agreed to: another text needs another version in `services.people.grounds.consent`

RELEASE = "They agreed in writing to be recognised in photos posted here."
NOTICE_WHAT = (
    "What is stored: your name and Slack id, photos of your face with everybody else's blanked out, and numbers"
    " computed from your face by which I know it again."
)
NOTICE_WHY = (
    "Why: to answer photos that members post with who is in them. For nothing else; I guess no feelings, age or gender."
)
NOTICE_WHO_SEES_IT = (
    "Who sees it: members of this Slack workspace see your name in answers and in the list of people. The photos that"
    " you are enrolled with are seen by you, whoever added you, and admins. Guests see the answers where they are, or"
    " as much as members if an admin lets them. People of other organisations see the answers in a channel that they"
    " share, if an admin has turned that on."
)
NOTICE_HOW_LONG = (
    "How long: until you erase it, or {days} days after you were last recognised or enrolled."
    " `/facesearch forget me` erases all of it at once."
)

ALBUM_RELEASE = "They agreed in writing that it is kept which photos posted here show them."
ALBUM_WHAT = (
    "What is kept: of each photo that shows you the channel, the message and the file, by their ids, where in it your"
    " face is, when it was kept, and how sure I was. No picture, and no numbers computed from your face."
)
ALBUM_WHY = "Why: so that `/facesearch photos` finds all photos that you are in. For nothing else."
ALBUM_WHO_SEES_IT = (
    "Who sees it: you, and whom you share it with. Nobody is ever shown a photo from a channel that they are not in."
)
ALBUM_HOW_LONG = (
    "How long: until you turn it off, which erases all of it at once; of each photo until it is deleted, and {days}"
    " days at most."
)

# All that is held about somebody

NOTHING_HELD = "I hold nothing about you."
ONLY_THEY_EXPORT = "That is theirs alone to ask for: they get it by `/facesearch export me`."
EXPORT_README = """\
This is all that Facesearch holds about you or the person whom you asked for.

person.json    name, Slack id, who enrolled them and when, when they were last recognised
album.json     if an album is kept: which photos show them, by ids; who else may ask for them
not_them.json  faces of photos, by ids, of which somebody said that they are not theirs
faces.json     each enrolled face: its photo, where it looks, who added it and when
consent.json   what was agreed to, by whom and when; a question that waits for an answer; a no
audit.json     what they did, and who did what about them; others to whom it was done are left out
photos/        the enrolment photos; other people's faces in them are blanked out

Of each face and of the person Rekognition keeps numbers by which it knows them again. It hands them out to nobody,
and they are erased with the rest by "/facesearch forget".
"""

# Tuning

MODE_UNKNOWN = "There are two modes: `/facesearch mode users` and `/facesearch mode faces`."
SET_IN_THE_CHANNEL = (
    "What holds in one channel is set in that channel: type it there, without its name. With `workspace` at the end it"
    " holds for all channels that set nothing else."
)
AUTO_UNKNOWN = "It is `/facesearch auto on`, `/facesearch auto digest` or `/facesearch auto off`."
THRESHOLD_NO_NUMBER = "A threshold is a number, as in `/facesearch threshold 90`, or `auto`."
THRESHOLD_OUT_OF_RANGE = "A threshold lies between {least} and {most} percent."

# How sure

ALMOST_CERTAINLY = "almost certainly"
VERY_LIKELY = "very likely"
PROBABLY = "probably"
PERHAPS = "perhaps"

# A picture in words

PHOTO_OF_NOBODY = "Photo with no faces."
PHOTO_OF_FACES = Counted("Photo with {n} face. {faces}.", "Photo with {n} faces. {faces}.")
PHOTO_OF_FACES_AND_MORE = "Photo with {n} faces. {faces}; and {more} more."
PHOTO_OF_A_CROWD = Counted("Photo with {n} face.", "Photo with {n} faces.")
IN_PHOTO = "{number} {name}"
IN_PHOTO_UNKNOWN = "{number} unknown"
IN_PHOTO_AT = "{who}, {place}"
PLACES = (
    ("top left", "top centre", "top right"),
    ("left", "centre", "right"),
    ("bottom left", "bottom centre", "bottom right"),
)

# When Rekognition does not do it

DATABASE_UNREACHABLE = "My database does not answer now. Try again in a minute; if it stays so, tell whoever runs me."
REKOGNITION_BUSY = "Rekognition is busy. Try again in a minute."
REKOGNITION_FAILED = "Rekognition failed. Try again in a minute; if it stays so, tell whoever runs me."
BUCKET_BUSY = "S3 is busy. Try again in a minute."
UNREACHABLE = "I cannot reach {service} now. Try again in a minute."
BEING_REBUILT = (
    "My faces are being rebuilt from the enrolment photos, so I would not know people whom I know. Ask again in some"
    " minutes."
)
TOO_MANY_LOST = (
    "{lost} of {faces} faces would be lost, as their photos are not there or no face is found in them. {collection}"
    " stays as it is. Is this the right PHOTOS_BUCKET, or DATA_DIR? If so, `--accept-loss {lost}` goes on without them."
)
AWS_CREDENTIALS_REFUSED = "AWS does not take my credentials. `./facesearch doctor` says why."
NO_BUCKET = "There is no bucket of the name in PHOTOS_BUCKET. Create it, or mend PHOTOS_BUCKET."
BUCKET_ELSEWHERE = "The bucket PHOTOS_BUCKET is in another region. Mend AWS_REGION."
BUCKET_FORBIDDEN = "I am not allowed to use the bucket PHOTOS_BUCKET. `./facesearch iam-policy` prints what I need."
REKOGNITION_FORBIDDEN = "I am not allowed to use Rekognition. `./facesearch iam-policy` prints what I need."
REKOGNITION_LIMIT = "A limit of the Rekognition account is reached. An administrator can have it raised."
COLLECTION_FULL = "The collection is full. An administrator can have its limit raised."

# Where things are kept

IN_A_FOLDER = "a folder"
IN_A_BUCKET = "an S3 bucket"
ENCRYPTED = "{where}, encrypted"
NO_ENCRYPTION_KEY = "ENCRYPTION_KEY is not a key, or not several with commas between them."
PHOTO_DAMAGED = "The kept photo {key} is damaged: restore it from a backup, or enrol its person again."
ENCRYPTION_KEY_UNKNOWN = "What is kept is encrypted with a key that ENCRYPTION_KEY does not hold."
OF_ANOTHER_BOT = (
    "{collection}, or the photos, have {n} people whom the records do not know, so nothing was tidied. Are DATA_DIR,"
    " COLLECTION and PHOTOS_BUCKET this bot’s own?"
)
OF_A_LATER_RELEASE = "The database is of a later release than this one. Start that release, or restore a backup."
NOT_MIGRATED = "The database does not have this release's tables. Run `./facesearch migrate`."

# Folders of photos to import

NO_FOLDER = "There is no folder {path}."
NO_FILE = "There is no file {path}."
FILE_NOT_READ = "The file cannot be read: {reason}."
BUCKET_NOT_READ = (
    "s3://{bucket}/{prefix} cannot be read: {reason}. Mend the address, AWS_REGION, or the credentials that boto3 uses."
)
NO_FOLDERS_WITH_PHOTOS = "{where} has no folders with photos in them. Make one folder a person, named like the person."
FOLDER_OF_NOBODY = "The folder {folder} has no name of a person: {reason}"
FILE_TO_IMPORT_TOO_LARGE = "The file has {megabytes} MB; at most {most} MB are read."

# Files that cannot be read as pictures

NOT_A_PICTURE = "This is not a picture that I can read. Post a JPEG, PNG, HEIC or WebP."
KIND_NOT_READ = "This is {kind}, which I cannot read. Export it as JPEG, and post that."
KIND_RAW = "a raw photo of a camera, such as DNG or CR3"
KIND_JPEG_XL = "a JPEG XL picture"
KIND_HEIF = "a HEIF picture in a coding other than HEVC"
KIND_PHOTOSHOP = "a Photoshop file"
KIND_PDF = "a PDF"
KIND_ICON = "an icon"
KIND_SVG = "a drawing (SVG)"
KIND_VIDEO = "a video"
PICTURE_DAMAGED = "This picture is damaged or cut short. Upload it again, or export it as JPEG."
PICTURE_TOO_SMALL = "This picture is {width} × {height} px; a side needs at least {least} px. Post a larger one."
PICTURE_TOO_LARGE = "This picture has more than {millions} million pixels. Post a smaller copy."
PICTURE_TOO_DEMANDING = (
    "Reading this picture took more time or memory than a photo needs. Export it as JPEG and post that."
)
PICTURES_NOT_READ_NOW = "I cannot read pictures of this kind now. Post a JPEG, or try again later."
FILE_EMPTY = "This file is empty. Upload it again."
FILE_TOO_LARGE = "This file has {megabytes} MB; at most {most} MB are read."
FILE_IS_A_PAGE = "Slack gave me a web page instead of the file. An admin can check that I have the scope `files:read`."

# Asking who is in it

NO_PHOTO = "I see no photo in this message."
NOTHING_ASKED = "I see no photo here. Mention me with a photo or in its thread, and I say who is in it."
PHOTO_OF = "Photo {number} of {n}"
PHOTO_DELETED = "The photo is deleted, so I say nothing about it."
ANSWER_REMOVED = "This answer is removed."
FILE_ELSEWHERE = "This file is kept outside Slack, where I cannot read it. Post the photo itself."
NO_PHOTO_BUT_EXTERNAL = "{name} is kept outside Slack, where I cannot read it. Post the photo itself."
NO_PHOTO_BUT_DOCUMENT = "{name} is a document of Slack's own, in which I look for no photos. Post the photo itself."
NO_PHOTO_BUT_SNIPPET = "{name} is a snippet of text, no photo."
NO_PHOTO_BUT_EMAIL = "{name} is an email, in which I look for no photos. Post the photo itself."
NO_PHOTO_BUT_HIDDEN = "Slack hides {name}: it is older than this workspace's plan shows. Post the photo once more."
NO_PHOTO_BUT_GONE = "{name} is deleted. Post the photo once more."
NO_PHOTO_BUT_DENIED = (
    "Slack does not hand me {name}: I am not in the channel where it was posted, or it is deleted. Post the photo"
    " itself."
)
NO_PHOTO_BUT_NOT_READY = "Slack is still working on {name}. Ask me again in a minute."
NO_PHOTO_BUT_OTHER = "{name} is no photo. I read JPEG, PNG, HEIC and WebP."
HOW_TO_USE_ME = (
    "Send me a photo and I say who is in it. With `enroll alice` as its text I learn whose face it is, with `enroll me`"
    " yours. `/facesearch help` lists all that I can do."
)

# Settings

THRESHOLD_OF_CHANNEL_IS = "The threshold in this channel is {threshold}."
THRESHOLD_OF_CHANNEL_IS_NOW = "The threshold in this channel is now {threshold}."
THRESHOLD_IS = "The threshold of this workspace is {threshold}."
THRESHOLD_IS_NOW = "The threshold of this workspace is now {threshold}."
MODE_OF_CHANNEL_IS = "Photos in this channel are compared with {mode}."
MODE_OF_CHANNEL_IS_NOW = "Photos in this channel are now compared with {mode}."
MODE_IS = "Photos in this workspace are compared with {mode}."
MODE_IS_NOW = "Photos in this workspace are now compared with {mode}."
I_COMPARE_WITH = "I compare with {mode}. {meaning}"
THRESHOLD_IS_BESIDE = "The threshold is {threshold}. {meaning}"
AUTOMATIC = "auto ({threshold})"
AUTOMATIC_FOR = "auto ({threshold} for {among})"
AMONG_PEOPLE = Counted("{n} person", "{n} people")
AMONG_FACES = Counted("{n} face", "{n} faces")
ONE_STRANGER_IN = "A stranger alike passes it about once in {comparisons} comparisons."
NOTHING_ABOVE = (
    "More than {most} % promises nothing more: there were too few strangers to count. It only asks that a face be more"
    " alike still."
)
STRANGERS_AMONG = "Of strangers alike, {often} would get a name among {among}."
STRANGERS_AT_EACH = "Among {among}, of strangers alike would get a name: {each}."
STRANGERS_AT = "at {threshold} % {often}"
NO_HIGHER = "Above {most} % nothing has been measured, so it goes no higher by itself."
AMAZON_DOES_NOT_SAY = "Amazon does not say how many strangers pass it."
AUTO_OF_CHANNEL_IS = "In this channel I answer {when}."
AUTO_OF_CHANNEL_IS_NOW = "In this channel I now answer {when}."
AUTO_IS = "In this workspace I answer {when}."
AUTO_IS_NOW = "In this workspace I now answer {when}."
EVERY_PHOTO = "every photo"
PHOTOS_OF_A_DAY = "all photos of a day in one thread"
ONLY_WHEN_ASKED = "a photo only when asked"
HOW_TO_ASK = "Mention me with a photo or in its thread, or choose “See who is in this” in the message's menu."
WHAT_A_THRESHOLD_MEANS = (
    "A threshold says how alike a face must be to get a name. At 99 a stranger passes once in 10,000 comparisons,"
    " at 90 once in 1,000, at 80 twice in 1,000: lower finds more people, and errs more often."
)
WHAT_AMAZONS_THRESHOLD_MEANS = (
    "A threshold says how alike a face must be to get a name: lower finds more people, and errs more often. Amazon does"
    " not say how often."
)
HOW_IT_FOLLOWS = "Leave it empty, and it follows the number of people known: of strangers alike, 1 in 100 at most."
HOW_IT_STAYS = "Leave it empty for the usual one, 99."
HOW_I_SEARCH = "How I search"
SAVE = "Save"
CANCEL = "Cancel"
THIS_CHANNEL = "This channel"
OTHER_CHANNELS = "All channels that set nothing else"
LABEL_THRESHOLD = "Threshold in percent"
LABEL_MODE = "Compare with"
LABEL_AUTO = "Photos"
CHOICE_USERS = "User vectors"
CHOICE_USERS_MEANS = "All photos of a person together: best."
CHOICE_FACES = "Single faces"
CHOICE_FACES_MEANS = "Each photo on its own, to compare."
CHOICE_AUTO = "Answer every photo"
CHOICE_DIGEST = "Answer the photos of a day in one thread"
CHOICE_DIGEST_MEANS = "A sheet of up to twelve photos at a time: for channels with very many."
CHOICE_OFF = "Answer a photo only when asked"
CHOICE_OFF_MEANS = "Mention me with it or in its thread, or choose “See who is in this”."
NOTHING_CHANGED = "Nothing was changed."
SETTINGS_CHANGED = Counted(
    "One setting is changed. `/facesearch undo` takes it back.",
    "{n} settings are changed. `/facesearch undo` takes the latest back.",
)

# Status

EMBEDDED_ENGINE = "the embedded engine, on this machine"
REKOGNITION = "Amazon Rekognition"
STATUS_VERSION = "{label}  {version}"
STATUS_COLLECTION = "{label}  {collection}: {faces} faces of {users} users"
STATUS_PEOPLE = "{label}  {people}, with {photos} photos"
STATUS_ENGINE = "{label}  {engine}"
STATUS_MODEL = "{label}  {model}"
STATUS_MODEL_CALIBRATED = "{label}  {model}, similarity calibrated by {calibration}"
STATUS_RECORDS = "{label}  in {records}, photos in {photos_in}"
STATUS_SEARCH = "{label}  threshold {threshold}, {mode}"
STATUS_SEARCH_AND_STRANGERS = "{search}; {strangers}"
STATUS_ALIKE = "{label}  {sentence}"
TOO_MANY_TO_COMPARE = "{people} people are too many to compare at once; `./facesearch doctor` does."
LABEL_ALIKE = "Look-alikes"
LABEL_VERSION = "Version"
LABEL_COLLECTION = "Collection"
LABEL_PEOPLE = "People"
LABEL_ENGINE = "Engine"
LABEL_MODEL = "Model"
LABEL_RECORDS = "Records"
LABEL_CHANNEL = "This channel"
LABEL_WORKSPACE = "Workspace"

# Help

HELP = "Post a photo and I answer in its thread with who is in it."
HELP_ROW = "{usage}  {does}"
HELP_ENROLLING = "Enrolling"
HELP_PEOPLE = "People"
HELP_PHOTOS = "Photos of you"
HELP_SEARCHING = "Searching"
HELP_RIGHTS = "Rights and records"
HELP_ABOUT_ME = "About me"
DOES_ENROLL = "teach me a face"
DOES_ENROLL_TOO = "the same, where another app has the name `/enroll`"
DOES_ENROLL_BY_MESSAGE = "the same, as the text of a message with photos"
DOES_PEOPLE = "everyone I know, or those whose name contains that"
DOES_SHOW = "her photos, who added them and when; remove one"
DOES_RENAME = "give somebody another name"
DOES_MERGE = "two people are one: ally’s photos become alice’s"
DOES_FORGET = "erase a person, after asking"
DOES_EXPORT = "all that I hold about you, as a zip in our direct messages"
DOES_UNDO = "take back your latest change of a person or a setting, for ten minutes"
DOES_PHOTOS = "all photos that show you, or others who share theirs; `photos share everyone`, `photos off`"
DOES_LOOKBACK = "look at photos posted before; alone in this channel, or `lookback everywhere`"
DOES_TELL = "tell you when somebody posts a photo of you"
DOES_THRESHOLD = "how alike a face must be here, or auto; `threshold 90 workspace` everywhere"
DOES_MODE = "compare with user vectors (users) or with single faces (faces)"
DOES_INVITE = "ask members whether I may know them: `#team`, `@robin @sasha` or `everyone`"
DOES_AUTO = "answer every photo in this channel (on), those of a day in one thread (digest), or when asked (off)"
DOES_STATUS = "what I run on, and how much I hold"
DOES_ADMINS = "who may manage everybody; `add` and `remove` by admins"
DOES_EXCLUDE = "leave this channel's photos alone, or those of a `#channel` that you name (admins)"
DOES_INCLUDE = "take this channel, or the one that you name, in again (admins)"
DOES_GUESTS = "guests may do what members may, or only post (admins)"
DOES_SHARED = "answer in this channel though another organisation reads it (admins)"
DOES_AUDIT = "who did what; for others than admins, what concerns them"
DOES_HELP = "this list"
# What people type, by the subcommand that does it; with a star where that wants somebody's name.
MEANINGS = {
    "enroll": "add create learn new register remember save teach train upload",
    "people": "all contacts everybody everyone faces list lists ls members names persons users",
    "people *": "find lookup query search",
    "show *": "display face get image images info open person photo picture portrait see view",
    "photos": "album albums gallery pictures",
    "tell me on": "notify",
    "lookback": "backfill scan-all",
    "rename": "call change edit name",
    "merge": "combine duplicate join same unite",
    "forget": "clear delete drop erase gdpr purge remove rm unenrol unenroll unlearn unregister",
    "forget me": "optout unsubscribe",
    "export": "backup data download dump",
    "undo": "back restore revert rollback",
    "threshold": "accuracy certainty confidence percent sensitivity similarity strict",
    "mode": "compare method vector vectors",
    "auto off": "disable hush mute off pause quiet silence silent stop",
    "auto on": "enable on resume start unmute",
    "status": "about config count health ping stats statistics version",
    "admins": "admin owner owners permissions rights role roles",
    "exclude": "block ignore leave skip",
    "include": "allow unblock unignore",
    "guests": "guest",
    "shared": "connect external outsiders share",
    "audit": "activity events history log logs",
    "help": "? commands examples hello hey hi how manual usage what why",
}
NEEDS_A_SLASH = "With a slash I do that: type `{line}`."
NO_SUCH_SUBCOMMAND = "There is no such subcommand. `/facesearch help` lists what there is."
TAKES_NOTHING = "`/facesearch {word}` takes nothing after it. Type it alone."
WHO_IS_IN_PHOTO = (
    "To know who is in a photo, post it, or choose “See who is in this” in the menu of its message."
    " `/facesearch people` lists everyone I know."
)
IMPORTED_ELSEWHERE = (
    "Folders of photos are imported on the machine that I run on, by `./facesearch import FOLDER`. Here"
    " `/enroll alice` adds one person after the other."
)
NO_SUCH_SUBCOMMAND_BUT = "There is no such subcommand. Did you mean `{near}`?"

# People, as they are shown and asked about

PHOTOS = Counted("{n} photo", "{n} photos")
FACES = Counted("{n} face", "{n} faces")
NOBODY_YET = "I know nobody yet. `/enroll alice` teaches me a face."
NOBODY_LIKE = "Nobody I know is called anything like “{query}”."
PEOPLE_KNOWN = Counted("I know {n} person", "I know {n} people")
PEOPLE_LIKE = Counted("{n} person like “{query}”", "{n} people like “{query}”")
PAGE_OF = "{heading} · page {page} of {n}"
PERSON = "{name} — {photos}"
MEMBER = "{name} {member} — {photos}"
PREVIOUS = "Previous"
NEXT = "Next"
SHOW_PHOTOS_OF = "Show the photos of …"
PORTFOLIO_OF = "{person}."
PHOTOS_ARE_FOR = "Only they themselves, whoever added them, and admins see the photos."
ADDED_BY = "Added by {adder} on {day}."
PHOTO = "Photo {number}"
PHOTO_ALT = "{photo} of {name}"
PHOTO_LINES = "{photo}\nLooking {side}\nAdded by {adder} on {day}"
PHOTO_LINES_WITHOUT_SIDE = "{photo}\nAdded by {adder} on {day}"
ENROLMENT_PHOTO = "An enrolment photo"
STRAIGHT = "straight ahead"
LEFT = "left"
RIGHT = "right"
UP = "up"
DOWN = "down"
OR_ALSO = " or "
AND = "{most} and {last}"
OR = "{most} or {last}"
SIDES_UNKNOWN = "From which sides I know them I cannot say: it was not measured when they were enrolled."
KNOWN_FROM_ALL = "Known looking {known}: from all sides that help."
KNOWN_FROM = "Known looking {known}; a photo looking {missing} would help."
REMOVE_A_PHOTO = "Remove a photo …"
REMOVE_PHOTO = "Remove this photo?"
REMOVE_PHOTO_MEANS = "I no longer recognise them by it. You can undo it for ten minutes."
REMOVE = "Remove"
PHOTO_REMOVED = Counted(
    "One photo of {name} is removed; {n} photo stays.", "One photo of {name} is removed; {n} photos stay."
)
ERASED_IN_TEN_MINUTES = "It is erased for good in ten minutes."
ARE_THEY_ONE = "Are {into} and {other} one person?"
MERGE_MEANS = Counted(
    "{n} photo of {other} would become {into}’s, who has {faces}.",
    "{n} photos of {other} would become {into}’s, who has {faces}.",
)
MERGE_ENDS_ALBUM = "I keep which photos show {name}. A merge erases that at once; undoing it does not bring it back."
MERGE = "Merge"
LEAVE_APART = "Leave apart"
MERGED = Counted("{other} is {into} now, with {n} photo.", "{other} is {into} now, with {n} photos.")
STAY_TWO = "{into} and {other} stay two people."
RENAMED = "{before} is called {name} now."
ERASE_WHOM = Counted(
    "Erase {name} with {n} photo? This cannot be undone.", "Erase {name} with {n} photos? This cannot be undone."
)
ERASE_THEM = "Erase this person?"
ERASE_THEM_MEANS = "The user vector, the faces and the enrolment photos are erased at once."
THEY_ARE_ERASED = "{name} is erased: {faces} and {photos}, none left in the collection."
ALBUM_ERASED = Counted("So is the album, which had {n} photo.", "So is the album, which had {n} photos.")
STAYS = "{name} stays."
EXPORTED = (
    "I have sent it to you in our direct messages. It stays there for a day, or until whom it is about is erased: save"
    " it if you need it for longer."
)
SAY_WHOM = "Say whom, as in `/facesearch {example}`."
YOU_ARE_NOT_ENROLLED = "I do not know you. `/enroll` with your own name teaches me your face."
MEMBER_NOT_ENROLLED = "That member is not enrolled. `/facesearch people` lists everyone I know."
RENAME_WHOM = "Say whom to rename and how, as in `/facesearch rename alice → Alicia`."
RENAME_NOBODY = "I know nobody by that name. Say whom to rename and how, as in `/facesearch rename alice → Alicia`."
MERGE_WHOM = "Say which two people are one, as in `/facesearch merge alice ally`."
MERGE_NOBODY = "I know nobody by that name. Say which two people are one, as in `/facesearch merge alice ally`."

# Albums

ALBUM_OFFER = "Shall I keep which photos show you? So far I name you in a photo, and forget it."
ALBUM_OFFER_OF = "Shall I keep which photos show {name}? They have to have agreed to it in writing."
KEEP_MY_PHOTOS = "Keep my photos"
KEEP_FROM_NOW_ON = "Keep them from now on"
LOOK_BACK_TOO = "Look back too"
ALBUM_RELEASED = "They agreed: keep them"
ALBUM_RELEASED_MEANS = "You state: {statement}"
ALBUM_KEPT = (
    "From now on I keep which photos show you: `/facesearch photos` finds them, and `/facesearch photos off` erases all"
    " of it. Nobody else sees them until you say `/facesearch photos share everyone`, or name a member."
)
ALBUM_KEPT_OF = "From now on I keep which photos show {name}: `/facesearch photos {name}` finds them."
ALBUM_KEPT_ALREADY = "That is kept already: `/facesearch photos` shows them."
ALBUM_ENDED = Counted(
    "It is erased in which photo I saw you: {n}. I keep none any more.",
    "It is erased in which photos I saw you: {n}. I keep none any more.",
)
ALBUM_ENDED_OF = Counted(
    "It is erased in which photo I saw {name}: {n}. I keep none of them any more.",
    "It is erased in which photos I saw {name}: {n}. I keep none of them any more.",
)
ALBUM_IS_THEIRS = "Only {name} can say whether it is kept which photos show them."
ALBUM_NOT_SHOWN = "{name} shares no photos with you. They can: `/facesearch photos share everyone`, or with your name."
ALBUM_FOR_EVERYONE = "All members can ask for photos of you, each of those in channels that they are in."
ALBUM_FOR_NOBODY = "Your photos are for you alone. `/facesearch photos share everyone`, or a member, changes that."
ALBUM_FOR_SOME = "{members} can ask for photos of you, of those in channels that they are in."
SHARE_WITH_WHOM = "Say with whom, as in `/facesearch photos share everyone`, `share @robin` or `share nobody`."
TELLING_IS_ON = (
    "When somebody posts a photo that shows you where you can see it, I tell you in our direct messages."
    " `/facesearch tell me off` ends it."
)
TELLING_IS_OFF = "I do not tell you of new photos. `/facesearch tell me on` has me do it."
TELLING_HAS_ENDED = "I do not tell you of new photos."
TELL_ON_OR_OFF = "It is either `/facesearch tell me on` or `/facesearch tell me off`."
NEW_PHOTOS = Counted("{n} new photo of you in {channel}.", "{n} new photos of you in {channel}.")
SHOW_MY_PHOTOS = "Show my photos"
TELL_ME_NO_MORE = "Tell me no more"
ALBUM_PHOTOS = Counted("{n} photo of {whom}", "{n} photos of {whom}")
ALBUM_YOU = "you"
ALBUM_IN = ", in {channel}"
ALBUM_SINCE = ", since {day}"
ALBUM_BEFORE = ", before {day}"
ALBUM_ROW = "{number} · {day}, {channel}"
ALBUM_ROW_WITH = "{number} · {day}, {channel}, with {others}"
ALBUM_PAGE = "{first}–{last} of {n}"
DOWNLOAD = "Download"
DOWNLOAD_BEGINS = "I gather the photos, and hand them over in our direct messages."
DOWNLOADING = "Gathering photos: {number} of {n}."
DOWNLOADED = Counted("Here is {n} photo, as it was posted.", "Here are {n} photos, as they were posted.")
DOWNLOADED_NEWEST = (
    "These are the newest {n}. For older ones ask by days, such as `/facesearch photos before 1 october`."
)
DOWNLOADED_IN_PARTS = "They are in {n} files."
DOWNLOADED_TWICE = Counted(
    "{n} was posted more than once, and is in it once.", "{n} were posted more than once, and are in it once."
)
DOWNLOADED_GONE = Counted(
    "{n} is gone meanwhile, or not for you to see any more.", "{n} are gone meanwhile, or not for you to see any more."
)
DOWNLOADED_NOT_HAD = Counted("{n} Slack did not hand over.", "{n} Slack did not hand over.")
DOWNLOADED_NOTHING = "Of these photos none is left to be handed over."
DOWNLOAD_GOES = "What I have handed over is deleted from here in a day, or as soon as one of the photos in it is."
DOWNLOAD_ENDED = "I could not go on with the download: {reason}"
DOWNLOAD_FILE = "photos {day}.zip"
DOWNLOAD_FILE_PART = "photos {day}, part {number}.zip"
DOWNLOAD_CHANGES = "These photos change faster than I can pack them. Ask again in a while."
ALBUM_EMPTY = (
    "Of those in channels that you are in I have kept none. What was posted before an album was kept, "
    "`/facesearch lookback` finds."
)
ALBUM_SINCE_WHEN = Counted(
    "I keep {n} photo that shows you where you can see it, since {day}. `/facesearch photos` shows it.",
    "I keep {n} photos that show you where you can see them, since {day}. `/facesearch photos` shows all of them.",
)
SHARE_WITH_EVERYONE = "Share with everyone"
SHARE_WITH_NOBODY = "Share with nobody"
TELL_ME = "Tell me of new ones"
LOOK_BACK = "Look back"
END_ALBUM = "Turn off"
END_ALBUM_MEANS = "It is erased at once which photos show you. The photos stay."
ALBUM_SHEET = "Numbered photos, with whom you asked for ringed"
MORE = "More"
LOOK_BACK_BEGINS = "I look back, and say in our direct messages how far I have come. In the channels I post nothing."
LOOK_BACK_WAITS = "Another look back is under way. This one begins when that has ended."
LOOKING_BACK = "Looking back over {channel}."
LOOKING_BACK_OVER_SOME = "Looking back over {channel}, {number} of {n} channels."
LOOKING_BACK_STOPPED = "Looking back is stopped."
LOOKED_BACK = Counted("I have looked back over a channel.", "I have looked back over {n} channels.")
LOOKED_BACK_ALREADY = "That look back has ended."
LOOKED_AT = Counted(
    "{n} photo looked at; in {kept} I have newly seen somebody who keeps an album.",
    "{n} photos looked at; in {kept} I have newly seen somebody who keeps an album.",
)
TO_GO = "For the rest I need about {time}. Photos that are posted meanwhile come first."
READING = "Now I read the messages, for photos that Slack does not list."
READING_SLOWLY = (
    "Now I read the messages, for photos that Slack does not list. Slack lets me read 15 of them a minute: this may"
    " take days."
)
MINUTES = Counted("a minute", "{n} minutes")
HOURS = Counted("an hour", "{n} hours")
DAYS = Counted("a day", "{n} days")
STOP = "Stop"
LOOK_ON = "Go on"
ONLY_ASKERS_STOP = "Only whoever asked for this look back, or an admin, can stop it or have it go on."
NOT_IN_THAT_CHANNEL = "You and I have to be in a channel for me to look back over it for you."
NO_ALBUM = "I keep none of your photos. `/facesearch photos` says what that would mean."
NO_ALBUM_TO_END = "I keep none of your photos."
NO_SUCH_DAY = "“{day}” is no day that I understand. Say it as in `since last monday`, or `before 2026-10-01`."
TOO_MANY_TOGETHER = "That is too many at once: name at most {most} people."
LATEST_HOW_MANY = "Say how many, as in `/facesearch photos latest 5`."

# App Home

YOU = "You"
YOU_ARE_KNOWN = Counted("I know you as {name}, by {n} photo.", "I know you as {name}, by {n} photos.")
YOU_ARE_ASKED = (
    "{who} would like to enrol you. I have asked you in our direct messages; until then nobody can find you."
)
YOU_OBJECT = (
    "I do not know you, and nobody but you can enrol your Slack account, as you wished. Who types your name for"
    " somebody else is asked whether it is you, and you are told."
)
YOU_ARE_UNKNOWN = "I do not know you. No member is recognised who has not agreed to it."
MORE_PHOTOS = "And {n} more: `/facesearch show me`."
AND_MORE_PHOTOS = "And {n} more."
MORE_PHOTOS_OF = "And {n} more, which `/facesearch show` shows with the name {name}."
ENROL_ME = "Enrol myself"
GET_HELP = "Get help"
ADD_PHOTOS = "Add photos"
FORGET_ME = "Forget me"
EXPORT_ME = "Export what is held"
ERASE_ME = "Erase everything about you?"
ERASE_ME_MEANS = "Your faces, photos and records are erased at once. This cannot be undone."
ERASE = "Erase"
KEEP = "Keep"
PORTFOLIO = "Photos"
CLOSE = "Close"
HOME_EVERY_PHOTO = (
    "Every photo is answered, compared with {mode} from {threshold} on, where a channel has set nothing else."
)
HOME_DIGEST = (
    "The photos of a day are answered in one thread, compared with {mode} from {threshold} on, where a channel has set"
    " nothing else."
)
HOME_WHEN_ASKED = (
    "Photos are answered when I am asked, compared with {mode} from {threshold} on, where a channel has set nothing"
    " else."
)
CHANGE = "Change"
SETTINGS_OF_CHANNELS = "`/facesearch` in a channel opens its own settings."
RECENT_ACTIVITY = "Recent activity"
SEEN_BY_ADMINS = "You see everything, as an admin."
SEEN_BY_YOU = "You see what you did and what concerns you."
NOTHING_YET = "Nothing yet."
HOW_IT_WORKS = "How it works, and what is stored"
HOME_HELP = "Post a photo and I answer in its thread with who is in it. `/facesearch help` lists what I can do."
FIRST_STEPS = (
    "1. “Enrol myself” above teaches me your face, `/enroll alice` somebody else's.",
    "2. Post a photo where I am, or bring me there with `/invite @Facesearch`: its thread says who is in it.",
    "3. `/facesearch help` lists what else I do.",
)
A_PART_OF_ME = "the {part}"
FORMER_MEMBER = "a former member"

# Enrolling

ENROL_A_PERSON = "Enrol a person"
LOADING = "One moment …"
ENROL = "Enrol"
NAME = "Name"
LABEL_PHOTOS = "Photos"
WHICH_PHOTOS = "One to ten of at most 10 MB each, best five: from the front, both sides, looking up and looking down."
GIVE_A_PHOTO = "Give at least one photo."
THIS_IS = "This is {member}."
PHOTOS_OF_MESSAGE = Counted("With the photo of the message.", "With the {n} photos of the message.")
MENTION_ONE = "Mention one member and nothing else: choose them from Slack's list, so that the name lights up."
LOOKING_AT_PHOTOS = "{name}: looking at {n} photos. This takes a moment."
PHOTOS_LOOKED_AT = "{name}: {done} of {n} photos looked at"
PHOTOS_ADDED = Counted("{name}: {added} of {n} photo added", "{name}: {added} of {n} photos added")
PHOTOS_KEPT = Counted(
    "{name}: {kept} of {n} photo waits for their yes", "{name}: {kept} of {n} photos wait for their yes"
)
OUTCOME = "{icon} {file} {sentence}"
NOTHING_KEPT = "Nothing was kept. Try again with other photos."
WHICH_FACE_FIRST = "Nothing is kept yet: I ask which face is {name}’s."
KNOWN_BY = Counted(
    "Known by {n} photo now; five from different sides work best.",
    "Known by {n} photos now; five from different sides work best.",
)
KNOWN_BY_ENOUGH = "Known by {n} photos now."
RESEMBLE = "{one} and {other} resemble each other: more photos of both help me to tell them apart."
RESEMBLE_MORE = Counted("{n} more pair of people resemble each other.", "{n} more pairs of people resemble each other.")
ENROLMENT_DELETED = "The message with the photos is deleted, so nobody was enrolled."
NAMES_ALIKE = (
    "The names {one} and {other} are easily taken for one another. If they are one person, `/facesearch merge` makes"
    " them one; if not, `/facesearch rename` tells them apart."
)
REPLY_WITH_MORE = "A reply with photos in this thread adds them too."
MORE_OF = "More photos of {name}? A reply with photos in the thread of this message adds them."
NO_BOT_ENROLLED = "A bot has no face to enrol. Choose a member."
COULD_NOT_TELL = "I could not tell “{name}” that they are enrolled, so what was added is taken back. {reason}"
COULD_NOT_ASK = "I could not ask {member}: {reason} Nothing is kept."
ENROL_AS = "Enrol as “{name}”?"
ENROL_FROM_PHOTO = "Enrol from this photo?"
NOT_TAKEN_FOR_ENROLLING = "Is this somebody whom I should know? I was not sure, so nothing was done."
ENROLLING_NEEDS_PHOTOS = (
    "I learn a face from photos. Post `enroll {name}` as the text of a message with photos of that person, or type"
    " `/enroll {name}`. “Enroll from this photo” in the menu of a message does it with the photo there."
)
NUMBERED_BY_READING = "The faces are numbered as one reads: from left to right, from top to bottom."
WHICH_ONE = "Which one is {name}?"
CHOOSE_A_FACE = "Choose a face"
FACE = "Face {number}"
NUMBERED_ALT = "The photo with {n} numbered faces"

# Consent

CONSENT = "Consent"
PROFILE_PHOTO = "Profile photo"
PROFILE_PHOTO_FILE = "profile photo"
USE_MY_PROFILE_PHOTO = "Use my profile photo too"
I_AGREE = "I agree to this."
CONSENT_OF_MEMBERS = "Consent of whoever is in this Slack"
CONSENT_OF_OUTSIDERS = "Consent of whoever is not in this Slack"
THEY_AGREED = "They agreed to be recognised in photos posted here."
THEY_ARE_ASKED = "{member} is asked first: nobody can find them before they have said yes."
ENROLLING_YOU_AGREE = "By enrolling yourself you agree to this:"
FOR_PEOPLE_OUTSIDE = "That is for people outside this Slack. Its members are enrolled by a mention, such as @robin."
HAS_AGREED = "Has {name} agreed? By enrolling you state: {statement}"
NOTHING_KEPT_BEFORE = "Nothing of these photos is kept before you do."
THEY_AGREED_ENROL = "They agreed: enrol"
YOU_HAVE_STATED_IT = "You have stated that {name} agreed, so I look at the photos."
NOT_STATED = "Then nothing of these photos is kept."
MAY_I_KNOW_YOU = Counted(
    "{who} would like me to know you as {name}, so that I recognise you in photos posted here. With this photo:",
    "{who} would like me to know you as {name}, so that I recognise you in photos posted here. With these {n} photos:",
)
MAY_I_KNOW_YOU_BY_PROFILE = (
    "{who} would like me to know you as {name}, so that I recognise you in photos posted here. With your profile photo."
)
ASKED_PHOTOS_ALT = Counted(
    "{n} photo of you, with everybody else blanked out", "{n} photos of you, with everybody else blanked out"
)
ASKED_PORTRAITS_ALT = "The portraits that {name} is asked about"
UNTIL_YOU_ANSWER = "Until you say yes nobody can find you. Without an answer in {days} days, all of this is erased."
ACCEPT = "Accept"
ACCEPT_WITH_PROFILE = "Accept, and use my profile photo"
ACCEPT_WITH_PROFILE_TOO = "Accept, and use my profile photo too"
DECLINE = "Decline"
YOU_ACCEPTED = Counted(
    "I know you as {name} by {n} photo. `/facesearch forget me` erases it.",
    "I know you as {name} by {n} photos. `/facesearch forget me` erases it.",
)
YOU_ACCEPTED_IN_VAIN = "You said yes, but none of the photos would do. Nothing is kept."
NAME_WAS_TAKEN = "Somebody else is called {taken}, so answers say {name}. `/facesearch rename` changes it."
NOT_ADDED = "✗ {file} {sentence}"
YOU_DECLINED = (
    "You said no. Everything is erased, and nobody but you can enrol your Slack account. Who types your name for"
    " somebody else is asked whether it is you, and you are told."
)
YOU_WERE_KNOWN = "I knew you already. That is erased too: {faces} and {photos}, none left."
QUESTION_WITHDRAWN = "This question is settled: everything is erased."
QUESTION_EXPIRED = "This question got no answer in {days} days. Everything is erased."
THEY_DECLINED = "{member} declined. Everything is erased, and nobody else can enrol them as a member."
THEY_ACCEPTED = Counted(
    "{member} accepted: {added} of {n} photo added.", "{member} accepted: {added} of {n} photos added."
)
THEY_ACCEPTED_IN_VAIN = "{member} accepted, but none of the photos would do. Nothing is kept."
THEY_DID_NOT_ANSWER = "{member} has not answered in {days} days. Everything is erased."
YOU_WERE_ENROLLED = (
    "{who} has enrolled you as {name} and states that you agreed to it. One click removes you, for good:"
)
REMOVE_ME = "Remove me"
YOU_ARE_ERASED = (
    "You are erased: {faces} and {photos}, none left. Nobody but you can enrol your Slack account again. Who types your"
    " name for somebody else is asked whether it is you, and you are told."
)
NOTHING_KNOWN_OF_YOU = (
    "I know nothing of your Slack account, and nobody but you can enrol it. Who types your name for somebody else is"
    " asked whether it is you, and you are told."
)

# Members' names, typed for somebody outside Slack

IS_IT_THIS_MEMBER = "Is {name} {member}, who is called so?"
IS_IT_ONE_OF_THESE = "Is {name} one of these members, whose name that is?"
MEMBERS_ARE_ASKED = "Members are asked before anybody can find them."
IS_IT_YOU = "Is {name} you? The name is yours."
IT_IS_ASK_THEM = "It is: ask them"
IT_IS = "It is"
IT_IS_ME = "It is me"
IT_IS_AND_AGREED = "It is: they agreed"
SOMEBODY_ELSE = "Somebody else of that name"
SOMEBODY_ELSE_AGREED = "Somebody else of that name: they agreed"
BY_CHOICE_YOU_STATE = "By “{choice}” you state: {statement}"
ALSO_CALLED = "{name} ({real_name})"
ASKING_THEM = "{member} is asked."
ENROLLING_THEM = "Then it is {member}."
ENROLLING_YOU = "Then I enrol you."
ENROLLING_SOMEBODY_ELSE = "Somebody else, then. I tell {member} that you say so."
HANDED_OVER = (
    "{member} is asked, with the photos that I had of {name}. Of {name} nothing is left: nobody can find them before"
    " {member} has said yes."
)
NOT_HANDED_OVER = "I could not ask {member}, so {name} stays as they were. {reason}"
SOMEBODY_BEARS_YOUR_NAME = (
    "{who} says that {name}, whom I know by photos, is somebody outside this Slack who has your name, and not you."
)
OTHERS_BEAR_YOUR_NAME = Counted(
    "One person whom I know as somebody outside this Slack bears your name. Is it you? Then erase it:",
    "{n} people whom I know as somebody outside this Slack bear your name. Is one of them you? Then erase it:",
)
BEARER = "{name}, {photos}, added on {day}"
THIS_IS_ME = "This is me: erase it"
IS_THIS_YOU = "Is this you?"
IS_THIS_YOU_MEANS = "Then all that I hold of them is erased at once. Whoever added them is told that you said so."
CLAIMED = "{name} is erased: {faces} and {photos}, none left. Whoever added them is told."
THEY_CLAIMED = (
    "{member} says that {name}, whom you enrolled as somebody outside this Slack, is them. All of it is erased."
)
NOT_YOUR_NAME = "“{name}” is not your name, so it is not yours to erase. Whoever added them or an admin can."

# Keeping

YOU_WILL_BE_ERASED = (
    "On {day} I erase your photos, and what I know you by: for long you were in no photo that I was shown. If you are"
    " recognised, or enrolled anew, before then, it stays."
)
THEY_WILL_BE_ERASED = (
    "On {day} I erase what I hold of {name}: for long they were in no photo that I was shown. If they are recognised,"
    " or enrolled anew, before then, it stays."
)

# Removing an answer

REMOVE_ANSWER = "Remove this answer"
REMOVE_ANSWER_MEANS = "The picture and the list go. The photo stays, and so do the people whom I know."
ONLY_CONCERNED_REMOVE = "Only whoever posted the photo, those named in the answer, or an admin can remove it."
ADMINS_ARE_LISTED = "{sentence} `/facesearch admins` lists the admins."
REMOVED_IN_PART = "Slack does not let me delete all of it. An admin of the workspace can."

# Correcting

COMPARE = "Compare"
WHO_IS_THIS = "Who is this?"
NOT_THIS_PERSON = "Not this person?"
IS_NOT = "{number} is not {name}"
UNKNOWN = "unknown"
UNKNOWN_EITHER_WAY = "{number} · unknown either way"
SAME_EITHER_WAY = "{number} · {name} — single faces {by_faces}, user vectors {by_users}"
EITHER_WAY = "{number} · single faces: {by_faces}; user vectors: {by_users}"
COMPARED = "At {threshold} % single faces find {by_faces}, user vectors {by_users}"
OVER_FACES = "Single faces: {found}"
OVER_USERS = "User vectors: {found}"
SO_MANY_OF = "{recognised} of {n}"
CORRECTED = "{number} is not {name}; now I take it for {who}."
CORRECTED_UNKNOWN = "{number} is not {name}, and nobody else I know is like it enough."
FACE_OF_PHOTO = "face {face} in photo {photo}"
ONE_UNKNOWN_PERSON = "The same person is {faces}: who is it?"
WHO_IS_IT = "Who is it?"
WHO_ARE_THEY = "Who are they?"
WHO_INSTEAD = "Who is it instead?"
TYPE_A_NAME = "Type a name"
PEOPLE_I_KNOW = "People I know"
MEMBERS_HERE = "Members of this Slack"
A_NEW_NAME = "A new name"
NEW_NAME = "“{name}”, whom I do not know yet"
CHOOSE_SOMEBODY = "Choose somebody, or type their name and choose that."
TICK_FOR_OUTSIDERS = "Tick this: whom you name is no member of this Slack, so I cannot ask them."
ONLY_PHOTO_OF = "It is the only photo by which I know {name}"
ERASE_THIS_PERSON = "Erase them: the photo is of somebody else."
ERASE_THIS_PERSON_MEANS = "This cannot be undone. Unticked, they stay as they are, and only this answer is corrected."
UNLEARNED_FACE = "I had learned this very face as theirs, and have removed it."
UNLEARNED_PERSON = "I had learned this very face as theirs. They had no other photo, so they are erased."
UNLEARNED_NOTHING_YET = "I had learned this very face as theirs, and it is their only photo, so it stays for now."
NOT_UNLEARNED = (
    "What I have learned as {name} stays: only whoever added them, an admin, or they themselves can remove a photo of"
    " theirs. `/facesearch admins` lists the admins."
)

# Slack's own errors, and its files

NO_SUCH_CHANNEL = "I cannot see this channel. Invite me with `/invite @Facesearch`."
NOT_IN_CHANNEL = "I am not in this channel. Invite me with `/invite @Facesearch`."
TOO_SLOW = "That took me too long. Try once more."
SLOW_DOWN = "Slack asks me to slow down. Try again in a minute."
SLACK_FAILS = "Slack itself has trouble now. Try again in a minute."
CHANNEL_IS_ARCHIVED = "This channel is archived, so I can say and change nothing in it."
SLACK_FORBIDS = (
    "The settings of this channel or of your Slack do not let me do this here. A workspace admin can change that."
)
SLACK_TAKES_NO_FILE = "Your Slack takes no such file from me. A workspace admin can say why."
SLACK_REFUSES = "Slack does not let me: `{code}`."
SLACK_REFUSED = "Slack did not let me do this: `{code}`. If it stays so, tell your admin this reference: `{reference}`."
NOT_SAID_THERE = "I could not say this in {channel}. {reason}"
SETTLED_BELOW = "Slack does not let me change the message above. Its buttons do nothing any more."
TAKEN_BACK = "I have taken this back."
PICTURES_STAY = Counted(
    "Slack does not let me delete a picture that I showed here. A workspace admin can delete it.",
    "Slack does not let me delete {n} pictures that I showed here. A workspace admin can delete them.",
)
PICTURES_ARE_IN_DIRECT = Counted(
    "Slack does not show the picture here. It is in our direct messages.",
    "Slack does not show the pictures here. They are in our direct messages.",
)
PICTURES_ARE_ABOVE = Counted(
    "Slack does not show the picture here. It stands above.", "Slack does not show the pictures here. They stand above."
)
PICTURES_ARE_BELOW = Counted(
    "Slack does not show the picture here. It stands below.", "Slack does not show the pictures here. They stand below."
)
PICTURES_NOT_SHOWN = Counted("Slack does not show the picture here.", "Slack does not show the pictures here.")
HOME_WITHOUT_PICTURES = "Slack does not show your photos here: `/facesearch show me` shows them."
PICTURE_NOT_SHOWN = "Slack has not taken my picture of it. {reason}"
MISSING_SCOPE = "Slack has not given me the right to do this. A workspace admin can install me again."
SOMETHING_WRONG = "Something went wrong on my side. If it happens again, tell your admin this reference: `{reference}`."
FILE_NOT_TO_BE_HAD = (
    "Slack does not hand me this file: I am not in its channel, or it is deleted. Invite me with `/invite @Facesearch`,"
    " or post it again."
)
SLACK_FILE_TOO_LARGE = "The file is larger than {most} MB. Post a smaller copy."
FILE_NOT_READABLE = "Slack does not let me read this file. Post it in this channel itself."
FILE_IN_PART = "Slack handed over only a part of the file. Post it again in a minute."
FILE_NOT_READY = "Slack is still working on this file. Ask me again in a minute, or post it once more."
FILE_GONE = "The file is gone from Slack. Post it again."
FILE_NOT_HANDED_OVER = "Slack did not hand the file over. Post it again in a minute."
FILE_REDIRECTED = "Slack sent me from one address to the next for this file. Post it again in a minute."
PICTURE_NOT_TAKEN_NOW = "Slack did not take the picture. Try again in a minute."
PICTURE_NOT_TAKEN = "Slack did not take the picture. Ask me again."
NO_PROFILE_PHOTO = "There is no photo on the Slack profile. Put one there, or give another photo."
