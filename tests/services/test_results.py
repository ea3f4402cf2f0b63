"""What jobs have kept is read again, by later releases as well."""

import base64
import datetime as dt
import pickle

import pytest

from handlers.slack.client import Refused
from services.jobs.results import Results
from services.people.enrolling.enrolment import Request
from services.people.grounds.consent import Ground
from services.people.known.directory import Unlearned
from services.people.roles import Actor
from services.pictures.crops import Box
from services.records import Person
from services.search import Candidate, Identification, Mode, Sighting

ADA = Person("u1", "Ada", None, "U1", dt.datetime(2026, 11, 28, tzinfo=dt.UTC), 1)
FOUND = Identification(
    640, 480, Mode.USERS, 99.0, (Sighting(1, Box(0.5, 1.5, 20.0, 30.0), Candidate(ADA, 99.5), None),)
)

# Made by the code of release 1.0.0, of the same values.
FOUND_BY_1_0_0 = (
    "gASVaQEAAAAAAACMD3NlcnZpY2VzLnNlYXJjaJSMDklkZW50aWZpY2F0aW9ulJOUKYGUXZQoTYACTeABaACMBE1vZGWUk5SMBXVzZXJzlIWUUpRH"
    "QFjAAAAAAABoAIwIU2lnaHRpbmeUk5QpgZRdlChLAYwOc2VydmljZXMuY3JvcHOUjANCb3iUk5QoRz/gAAAAAAAARz/4AAAAAAAAR0A0AAAAAAAA"
    "R0A+AAAAAAAAdJSBlGgAjAlDYW5kaWRhdGWUk5QpgZRdlCiMF3NlcnZpY2VzLnJlY29yZHMudmFsdWVzlIwGUGVyc29ulJOUKYGUXZQojAJ1MZSM"
    "A0FkYZROjAJVMZSMCGRhdGV0aW1llIwIZGF0ZXRpbWWUk5RDCgfqCxwAAAAAAACUaB+MCHRpbWV6b25llJOUaB+MCXRpbWVkZWx0YZSTlEsASwBL"
    "AIeUUpSFlFKUhpRSlEsBZWJHQFjgAAAAAABlYk5lYoWUZWIu"
)
REQUEST_BY_1_0_0 = (
    "gASVWwAAAAAAAACMEnNlcnZpY2VzLmVucm9sbWVudJSMB1JlcXVlc3SUk5QpgZRdlCiMA0FkYZSMDnNlcnZpY2VzLnJvbGVzlIwFQWN0b3KUk5Qp"
    "gZRdlCiMAlUxlIhlYk6JZWIu"
)
WORDS_BY_1_0_0 = (
    "gASVXAAAAAAAAABdlCiMD3NlcnZpY2VzLnBlb3BsZZSMCVVubGVhcm5lZJSTlIwEZmFjZZSFlFKUjBBzZXJ2aWNlcy5jb25zZW50lIwGR3JvdW5k"
    "lJOUjAdyZWxlYXNllIWUUpRlLg=="
)
REFUSED_BY_1_0_0 = (
    "gASVdgAAAAAAAACMD2hhbmRsZXJzLmNsaWVudJSMB1JlZnVzZWSUk5SMC3JhdGVsaW1pdGVklE2tAUdAPgAAAAAAAIeUUpR9lCiMCHJlc3BvbnNl"
    "lH2UjAVlcnJvcpRoA3OMBnN0YXR1c5RNrQGMBHdhaXSUR0A+AAAAAAAAdWIu"
)


@pytest.mark.parametrize("value", [None, 3, {"ts": "1.5"}, FOUND, [Ground.RELEASE], ("a", Unlearned.FACE)])
def test_what_is_kept_is_read(value: object) -> None:
    assert Results().deserialize(Results().serialize(value)) == value


@pytest.mark.parametrize(
    ("kept", "value"),
    [
        (FOUND_BY_1_0_0, FOUND),
        (REQUEST_BY_1_0_0, Request("Ada", Actor("U1", admin=True))),
        (WORDS_BY_1_0_0, [Unlearned.FACE, Ground.RELEASE]),
    ],
    ids=["what a photo shows", "who is enrolled", "words"],
)
def test_what_release_1_0_0_has_kept_is_read(kept: str, value: object) -> None:
    assert Results().deserialize(kept) == value


def test_a_refusal_that_release_1_0_0_has_kept_says_how_long_to_wait() -> None:
    refused = Results().deserialize(REFUSED_BY_1_0_0)
    assert isinstance(refused, Refused)
    assert (refused.response["error"], refused.wait) == ("ratelimited", 30.0)


@pytest.mark.parametrize("module", [b"services.gone", b"os.gone"])
def test_what_is_of_no_class_any_more_is_not_read(module: bytes) -> None:
    kept = base64.b64encode(b"c" + module + b"\nNobodyHasThis\n.").decode()
    with pytest.raises((ModuleNotFoundError, pickle.UnpicklingError)):
        Results().deserialize(kept)
