#!/bin/sh
# What the installers of Debian and Ubuntu run: $1 says when, $2 is the node's link.
{% include "functions.sh" %}
# Runs a command in the installed system, with what the installer mounts there for it.
in_system() {
    if command -v curtin >/dev/null 2>&1; then
        curtin in-target --target=/target -- "$@"
    else
        chroot /target "$@"
    fi
}

# $1: link; $2: words. Debian's installer has a small wget, which may not know how to post; the
# installed system has a whole one.
report() {
    [ -x /target/usr/bin/wget ] &&
        chroot /target wget -q -T 15 -O /dev/null --post-data "${2:-}" "$1" 2>/dev/null &&
        return
    ferric_report "$1" "${2:-}"
}

# $1: base64 of /etc/network/interfaces; $2: the MAC address that booted. Debian's installer copies
# the file into the installed system at its very end.
static_network() {
    for device in /sys/class/net/*; do
        [ "$(cat "$device/address")" = "$2" ] || continue
        printf '%s\n' "$1" | chroot /target base64 -d |
            sed "s/FERRIC_PXE/${device##*/}/g" >/etc/network/interfaces
        return
    done
    return 1
}

# $1: why.
give_up() {
    report "$link/failed" "$1
$(ferric_last_words)"
    exit 1
}

link=$2
case $1 in
early)
    report "$link/started"
    ;;
late)
    report "$link/post"
    ferric_fetch "$link/script" /target/root/ferric-node.sh || give_up 'the node script could not be fetched'
    in_system sh /root/ferric-node.sh || give_up 'the node script failed'
    rm -f /target/root/ferric-node.sh
    if [ -n "${3:-}" ]; then
        static_network "$3" "$4" || give_up "no interface has the address $4"
    fi
    report "$link/done"
    ;;
failed)
    report "$link/failed" "$(ferric_last_words)"
    ;;
esac
