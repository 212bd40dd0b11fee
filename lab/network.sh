#!/usr/bin/env bash
# The lab's network, inside its network namespace: a bridge, and dnsmasq for DHCP and TFTP.
#
#   network.sh DIR TFTP_ROOT ADDRESS
#
# ADDRESS is the bridge's own, of a network of 256 addresses. The machines' leases (lines MAC,ADDRESS,NAME)
# are read from the files in DIR/hosts, whenever they change; a machine without one gets no answer. The boot
# loader goes by what the machine says it is (option 93): 7 and 9 are UEFI on x86-64 (RFC 4578), the rest BIOS;
# both are where Cobbler puts them. Runs until it is ended; needs root, the packages dnsmasq-base and iproute2.
set -euo pipefail

dir=$1 tftp=$2 address=$3
mkdir -p "$dir/hosts"
# The folder /sys shows the network of the namespace in which it was mounted.
mount -t sysfs sysfs /sys
ip link set lo up
# No spanning tree: its delay would outlast the patience of a PXE ROM.
ip link add lab0 type bridge forward_delay 0 stp_state 0
ip addr add "$address/24" dev lab0
ip link set lab0 up
cat >"$dir/dnsmasq.conf" <<CONF
port=0
interface=lab0
bind-interfaces
except-interface=lo
user=root
no-ping
log-dhcp
log-facility=$dir/dnsmasq.log
dhcp-authoritative
dhcp-range=$address,static,255.255.255.0,1h
dhcp-hostsdir=$dir/hosts
dhcp-leasefile=$dir/leases
dhcp-option=option:router
dhcp-option=option:dns-server
dhcp-match=set:uefi,option:client-arch,7
dhcp-match=set:uefi,option:client-arch,9
dhcp-boot=tag:uefi,grub/grubx64.efi
dhcp-boot=tag:!uefi,pxelinux.0
enable-tftp
tftp-root=$tftp
CONF
exec dnsmasq --keep-in-foreground --conf-file="$dir/dnsmasq.conf" --pid-file
