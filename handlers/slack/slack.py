"""Slack as the handlers need it: answer where the person is, change what was said, and take it back."""

from __future__ import annotations

import http.client
import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import MarkdownTextObject, PlainTextObject, SectionBlock

from handlers.slack import refusals
from handlers.slack.archive import Archive
from handlers.slack.client import setback
from handlers.slack.gallery import Gallery, Glimpse
from handlers.slack.originals import Files
from handlers.slack.outgoing import MARK, Instead, Pace, Picture, Reactions, Recall, Shown, parts, pictured
from handlers.slack.roster import Roster
from handlers.slack.uploads import Uploads
from handlers.slack.values import Message, Place, Said, is_direct
from services import texts
from services.jobs import insist
from services.records import Answers, Source, Standing

_SMALLEST_SHARE = 0.2  # of what a message may be large, from which on its blocks are given up
_NOT_LET_IN = {"channel_not_found", "not_in_channel", "user_not_in_channel"}
_TAKEN_BACK_WITHIN = 20.0  # seconds

_logger = logging.getLogger(__name__)


class Slack:
    """One workspace's Slack, with the token to it. With a `pace`, messages to one channel wait for one another.

    With `answers`, what is said about a photo is recorded, and nothing is said about one that is gone. Where events
    tell what is `shown`, it is not looked for in vain.
    """

    def __init__(
        self,
        client: WebClient,
        pace: Pace | None = None,
        answers: Answers | None = None,
        shown: Shown | None = None,
    ) -> None:
        self._client = client
        self._pace = pace
        self._answers = answers
        self._recall = Recall(client)
        self.files = Files(client)
        self.members = Roster(client)
        self.reactions = Reactions(client)
        self.uploads = Uploads(
            client,
            self.files,
            self.members,
            shown or Shown(),
            require_standing=self.require_standing,
            unsay=self.unsay,
        )

    def glimpse(self, sources: Iterable[Source]) -> dict[Source, Glimpse | None]:
        """Posted photos as they are shown beside others; None for one that is gone."""
        return Gallery(self._client).look(sources)

    def posted_in(self, file_id: str) -> frozenset[Source] | None:
        """In which messages a file is, as far as Slack says so."""
        return Gallery(self._client).posted_in(file_id)

    def archive(self, me: str) -> Archive:
        """What was posted to channels before; `me` is the bot, whose own pictures are none of it."""
        return Archive(self._client, me)

    def say(self, place: Place, message: Message, mark: str | None = None, *, user: str | None = None) -> Said:
        """Say it in the place, or where Slack does not let it be said there, in a direct message to `user`.

        What is for one person's eyes only is for theirs. `said` finds a message again by its `mark`, unless it is for
        one person's eyes only. Raises `SlackApiError` where nobody can be told now.
        """
        rest = _Rest(message.text, _dicts(message))
        try:
            return self._say(place, rest, mark)
        except SlackApiError as error:
            person = place.only or user
            final = refusals.may_pass(error) or refusals.code(error) in refusals.GONE
            self._take_back(place, rest)
            if final or person is None or is_direct(place.channel):
                raise
            return self._say_aside(person, place, rest, mark, error)
        except refusals.Gone:
            self._take_back(place, rest)
            raise

    def said(self, place: Place, mark: str) -> Said | None:
        """The message with that mark, if it has been said in that thread, or in that channel of late.

        What was said is recorded, and the conversation is read only for what a crash has kept from being so: some apps
        may read but a page of it a minute.
        """
        if place.only is not None:
            return None
        known = self._answers.marked(place.channel, mark) if self._answers is not None else None
        if known:
            return Said(place, known.posted)
        found = self._recall.find(place, mark)
        if found is None or found.copies or self._answers is None:
            return found
        return Said(place, self._answers.keep(self._standing(place, found.ts, mark)).posted)

    def require_standing(self, place: Place) -> None:
        """Raises `Gone` where the thread's first message, or the photo that an answer is about, is deleted.

        Slack posts a reply to what is deleted into the channel, for all to see, so it is asked right before.
        """
        about = place.about
        if about is not None and self._answers is not None and self._answers.is_gone(about):
            raise refusals.Gone
        if place.thread_ts is not None and place.only is None:
            with refusals.a_thread_that_is_gone():
                self._client.chat_getPermalink(channel=place.channel, message_ts=place.thread_ts)
        if about is not None and about.file_id and self.files.is_deleted(about.file_id):
            raise refusals.Gone

    def stand_by(self, place: Place, posted: str) -> None:
        """Record what was posted about a photo; where that was deleted meanwhile, take it back and raise `Gone`."""
        if place.about is None or place.only is not None or self._answers is None:
            return
        standing = Standing(place.channel, posted, place.about)
        self._answers.keep(standing)
        if self._answers.is_gone(place.about):
            self.withdraw(standing)
            raise refusals.Gone

    def withdraw(self, standing: Standing, *, at_last: bool = False) -> bool:
        """Take back something that was posted about a photo, with its parts, if it still stands; whether Slack lets it.

        Where a message may not be deleted, it says at least nothing any more. Raises what may pass, unless it is a
        message and this is `at_last`.
        """
        channel, posted = standing.channel, standing.posted
        parts_gone = self._withdraw_parts(channel, posted, at_last=at_last)
        if standing.is_picture:
            gone = self.uploads.hide(channel, posted)
        else:
            gone = self.unsay(channel, posted, instead=texts.ANSWER_REMOVED, at_last=at_last)
        if gone and self._answers is not None:
            self._answers.drop(standing)
        return gone and parts_gone

    def change(
        self,
        place: Place,
        ts: str,
        message: Message,
        *,
        user: str | None = None,
        at_last: bool = False,
        instead: Instead | None = None,
    ) -> Said:
        """Put another message in the place of one of the bot's; that it is gone already is no error.

        Where Slack does not let it be changed, it is taken back, or said to be settled, and the other is said anew.
        What was said counts where its last message stands, as with `say`. `instead` is done with pictures that it does
        not show. Raises what may pass, unless it has been tried for long and this is `at_last`.
        """
        try:
            with refusals.gone_already("message_not_found"):
                return Said(place, self.try_to_change(place, ts, message, user=user, instead=instead))
        except SlackApiError as error:
            if refusals.may_pass(error) and not at_last:
                raise
            _logger.warning("a message could not be changed: %s", refusals.code(error))
            return self._replace(place, ts, message, user)
        return Said(place, ts)

    def try_to_change(
        self, place: Place, ts: str, message: Message, *, user: str | None = None, instead: Instead | None = None
    ) -> str:
        """Put another message in the place of one of the bot's, with its parts; the `ts` of the one that counts then.

        What it has no room for is said below it, and recorded with it; parts that are not needed any more are taken
        back. Raises `SlackApiError` where that cannot be.
        """
        aside: Instead = lambda pictures: self.uploads.share_aside(place, pictures, user=user)[0]  # noqa: E731
        portions = parts.parts(_dicts(message))
        said = list(zip([message.text, *map(parts.text_of, portions[1:])], portions, strict=True))
        standing = [*self._parts(place.channel, ts), ts]
        spare, changed = standing[: -len(said)], standing[-len(said) :]
        for each, (text, blocks) in zip(changed, said, strict=False):
            update = partial(self._update, place.channel, each, text)
            with nullcontext() if each == ts else refusals.gone_already("message_not_found"):
                pictured.send(update, blocks, instead or aside)
        for each in spare:
            self.withdraw(self._standing(place, each))
        now = [*changed, *self._say_below(place, said[len(changed) :], instead or aside)]
        self._join(place.channel, now)
        return now[-1]

    def unsay(self, channel: str, ts: str, *, instead: str = texts.TAKEN_BACK, at_last: bool = False) -> bool:
        """Take back one of the bot's messages, or where Slack does not let it, all that stands in it; if that worked.

        That it is gone already is no error. Raises what may pass, unless this is `at_last`.
        """

        def delete() -> object:
            return self._client.chat_delete(channel=channel, ts=ts)

        def empty() -> object:
            return self._client.chat_update(channel=channel, ts=ts, text=instead, blocks=[])

        return any(refusals.unless_refused(do, "message_not_found", at_last=at_last) for do in (delete, empty))

    def parent(self, channel: str, thread_ts: str) -> Mapping[str, Any]:
        """The message that a thread hangs from; without files when it is gone."""
        answer = self._client.conversations_replies(channel=channel, ts=thread_ts, limit=1)
        messages: list[Mapping[str, Any]] = answer["messages"]
        return messages[0] if messages and messages[0]["ts"] == thread_ts else {}

    def _say(self, place: Place, rest: _Rest, mark: str | None) -> Said:
        """Say it in the place: in parts where it is too large, and as mere text where nothing else is taken.

        What has been said of the `rest` is taken from it, so that nothing is said twice.
        """
        share = 1.0
        while True:
            try:
                return self._say_parts(place, rest, share, mark)
            except SlackApiError as error:
                if not rest.blocks or not refusals.is_of_content(error):
                    raise
                if refusals.code(error) in refusals.TOO_LONG and share > _SMALLEST_SHARE:
                    share /= 2
                    continue
                _logger.warning("the blocks of a message were refused: %s", error)
                ts = self._post(place, rest.text, [], None)
                self._join(place.channel, [*rest.posted, ts])
                return Said(place, self._record(place, ts, mark, rest))

    def _say_parts(self, place: Place, rest: _Rest, share: float, mark: str | None) -> Said:
        """Say it in so many messages; the last one, which has the buttons, is that which counts."""
        copies: dict[str, str] = {}

        def instead(pictures: Sequence[Picture]) -> str:
            sentence, shared = self.uploads.share_aside(place, pictures)
            copies.update(shared)
            return sentence

        portions = parts.parts(rest.blocks, share)
        for number, portion in enumerate(portions, start=1):
            last = number == len(portions)
            own = {"mark": mark, "copies": copies} if mark and last else None
            text = parts.text_of(portion) if rest.posted else rest.text
            ts = pictured.send(partial(self._post, place, text, payload=own), portion, instead)
            if not last:
                rest.said(ts, [block for each in portions[number:] for block in each])
                self.stand_by(place, ts)
        self._join(place.channel, [*rest.posted, ts])
        if not copies:  # which are read from the message itself
            ts = self._record(place, ts, mark, rest)
        return Said(place, ts, tuple(copies.items()))

    def _record(self, place: Place, ts: str, mark: str | None, rest: _Rest) -> str:
        """Keep what a job has said at once, by its mark: after a crash it is not said again. The `ts` that counts.

        A process may have stood still in the very moment of saying it, and others have said it meanwhile: who records
        it last takes back what it has said, with all its parts.
        """
        if not mark or place.only is not None or self._answers is None:
            return ts
        kept = self._answers.keep(self._standing(place, ts, mark))
        if kept.posted != ts:
            _logger.warning("others had said it meanwhile: it is taken back")
            again = [self._standing(place, each) for each in (*rest.posted, ts)]
            for each in again:
                self._answers.keep(each)  # so that it goes with its photo, should it not be let go now
            self._take_back_at_last(again)
        return kept.posted

    def _take_back_at_last(self, standing: Sequence[Standing]) -> None:
        """Take back what was said once more. That Slack does not let it is no error: what counts was said."""

        def take_back(_: bool) -> None:  # all of it may be done twice
            for each in standing:
                self.withdraw(each)

        try:
            insist(take_back, setback, patience=_TAKEN_BACK_WITHIN)
        except (SlackApiError, OSError, http.client.HTTPException) as error:
            _logger.warning("what was said once more could not be taken back: %s", error)

    @staticmethod
    def _standing(place: Place, ts: str, mark: str = "") -> Standing:
        return Standing(place.channel, ts, place.about or Source("", ""), mark=mark)

    def _take_back(self, place: Place, rest: _Rest) -> None:
        """Take back the parts of a message whose others are refused, where that can be: all of it is said elsewhere."""
        if place.only is not None:
            return
        for ts in rest.posted:
            self.withdraw(self._standing(place, ts), at_last=True)
        rest.restore()

    def _say_aside(self, person: str, place: Place, rest: _Rest, mark: str | None, error: SlackApiError) -> Said:
        """Say in a direct message what Slack does not let be said in a place, and why it was not said there."""
        _logger.warning("said in a direct message instead: %s", refusals.code(error))
        blocks = list(rest.blocks)
        if place.only is None or refusals.code(error) not in _NOT_LET_IN:
            why = texts.NOT_SAID_THERE.format(channel=f"<#{place.channel}>", reason=refusals.reason(error))
            blocks = [SectionBlock(text=MarkdownTextObject(text=why)).to_dict(), *blocks]
        try:
            there = Place(self.members.direct(person), about=place.about)
            return self._say(there, _Rest(rest.text, blocks), mark)
        except SlackApiError as another:
            raise another if refusals.may_pass(another) else error from another

    def _post(self, place: Place, text: str, blocks: pictured.Blocks, payload: Mapping[str, Any] | None = None) -> str:
        """Post one message; its `ts`."""
        said: dict[str, Any] = {"channel": place.channel, "thread_ts": place.thread_ts, "text": parts.cut(text)}
        said["blocks"] = blocks or None
        if place.only is not None:
            self.require_standing(place)
            return str(self._client.chat_postEphemeral(user=place.only, **said)["message_ts"])
        if self._pace:
            self._pace.wait(place.channel)
        self.require_standing(place)
        metadata = {"event_type": MARK, "event_payload": payload} if payload else None
        with refusals.a_thread_that_is_gone():
            answer = self._client.chat_postMessage(**said, unfurl_links=False, metadata=metadata)
        if place.thread_ts and not answer["message"].get("thread_ts"):
            self.unsay(place.channel, str(answer["ts"]))
            raise refusals.Gone
        return str(answer["ts"])

    def _update(self, channel: str, ts: str, text: str, blocks: pictured.Blocks) -> None:
        self._client.chat_update(channel=channel, ts=ts, text=parts.cut(text), blocks=blocks)

    def _say_below(self, place: Place, rest: Sequence[tuple[str, pictured.Blocks]], instead: Instead) -> list[str]:
        """Say and record what the messages of an answer have no room for: all of it, or where that fails none of it."""
        posted: list[str] = []
        try:
            for text, blocks in rest:
                posted.append(pictured.send(partial(self._post, place, text), blocks, instead))
                self.stand_by(place, posted[-1])
        except (SlackApiError, refusals.Gone):
            for ts in posted:
                self.withdraw(self._standing(place, ts), at_last=True)
            raise
        return posted

    def _parts(self, channel: str, ts: str) -> tuple[str, ...]:
        """The messages above one of the bot's that are parts of what it says."""
        return self._answers.parts(channel, ts) if self._answers is not None else ()

    def _join(self, channel: str, said: Sequence[str]) -> None:
        """Record that messages say one thing, so that they are changed and taken back together."""
        if self._answers is not None and len(said) > 1:
            self._answers.join(channel, said)

    def _withdraw_parts(self, channel: str, ts: str, *, at_last: bool) -> bool:
        """Take back the messages above one that are parts of what it says; whether Slack lets them go."""
        found = [Standing(channel, each, Source("", "")) for each in self._parts(channel, ts)]
        gone = [self.withdraw(each, at_last=at_last) for each in found]
        return all(gone)

    def _replace(self, place: Place, ts: str, message: Message, user: str | None) -> Said:
        """Say in a new message what cannot take the place of another, whose buttons must not seem to be open."""
        self._withdraw_parts(place.channel, ts, at_last=True)
        if self.unsay(place.channel, ts, at_last=True):
            return self.say(place, message, user=user)
        settled = SectionBlock(text=PlainTextObject(text=texts.SETTLED_BELOW))
        thread = Place(place.channel, place.thread_ts or ts)
        text = f"{texts.SETTLED_BELOW}\n{message.text}"
        return self.say(thread, Message(text, [settled, *message.blocks]), user=user)


class _Rest:
    """What is still to be said of a message, and where its parts stand that have been said."""

    def __init__(self, text: str, blocks: pictured.Blocks) -> None:
        self.text = text
        self.blocks = blocks
        self.posted: list[str] = []
        self._whole = text, blocks

    def said(self, ts: str, left: pictured.Blocks) -> None:
        """A part of it was said, and these blocks are left."""
        self.posted.append(ts)
        self.text, self.blocks = parts.text_of(left), left

    def restore(self) -> None:
        """Nothing of it is said any more."""
        self.text, self.blocks = self._whole
        self.posted = []


def _dicts(message: Message) -> pictured.Blocks:
    return [block.to_dict() for block in message.blocks]
