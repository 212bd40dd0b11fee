#!/usr/bin/env bash
# Runs a real Cobbler from the Python package index on loopback, for tests.
#
#   real-cobbler.sh start   [--dir DIR] [--version V] [--port P] [--http-port P] [--address A] [--empty]
#   real-cobbler.sh stop    [--dir DIR]
#   real-cobbler.sh status  [--dir DIR]
#   real-cobbler.sh crash   [--dir DIR]     kill -9 of the daemon; the web server stays, as Apache would
#   real-cobbler.sh revive  [--dir DIR]     the daemon again, at its old port
#   real-cobbler.sh install [--version V]
#
# start and status print the environment to test with:
#   eval "$(tests/cobbler/real-cobbler.sh start)" && export COBBLER_URL COBBLER_USER COBBLER_PASSWORD
#   cargo test -p cobbler-client
#
# DIR keeps the state of one server, by default .cache/cobbler/default in the repository; several
# servers run side by side in several DIRs. Installations are shared in .cache/cobbler, or in the
# folder REAL_COBBLER_CACHE, and `install` makes one without starting it. REAL_COBBLER_PASSWORD is
# the login's password. Without port options, free ports are taken. --address is where machines
# reach it (default 127.0.0.1); --empty leaves out the distro and the objects of somebody else.
# Tried with 3.3.10 (the default), 3.3.0, 3.2.3 and 3.1.2.
#
# Cobbler's paths (/etc/cobbler, ...) are compiled in, so each server runs in a mount namespace of
# its own, which needs root. Where that is not to be had, the exit code is 77 (skip).
# Needs python3 with venv and headers, gcc, libmagic. Apache and OpenLDAP are not needed:
# mod_wsgi and python-ldap are left out, and front.py stands in for the web server.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cache=${REAL_COBBLER_CACHE:-$(cd "$here/../.." && pwd)/.cache/cobbler}
user=cobbler
# A word that stands nowhere else: tests look for it where it must not be.
password=${REAL_COBBLER_PASSWORD:-canary-cobbler-login}
dir=$cache/default
version=3.3.10
port=
http_port=
address=127.0.0.1
empty=no

say() { echo "real-cobbler: $*" >&2; }
die() { say "$*"; exit 1; }
skip() { say "skipped: $*"; exit 77; }
usage() { sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# Host path and the folder below $root that stands there for this server.
mounts=(
  /etc/cobbler etc
  /var/lib/cobbler lib
  /var/log/cobbler log
  /var/www/cobbler www
  /srv/tftpboot tftp
  /var/lib/tftpboot tftp
)

command=${1:-}
[ $# -gt 0 ] && shift
while [ $# -gt 0 ]; do
  if [ "$1" = --empty ]; then
    empty=yes
    shift
    continue
  fi
  [ $# -ge 2 ] || usage
  case $1 in
    --dir) dir=$2 ;;
    --version) version=$2 ;;
    --port) port=$2 ;;
    --http-port) http_port=$2 ;;
    --address) address=$2 ;;
    *) usage ;;
  esac
  shift 2
done

# Whether the process that a pid file names is still the one that this DIR started.
running() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] || return 1
  grep -qzFx "REAL_COBBLER_DIR=$dir" "/proc/$pid/environ" 2>/dev/null
}

answers() {
  "$venv/bin/python" - "$1" 2>/dev/null <<'PY'
import socket, sys, xmlrpc.client
socket.setdefaulttimeout(3)
xmlrpc.client.ServerProxy(sys.argv[1]).ping()
PY
}

free_ports() {
  python3 - <<'PY'
import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(s.getsockname()[1] for s in held))
PY
}

install_cobbler() {
  mkdir -p "$cache"
  # One installation at a time; the others wait and find it done.
  exec 9>"$cache/lock"
  flock 9
  if [ ! -f "$venv/complete" ]; then
    say "installing cobbler $version into $venv"
    local log=$cache/install-$version.log
    local deps=(distro dnspython file-magic netaddr pymongo pyyaml requests schema)
    case $version in 3.[12].*) deps+=(simplejson future 'tornado<6.5') ;; esac
    rm -rf "$venv"
    {
      python3 -m venv "$venv"
      # Newer setuptools no longer brings what the older releases import.
      "$venv/bin/pip" install 'setuptools<66' wheel "${deps[@]}"
      "$venv/bin/pip" install --no-build-isolation Cheetah3 || "$venv/bin/pip" install CT3
      "$venv/bin/pip" install --no-build-isolation --no-deps "cobbler==$version"
    } >"$log" 2>&1 || { tail -5 "$log" >&2; die "cobbler $version cannot be installed, see $log"; }
    touch "$venv/complete"
  fi
  exec 9>&-
}

