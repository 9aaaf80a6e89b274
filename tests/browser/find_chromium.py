"""Get a browser for the tests: one that is there, apt when root, else Playwright's with a limit of 60 seconds."""

import os
import shutil
import subprocess
import sys

from tests.browser.chromium import find_browser


def main():
    if find_browser() is None and shutil.which("apt-get") and os.geteuid() == 0:
        print("Installing Chromium with apt …", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for command in (["update"], ["install", "-y", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", "-q", *command], env=environment, timeout=600, check=False, **quiet)
    if find_browser() is None:
        print("Asking Playwright for its Chromium (60 seconds at most) …", flush=True)
        try:
            command = [sys.executable, "-m", "playwright", "install", "chromium"]
            subprocess.run(command, timeout=60, check=False)
        except subprocess.TimeoutExpired:
            pass
    if find_browser() is None:
        sys.exit("The tests need a browser: install Chromium, or set CHROMIUM=/path/to/it, and run again.")


if __name__ == "__main__":
    main()
