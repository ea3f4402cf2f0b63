"""What is read from messages and from what is gone, in every shape that Slack sends, and in shapes that it does not."""

import pytest
from hypothesis import given
from shapes import BOT, DELETED, EDITED, FILE_DELETED, FORWARDED, PHOTO, SHARED, STUB, TOMBSTONE, Json, mutated

from handlers.messages import Unknown
from handlers.slack import Kind, Posted, Removed, SlackFile, shape_of


@pytest.mark.parametrize(
    ("file", "kind"),
    [
        (PHOTO, Kind.PICTURE),
        (STUB, Kind.UNSETTLED),
        ({"id": "F1"}, Kind.UNSETTLED),
        ({"id": "F1", "mode": "hosted", "mimetype": "", "filetype": ""}, Kind.UNSETTLED),
        (PHOTO | {"file_access": "access_denied"}, Kind.UNSETTLED),
        ({"id": "F1", "mode": "hosted", "mimetype": "application/pdf"}, Kind.OTHER),
        ({"id": "F1", "mode": "quip", "mimetype": "application/vnd.slack-docs"}, Kind.DOCUMENT),
        ({"id": "F1", "mode": "canvas"}, Kind.DOCUMENT),
        ({"id": "F1", "mode": "snippet", "mimetype": "text/plain"}, Kind.SNIPPET),
        ({"id": "F1", "mode": "email"}, Kind.EMAIL),
        ({"id": "F1", "mode": "external", "mimetype": "image/png"}, Kind.EXTERNAL),
        ({"id": "F1", "mode": "hosted", "is_external": True, "mimetype": "image/png"}, Kind.EXTERNAL),
        ({"id": "F1", "mode": "hidden_by_limit"}, Kind.HIDDEN),
        ({"id": "F1", "mode": "tombstone"}, Kind.GONE),
    ],
)
def test_what_a_file_is(file: Json, kind: Kind) -> None:
    assert SlackFile.of(file).kind is kind


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ({"id": "F1", "name": None, "title": "Offsite"}, "Offsite"),
        ({"id": "F1", "name": "a.jpg", "title": "Offsite"}, "a.jpg"),
        ({"id": "F1"}, "F1"),
    ],
)
def test_a_file_without_a_name_is_called_by_its_title_or_its_id(file: Json, name: str) -> None:
    assert SlackFile.of(file).name == name


def test_a_message_is_read_with_its_photo() -> None:
    posted = Posted.of_event(SHARED | {"thread_ts": "0.1"}, BOT)
    assert posted is not None
    assert (posted.channel, posted.ts, posted.user, posted.thread, posted.is_reply) == ("C1", "1.1", "U1", "0.1", True)
    assert [file.id for file in posted.shown(asked=False)] == ["F1"]


@pytest.mark.parametrize("subtype", ["file_share", "thread_broadcast", None, "me_message"])
def test_what_members_say_has_few_subtypes(subtype: str | None) -> None:
    assert Posted.of_event(SHARED | {"subtype": subtype}, BOT) is not None
    assert Posted.of_event(SHARED | {"subtype": "channel_topic"}, BOT) is None


def test_files_of_forwarded_messages_are_to_be_asked_about_and_those_of_links_only_by_who_has_asked() -> None:
    posted = Posted.of(FORWARDED)
    assert [(file.id, file.kind) for file in posted.shown(asked=False)] == [
        ("F1", Kind.UNSETTLED),
        ("F3", Kind.UNSETTLED),
    ]
    assert [file.id for file in posted.shown(asked=True)] == ["F1", "F3", "F2"]


@pytest.mark.parametrize(
    "app",
    [
        {"bot_id": "B2"},
        {"app_id": "A2"},
        {"bot_profile": {"id": "B2"}},
        {"subtype": "bot_message"},
        {"user": "USLACKBOT"},
        {"user": None},
        {"user": BOT},
    ],
    ids=str,
)
def test_what_an_app_has_posted_is_nobodys_message(app: Json) -> None:
    assert Posted.of_event(SHARED | app, BOT) is None


def test_a_message_is_gone_whether_it_is_deleted_or_becomes_a_tombstone() -> None:
    assert Removed.of(DELETED) == Removed("C1", "1.1")
    assert Removed.of(DELETED | {"previous_message": TOMBSTONE["message"]}) == Removed("C1", "1.1")
    assert Removed.of(TOMBSTONE) == Removed("C1", "1.1")
    assert Removed.of(FILE_DELETED) == Removed(file_id="F1")


def test_an_edit_tells_which_files_are_left_and_which_are_known_to_be_lost() -> None:
    assert Removed.of(EDITED) == Removed("C1", "1.1", kept=frozenset({"F2"}), lost=frozenset({"F1"}))
    deleted = {"user": "U1", "ts": "1.1", "files": [{"id": "F1", "mode": "tombstone"}]}
    assert Removed.of(EDITED | {"message": deleted}) == Removed(
        "C1", "1.1", kept=frozenset(), lost=frozenset({"F1", "F2"})
    )
    without_before = Removed.of({key: value for key, value in EDITED.items() if key != "previous_message"})
    assert without_before == Removed("C1", "1.1", kept=frozenset({"F2"}))


def test_a_preview_that_slack_adds_takes_nothing_away() -> None:
    before = {"user": "U1", "ts": "1.1", "text": "<https://example.com>"}
    change = {"type": "message", "subtype": "message_changed", "channel": "C1", "previous_message": before}
    assert Removed.of(change | {"message": before | {"attachments": [{"title": "Example"}]}}) is None
    assert Removed.of(SHARED) is None


@given(mutated())
def test_no_shape_raises_and_what_is_read_can_be_used(event: Json) -> None:
    posted = Posted.of_event(event, BOT)
    if posted is not None:
        assert posted.channel
        assert posted.ts
        assert posted.user not in {"", BOT}
        assert all(file.id and file.name for file in posted.shown(asked=True))
    removed = Removed.of(event)
    if removed is not None:
        assert removed.file_id or (removed.channel and removed.ts)
    assert isinstance(shape_of(event), str)


def test_each_unknown_shape_is_logged_once_and_nothing_of_what_stands_in_it(caplog: pytest.LogCaptureFixture) -> None:
    unknown = Unknown()
    for user in ("U1", "U2"):
        unknown.note({"type": "new_thing", "user": user, "text": "a secret", "Alice was here": 1})
    unknown.note({"type": "Alice is it", "text": "a secret"})
    unknown.note("a secret")
    assert [record.getMessage().partition(": ")[2] for record in caplog.records] == [
        "new_thing -: text, type, user",
        "- -: text, type",
        "- -: str",
    ]
