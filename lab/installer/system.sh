# The installed system's own set-up: boot loader, network, name. Sourced by install.
# shellcheck shell=sh

set_up_system() {
    for file in dev proc sys; do
        mount --bind /$file /mnt/$file
    done
    cp /etc/resolv.conf /mnt/etc/resolv.conf 2>/dev/null
    printf '%s / ext4 noatime 0 1\n' "$part" >/mnt/etc/fstab
    sed -n 's/^network .*--hostname=\([^ ]*\).*/\1/p' $work/commands | head -n 1 >/mnt/etc/hostname
    set_up_network
    set_up_boot
}

# One file of systemd-networkd for each line `network`.
set_up_network() {
    number=0
    grep '^network ' $work/commands | while read -r _ line; do
        number=$((number + 1)) match='Name=en* eth*' address='DHCP=ipv4' more=
        for word in $line; do
            value=${word#*=}
            case $word in
            --device=*:*) match="MACAddress=$value" ;;
            --device=*) match="Name=$value" ;;
            --ip=*) address=Address=$value ;;
            --netmask=*) address=$address/$(prefix "$value") ;;
            --gateway=*) more="${more}Gateway=$value\n" ;;
            --nameserver=*) more="${more}DNS=$(echo "$value" | tr , ' ')\n" ;;
            --vlanid=* | --bondslaves=*) die "the lab's network has no ${word%%=*}" ;;
            esac
        done
        # shellcheck disable=SC2059
        printf "[Match]\n$match\n\n[Network]\n$address\n$more" >"/mnt/etc/systemd/network/1$number-kickstart.network"
    done
}

# $1: netmask, as 255.255.255.0.
prefix() {
    ipcalc -p 0.0.0.0 "$1" | sed 's/.*=//'
}

# The kernel and the first file system are those of the installer, whose init starts this disk.
set_up_boot() {
    mkdir -p /mnt/boot/extlinux
    for file in vmlinuz initrd.img; do
        timeout 60 wget -q -O "/mnt/boot/$file" "$tree/$file" || die "failed to download $file from $tree"
    done
    cat >/mnt/boot/extlinux/extlinux.conf <<CONF
SERIAL 0 115200
DEFAULT disk
PROMPT 0
LABEL disk
  KERNEL /boot/vmlinuz
  INITRD /boot/initrd.img
  APPEND root=$part console=ttyS0 quiet net.ifnames=0
CONF
    chroot /mnt extlinux --install /boot/extlinux >>$log 2>&1 || die 'the boot loader cannot be installed'
}

leave_system() {
    cp $log /mnt/var/log/anaconda.log
    umount /mnt/dev /mnt/proc /mnt/sys
    sync
    umount /mnt || mount -o remount,ro /mnt
}