# The files that a package or an administrator would have put in place.
lay_out() {
  [ ! -f "$root/complete-$version" ] || return 0
  rm -rf "$root"
  mkdir -p "$root"/{etc,lib,log/{anamon,syslog,tasks},www} \
    "$root"/tftp/{pxelinux.cfg,grub/system,grub/system_link,grub/images,images,images2,s390x,ipxe,boot,esxi/system,etc}
  local packages from kind
  packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
  for from in "$packages" "$venv"; do
    [ ! -d "$from/etc/cobbler" ] || cp -a "$from/etc/cobbler/." "$root/etc/"
    [ ! -d "$from/var/lib/cobbler" ] || cp -a "$from/var/lib/cobbler/." "$root/lib/"
    [ ! -d "$from/var/www/cobbler" ] || cp -a "$from/var/www/cobbler/." "$root/www/"
    [ ! -d "$from/srv/www/cobbler" ] || cp -a "$from/srv/www/cobbler/." "$root/www/"
  done
  for kind in distro profile system repo image mgmtclass package file menu; do
    mkdir -p "$root/lib/collections/${kind}s" "$root/lib/triggers"/{add,delete}/"$kind"/{pre,post}
  done
  mkdir -p "$root/lib/collections/mgmtclasses" \
    "$root"/lib/triggers/{change,copy,install/pre,install/post,install/firstboot,sync/pre,sync/post} \
    "$root"/lib/{templates,snippets,scripts,loaders,jinja2,kickstarts,config,backup} \
    "$root"/lib/grub_config/grub/{system,system_link} \
    "$root"/www/{misc,distro_mirror,repo_mirror,repo_profile,repo_system,images,links,localmirror,pub,rendered,svc}
  : >"$root/lib/lock"
  touch "$root/complete-$version"
}

configure() {
  "$venv/bin/python" - "$root/etc" "$version" "$port" "$http_port" "$user" "$password" "$address" <<'PY'
import hashlib, os, sys, yaml
etc, version, port, http_port, user, password, address = sys.argv[1:]
old = tuple(map(int, version.split(".")[:2])) < (3, 2)
path = next(p for p in (etc + "/settings.yaml", etc + "/settings") if os.path.exists(p))
with open(path) as file:
    settings = yaml.safe_load(file)
wanted = {
    "server": address, "next_server": address, "next_server_v4": address,
    "xmlrpc_port": int(port), "http_port": int(http_port),
    "tftpboot_location": "/srv/tftpboot", "webdir": "/var/www/cobbler",
    "manage_dhcp": False, "manage_dns": False, "signature_url": "",
    "auto_migrate_settings": False, "default_password_crypted": "!",
    # Where Debian has what `cobbler mkloaders` makes boot loaders of.
    "grub2_mod_dir": "/usr/lib/grub", "syslinux_dir": "/usr/lib/syslinux/modules/bios",
    "syslinux_memdisk_folder": "/usr/lib/syslinux", "syslinux_pxelinux_folder": "/usr/lib/PXELINUX",
}
settings.update({key: value for key, value in wanted.items() if key in settings})
if old:  # compares flags with 0 and 1
    settings = {k: int(v) if isinstance(v, bool) else v for k, v in settings.items()}
with open(path, "w") as file:
    yaml.safe_dump(settings, file)
digest = hashlib.sha3_512(password.encode()).hexdigest()
with open(etc + "/users.digest", "w") as file:
    file.write(f"{user}:Cobbler:{digest}\n")
PY
}

# A distro to install from, and a profile and a system of "somebody else".
seed() {
  "$venv/bin/python" - "$1" "$root" "$user" "$password" <<'PY'
import os, sys, xmlrpc.client
url, root, user, password = sys.argv[1:]
cobbler = xmlrpc.client.ServerProxy(url)
token = cobbler.login(user, password)

def make(kind, name, **fields):
    # One call that also sets interfaces, which modify_system of 3.3.0 does not.
    if not cobbler.has_item(kind, name):
        cobbler.xapi_object_edit(kind, name, "add", {"name": name, **fields}, token)

tree = "/www/distro_mirror/el9-x86_64/"
os.makedirs(root + tree, exist_ok=True)
for file in ("vmlinuz", "initrd.img"):
    with open(root + tree + file, "w") as out:
        out.write("a placeholder\n")
inside = "/var/www/cobbler/distro_mirror/el9-x86_64/"
make("distro", "el9-x86_64", kernel=inside + "vmlinuz", initrd=inside + "initrd.img",
     breed="redhat", os_version="rhel8", arch="x86_64")
make("profile", "el9-x86_64", distro="el9-x86_64")
make("profile", "not-ours", distro="el9-x86_64", comment="made by hand")
make("system", "not-ours", profile="not-ours", comment="made by hand",
     interface="eth0", mac_address="52:54:00:f0:00:01")
PY
}

