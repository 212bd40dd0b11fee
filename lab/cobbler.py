"""What the owner of the lab's Cobbler does once: has it make its boot loaders, imports a distro, and syncs.

Usage: cobbler.py API_URL USER PASSWORD NAME KERNEL INITRD TREE_URL

The files are paths as cobblerd sees them. Breed and release of the distro are those of a Red Hat, whose
answer file the lab's installer reads. The boot loaders (PXELINUX, and GRUB with the files that it reads) are
in the TFTP folder after the sync, as on any Cobbler.
"""

import sys
import time
import xmlrpc.client

# It copies a few hundred files.
LIMIT = 120


def make_loaders(cobbler, token):
    """`cobbler mkloaders`, which runs in the background."""
    event = cobbler.background_mkloaders({}, token)
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        state = cobbler.get_task_status(event)[2]
        if state == "complete":
            return
        if state == "failed":
            sys.exit(f"cobbler mkloaders failed: {cobbler.get_event_log(event).strip().splitlines()[-1]}")
        time.sleep(0.2)
    sys.exit(f"cobbler mkloaders did not end within {LIMIT} s")


def main():
    url, user, password, name, kernel, initrd, tree = sys.argv[1:]
    cobbler = xmlrpc.client.ServerProxy(url)
    token = cobbler.login(user, password)
    make_loaders(cobbler, token)
    fields = {
        "name": name,
        "kernel": kernel,
        "initrd": initrd,
        "breed": "redhat",
        "os_version": "rhel8",
        "arch": "x86_64",
        # What `cobbler import` would write here, and what the lab's machines need to be heard.
        "autoinstall_meta": {"tree": tree},
        "kernel_options": {"console": "ttyS0"},
    }
    if not cobbler.has_item("distro", name):
        cobbler.xapi_object_edit("distro", name, "add", fields, token)
    cobbler.sync(token)


if __name__ == "__main__":
    main()
