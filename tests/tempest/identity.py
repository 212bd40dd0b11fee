"""A real Keystone in a folder of its own: SQLite, Fernet tokens, a few administrators.

    python identity.py DIR PORT BAREMETAL_URL

Prepares DIR, serves http://127.0.0.1:PORT/v3 until it is ended, and lists BAREMETAL_URL in its
catalogue as the bare metal service. DIR/accounts.yaml names the users in tempest's form.
"""

import os
import subprocess
import sys
from pathlib import Path

PASSWORD = "keystone-of-the-tests"
REGION = "RegionOne"
ROLES = ("admin", "manager", "member", "reader")
USERS = {f"{role}-{number}": role for role in ROLES for number in range(2)}

ACCOUNTS = """
- {{username: {user}, password: {password}, project_name: admin, roles: [{role}],
   user_domain_name: Default, project_domain_name: Default}}
- {{username: {user}, password: {password}, system: all, roles: [{role}], user_domain_name: Default}}
"""

CONFIGURATION = """
[DEFAULT]
use_stderr = true
[database]
connection = sqlite:///{folder}/keystone.sqlite
[token]
provider = fernet
[fernet_tokens]
key_repository = {folder}/tokens
[fernet_receipts]
key_repository = {folder}/receipts
[credential]
key_repository = {folder}/credentials
[identity]
# Users are made for every class of tests; the strength of their passwords' hashes proves nothing.
password_hash_rounds = 4
"""


def manage(configuration: Path, *arguments: str):
    command = [Path(sys.executable).with_name("keystone-manage"), "--config-file", configuration]
    subprocess.run([*command, *arguments], check=True, timeout=120)


def prepare(folder: Path, url: str):
    for name in ("tokens", "receipts", "credentials"):
        (folder / name).mkdir(mode=0o700, parents=True)
    configuration = folder / "keystone.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    manage(configuration, "db_sync")
    for command in ("fernet_setup", "receipt_setup", "credential_setup"):
        owner = ["--keystone-user", str(os.getuid()), "--keystone-group", str(os.getgid())]
        manage(configuration, command, *owner)
    addresses = [f"--bootstrap-{kind}-url={url}" for kind in ("admin", "internal", "public")]
    manage(
        configuration,
        "bootstrap",
        f"--bootstrap-password={PASSWORD}",
        f"--bootstrap-region-id={REGION}",
        *addresses,
    )
    return configuration


def list_baremetal(url: str):
    """Adds the service to the catalogue, by Keystone's own code: it doesn't serve yet."""
    from keystone.common import provider_api

    catalogue = provider_api.ProviderAPIs.catalog_api
    service = {"id": "baremetal", "type": "baremetal", "name": "ironic", "enabled": True}
    catalogue.create_service("baremetal", service)
    for interface in ("admin", "internal", "public"):
        endpoint = {
            "id": f"baremetal-{interface}",
            "interface": interface,
            "region_id": REGION,
            "service_id": "baremetal",
            "url": url,
            "enabled": True,
        }
        catalogue.create_endpoint(endpoint["id"], endpoint)


def add_users():
    """Users with each role in the project `admin` and in the system."""
    from keystone.common import provider_api

    apis = provider_api.ProviderAPIs
    project = apis.resource_api.get_project_by_name("admin", "default")["id"]
    for name, role in USERS.items():
        granted = apis.role_api.get_unique_role_by_name(role)["id"]
        wish = {"name": name, "password": PASSWORD, "domain_id": "default", "enabled": True}
        user = apis.identity_api.create_user(wish)["id"]
        apis.assignment_api.add_role_to_user_and_project(user, project, granted)
        apis.assignment_api.create_system_grant_for_user(user, granted)


def serve(configuration: Path, port: int, baremetal: str):
    os.environ["OS_KEYSTONE_CONFIG_FILES"] = str(configuration)
    sys.argv = sys.argv[:1]
    from keystone.server.wsgi import initialize_public_application
    from werkzeug.serving import run_simple

    application = initialize_public_application()
    list_baremetal(baremetal)
    add_users()
    accounts = [
        ACCOUNTS.format(user=name, password=PASSWORD, role=role) for name, role in USERS.items()
    ]
    (configuration.parent / "accounts.yaml").write_text("".join(accounts))
    run_simple("127.0.0.1", port, application, threaded=True)


if __name__ == "__main__":
    place, number, service_url = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    serve(prepare(place, f"http://127.0.0.1:{number}/v3"), number, service_url)
