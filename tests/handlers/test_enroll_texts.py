import pytest

from handlers.enroll import said


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("enroll alice", "alice"),
        ("Enrol Alice Martin", "Alice Martin"),
        ("/enroll alice", "alice"),
        ("<@UBOT> enroll alice", "alice"),
        ("enroll <@U123ABC>", "<@U123ABC>"),
        ("enroll alice\nthese are from the offsite", "alice"),
        ("  enroll   李小龍  ", "李小龍"),
        ("enroll", None),
        ("please enroll alice", None),
        ("enrolled alice", None),
        ("<@USOMEONE> enroll alice", None),
        ("who is this?", None),
        ("", None),
    ],
)
def test_whom_a_message_enrols(text: str, whom: str | None) -> None:
    assert said(text, bot="UBOT") == whom
