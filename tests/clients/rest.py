"""JSON over HTTP with the standard library alone."""

import json
import urllib.error
import urllib.request

API_VERSION = "1.80"


def request(method, url, body=None, limit=30):
    """Returns (status, document or None); an error status is a result, not an exception."""
    call = urllib.request.Request(
        url,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Content-Type": "application/json",
            "X-OpenStack-Ironic-API-Version": API_VERSION,
        },
    )
    try:
        with urllib.request.urlopen(call, timeout=limit) as answer:
            return answer.status, parse(answer.read())
    except urllib.error.HTTPError as answer:
        return answer.code, parse(answer.read())


def parse(raw):
    try:
        return json.loads(raw) if raw.strip() else None
    except ValueError:
        return raw.decode(errors="replace")


def answers(url):
    """True once something answers 200 there."""
    try:
        return request("GET", url, limit=5)[0] == 200
    except OSError:
        return False
