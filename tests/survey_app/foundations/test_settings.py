"""Settings come from the environment; production refuses unsafe ones."""

import stat

import pytest

from survey_app.foundations.settings import Settings, SettingsProblem

KEY = "kJ3v9_xQ7pLw2mZ8sR5tY1uB4nC6hD0f"
SAFE = {
    "APP_ENV": "production",
    "SECRET_KEY": KEY,
    "TRUSTED_HOSTS": "survey.example, www.survey.example",
    "PUBLIC_URL": "https://survey.example/",
}


def test_safe_production_starts(tmp_path):
    settings = Settings.from_environment(SAFE | {"DATA_DIR": str(tmp_path)})
    assert settings.trusted_hosts == ("survey.example", "www.survey.example")
    assert settings.public_url == "https://survey.example"
    assert settings.https
    assert KEY not in repr(settings)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"SECRET_KEY": ""}, "SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "changeme" * 8}, "SECRET_KEY"),
        ({"TRUSTED_HOSTS": " , "}, "TRUSTED_HOSTS"),
        ({"FLASK_DEBUG": "1"}, "FLASK_DEBUG"),
        ({"PUBLIC_URL": "http://survey.example"}, "PUBLIC_URL"),
        ({"PUBLIC_URL": ""}, "PUBLIC_URL"),
    ],
)
def test_unsafe_production_refuses_to_start_and_says_what_to_set(change, named, tmp_path):
    with pytest.raises(SettingsProblem, match=named):
        Settings.from_environment(SAFE | change | {"DATA_DIR": str(tmp_path)})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("APP_ENV", "staging"),
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "٣"),
        ("WEB_WORKERS", "-1"),
        ("PROXY_HOPS", "x"),
        ("SQLITE_SYNCHRONOUS", "OFF"),
        ("DATABASE_URL", "mysql://localhost/survey"),
        ("DATABASE_URL", "survey.db"),
    ],
)
def test_a_value_that_cannot_be_used_is_named(name, value, tmp_path):
    with pytest.raises(SettingsProblem, match=name):
        Settings.from_environment({name: value, "DATA_DIR": str(tmp_path)})


def test_a_missing_key_is_made_once_and_kept_for_its_owner(tmp_path):
    first, second = (Settings.from_environment({"DATA_DIR": str(tmp_path)}).secret_key for _ in range(2))
    assert first == second
    assert len(first) > 40
    assert stat.S_IMODE((tmp_path / "secret_key").stat().st_mode) == 0o600


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_goes_through_psycopg(scheme, tmp_path):
    settings = Settings.from_environment({"DATABASE_URL": f"{scheme}://u@h/d", "DATA_DIR": str(tmp_path)})
    assert settings.database_url == "postgresql+psycopg://u@h/d"


def test_the_defaults_serve_this_machine_only(tmp_path):
    settings = Settings.from_environment({"DATA_DIR": str(tmp_path), "PORT": "8123"})
    assert settings.public_url == "http://127.0.0.1:8123"
    assert set(settings.trusted_hosts) == {"localhost", "127.0.0.1", "[::1]"}
    assert settings.database_url == f"sqlite:///{tmp_path / 'survey.sqlite3'}"
    assert settings.sqlite_synchronous == "FULL"
