"""A second, independent look into Cobbler, with Python's own XML-RPC client."""

import xmlrpc.client


class Cobbler:
    """One server, as its owner sees it."""

    def __init__(self, url, username, password):
        self.remote = xmlrpc.client.ServerProxy(url, allow_none=True)
        self.username = username
        self.password = password

    @classmethod
    def of_lab(cls, lab):
        settings = lab.cobbler_section()[1]
        return cls(settings["url"], settings["username"], settings["password"])

    def token(self):
        return self.remote.login(self.username, self.password)

    def add_system(self, name, profile, mac):
        """A system that belongs to somebody else."""
        fields = {
            "name": name,
            "profile": profile,
            "interface": "eth0",
            "mac_address": mac,
            "comment": "made by hand",
        }
        assert self.remote.xapi_object_edit("system", name, "add", fields, self.token())

    def remove_system(self, name):
        self.remote.remove_system(name, self.token())

    def systems(self):
        return {item["name"]: item for item in self.remote.get_systems()}

    def profiles(self):
        return {item["name"]: item for item in self.remote.get_profiles()}

    def system_with_mac(self, mac):
        """The one system with that MAC, or None."""
        found = [
            item
            for item in self.systems().values()
            if mac in (port.get("mac_address", "").lower() for port in item["interfaces"].values())
        ]
        assert len(found) < 2, f"{mac} is in several systems: {[item['name'] for item in found]}"
        return found[0] if found else None

    def everything(self):
        """All objects, to compare before and after."""
        return {
            "distros": {item["name"]: item for item in self.remote.get_distros()},
            "profiles": self.profiles(),
            "systems": self.systems(),
            "templates": sorted(self.remote.get_autoinstall_templates(self.token())),
        }
