"""Enrolling a person: each photo is looked at on its own, and the answer says of each what became of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, count
from typing import Protocol, TypeVar

from services import names, texts
from services.collection import Collection, in_words
from services.errors import Conflict, Refusal, Unavailable
from services.people.enrolling.admission import Admission, Applicant
from services.people.grounds import NOTICE_VERSION, Consent, Footing, Ground, Requests
from services.people.known import lookalikes, twins
from services.people.photos import Advice, Fate, GivenPhoto, Outcome, Portrait, Portraits, poses
from services.people.roles import Actor, Roles
from services.pictures import Box
from services.records import ConsentRequest, EnrolledFace, Person

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """Who is to be enrolled, by whom, and which Slack member they are, if they are one.

    `stated` are the versions of what they have stated of whoever it is, which `services.people.grounds` asks for.
    `largest` takes the largest face of a photo with several, where nobody is there to choose. `job` is the key of the
    job that enrols: what it has begun to ask a member, no other goes on with.
    """

    name: str
    actor: Actor
    member: str | None = None
    largest: bool = False
    stated: frozenset[str] = frozenset()
    job: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of every photo, in the order given, and on which ground.

    `person` is None when nothing could be enrolled; `asked` is there when the member has to agree first. `poses` are
    those that their photos show and lack now, and `change` undoes it, where photos were added. `resembles` are others
    whom their photos may be taken for, and `twins` those whose name is easily taken for that of somebody new.
    """

    name: str
    person: Person | None
    outcomes: tuple[Outcome, ...]
    ground: Ground
    asked: ConsentRequest | None = None
    poses: Advice | None = None
    change: str | None = None
    resembles: tuple[Person, ...] = ()
    twins: tuple[Person, ...] = ()

    @property
    def added(self) -> int:
        return sum(outcome.fate is Fate.ADDED for outcome in self.outcomes)


class Keep(Protocol):
    """Runs a function; or, where a crash cut the work short, gives what it gave before. Results are plain data."""

    def __call__(self, name: str, run: Callable[[], T]) -> T: ...


def at_once(name: str, run: Callable[[], T]) -> T:
    """Keeps nothing: for work that nobody takes up again."""
    return run()


@dataclass(frozen=True, slots=True)
class _Begun:
    """What is settled before the first photo. `person` is None while a member has to agree; `before`: their faces."""

    request: Request
    ground: Ground
    person: Person | None
    before: frozenset[str] = frozenset()


