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

# Debian's installer has no hook for its failures, and neither it nor Ubuntu's one for its progress:
# both are in their logs. Tells every 20 seconds what has moved, until the installer ends, for six
# hours at most. The descriptors are debconf's.
watch_logs() {
    (
        menu=/var/log/syslog
        events=/var/log/installer/subiquity-server-debug.log
        before='' count_before=0 turn=0
        while [ "$turn" -lt 1080 ] && sleep 20; do
            turn=$((turn + 1))
            failed=$(sed -n "s/.*\\(Menu item '[a-z0-9-]*' failed\\).*/\\1/p" "$menu" | tail -n 1)
            if [ -n "$failed" ]; then
                report "$link/failed" "$failed
$(ferric_last_words)"
                exit 0
            fi
            part=$(
                sed -n "s/.*Menu item '\\([a-z0-9-]*\\)' selected.*/\\1/p" "$menu" | tail -n 1
                sed -n 's/.*executing curtin install \([a-z]*\) step.*/\1/p' "$events" | tail -n 1
            )
            if [ "$part" != "$before" ]; then
                before=$part
                case $part in
                *partman* | *partitioning*) report "$link/partitioning" ;;
                *bootstrap-base* | *pkgsel* | *extract* | *curthooks*) report "$link/packages" ;;
                esac
            fi
            # A count that stands still is no sign of life.
            count=$(grep -c ': Setting up ' "$menu")
            [ "${count:-0}" = "$count_before" ] || report "$link/packages" "$count"
            count_before=${count:-0}
        done
    ) </dev/null >/dev/null 2>&1 3>&- 4>&- &
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
    watch_logs
    ;;
late)
    report "$link/post"
    ferric_fetch "$link/script" /target/root/ferric-node.sh || give_up 'the node script could not be fetched'
    in_system sh /root/ferric-node.sh "$link" || give_up 'the node script failed'
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
