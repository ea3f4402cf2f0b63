"""Every check that the settings call for, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from bot.doctor import faces, kept, machine, slack
from bot.doctor.advice import OUTSIDE, explained
from bot.doctor.patient import Check, Finding, Patient, Unwell
from bot.doctor.permissions import permissions
from bot.settings import Settings
from engine import EngineError, StoreError, WeightsError
from services.errors import Refusal


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Every check that these settings call for. What it writes to try things out, it takes away again."""
    patient = Patient(settings)
    return tuple(_find(name, partial(check, patient)) for name, check in _table(settings))


def _table(settings: Settings) -> Iterator[tuple[str, Check]]:
    yield "disk", machine.disk
    yield "database", kept.database
    if settings.engine == "embedded":
        yield "models", faces.models
    yield "collection", faces.collection
    if settings.engine == "embedded":
        yield "vectors", faces.vectors
        yield "look-alikes", faces.resembling
    if settings.engine == "aws":
        yield "permissions", permissions
    yield "photos", kept.photos
    yield "pictures", machine.pictures
    if not settings.has_slack:
        yield "Slack", slack.playground
        return
    if settings.slack_mode == "http":
        yield "app credentials", slack.credentials
        yield "installations", slack.installations
    else:
        yield "bot token", slack.bot_token
        yield "app token", slack.app_token
        yield "scopes", slack.scopes
        yield "events", slack.events
    yield "clock", slack.clock


def _find(name: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(name, True, check())
    except Unwell as unwell:
        return Finding(name, False, str(unwell), unwell.fix)
    except OUTSIDE as error:
        return Finding(name, False, *explained(error))
    except (StoreError, EngineError, WeightsError, Refusal) as error:
        if isinstance(error.__cause__, (ClientError, BotoCoreError)):  # it says more
            return Finding(name, False, *explained(error.__cause__))
        return Finding(name, False, str(error), "The sentence says what to do.")
