"""The real Cobbler that tests/cobbler/real-cobbler.sh runs: its process and its files."""

import json
import os
import subprocess
import urllib.request
from pathlib import Path

from cobbler import Cobbler

SCRIPT = Path(__file__).parents[1] / "cobbler" / "real-cobbler.sh"


class RealCobbler(Cobbler):
    """One that can crash, and whose disk can be looked at."""

    def __init__(self):
        super().__init__(os.environ["COBBLER_URL"], os.environ["COBBLER_USER"], os.environ["COBBLER_PASSWORD"])
        self.base = os.environ["COBBLER_BASE"]
        self.root = Path(os.environ["COBBLER_ROOT"])
        self.folder = self.root.parent

    def stored_systems(self):
        """How many there are, by its files: to ask it takes part in what is measured."""
        return len(list((self.root / "lib/collections/systems").glob("*.json")))

    def crash_and_come_back(self):
        """kill -9 in the middle of whatever it does; then an administrator starts it again."""
        self._run("crash")
        # It writes a file by emptying it first, and does not start with an empty one.
        for path in [*self.root.glob("lib/collections/*/*.json"), self.root / "lib/.mtime"]:
            if path.exists() and not is_json(path):
                path.unlink()
        self._run("revive")

    def _run(self, what):
        subprocess.run(["bash", SCRIPT, what, "--dir", self.folder], check=True, timeout=120)

    def stored(self):
        """Objects, templates and snippets as they are on its disk, by path."""
        kept = ("collections", "templates", "snippets")
        paths = (path for kind in kept for path in (self.root / "lib" / kind).rglob("*"))
        return {str(path.relative_to(self.root)): path.read_bytes() for path in paths if path.is_file()}

    def files(self):
        """All its files, and the logs of its daemon and of the web server before it."""
        paths = [*self.root.rglob("*"), *self.folder.glob("*.log")]
        return [path for path in paths if path.is_file() and not path.is_symlink()]

    def kickstart(self, system):
        """As a machine fetches it."""
        url = f"{self.base}/cblr/svc/op/autoinstall/system/{system}"
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read().decode()


def is_json(path):
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True