class Enrolment:
    """Enrols people into one collection."""

    def __init__(self, collection: Collection, consent: Consent, roles: Roles, threshold: float = 99.0) -> None:
        """`threshold` is the workspace's: who comes near to it is said to resemble whom is enrolled."""
        self._collection = collection
        self._threshold = threshold
        self._client = collection.client
        self._records = collection.records
        self._photos = collection.photos
        self._portraits = Portraits(collection)
        self._admission = Admission(collection)
        self._requests = Requests(collection)
        self._consent = consent
        self._roles = roles

    def enroll(
        self,
        request: Request,
        given: Iterable[GivenPhoto],
        progress: Callable[[], None] = lambda: None,
        keep: Keep = at_once,
        *,
        threads: int = 1,
    ) -> Result:
        """Add photos to a person, who is created if need be; one bad photo spoils none of the others.

        A member who has to agree first is not created: the portraits are kept with a request, and nothing is in the
        collection. `progress` is called after each photo has been looked at. `keep` keeps what is done, photo by
        photo, so that after a crash the rest is done and all of it told; where nothing is kept, `threads` look at
        photos side by side. Raises `Refusal` for a name that cannot be and for what the actor may not do,
        `Unstated` where they have to state something first, `Unavailable` when Rekognition cannot be asked.
        """
        begun = keep("begin to enroll", lambda: self._begin(request))
        stated, job = request.stated, request.job  # of which a job that an older release began says nothing
        request, person = begun.request, begun.person
        if person is None:
            return keep("ask for consent", lambda: self._ask(request, given, progress, job))

        looks = (partial(self._look, person, photo, largest=request.largest) for photo in given)
        return self._enroll(begun, person, looks, stated, progress, keep, threads=threads)

    def footing(self, request: Request) -> Footing:
        """On which ground this person would be enrolled, and what has to be stated about them first.

        Nothing is kept. Raises as `enroll` does.
        """
        return self._footing(request)[1]

    def unstated(self, request: Request) -> str | None:
        """The version of the statement that has to be made first; None where there is none. Raises as `enroll` does."""
        return self.footing(request).unstated

    def faces(self, photo: GivenPhoto) -> tuple[Box, ...]:
        """The faces of a photo that could be meant, in the order in which `GivenPhoto.face` counts them."""
        with in_words():
            looked = self._portraits.cut(replace(photo, face=None), None)
        return looked.faces if isinstance(looked, Outcome) else ()

    def accept(self, asked: ConsentRequest, more: Iterable[GivenPhoto] = (), called: Iterable[str] = ()) -> Result:
        """Enrol a member who has said yes, with the portraits that were kept for it and `more` photos of their own.

        Where somebody else has the name that they were asked about, they get another that they are `called`. Raises as
        `enroll` does; the request is settled once this returns.
        """
        request = Request(self._free_name(asked, called), Actor(asked.asked_by), asked.member)
        person, before = self._open(request)
        kept = self._requests.portraits(asked)
        enrolled = {face.digest: face for face in self._records.faces(person.user_id)}
        before -= {enrolled[each.digest].face_id for each in kept if _is_of(enrolled.get(each.digest), asked)}
        looks = [partial(self._look_again, asked, person, each, enrolled.get(each.digest)) for each in kept]
        looks += [partial(self._look, person, photo, largest=True) for photo in more]
        result = self._enroll(_Begun(request, Ground.ACCEPTED, person, before), person, looks)
        self._records.audit(asked.member, "accept", member=asked.member, asked_by=asked.asked_by, notice=NOTICE_VERSION)
        self._requests.erase(asked)
        return result

    def _begin(self, request: Request) -> _Begun:
        """See who it is and on which ground; who needs not be asked is there from now on."""
        request, footing = self._footing(request)
        if footing.ground is Ground.NONE:
            return _Begun(request, footing.ground, None)
        footing.require(request.stated)  # whatever was so when they were asked
        return _Begun(request, footing.ground, *self._open(request))

    def _footing(self, request: Request) -> tuple[Request, Footing]:
        """The request in the words of whom it is about, if they are known, and the footing on which it stands."""
        request = replace(request, name=names.clean(request.name))
        person = self._known(request.name, request.member)
        if person is not None:
            self._roles.require_manager(request.actor, person)
            request = replace(request, name=person.name, member=person.member)
        return request, self._consent.footing(member=request.member, person=person, actor=request.actor.id)

    def _open(self, request: Request) -> tuple[Person, frozenset[str]]:
        """The person, created if need be, and the faces they have."""
        with in_words():
            person = self._person(request)
        return person, frozenset(face.face_id for face in self._records.faces(person.user_id))

    def _known(self, name: str, member: str | None) -> Person | None:
        """Who is enrolled as this member, else by this name. Raises `Conflict` when the name is somebody else's."""
        by_member = self._records.find_member(member) if member else None
        person = by_member or self._records.find(name)
        if person is not None and member is not None and person.member != member:
            raise Conflict(texts.NAME_OF_ANOTHER.format(name=person.name))
        return person

    def _look(self, person: Person, photo: GivenPhoto, *, largest: bool) -> Applicant | Outcome:
        """The face of a photo, stored but not the person's yet; or what became of the photo instead."""
        portrait = self._portraits.cut(photo, person, largest=largest)
        return self._admission.index(person, portrait) if isinstance(portrait, Portrait) else portrait

    def _free_name(self, asked: ConsentRequest, called: Iterable[str]) -> str:
        """The name that a member was asked about, or the first other of theirs that is nobody else's."""
        short = asked.name[: names.MAX_LENGTH - len(" (99)")]
        numbered = (f"{short} ({number})" for number in count(2))
        for name in chain([asked.name], called, numbered):
            with suppress(Refusal):  # it cannot be a name, or is somebody's
                self._known(names.clean(name), asked.member)
                return names.clean(name)
        return asked.name

    def _look_again(
        self, asked: ConsentRequest, person: Person, portrait: Portrait, face: EnrolledFace | None
    ) -> Applicant | Outcome:
        """The face of a portrait that was kept, or what it is enrolled as already.

        What an acceptance cut short has enrolled is this one's: told, recorded and undone with the rest.
        """
        if face is None:
            return self._admission.index(person, portrait)
        if _is_of(face, asked):
            return Outcome(portrait.file, Fate.ADDED, portrait.told(texts.ADDED.format(name=person.name)))
        return Outcome(portrait.file, Fate.ALREADY_ENROLLED, texts.ENROLLED_ALREADY.format(name=person.name))

    def _ask(self, request: Request, given: Iterable[GivenPhoto], progress: Callable[[], None], job: str) -> Result:
        """Keep the portraits until the member has agreed; without a single good one there is nothing to ask.

        Nor is there a question before the first of them, which would keep others from asking.
        """
        name, member = request.name, request.member or ""
        begin = partial(self._requests.begin, member=member, name=name, asked_by=request.actor.id, job=job)
        asked = self._requests.begun(member, job)
        outcomes: list[Outcome] = []
        try:
            for photo in given:
                with in_words():
                    each = self._portraits.cut(photo, None, largest=request.largest)
                if isinstance(each, Portrait):
                    asked = asked or begin()
                    each = self._keep(asked, each)
                outcomes.append(each)
                progress()
        except Exception:
            self._drop(asked)  # nobody else goes on with it
            raise
        if outcomes and all(outcome.fate is not Fate.WAITING for outcome in outcomes):
            self._drop(asked)
            return Result(name, None, tuple(outcomes), Ground.NONE)
        asked = asked or begin()
        self._records.audit(request.actor.id, "ask", member=member, **_tally(outcomes))
        return Result(name, None, tuple(outcomes), Ground.NONE, asked)

    def _keep(self, asked: ConsentRequest, portrait: Portrait) -> Outcome:
        self._requests.keep(asked, portrait)
        return Outcome(portrait.file, Fate.WAITING, portrait.told(texts.WAITING.format(name=asked.name)))

    def _drop(self, asked: ConsentRequest | None) -> None:
        if asked is not None:
            self._requests.erase(asked)

    def _enroll(
        self,
        begun: _Begun,
        person: Person,
        looks: Iterable[Callable[[], Applicant | Outcome]],
        stated: frozenset[str] = frozenset(),
        progress: Callable[[], None] = lambda: None,
        keep: Keep = at_once,
        *,
        threads: int = 1,
    ) -> Result:
        looked: list[Applicant | Outcome] = []
        # What is kept step by step is done in the order that it would be done in again.
        alone = threads == 1 or keep is not at_once
        do = _one_by_one if alone else partial(_side_by_side, threads=threads)

        def kept(number: int, look: Callable[[], Applicant | Outcome]) -> Applicant | Outcome:
            return keep(f"photo {number}", partial(_in_words, look))

        try:
            do((partial(kept, *numbered) for numbered in enumerate(looks, start=1)), looked, progress)
            outcomes = keep("admit", lambda: self._admission.admit(person, looked, added_by=begun.request.actor.id))
        except Exception:
            self._admission.leave_nothing_behind(person, looked)
            raise
        return keep("settle", lambda: self._settle(begun, person, looked, outcomes, stated))

    def _settle(
        self,
        begun: _Begun,
        person: Person,
        looked: Sequence[Applicant | Outcome],
        outcomes: Sequence[Outcome],
        stated: frozenset[str],
    ) -> Result:
        """Leave no stray behind, and record the ground, what was done, and how it can be undone."""
        self._admission.leave_nothing_behind(person, looked)
        request, ground = begun.request, begun.ground
        kept = self._records.people_by_id([person.user_id]).get(person.user_id)
        result = Result(person.name, kept, tuple(outcomes), ground)
        given_by = request.actor.id if ground is not Ground.ACCEPTED else request.member or ""
        consent = None
        if result.added or (kept is not None and ground is Ground.ACCEPTED):  # they have said yes, whatever was new
            consent = self._consent.record(person, ground, given_by=given_by, stated=stated)
        if result.added:
            about = {"user_id": person.user_id, "ground": ground.value, **_tally(outcomes)}
            self._records.audit(request.actor.id, "enroll", **about)
        faces = self._records.faces(person.user_id)
        added = [face.face_id for face in faces if face.face_id not in begun.before]
        if not added:
            return result
        own = consent if given_by == request.actor.id else None  # a member's yes is not the enroller's to take back
        change = self._records.changes.add(request.actor.id, "enroll", person.user_id, faces=added, consent=own)
        alike = () if begun.before else twins(person, self._records.people())
        result = replace(result, poses=poses.advise(faces), change=change.id, twins=alike)
        return replace(result, resembles=self._resembling(person))

    def _resembling(self, person: Person) -> tuple[Person, ...]:
        try:
            return lookalikes.resembling(self._collection, person, self._threshold)
        except (Refusal, Unavailable):  # they are enrolled all the same
            return ()

    def _person(self, request: Request) -> Person:
        person = self._known(request.name, request.member)
        if person is None:
            try:
                person = self._records.add_person(request.name, member=request.member, added_by=request.actor.id)
            except Conflict:  # somebody else was a moment faster
                person = self._known(request.name, request.member) or self._records.get(request.name)
        if person.member != request.member:  # it is on this member's ground, and nobody else's, that photos are added
            raise Conflict(texts.NAME_TAKEN.format(name=person.name))
        try:
            with suppress(self._client.exceptions.ConflictException):  # they have photos already
                self._client.create_user(CollectionId=self._collection.id, UserId=person.user_id)
        except Exception:
            if not self._records.faces(person.user_id):  # nobody is known whom Rekognition does not know
                self._records.remove_person(person.user_id)
            raise
        return person


