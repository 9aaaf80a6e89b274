"""What `python -m analysis` offers: one command a function, one room a subject."""

from analysis.commands.comparing import compare_files, convert_file
from analysis.commands.entrance import main as main
from analysis.commands.planning import plan_size
from analysis.commands.simulating import simulate_files

for _command in (compare_files, convert_file, plan_size, simulate_files):
    main.add_command(_command)
