"""The modals and the App Home of each member: a stack of at most three modals, and one Home."""

from dataclasses import replace

from playground.state import Json, SlackError, View, new_hash, new_id

MAX_STACK = 3


class Views:
    """Remembers what is open. Definitions come here checked and completed."""

    def __init__(self) -> None:
        self._views: dict[str, View] = {}
        self._stacks: dict[str, list[str]] = {}
        self._homes: dict[str, str] = {}

    def get(self, view_id: str) -> View | None:
        return self._views.get(view_id)

    def by_external_id(self, external_id: str) -> View | None:
        return next((view for view in self._views.values() if external_id and view.external_id == external_id), None)

    def stack(self, user: str) -> list[View]:
        """The member's open modals, the top one last."""
        return [self._views[view_id] for view_id in self._stacks.get(user, [])]

    def home(self, user: str) -> View | None:
        view_id = self._homes.get(user)
        return self._views[view_id] if view_id else None

    def open(self, user: str, definition: Json) -> View:
        """Open a modal; what was open is gone. Raises SlackError `duplicate_external_id`."""
        self._check_external_id(definition, replacing=None)
        self.clear(user)
        return self._push(user, definition)

    def push(self, user: str, definition: Json) -> View:
        """Put a modal on top. Raises SlackError `push_limit_reached`, `not_found` or `duplicate_external_id`."""
        stack = self._stacks.get(user, [])
        if not stack:
            raise SlackError("not_found")
        if len(stack) >= MAX_STACK:
            raise SlackError("push_limit_reached")
        self._check_external_id(definition, replacing=None)
        return self._push(user, definition)

    def update(self, view: View, definition: Json, hash_: str | None = None) -> View:
        """Replace what a view shows. Raises SlackError `hash_conflict` or `duplicate_external_id`."""
        if hash_ is not None and hash_ != view.hash:
            raise SlackError("hash_conflict")
        self._check_external_id(definition, replacing=view)
        updated = replace(view, definition=definition, hash=new_hash(), external_id=definition.get("external_id") or "")
        self._views[view.id] = updated
        return updated

    def publish(self, user: str, definition: Json, hash_: str | None = None) -> View:
        """Set the member's App Home. Raises SlackError `hash_conflict` or `duplicate_external_id`."""
        current = self.home(user)
        if current is not None:
            return self.update(current, definition, hash_)
        self._check_external_id(definition, replacing=None)
        view = self._new(user, definition, None, None)
        self._homes[user] = view.id
        return view

    def pop(self, view: View) -> None:
        """Close a modal and whatever lies on it."""
        stack = self._stacks.get(view.user, [])
        if view.id in stack:
            for view_id in stack[stack.index(view.id) :]:
                del self._views[view_id]
            del stack[stack.index(view.id) :]

    def clear(self, user: str) -> None:
        """Close all the member's modals."""
        for view_id in self._stacks.pop(user, []):
            del self._views[view_id]

    def _push(self, user: str, definition: Json) -> View:
        stack = self._stacks.setdefault(user, [])
        view = self._new(user, definition, stack[0] if stack else None, stack[-1] if stack else None)
        stack.append(view.id)
        return view

    def _new(self, user: str, definition: Json, root: str | None, previous: str | None) -> View:
        view_id = new_id("V")
        view = View(
            id=view_id,
            user=user,
            type=definition["type"],
            definition=definition,
            hash=new_hash(),
            root_id=root or view_id,
            previous_id=previous,
            external_id=definition.get("external_id") or "",
        )
        self._views[view_id] = view
        return view

    def _check_external_id(self, definition: Json, replacing: View | None) -> None:
        other = self.by_external_id(definition.get("external_id") or "")
        if other is not None and (replacing is None or other.id != replacing.id):
            raise SlackError("duplicate_external_id")
