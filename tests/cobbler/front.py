"""The web server in front of a test Cobbler, where a customer has Apache.

Usage: front.py DAEMON_PORT HTTP_PORT [ADDRESS]

POST /cobbler_api goes to the daemon; GET /cblr/svc/... runs Cobbler's own service code, as Apache
would through WSGI (kickstarts, nopxe, triggers). Requests are logged on standard error.
"""

import http.client
import importlib.util
import io
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

API = "/cobbler_api"
SERVICES = "/var/www/cobbler/svc/services.py"


def load_services():
    spec = importlib.util.spec_from_file_location("services", SERVICES)
    services = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(services)
    return services.application


class Front(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    daemon_port = 0
    services = None
    address = "127.0.0.1"

    def answer(self, status, body, content_type="text/plain; charset=utf-8"):
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path != API:
            return self.answer(404, b"not found\n")
        daemon = http.client.HTTPConnection("127.0.0.1", self.daemon_port, timeout=300)
        try:
            daemon.connect()
        except OSError as error:
            return self.answer(503, f"cobblerd does not listen: {error}\n".encode())
        try:
            daemon.request("POST", "/", body, {"Content-Type": "text/xml"})
            reply = daemon.getresponse()
            status, answer = reply.status, reply.read()
        except (OSError, http.client.HTTPException) as error:
            return self.answer(502, f"cobblerd gave no answer: {error}\n".encode())
        finally:
            daemon.close()
        return self.answer(status, answer, "text/xml")

    def do_GET(self):
        url = urlsplit(self.path)
        if not url.path.startswith("/cblr/svc/"):
            return self.answer(404, b"not found\n")
        environ = {
            "REQUEST_METHOD": "GET",
            "REQUEST_URI": url.path,
            "RAW_URI": self.path,
            "PATH_INFO": unquote(url.path),
            "QUERY_STRING": url.query,
            "REMOTE_ADDR": self.client_address[0],
            "SERVER_NAME": self.address,
            "SERVER_PORT": str(self.server.server_port),
            "wsgi.input": io.BytesIO(),
            "wsgi.errors": sys.stderr,
            "wsgi.url_scheme": "http",
        }
        for name, value in self.headers.items():
            environ["HTTP_" + name.upper().replace("-", "_")] = value
        status = []
        try:
            parts = Front.services(environ, lambda line, *_: status.append(int(line.split()[0])))
            body = b"".join(parts)
        except Exception as error:  # as mod_wsgi does
            return self.answer(500, f"{error!r}\n".encode())
        return self.answer(status[0], body)


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128


def main():
    Front.daemon_port, http_port = int(sys.argv[1]), int(sys.argv[2])
    Front.services = staticmethod(load_services())
    Front.address = sys.argv[3] if len(sys.argv) > 3 else Front.address
    Server((Front.address, http_port), Front).serve_forever()


if __name__ == "__main__":
    main()
