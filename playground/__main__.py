"""The command line: `python -m playground --port 3000 --manifest manifest.yml`."""

import argparse
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from playground.app import create_app
from playground.state import ManifestError, Options, load_manifest
from playground.web import LOOPBACK, PortBusy, listen, serve


def main(arguments: list[str] | None = None) -> int:
    """Run the playground until it is interrupted. 0 when it was stopped, 1 when it could not start."""
    given = _parser().parse_args(arguments)
    try:
        manifest = load_manifest(given.manifest)
        listener = listen(given.host, given.port)
    except (ManifestError, PortBusy) as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    host = f"[{given.host}]" if ":" in given.host else given.host
    url = f"http://{host}:{listener.getsockname()[1]}"
    app = create_app(manifest, url, _options(given), given.samples)
    serve(app, listener, lambda: print(f"Playground ready on {url}", flush=True))  # noqa: T201
    return 0


def _options(given: argparse.Namespace) -> Options:
    options = options_from(os.environ, given.post_rate)
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
    parser.add_argument("--distributed", action="store_true", help="history once a minute, as outside the Marketplace")
    return parser


def _folder(name: str) -> Path:
    path = Path(name)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{name} is not a folder")
    return path


if __name__ == "__main__":
    sys.exit(main())
