"""A command group that is imported only when one of its commands is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click


class LazyCommand(click.Command):
    """Stands for one command of a module until it is called."""

    def __init__(self, name: str, *, module: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help, help=short_help, add_help_option=False)
        self.module = module

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Hand over to the command itself."""
        command: click.Command = getattr(import_module(self.module), str(self.name))
        return command.make_context(info_name, args, parent, **extra)


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
