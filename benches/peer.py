"""A private Ironic 39.0.0 from PyPI with `fake-hardware`, and databases for both sides."""

import contextlib
import http.client
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import time

from load import Client, tree
from service import CannotRun, free_port

IRONIC = "39.0.0"
CACHE = pathlib.Path(os.environ.get("FERRIC_TEST_CACHE") or pathlib.Path(__file__).parents[1] / ".cache")
INSTALL_LIMIT_S = 1200
START_LIMIT_S = 180
STOP_LIMIT_S = 30

# Power sync is off on both sides: what is measured is the requests' own cost.
CONF = """[DEFAULT]
auth_strategy = noauth
rpc_transport = none
host = peer
my_ip = 127.0.0.1
state_path = {dir}
enabled_hardware_types = fake-hardware
enabled_bios_interfaces = fake
enabled_boot_interfaces = fake
enabled_console_interfaces = fake
enabled_deploy_interfaces = fake
enabled_firmware_interfaces = fake
enabled_inspect_interfaces = fake
enabled_management_interfaces = fake
enabled_network_interfaces = noop
enabled_power_interfaces = fake
enabled_raid_interfaces = fake
enabled_rescue_interfaces = fake
enabled_storage_interfaces = fake,noop
enabled_vendor_interfaces = fake
default_network_interface = noop
[api]
host_ip = 127.0.0.1
port = {port}
[conductor]
sync_power_state_interval = 0
[database]
connection = {database}
[oslo_messaging_notifications]
driver = noop
"""


def venv():
    """The directory of the programs; installed into the cache if it isn't there."""
    directory = CACHE / f"ironic-{IRONIC}"
    programs = directory / "bin"
    if not (programs / "ironic").exists():
        print(f"installs Ironic {IRONIC} into {directory}", file=sys.stderr)
        run([sys.executable, "-m", "venv", directory], INSTALL_LIMIT_S)
        run([programs / "pip", "install", "--quiet", f"ironic=={IRONIC}", "PyMySQL"], INSTALL_LIMIT_S)
    return programs


def run(command, limit_s, **options):
    done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s, **options)
    if done.returncode:
        raise CannotRun(f"{command[0]} failed: {done.stderr[-1000:]}")
    return done.stdout


@contextlib.contextmanager
def mariadb(directory):
    """The URL of an empty database on MariaDB, Ironic's usual one; on SQLite where there is none."""
    if not shutil.which("mariadbd"):
        print("no mariadbd (Debian: mariadb-server-core, mariadb-client): Ironic runs on SQLite", file=sys.stderr)
        yield f"sqlite:///{directory}/ironic.sqlite", "SQLite"
        return
    data, sock, user = directory / "mariadb", directory / "sock", pwd.getpwuid(os.getuid()).pw_name
    run(["mariadb-install-db", "--no-defaults", f"--datadir={data}", f"--user={user}", "--skip-test-db",
         "--auth-root-authentication-method=normal"], 120)
    daemon = subprocess.Popen(
        ["mariadbd", "--no-defaults", f"--datadir={data}", f"--user={user}", f"--socket={sock}", "--skip-networking",
         "--innodb-buffer-pool-size=512M"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        query = ["mariadb", "--no-defaults", "-uroot", f"--socket={sock}", "-e", "CREATE DATABASE ironic"]
        deadline = time.monotonic() + START_LIMIT_S
        while subprocess.run(query, capture_output=True).returncode:
            if daemon.poll() is not None or time.monotonic() > deadline:
                raise CannotRun("mariadbd does not answer")
            time.sleep(0.2)
        yield f"mysql+pymysql://root@localhost/ironic?unix_socket={sock}&charset=utf8mb3", "MariaDB"
    finally:
        stop(daemon)


@contextlib.contextmanager
def postgres(directory):
    """The URL of an empty database on a PostgreSQL of its own."""
    found = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        raise CannotRun("no PostgreSQL (Debian: postgresql)")
    programs, data, port = found[-1].parent, directory / "postgres", free_port()
    data.mkdir()
    account = []
    if os.getuid() == 0:
        # The server refuses to run as root.
        shutil.chown(data, "postgres")
        account = ["runuser", "-u", "postgres", "--"]
    run([*account, programs / "initdb", "-D", data, "-U", "ferric", "--auth=trust", "--encoding=UTF8"], 120, cwd="/")
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1"
    server = subprocess.Popen(
        [*account, programs / "postgres", "-D", data, *options.split()], cwd="/",
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + START_LIMIT_S
        create = [programs / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "ferric", "ferric"]
        while subprocess.run(create, capture_output=True).returncode:
            if server.poll() is not None or time.monotonic() > deadline:
                raise CannotRun("PostgreSQL does not answer")
            time.sleep(0.2)
        yield f"postgres://ferric@127.0.0.1:{port}/ferric"
    finally:
        stop(server)


class Ironic:
    """A running Ironic, API and conductor in one process as in its own all-in-one."""

    def __init__(self, directory, database):
        self.programs, self.port = venv(), free_port()
        self.config = directory / "ironic.conf"
        self.config.write_text(CONF.format(dir=directory, port=self.port, database=database))
        run([self.programs / "ironic-dbsync", "--config-file", self.config, "create_schema"], 300)
        self.log = open(directory / "ironic.log", "wb")
        self.process = subprocess.Popen(
            [self.programs / "ironic", "--config-file", self.config], stdout=self.log, stderr=self.log, cwd=directory
        )
        self.pid = self.process.pid

    def __enter__(self):
        deadline = time.monotonic() + START_LIMIT_S
        while True:
            # It answers before its conductor has registered its drivers.
            with contextlib.suppress(OSError, http.client.HTTPException):
                if Client(self.port).get("/v1/drivers")["drivers"]:
                    return self
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun(f"Ironic does not answer; its log ends: {self.log_end()}")
            time.sleep(0.2)

    def __exit__(self, *_):
        children = tree(self.pid)[1:]
        stop(self.process)
        for child in children:
            with contextlib.suppress(OSError):
                os.kill(child, signal.SIGKILL)
        self.log.close()

    def log_end(self):
        return pathlib.Path(self.log.name).read_text(errors="replace")[-2000:]

    def fill(self, database, count):
        """Copies of the first node: 50 ms of CPU a POST would take long."""
        script = pathlib.Path(__file__).with_name("peer_fill.py")
        run([self.programs / "python", script, database, str(count)], 300)


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
