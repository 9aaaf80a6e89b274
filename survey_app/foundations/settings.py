"""Settings from the environment, read once; production refuses to start with unsafe ones."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, cast, get_args
from urllib.parse import urlsplit

Environment = Literal["development", "production", "test"]
Synchronous = Literal["FULL", "NORMAL"]

ROOT = Path(__file__).resolve().parents[2]
_SHORTEST_KEY = 32
_FEWEST_LETTERS = 10


class SettingsProblem(ValueError):
    """A setting that the application cannot start with: which, why, and what to set."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs between one installation and another.

    Attributes
    ----------
    app_env : {"development", "production", "test"}
    database_url : str
        SQLite or PostgreSQL (through psycopg).
    secret_key : str
        Signs what leaves the server and comes back.
    trusted_hosts : tuple of str
        Names under which the site answers; any other is refused.
    public_url : str
        The address that people use, without a slash at its end.
    data_dir : Path
        Where the SQLite file and the key are kept.
    port, web_workers : int
    proxy_hops : int
        How many proxies in front are ours and tell the truth about the client.
    sqlite_synchronous : {"FULL", "NORMAL"}
        FULL survives a power cut; NORMAL may lose the last commits then.
    redis_url : str
        Where work is queued; without it, in an SQLite file beside the data.
    mail_url : str
        The mail server; without it, mails are written to a folder beside the data.
    dask_scheduler : str
        The Dask cluster that comparisons are added up on; without it, in the worker itself.
    postgresql_bin : str
        The folder of pg_dump and pg_restore; without it, they are looked for on the path.
    """

    app_env: Environment
    database_url: str
    secret_key: str = field(repr=False)
    trusted_hosts: tuple[str, ...]
    public_url: str
    data_dir: Path
    port: int = 8000
    web_workers: int = 2
    proxy_hops: int = 0
    sqlite_synchronous: Synchronous = "FULL"
    redis_url: str = field(default="", repr=False)
    mail_url: str = field(default="", repr=False)
    dask_scheduler: str = ""
    postgresql_bin: str = ""

    @property
    def https(self) -> bool:
        """Whether people reach the site over https."""
        return urlsplit(self.public_url).scheme == "https"

    @property
    def second_factor_required(self) -> bool:
        """Whether the staff must have a second factor; elsewhere they may."""
        return self.app_env == "production"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """Read the settings.

        Raises
        ------
        SettingsProblem
            For a value that cannot be used, and in production for one that is unsafe.
        """
        env = _one_of(environ, "APP_ENV", get_args(Environment), "development")
        data_dir = Path(environ.get("DATA_DIR") or ROOT / "instance").resolve()
        port = _number(environ, "PORT", 8000, least=1)
        hosts = tuple(host.strip() for host in environ.get("TRUSTED_HOSTS", "").split(",") if host.strip())
        settings = cls(
            app_env=cast(Environment, env),
            database_url=_database_url(environ.get("DATABASE_URL", ""), data_dir),
            secret_key=environ.get("SECRET_KEY") or ("" if env == "production" else _kept_key(data_dir)),
            trusted_hosts=hosts or (() if env == "production" else ("localhost", "127.0.0.1", "[::1]")),
            public_url=(environ.get("PUBLIC_URL") or f"http://127.0.0.1:{port}").rstrip("/"),
            data_dir=data_dir,
            port=port,
            web_workers=_number(environ, "WEB_WORKERS", 2, least=1),
            proxy_hops=_number(environ, "PROXY_HOPS", 0, least=0),
            sqlite_synchronous=cast(
                Synchronous, _one_of(environ, "SQLITE_SYNCHRONOUS", get_args(Synchronous), "FULL")
            ),
            redis_url=environ.get("REDIS_URL", ""),
            mail_url=environ.get("MAIL_URL", ""),
            dask_scheduler=environ.get("DASK_SCHEDULER", ""),
            postgresql_bin=environ.get("POSTGRESQL_BIN", ""),
        )
        if env == "production":
            _refuse_unsafe(settings, debug=environ.get("FLASK_DEBUG", "0") not in ("", "0", "false", "False"))
        return settings


def _refuse_unsafe(settings: Settings, *, debug: bool) -> None:
    key = settings.secret_key
    if len(key) < _SHORTEST_KEY or len(set(key)) < _FEWEST_LETTERS:
        raise SettingsProblem(
            f"SECRET_KEY is missing or weak. Set {_SHORTEST_KEY} random characters or more, for example from "
            "python -c 'import secrets; print(secrets.token_urlsafe(48))'."
        )
    if not settings.trusted_hosts:
        raise SettingsProblem("TRUSTED_HOSTS is empty. Name the hosts of the site, separated by commas.")
    if debug:
        raise SettingsProblem("FLASK_DEBUG is on. Debugging shows the inside of the site; turn it off.")
    if not settings.https:
        raise SettingsProblem(f"PUBLIC_URL is {settings.public_url}. In production it begins with https://.")


def _database_url(given: str, data_dir: Path) -> str:
    if not given:
        return f"sqlite:///{data_dir / 'survey.sqlite3'}"
    scheme, separator, rest = given.partition("://")
    if scheme in ("postgres", "postgresql"):
        scheme = "postgresql+psycopg"
    if not separator or scheme not in ("sqlite", "postgresql+psycopg"):
        raise SettingsProblem("DATABASE_URL is neither sqlite:///… nor postgresql://…. Correct it.")
    return f"{scheme}://{rest}"


def _kept_key(data_dir: Path) -> str:
    """Return the key of this installation, made once and readable by its owner only."""
    path = data_dir / "secret_key"
    data_dir.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii")
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    return path.read_text(encoding="ascii")


def _one_of(environ: Mapping[str, str], name: str, allowed: tuple[str, ...], default: str) -> str:
    value = environ.get(name) or default
    if value not in allowed:
        raise SettingsProblem(f"{name} is {value!r}. Set it to {' or '.join(allowed)}.")
    return value


def _number(environ: Mapping[str, str], name: str, default: int, *, least: int) -> int:
    value = environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise SettingsProblem(f"{name} is {value!r}. Set it to a whole number from {least} upwards.")
    return int(value)
