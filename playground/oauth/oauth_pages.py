"""The page on which a member lets an app into their workspace."""

from html import escape
from urllib.parse import urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from playground.oauth.oauth import OAuth

PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{app} would like to be installed</title></head>
<body><h1>{app} would like to be installed</h1>
<p>It asks for: {scopes}.</p>
<form method="post">
<label>Workspace <select name="team">{teams}</select></label>
<button name="answer" value="allow">Allow</button>
<button name="answer" value="cancel">Cancel</button>
</form></body></html>
"""


async def consent(request: Request) -> Response:
    """Ask the member, who chooses the workspace."""
    oauth: OAuth = request.app.state.slack.oauth
    problem = _problem(oauth, request)
    if problem:
        return HTMLResponse(f"<!DOCTYPE html><title>Something went wrong</title><h1>{problem}</h1>", 400)
    teams = "".join(f'<option value="{w.team.id}">{escape(w.team.name)}</option>' for w in oauth.workspaces)
    scopes = escape(request.query_params["scope"].replace(",", ", "))
    page = PAGE.format(app=escape(oauth.manifest.bot_name), scopes=scopes, teams=teams)
    target = urlsplit(_redirect(oauth, request))
    policy = f"default-src 'none'; form-action 'self' {target.scheme}://{target.netloc}; frame-ancestors 'none'"
    return HTMLResponse(page, headers={"Content-Security-Policy": policy})


async def decide(request: Request) -> Response:
    """Send the member back to the app, with a code or with their refusal."""
    oauth: OAuth = request.app.state.slack.oauth
    async with request.form(max_files=0, max_fields=10) as form:
        team, answer = str(form.get("team")), str(form.get("answer"))
    workspace = next((each for each in oauth.workspaces if each.team.id == team), None)
    if workspace is None or _problem(oauth, request):
        return HTMLResponse("<!DOCTYPE html><title>Something went wrong</title><h1>invalid_team</h1>", 400)
    redirect = _redirect(oauth, request)
    fields = {"state": request.query_params.get("state", "")}
    if answer == "allow":
        admin = next(user for user in workspace.members if user.is_admin)
        fields["code"] = oauth.code(workspace, admin.id, redirect)
    else:
        fields["error"] = "access_denied"
    return RedirectResponse(f"{redirect}?{urlencode(fields)}", 302)


def _redirect(oauth: OAuth, request: Request) -> str:
    return request.query_params.get("redirect_uri") or oauth.options.redirect_url


def _problem(oauth: OAuth, request: Request) -> str:
    """What is wrong with the app's request, in Slack's words; nothing where all is well."""
    asked = set(request.query_params.get("scope", "").split(","))
    if request.query_params.get("client_id") != oauth.options.client_id:
        return "invalid_client_id"
    if not asked <= set(oauth.manifest.scopes) or asked == {""}:
        return "invalid_scope"
    if not _redirect(oauth, request).startswith(oauth.options.redirect_url or " "):
        return "bad_redirect_uri"
    return ""
