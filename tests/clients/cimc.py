"""`ferric sim cimc`, and the bare XML API without any SDK, to look behind the SDK's back."""

import urllib.request
import xml.etree.ElementTree as ET

from lab import FERRIC, START_LIMIT
from processes import Program, free_port

USER = "admin"
PASSWORD = "password"


class Controller:
    """One simulated controller with plain HTTP."""

    def __init__(self, firmware, logs):
        self.port = free_port()
        self.program = Program(
            [FERRIC, "sim", "cimc", "--listen", f"127.0.0.1:{self.port}", "--firmware", firmware]
            + ["--user", USER, "--password", PASSWORD],
            logs / f"cimc-{firmware}.log",
        )
        self.program.wait_until(self._answers, START_LIMIT, "the controller")

    def _answers(self):
        try:
            return self.sessions() >= 0
        except OSError:
            return False

    def post(self, text):
        url = f"http://127.0.0.1:{self.port}/nuova"
        with urllib.request.urlopen(url, data=text.encode(), timeout=10) as answer:
            return ET.fromstring(answer.read().decode().strip("\0 \r\n"))

    def sessions(self):
        """How many sessions are open, the one that asks not counted."""
        login = self.post(f'<aaaLogin inName="{USER}" inPassword="{PASSWORD}" />')
        cookie = login.get("outCookie")
        try:
            answer = self.post(
                f'<configResolveClass cookie="{cookie}" inHierarchical="false" classId="aaaSession" />'
            )
            return len(answer.findall(".//aaaSession")) - 1
        finally:
            self.post(f'<aaaLogout inCookie="{cookie}" />')

    def stop(self):
        self.program.stop()
