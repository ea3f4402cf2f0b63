"""OAuth: codes for those who have consented, tokens for codes, and new tokens for old ones."""

import secrets
import time
from dataclasses import dataclass, replace

from playground.state import Json, Manifest, Options, SlackError, Workspace

CODE_LIVES = 600.0


@dataclass(frozen=True, slots=True)
class _Code:
    workspace: Workspace
    user: str
    redirect_uri: str
    expires: float


class OAuth:
    """What has been given out and can be redeemed, each once."""

    def __init__(self, options: Options, manifest: Manifest, workspaces: tuple[Workspace, ...]) -> None:
        self.options = options
        self.manifest = manifest
        self.workspaces = workspaces
        self._codes: dict[str, _Code] = {}
        self._refresh: dict[str, Workspace] = {}

    def code(self, workspace: Workspace, user: str, redirect_uri: str) -> str:
        """A code for a member who lets the app in."""
        code = secrets.token_hex(20)
        self._codes[code] = _Code(workspace, user, redirect_uri, time.monotonic() + CODE_LIVES)
        return code

    def access(self, code: str, redirect_uri: str) -> Json:
        """Install the app, and give its token. Raises SlackError `invalid_code` or `bad_redirect_uri`."""
        given = self._codes.pop(code, None)
        if given is None or time.monotonic() > given.expires:
            raise SlackError("invalid_code")
        if redirect_uri and redirect_uri != given.redirect_uri:
            raise SlackError("bad_redirect_uri")
        return self._answer(given.workspace) | {"authed_user": {"id": given.user}}

    def refresh(self, token: str) -> Json:
        """A new token for a refresh token. Raises SlackError `invalid_refresh_token`."""
        workspace = self._refresh.pop(token, None)
        if workspace is None:
            raise SlackError("invalid_refresh_token")
        return self._answer(workspace)

    def _answer(self, workspace: Workspace) -> Json:
        installed = replace(workspace.installation, bot_token=f"xoxb-{secrets.token_hex(16)}")
        workspace.installation = installed
        answer: Json = {
            "app_id": installed.app_id,
            "access_token": installed.bot_token,
            "token_type": "bot",
            "scope": ",".join(installed.manifest.scopes),
            "bot_user_id": installed.bot_user_id,
            "team": {"id": workspace.team.id, "name": workspace.team.name},
            "enterprise": None,
            "is_enterprise_install": False,
        }
        if self.options.token_lifetime is not None:
            refresh_token = f"xoxe-1-{secrets.token_hex(16)}"
            self._refresh[refresh_token] = workspace
            answer |= {"expires_in": self.options.token_lifetime, "refresh_token": refresh_token}
        return answer
