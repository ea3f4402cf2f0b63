"""`views.*`: modals and the App Home."""

from collections.abc import Mapping

from playground.blocks import accept_view, view_json
from playground.slack import modals
from playground.state import Json, SlackError, View
from playground.webapi.call import Call, Method, invalid_argument


def open_(call: Call) -> Json:
    definition = accept_view(call.workspace, call.args.raw("view"), "modal")
    user = call.slack.triggers.exchange(call.args.required("trigger_id"))
    return _shown(call, call.slack.views.open(user, definition), "open")


def push(call: Call) -> Json:
    definition = accept_view(call.workspace, call.args.raw("view"), "modal")
    user = call.slack.triggers.exchange(call.args.required("trigger_id"))
    return _shown(call, call.slack.views.push(user, definition), "push")


def update(call: Call) -> Json:
    view = _find(call)
    definition = accept_view(call.workspace, call.args.raw("view"), "home" if view.type == "home" else "modal")
    return _rendered(call, modals.update(call.slack, call.workspace, view, definition, call.args.text("hash") or None))


def publish(call: Call) -> Json:
    if not call.workspace.installation.manifest.home_tab:
        raise SlackError("not_enabled")
    user = call.args.required("user_id")
    member = call.workspace.users.get(user)
    if member is None or member.is_bot:
        raise invalid_argument("invalid `user_id`")
    definition = accept_view(call.workspace, call.args.raw("view"), "home")
    return _shown(call, call.slack.views.publish(user, definition, call.args.text("hash") or None), "home")


def _find(call: Call) -> View:
    """The view by `view_id` or `external_id`."""
    views = call.slack.views
    if call.args.text("view_id"):
        view = views.get(call.args.text("view_id"))
    else:
        view = views.by_external_id(call.args.required("external_id"))
    if view is None:
        raise SlackError("not_found")
    return view


def _shown(call: Call, view: View, how: str) -> Json:
    modals.show(call.slack, call.workspace, view, how)
    return _rendered(call, view)


def _rendered(call: Call, view: View) -> Json:
    return {"view": view_json(call.workspace, view)}


METHODS: Mapping[str, Method] = {
    "views.open": Method(open_),
    "views.publish": Method(publish),
    "views.push": Method(push),
    "views.update": Method(update),
}
