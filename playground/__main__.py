"""The command line: `python -m playground --port 3000 --manifest manifest.yml`."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from playground.app import create_app
from playground.state import ManifestError, Options, load_manifest
from playground.web import ANY, LOOPBACK, PortBusy, listen, serve

_TOKEN_LIFETIME = 12 * 60 * 60  # seconds, as of Slack's tokens that rotate


def main(arguments: list[str] | None = None) -> int:
    """Run the playground until it is interrupted. 0 when it was stopped, 1 when it could not start."""
    given = _parser().parse_args(arguments)
    try:
        manifest = load_manifest(given.manifest)
        listener = listen(ANY if given.container else given.host, given.port)
    except (ManifestError, PortBusy) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    host = f"[{given.host}]" if ":" in given.host else given.host
    url = f"http://{host}:{listener.getsockname()[1]}"
    options = _options(given)
    app = create_app(manifest, url, options, given.samples)

    def ready() -> None:
        print(f"Playground ready on {url}", flush=True)  # noqa: T201
        if given.http:
            print(_settings(url, options), flush=True)  # noqa: T201

    serve(app, listener, ready)
    return 0


def _settings(url: str, options: Options) -> str:
    """What the app needs to know of this Slack to be called by it, as the environment's variables."""
    return (
        f"SLACK_MODE=http SLACK_API_URL={url}/api/ SLACK_SIGNING_SECRET={options.signing_secret} "
        f"SLACK_CLIENT_ID={options.client_id} SLACK_CLIENT_SECRET={options.client_secret}"
    )


def _options(given: argparse.Namespace) -> Options:
    options = options_from(os.environ, given.post_rate)
    if given.http:
        options = over_http(options, given.http)
    return replace(
        options,
        call_latency=given.latency,
        pictures=given.pictures,
        history_interval=60.0 if given.distributed else None,
        strangers=given.strangers,
        org_wide=given.org_wide,
    )


def options_from(environment: Mapping[str, str], post_rate: float | None) -> Options:
    """The options, with tokens from the environment where it has them."""
    defaults = Options()
    return Options(
        bot_token=environment.get("PLAYGROUND_BOT_TOKEN") or defaults.bot_token,
        app_token=environment.get("PLAYGROUND_APP_TOKEN") or defaults.app_token,
        post_rate=post_rate,
    )


def over_http(options: Options, app: str) -> Options:
    """A Slack with two workspaces in which the app is to be installed first, and which then calls it at its address."""
    app = app.rstrip("/")
    return replace(
        options,
        bot_token="",
        request_url=f"{app}/slack/events",
        redirect_url=f"{app}/slack/oauth_redirect",
        token_lifetime=_TOKEN_LIFETIME,
        two_workspaces=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m playground", description="A local Slack to try an app in.")
    parser.add_argument("--host", default="127.0.0.1", choices=LOOPBACK, help="a loopback address (default 127.0.0.1)")
    parser.add_argument("--port", type=int, default=3000, help="the port of the page and the API (default 3000)")
    parser.add_argument("--manifest", type=Path, default=Path("manifest.yml"), help="the app's manifest")
    parser.add_argument("--samples", type=_folder, help="a folder of sample photos, instead of those that are fetched")
    parser.add_argument("--post-rate", type=float, help="limit chat.postMessage to so many a second in each channel")
    parser.add_argument("--strangers", action="store_true", help="with a guest, and a channel that others share")
    parser.add_argument("--org-wide", action="store_true", help="a workspace of an organisation that installed the app")
    parser.add_argument("--latency", type=float, default=0.1, help="seconds that each Web API call takes (default 0.1)")
    parser.add_argument(
        "--pictures",
        choices=("all", "shared", "none"),
        default="all",
        help="which files blocks show: all that the app may see, those shared somewhere, or none",
    )
    parser.add_argument(
        "--http",
        nargs="?",
        const="http://127.0.0.1:8080",
        metavar="URL",
        help="call the app at its address instead of by Socket Mode, once it is installed (default %(const)s)",
    )
    parser.add_argument(
        "--container",
        action="store_true",
        help="listen to all that reaches the container; publish its port on 127.0.0.1",
    )
    parser.add_argument("--distributed", action="store_true", help="history once a minute, as outside the Marketplace")
    return parser


def _folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{name} is not a folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
