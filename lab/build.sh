#!/usr/bin/env bash
# Builds what the lab's machines boot and install, from Debian packages alone.
#
#   build.sh DIR [PACKAGE...]
#
# Makes in DIR:
#   vmlinuz        the kernel of Debian's linux-image-cloud-amd64
#   initrd.img     busybox, the modules of a virtual machine, and the installer of installer/
#   bin/           programs that Cobbler calls by other names than Debian's
#   repo/          what is installed: core.tar (a small Debian with systemd and sshd), cloud-init.tar (what
#                  cloud-init and all that it needs add to that), the packages, packages.list, stage2.tar
#                  (what UEFI needs and BIOS doesn't), and the kernel again
#
# What is there already, and made by this script as it is now, is not made again. PACKAGE are Debian
# packages without dependencies of their own, for the repository (default: tree pv hello).
# Needs root, and the programs that `build.sh --needs` tells. Environment: FERRIC_LAB_MIRROR, the Debian
# mirror (default http://deb.debian.org/debian).
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# Debian packages: for this script.
needs=(busybox-static cpio debootstrap fdisk grub-common grub-efi-amd64-bin kmod syslinux-common)
# What the installed system has beyond Debian's minimum.
core=(systemd-sysv udev openssh-server wget acpid extlinux)
modules=(virtio_pci virtio_net virtio_blk virtio_rng virtio_scsi sd_mod nvme e1000e ahci button evdev vfat nls_cp437
  nls_ascii)

say() { echo "lab: $*"; }
die() { say "$*" >&2; exit 3; }

if [ "${1:-}" = --needs ]; then
  echo "${needs[*]}"
  exit
