"""What the owner of a Cobbler may have running: netboot is switched on for each system that has it off.

Usage: netboot_on.py API_URL
"""

import sys
import time
import xmlrpc.client


def main():
    cobbler = xmlrpc.client.ServerProxy(sys.argv[1])
    while True:
        for system in cobbler.get_systems():
            if not system["netboot_enabled"]:
                name = system["name"]
                token = cobbler.login("cobbler", "cobbler")
                cobbler.xapi_object_edit("system", name, "edit", {"name": name, "netboot_enabled": True}, token)
                print(f"{name}: netboot on again")
        time.sleep(0.5)


if __name__ == "__main__":
    main()
