"""Gives the lab's Cobbler the distro that its owner would have imported.

Usage: cobbler.py API_URL USER PASSWORD NAME KERNEL INITRD TREE_URL

The files are paths as cobblerd sees them. Breed and release are those of a Red Hat, whose answer file the
lab's installer reads.
"""

import sys
import xmlrpc.client


def main():
    url, user, password, name, kernel, initrd, tree = sys.argv[1:]
    cobbler = xmlrpc.client.ServerProxy(url)
    token = cobbler.login(user, password)
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


if __name__ == "__main__":
    main()
