#!/bin/sh
# What udhcpc does with a lease.
# shellcheck disable=SC2154
[ "$1" = bound ] || [ "$1" = renew ] || exit 0
ip addr flush dev "$interface"
ip addr add "$ip/${mask:-24}" dev "$interface"
[ -z "${router:-}" ] || ip route replace default via "${router%% *}"
for server in ${dns:-}; do
    echo "nameserver $server"
done >/etc/resolv.conf
