"""The command line as a process of its own."""

import os
import subprocess
import sys

COMMAND = (sys.executable, "-W", "error", "-c", "from recommender.cli import main; main()")


def run(*arguments: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess:
    """Run `recommender` with these arguments, `given` on standard input."""
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=given,
        capture_output=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"} | environment,
    )
