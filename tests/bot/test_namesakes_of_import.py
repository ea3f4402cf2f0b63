"""Who has a member's name in an import is asked, or is somebody else, of which the member is told."""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from bot import app
from bot.commands import without_slack
from bot.settings import Settings
from engine.vision import Weights
from handlers.slack import Slack, thumbnails
from playground.state import seed
from services.errors import Refusal
from services.people.grounds.consent import RELEASE

sys.path += [str(Path(__file__).parents[1] / folder) for folder in ("playground", "handlers")]
from playground_kit import Running, start_playground
from team import ROOT, shown


@pytest.fixture
def slack() -> Iterator[Running]:
    running = start_playground(manifest=yaml.safe_load((ROOT / "manifest.yml").read_text()))
    yield running
    running.close()


@pytest.fixture
def settings(tmp_path: Path, slack: Running, weights: Weights) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path / "data",
        slack_bot_token=SecretStr(slack.options.bot_token),
        slack_app_token=SecretStr(slack.options.app_token),
        slack_api_url=f"{slack.url}/api/",
    )


@pytest.fixture
def folders(tmp_path: Path, photos: dict[str, Path]) -> Path:
    for name, file in {"Joe": "biden.jpg", "Sasha Quill": "obama.jpg"}.items():
        (tmp_path / "images" / name).mkdir(parents=True)
        (tmp_path / "images" / name / file).write_bytes(photos[file].read_bytes())
    return tmp_path / "images"


def run(settings: Settings, folders: Path, *, namesakes: bool = False) -> int:
    about = {"source": str(folders), "agreed": [RELEASE], "namesakes": namesakes}
    options = argparse.Namespace(**about, json=False, workspace=None)
    return without_slack.import_(settings, options)


def test_a_member_is_asked_with_the_photos_of_their_name(
    settings: Settings, slack: Running, folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(settings, folders) == 0
    assert "1 of 2 photos added; 1 person known. 1 member asked." in capsys.readouterr().out
    question = slack.member(seed.SECOND).messages("D0SASHAAPP")[-1]
    assert "The command line would like me to know you as Sasha" in shown(question)
    assert any(block["type"] == "image" for block in question["blocks"])


def test_somebody_else_of_a_members_name_is_enrolled_and_the_member_told(
    settings: Settings, slack: Running, folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(settings, folders, namesakes=True)
    assert "left out" not in capsys.readouterr().err
    direct = slack.member(seed.SECOND).messages("D0SASHAAPP")
    assert "The command line says that Sasha Quill, whom I know by photos" in shown(direct[-1])

    run(settings, folders)  # settled: more photos of them are no question
    assert "left out" not in capsys.readouterr().err
    assert len(slack.member(seed.SECOND).messages("D0SASHAAPP")) == len(direct)


def forget(settings: Settings, name: str) -> int:
    return without_slack.forget(settings, argparse.Namespace(name=name, yes=True, json=False, workspace=None))


def test_with_a_person_goes_what_slack_shows_of_them(
    settings: Settings, slack: Running, folders: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(settings, folders, namesakes=True)
    files = {}
    with app.open_workspaces(settings) as workspaces:
        workspace = workspaces.open()
        for person in workspace.people.all():
            faces = workspace.records.faces(person.user_id)
            files[person.name] = set(thumbnails.shown(Slack(slack.client), workspace, faces).values())
    assert forget(settings, "Joe") == 0
    said = capsys.readouterr()
    assert "Joe is erased" in said.out
    assert "Slack" not in said.err
    kept = set(slack.slack.workspaces[0].files)
    assert not files["Joe"] & kept
    assert files["Sasha Quill"] <= kept

    silent = settings.model_copy(update={"slack_bot_token": SecretStr("xoxb-revoked")})
    assert forget(silent, "Sasha Quill") == 0
    said = capsys.readouterr()
    assert "Sasha Quill is erased" in said.out
    assert "What Slack still shows of them goes as the bot sweeps" in said.err


def test_where_slack_does_not_say_nobody_is_enrolled(settings: Settings, folders: Path) -> None:
    silent = settings.model_copy(update={"slack_bot_token": SecretStr("xoxb-revoked")})
    with pytest.raises(Refusal, match="Slack does not say who its members are"):
        run(silent, folders)