# Starts a command in a namespace where Cobbler's paths are this server's.
launch() {
  local name=$1 script='set -e;' i
  shift
  for ((i = 0; i < ${#mounts[@]}; i += 2)); do
    script+=" mount --bind '$root/${mounts[i + 1]}' '${mounts[i]}';"
  done
  REAL_COBBLER_DIR=$dir setsid unshare --mount --propagation private \
    bash -c "$script exec \"\$@\"" "$name" "$@" </dev/null >>"$dir/$name.log" 2>&1 &
  echo $! >"$dir/$name.pid"
}

launch_daemon() { launch cobblerd "$venv/bin/python" "$venv/bin/cobblerd" -F; }

# Waits until daemon and web server answer at this address.
await() {
  local i
  for ((i = 0; ; i++)); do
    answers "$1" && return 0
    if ! running "$dir/cobblerd.pid" || ! running "$dir/front.pid" || [ "$i" -ge 150 ]; then
      tail -n 15 "$dir/cobblerd.log" "$dir/front.log" >&2
      return 1
    fi
    sleep 0.2
  done
}

start() {
  [ "$(id -u)" = 0 ] || skip "a mount namespace needs root"
  unshare --mount true 2>/dev/null || skip "this system allows no mount namespaces"
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  root=$dir/root
  if running "$dir/cobblerd.pid" && running "$dir/front.pid"; then
    cat "$dir/env"
    return
  fi
  stop
  install_cobbler
  local free i
  read -ra free <<<"$(free_ports)"
  port=${port:-${free[0]}}
  http_port=${http_port:-${free[1]}}
  lay_out
  configure
  for ((i = 0; i < ${#mounts[@]}; i += 2)); do mkdir -p "${mounts[i]}"; done
  launch_daemon
  launch front "$venv/bin/python" -B "$here/front.py" "$port" "$http_port" "$address"
  local base=http://$address:$http_port
  await "$base/cobbler_api" || { stop; die "cobbler $version did not start, see $dir"; }
  [ "$empty" = yes ] || seed "$base/cobbler_api"
  {
    printf 'COBBLER_URL=%q\n' "$base/cobbler_api"
    printf 'COBBLER_BASE=%q\n' "$base"
    printf 'COBBLER_USER=%q\n' "$user"
    printf 'COBBLER_PASSWORD=%q\n' "$password"
    printf 'COBBLER_ROOT=%q\n' "$root"
    printf 'COBBLER_VERSION=%q\n' "$version"
  } >"$dir/env"
  cat "$dir/env"
}

stop() {
  local name pid i
  for name in front cobblerd; do
    if running "$dir/$name.pid"; then
      pid=$(cat "$dir/$name.pid")
      kill "$pid" 2>/dev/null || true
      for ((i = 0; i < 50; i++)); do
        running "$dir/$name.pid" || break
        sleep 0.1
      done
      ! running "$dir/$name.pid" || kill -9 "$pid" 2>/dev/null || true
    fi
    rm -f "$dir/$name.pid"
  done
}

status() {
  running "$dir/cobblerd.pid" && running "$dir/front.pid" || die "not running in $dir"
  cat "$dir/env"
}

crash() {
  running "$dir/cobblerd.pid" || die "not running in $dir"
  kill -9 "$(cat "$dir/cobblerd.pid")"
  while running "$dir/cobblerd.pid"; do sleep 0.05; done
}

revive() {
  # shellcheck source=/dev/null
  source "$dir/env" 2>/dev/null || die "nothing was started in $dir"
  ! running "$dir/cobblerd.pid" || die "runs already in $dir"
  version=$COBBLER_VERSION root=$COBBLER_ROOT
  venv=$cache/venv-$version
  launch_daemon
  await "$COBBLER_URL" || die "cobbler $version did not start again, see $dir"
}

install() {
  install_cobbler
  say "cobbler $version is in $venv"
}

venv=$cache/venv-$version
[ ! -d "$dir" ] || dir=$(cd "$dir" && pwd)
case $command in
  start | stop | status | crash | revive | install) "$command" ;;
  *) usage ;;
esac
