"""A PostgreSQL is found by whichever of its usual addresses DATABASE_URL has."""

import pytest
from dbos import DBOSConfig
from dbos._dbos_config import translate_dbos_config_to_config_file
from sqlalchemy.engine import make_url

from bot import app
from bot.__main__ import main
from bot.settings import Settings

WHERE = "bot:p%40ss@db.example.com:5433/faces?sslmode=require"


def _settings(url: str) -> Settings:
    return Settings(_env_file=None, database_url=url)  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "scheme", ["postgres", "postgresql", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg", "POSTGRES"]
)
def test_postgresql_is_called_by_many_names_and_spoken_to_by_psycopg(scheme: str) -> None:
    settings = _settings(f"{scheme}://{WHERE}")
    assert settings.database_url == f"postgresql+psycopg://{WHERE}"
    assert make_url(app.records_url(settings)).get_driver_name() == "psycopg"


def test_jobs_have_the_address_that_their_library_documents() -> None:
    url = app.jobs_url(_settings(f"postgres://{WHERE}"))
    assert url == f"postgresql://{WHERE}"
    config: DBOSConfig = {"name": "faces", "system_database_url": url}
    assert translate_dbos_config_to_config_file(config)["system_database_url"] == url


@pytest.mark.parametrize("url", ["nonsense", "postgresql://bot:secret@host:port/faces"])
def test_what_is_no_address_is_told_in_a_sentence_that_does_not_quote_it(
    url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert main(["people"]) == 1
    assert capsys.readouterr().err == (
        "Setting DATABASE_URL: it is not the URL of a database, which is like postgresql://user@host/name."
        " Mend it in .env or in the environment.\n"
    )


@pytest.mark.parametrize("url", ["sqlite:////srv/faces.sqlite", "mysql://localhost/faces"])
def test_other_addresses_stay_as_they_are(url: str) -> None:
    assert _settings(url).database_url == url
