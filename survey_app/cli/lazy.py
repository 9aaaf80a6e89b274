"""A command group that is imported only when one of its commands is asked for."""

from __future__ import annotations

from importlib import import_module

import click


class LazyGroup(click.Group):
    """Stands for the group `commands` of a module until it is needed."""

    def __init__(self, name: str, *, module: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, help=short_help)
        self.module = module

    def _loaded(self) -> click.Group:
        group: click.Group = import_module(self.module).commands
        return group

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        return self._loaded().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None if there is none of that name."""
        return self._loaded().get_command(ctx, cmd_name)
