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
        ("Enroll today at the town hall, see the photo", None),
        ("Enroll today at the town hall", None),
        ("enroll now: it is free", None),
        ("enroll here?", None),
        ("Enroll today!", None),
        ("Enroll now.", None),
        ("enroll 今天，在这里", None),
        ("enroll maria del carmen lopez garcia", None),
        ("/enroll maria del carmen lopez garcia", "maria del carmen lopez garcia"),
        ("<@UBOT> enroll maria del carmen lopez garcia", "maria del carmen lopez garcia"),
        ("enroll maria del carmen lopez garcia <@UBOT>", "maria del carmen lopez garcia <@UBOT>"),
        ("enroll maria del carmen lopez", "maria del carmen lopez"),
        ("enroll Jean-Luc O'Neill Jr.", "Jean-Luc O'Neill Jr."),
        ("enroll J. R. R. Tolkien", "J. R. R. Tolkien"),
        ("enroll Alice M.", "Alice M."),
        ("enroll Alice Martin, Ph.D.", None),
        ("enroll Alice Martin Ph.D.", "Alice Martin Ph.D."),
        ("enroll Анна Мария Кузнецова", "Анна Мария Кузнецова"),
        ("enroll محمد بن سلمان", "محمد بن سلمان"),
        ("enroll Brown &amp; Sons", "Brown &amp; Sons"),
        ("enroll <@U123ABC>, please", "<@U123ABC>, please"),
    ],
)
def test_whom_a_message_enrols(text: str, whom: str | None) -> None:
    assert said(text, bot="UBOT") == whom


def test_a_direct_message_is_to_the_bot_whatever_its_words() -> None:
    text = "enroll Maria del Carmen Lopez Garcia"
    assert said(text, bot="UBOT") is None
    assert said(text, bot="UBOT", direct=True) == "Maria del Carmen Lopez Garcia"
