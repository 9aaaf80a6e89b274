"""Static files under a name that changes with their content, so that browsers may keep them for ever."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask
from whitenoise import WhiteNoise

from survey_app.foundations.settings import ROOT
from survey_app.web.every_page.headers import with_static_headers

#: Folder -> prefix. The document's assets belong to the analysis, whose stand-alone file needs them too.
FOLDERS = {ROOT / "survey_app" / "static": "", ROOT / "analysis" / "documents" / "assets": "document/"}
_MADE = (".br", ".gz")


def set_up_assets(app: Flask) -> None:
    """Serve the static files (compressed where `make` has compressed them) and teach templates their addresses."""
    prefix = f"/static/{_content_hash()}/"
    pages = app.wsgi_app
    files = WhiteNoise(
        pages,
        allow_all_origins=False,
        immutable_file_test=lambda _path, url: url.startswith(prefix),
    )
    for folder, place in FOLDERS.items():
        files.add_files(str(folder), prefix=prefix + place)

    def serve(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer GET and HEAD with a file; any other request gets the application's own refusal."""
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or not environ["PATH_INFO"].startswith(prefix):
            return pages(environ, start_response)
        environ.pop("HTTP_RANGE", None)  # files are small and always given whole
        answer: Iterable[bytes] = files(environ, with_static_headers(start_response))
        return answer

    app.wsgi_app = serve  # type: ignore[method-assign]
    app.jinja_env.globals["asset"] = lambda name: prefix + name


def _content_hash() -> str:
    digest = hashlib.sha256()
    for folder in FOLDERS:
        for path in sorted(_files(folder)):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix not in _MADE]