def _is_of(face: EnrolledFace | None, asked: ConsentRequest) -> bool:
    """Whether a face was enrolled with the member's yes to this request."""
    return face is not None and face.added_by == asked.asked_by and face.added_at >= asked.asked_at


def _one_by_one(steps: Iterable[Callable[[], T]], done: list[T], progress: Callable[[], None]) -> None:
    """Do them all. What each gave is in `done`, even where this raises."""
    for step in steps:
        done.append(step())
        progress()


def _side_by_side(
    steps: Iterable[Callable[[], T]], done: list[T], progress: Callable[[], None], *, threads: int
) -> None:
    """The same in several threads; in order, but for what was under way when one of them raised."""
    with ThreadPoolExecutor(threads) as pool:
        running: list[Future[T]] = []
        try:
            running.extend(pool.submit(step) for step in steps)
            for each in running:
                done.append(each.result())
                progress()
        except BaseException:
            pool.shutdown(cancel_futures=True)
            done += [each.result() for each in running[len(done) :] if not each.cancelled() and not each.exception()]
            raise


def _in_words(run: Callable[[], T]) -> T:
    with in_words():
        return run()


def _tally(outcomes: Sequence[Outcome]) -> dict[str, int]:
    return {fate.value: n for fate in Fate if (n := sum(outcome.fate is fate for outcome in outcomes))}
