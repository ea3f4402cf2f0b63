"""What members do with the app: commands, shortcuts, clicks, modals, its Home."""

from playground.client.call import Doing
from playground.slack import actions, commands, events, modals, suggestions
from playground.state import Json, Refused
from playground.web import page_view


async def command(doing: Doing) -> Json:
    name = doing.text("command")
    if doing.text("thread_ts"):
        raise Refused(f"{name} is not supported in threads. Sorry!")
    await commands.run(doing.slack, doing.workspace, doing.user, doing.conversation(), name, doing.text("text"))
    return {}


async def shortcut(doing: Doing) -> Json:
    callback_id = doing.text("callback_id")
    if doing.text("ts"):
        message = doing.message(doing.conversation())
        await commands.run_message_shortcut(doing.slack, doing.workspace, doing.user, message, callback_id)
    else:
        await commands.run_global_shortcut(doing.slack, doing.workspace, doing.user, callback_id)
    return {}


async def action(doing: Doing) -> Json:
    """A click or a choice in a message or a view."""
    container, given = doing.object("container"), doing.object("action")
    values = doing.object("state").get("values") or {}
    if container.get("type") == "view":
        view = doing.view(str(container.get("view_id")))
        actions.act_in_view(doing.slack, doing.workspace, doing.user, view, given, values)
        return {}
    inside = Doing(doing.slack, doing.workspace, doing.user, container)
    message = inside.message(inside.conversation())
    actions.act_in_message(doing.slack, doing.workspace, doing.user, message, given, values)
    return {}


async def view_submit(doing: Doing) -> Json:
    """Submit a modal; `errors` by block id where the form, or the app, wants something corrected."""
    view = doing.view(doing.text("view_id"))
    values = doing.object("state").get("values") or {}
    try:
        await modals.submit(doing.slack, doing.workspace, doing.user, view, values)
    except modals.Invalid as invalid:
        news = {"type": "view_errors", "view_id": view.id, "errors": invalid.errors}
        doing.slack.pages.tell(doing.user.id, news)
        return {"ok": False, "errors": invalid.errors}
    return {}


async def view_close(doing: Doing) -> Json:
    view = doing.view(doing.text("view_id"))
    modals.close(doing.slack, doing.workspace, doing.user, view, clear=bool(doing.args.get("clear")))
    return {}


async def open_home(doing: Doing) -> Json:
    """The member looks at the App Home; what the app published last comes back at once."""
    if not doing.workspace.installation.manifest.home_tab:
        raise Refused("This app has no Home tab.", 404)
    view = doing.slack.views.home(doing.user.id)
    events.home_opened(doing.slack, doing.workspace, doing.user.id, "home", view)
    return {"view": page_view(doing.workspace, view) if view is not None else None}


async def acknowledgements(doing: Doing) -> Json:
    """How long the app took to acknowledge what was sent to it, for whoever measures it."""
    taken = doing.slack.delivery.acknowledgements
    return {"acknowledgements": [{"type": each.type, "milliseconds": each.milliseconds} for each in taken]}


async def refusals(doing: Doing) -> Json:
    """Set which methods are refused with which error; how often each has been so far."""
    doing.slack.refusals.set(doing.object("codes"), doing.text("channel"))
    return {"called": dict(doing.slack.refusals.called)}


async def suggest(doing: Doing) -> Json:
    """The choices that the app suggests for what is typed into an `external_select`."""
    container = doing.object("container")
    asked = doing.text("block_id"), doing.text("action_id"), doing.text("value")
    if container.get("type") == "view":
        view = doing.view(str(container.get("view_id")))
        return await suggestions.in_view(doing.slack, doing.workspace, doing.user, view, *asked)
    inside = Doing(doing.slack, doing.workspace, doing.user, container)
    message = inside.message(inside.conversation())
    return await suggestions.in_message(doing.slack, doing.workspace, doing.user, message, *asked)


async def faults(doing: Doing) -> Json:
    """Set the chance of each fault; how often each has struck so far."""
    doing.slack.faults.set(doing.object("rates"), doing.args.get("seed"))
    return {"struck": dict(doing.slack.faults.struck)}