fi
[ $# -ge 1 ] || { sed -n '2,4s/^# \{0,1\}//p' "$0" >&2; exit 2; }
out=$1
shift
packages=("$@")
[ ${#packages[@]} -gt 0 ] || packages=(tree pv hello)
[ "$(id -u)" = 0 ] || die 'debootstrap needs root'
mkdir -p "$out"/{bin,repo,cache}
out=$(cd "$out" && pwd)
exec 9>"$out/lock"
flock 9
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
mirror=${FERRIC_LAB_MIRROR:-http://deb.debian.org/debian}

# $1: name of a part; $2...: what it is made from. True if it is to be made.
wanted() {
  local part=$1 key
  shift
  key=$(printf '%s\n' "$@" | sha256sum)
  [ "$(cat "$out/cache/$part.made" 2>/dev/null)" != "$key" ] || return 1
  made=$out/cache/$part.made made_key=$key
  say "building $part"
}
finished() { echo "$made_key" >"$made"; }

# Downloads Debian packages into a folder, as apt knows them; they are not installed.
download() { # folder package...
  (cd "$1" && shift && apt-get -q -o APT::Sandbox::User=root download "$@") >"$out/cache/download.log" 2>&1 || {
    tail -n 3 "$out/cache/download.log" >&2
    die "${*:2} cannot be downloaded (has apt-get update been run?)"
  }
}

build_kernel() {
  version=$(apt-cache depends linux-image-cloud-amd64 | sed -n 's/.*Depends: linux-image-\([0-9][^ ]*\)$/\1/p' | head -n 1)
  [ -n "$version" ] || die 'apt knows no linux-image-cloud-amd64: run apt-get update'
  kernel=$out/cache/kernel-$version
  if wanted kernel "$version"; then
    download "$work" "linux-image-$version"
    rm -rf "$out"/cache/kernel-*
    dpkg-deb -x "$work/linux-image-${version}_"*.deb "$kernel"
    depmod -b "$kernel" "$version"
    cp "$kernel/boot/vmlinuz-$version" "$out/vmlinuz"
    finished
  fi
}

# The modules in the order in which they are to be loaded.
copy_modules() { # folder
  local name word file
  mkdir -p "$1"
  for name in "${modules[@]}"; do
    # Those that this kernel has built in print `builtin`.
    modprobe -d "$kernel" -S "$version" --show-depends "$name" 2>/dev/null || true
  done | while read -r word file _; do
    [ "$word" = insmod ] || continue
    name=${file##*/}
    [ ! -e "$1/$name" ] || continue
    cp "$file" "$1/$name"
    echo "/lib/modules/$name" >>"$1/order"
  done
}

build_initrd() {
  local tree=$work/initrd applet
  wanted initrd "$version" "$(cat "$here"/installer/* "$here/build.sh")" "$(sha256sum /bin/busybox)" || return 0
  mkdir -p "$tree"/{bin,sbin,proc,sys,dev,etc,tmp,mnt,run,usr/bin,installer}
  cp /bin/busybox "$tree/bin/"
  for applet in $(busybox --list); do
    [ "$applet" = busybox ] || ln -s busybox "$tree/bin/$applet"
  done
  copy_modules "$tree/lib/modules"
  cp "$here"/installer/* "$tree/installer/"
  mv "$tree/installer/init" "$tree/init"
  mv "$tree/installer/curl" "$tree/bin/curl"
  chmod 755 "$tree/init" "$tree/bin/curl" "$tree/installer/install" "$tree/installer/lease.sh"
  cp /usr/lib/syslinux/mbr/mbr.bin "$tree/installer/"
  (cd "$tree" && find . | cpio --quiet -o -H newc -R 0:0 | gzip -6) >"$out/initrd.img"
  finished
}

# Cobbler makes GRUB for the network with a program whose name here is Red Hat's and SUSE's.
build_boot() {
  ln -sf /usr/bin/grub-mkimage "$out/bin/grub2-mkimage"
}

# The installer's second stage, as Anaconda fetches one from its tree: a program for GPT disks with its
# libraries, and the boot loader that is put on them.
build_stage2() {
  local tree=$work/stage2 file
  wanted stage2 "$(dpkg-query -W fdisk grub-efi-amd64-bin)" "$(declare -f build_stage2)" || return 0
  mkdir -p "$tree/installer"
  for file in /sbin/sfdisk $(ldd /sbin/sfdisk | grep -o '/[^ ]*'); do
    install -D "$file" "$tree$file"
  done
  grub-mkimage --format=x86_64-efi --prefix=/EFI/debian --output="$tree/installer/grubx64.efi" \
    part_gpt fat ext2 normal linux configfile search search_label echo
  tar -c -C "$tree" --numeric-owner -f "$out/repo/stage2.tar" .
  finished
}

build_core() {
  local tree=$work/core with log=$out/cache/debootstrap.log
  wanted core "$suite" "$mirror" "${core[*]}" "$(declare -f build_core trim configure)" || return 0
  with=$(IFS=, && echo "${core[*]}")
  debootstrap --variant=minbase --include="$with" "$suite" "$tree" "$mirror" >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    die "debootstrap failed, see $log"
  }
  trim "$tree"
  configure "$tree"
  tar -c -C "$tree" --numeric-owner -f "$out/repo/core.tar" .
  finished
}

# What nobody reads in an emulated machine costs it seconds to unpack.
trim() { # tree
  rm -rf "$1"/var/cache/apt/* "$1"/var/lib/apt/lists/* "$1"/usr/share/{doc,man,info,locale,i18n,zoneinfo,bash-completion,gcc,gdb}/* \
    "$1"/var/cache/debconf/*-old "$1"/var/log/*.log "$1"/usr/lib/x86_64-linux-gnu/gconv
  find "$1/usr/lib" -name '*.mo' -delete
}

configure() { # tree
  # An image of many machines must not share what makes one of them itself.
  rm -f "$1"/etc/ssh/ssh_host_* "$1/etc/hostname" "$1/etc/resolv.conf"
  : >"$1/etc/machine-id"
  # One key of the kind that is quickly made, by the machine itself.
  mkdir -p "$1"/etc/systemd/system/ssh.service.d "$1/etc/acpi/events"
  printf '[Service]\nExecStartPre=\nExecStartPre=/bin/sh -c "[ -f /etc/ssh/ssh_host_ed25519_key ] || ssh-keygen -q -t ed25519 -N \\"\\" -f /etc/ssh/ssh_host_ed25519_key"\n' \
    >"$1/etc/systemd/system/ssh.service.d/key.conf"
  printf 'HostKey /etc/ssh/ssh_host_ed25519_key\nUseDNS no\n' >"$1/etc/ssh/sshd_config.d/lab.conf"
  # The power button: without a desktop or logind nobody else listens.
  printf 'event=button/power\naction=/usr/bin/systemctl poweroff\n' >"$1/etc/acpi/events/power"
  ln -sf /lib/systemd/system/systemd-networkd.service "$1/etc/systemd/system/multi-user.target.wants/"
  ln -sf /usr/share/zoneinfo/UTC "$1/etc/localtime"
  local unit
  for unit in apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer \
    e2scrub_reap.service systemd-pstore.service getty@tty1.service systemd-networkd-wait-online.service \
    systemd-journal-flush.service systemd-update-utmp.service systemd-hwdb-update.service systemd-binfmt.service; do
    ln -sf /dev/null "$1/etc/systemd/system/$unit"
  done
  date -u +%FT%TZ >"$1/etc/lab-core"
}

# cloud-init is a package with some fifty others below it: they are installed here, on top of the core, and
# what has come is packed.
build_cloud_init() {
  local tree=$work/cloud-init log=$out/cache/cloud-init.log
  wanted cloud-init "$(cat "$out/cache/core.made")" "$(declare -f build_cloud_init trim)" || return 0
  mkdir -p "$tree"
  tar -x -C "$tree" -f "$out/repo/core.tar"
  mkdir -p "$tree/var/cache/apt/archives/partial"
  touch "$work/before"
  # The apt of this machine, with the tree's own dpkg. The mount ends with the command, however that ends.
  DEBIAN_FRONTEND=noninteractive unshare --mount sh -c 'mount --bind /proc "$0/proc" && exec "$@"' "$tree" \
    apt-get -q -y --no-install-recommends -o Dir::State::status="$tree/var/lib/dpkg/status" \
    -o Dir::State::extended_states="$work/extended_states" -o Dir::Cache::archives="$tree/var/cache/apt/archives" \
    -o Dir::Log="$work" -o DPkg::Chroot-Directory="$tree" -o DPkg::Options::=--force-unsafe-io \
    -o APT::Sandbox::User=root install cloud-init </dev/null >"$log" 2>&1 || {
    tail -n 3 "$log" >&2
    die "cloud-init could not be installed into the image (has apt-get update been run?), see $log"
  }
  trim "$tree"
  # As for the core: one key, and nothing that takes an emulated machine minutes or asks a network that isn't there.
  printf 'ssh_genkeytypes: [ed25519]\napt: {preserve_sources_list: true}\n' >"$tree/etc/cloud/cloud.cfg.d/10_lab.cfg"
  echo LANG=C.UTF-8 >"$tree/etc/default/locale"
  (cd "$tree" && find . -xdev -cnewer "$work/before" -print0 |
    tar -c --null --no-recursion -T - --numeric-owner -f "$out/repo/cloud-init.tar")
  rm -rf "$tree"
  finished
}

build_packages() {
  local file
  wanted packages "$suite" "${packages[*]}" "$(declare -f build_packages)" || return 0
  rm -f "$out"/repo/*.deb
  download "$out/repo" "${packages[@]}"
  # An epoch in a file's name would be decoded by the web server.
  for file in "$out"/repo/*%3a*.deb; do
    [ ! -e "$file" ] || mv "$file" "${file/\%3a/-}"
  done
  {
    echo 'cloud-init cloud-init.tar'
    for file in "$out"/repo/*.deb; do
      echo "$(dpkg-deb -f "$file" Package) ${file##*/}"
    done
  } >"$out/repo/packages.list"
  finished
}

build_kernel
build_initrd
build_boot
build_stage2
build_core
build_cloud_init
build_packages
cp "$out/vmlinuz" "$out/initrd.img" "$out/repo/"
