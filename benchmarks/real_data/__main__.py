"""Write the pages on real data and their pictures into docs. `python -m benchmarks.real_data` runs this."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.real_data import birbhum, medicare, same_encounter

ROOT = Path(__file__).parents[2]
DATA = ROOT / "docs" / "methods" / "data"


def texts() -> dict[Path, str]:
    """Return every file that is written, by its path in docs."""
    methods, images = Path("methods"), Path("images")
    plans = medicare.read(DATA)
    pictures = medicare.pictures(plans)
    return {
        methods / "birbhum.md": birbhum.page(ROOT / "survey_app" / "demonstration" / "birbhum"),
        methods / "cms.md": medicare.page(plans),
        methods / "same-encounter.md": same_encounter.page(DATA / "birbhum_same_encounter_pairs.csv"),
        **{images / name: picture for name, picture in pictures.items()},
    }


@click.command()
@click.option("--out", type=click.Path(file_okay=False, path_type=Path), default=ROOT / "docs", show_default=True)
def main(out: Path) -> None:
    """Compute everything again from the data and write it."""
    for path, text in texts().items():
        (out / path).parent.mkdir(parents=True, exist_ok=True)
        (out / path).write_text(text, encoding="utf-8")
        click.echo(out / path)


if __name__ == "__main__":
    main()
