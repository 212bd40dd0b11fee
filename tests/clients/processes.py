"""Starting, watching and stopping the programs under test. Every wait has a condition and a limit."""

import contextlib
import os
import signal
import socket
import subprocess
import time
from pathlib import Path


def wait_for(condition, limit, what, every=0.1):
    """Calls condition() until it gives something true, and returns that; fails after limit seconds.

    what says what is waited for; it may be a function, called only when the limit is over.
    """
    end = time.monotonic() + limit
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > end:
            text = what() if callable(what) else what
            raise AssertionError(f"not within {limit} s: {text}")
        time.sleep(every)


def find_process(matches):
    """The number of a process whose command line, a list of words, is the one; None if there is none.

    Processes in other namespaces are seen with the numbers that they have here.
    """
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        if matches(words):
            return int(folder.name)
    return None


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Program:
    """One running program, in a process group of its own, with its output in a file."""

    def __init__(self, command, log: Path, env=None):
        self.command = [str(part) for part in command]
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        with open(log, "ab") as output:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(env or {})},
                start_new_session=True,
            )

    def output(self):
        return self.log.read_text(errors="replace")

    def running(self):
        return self.process.poll() is None

    def group_is_empty(self):
        """True once no process of this program is left, its children included."""
        self.process.poll()
        try:
            os.killpg(self.process.pid, 0)
        except ProcessLookupError:
            return True
        return False

    def wait_until(self, condition, limit, what):
        """As wait_for, but gives up at once when the program has ended."""

        def check():
            if not self.running():
                raise AssertionError(f"{self.describe()} ended while {what} was waited for")
            return condition()

        return wait_for(check, limit, lambda: f"{what}\n{self.describe()}")

    def wait_exit(self, limit):
        try:
            return self.process.wait(limit)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still running after {limit} s: {self.describe()}") from None

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def kill(self):
        """As if the machine had lost power: nothing of the program may run on."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self, limit=15):
        if self.running():
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(limit)
        self.kill()

    def describe(self):
        return f"{' '.join(self.command)} (exit {self.process.poll()})\n{self.output()[-3000:]}"


def run(command, env=None, limit=60, cwd=None):
    """Runs a command to its end; the result has returncode, stdout and stderr."""
    return subprocess.run(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=limit,
        cwd=cwd,
        env={**os.environ, **(env or {})},
        check=False,
    )
