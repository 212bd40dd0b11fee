# The installed system's own set-up: boot loader, network, name. Sourced by install.
# shellcheck shell=sh

set_up_system() {
    for file in dev proc sys; do
        mount --bind /$file $target/$file
    done
    cp /etc/resolv.conf $target/etc/resolv.conf 2>/dev/null
    printf '%s / ext4 noatime 0 1\n' "$part" >$target/etc/fstab
    sed -n 's/^network .*--hostname=\([^ ]*\).*/\1/p' $work/commands | head -n 1 >$target/etc/hostname
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
        printf "[Match]\n$match\n\n[Network]\n$address\n$more" >"$target/etc/systemd/network/1$number-kickstart.network"
    done
}

# $1: netmask, as 255.255.255.0.
prefix() {
    ipcalc -p 0.0.0.0 "$1" | sed 's/.*=//'
}

# The kernel and the first file system are those of the installer, whose init starts this disk.
set_up_boot() {
    mkdir -p $target/boot
    for file in vmlinuz initrd.img; do
        timeout 300 wget -q -O "$target/boot/$file" "$tree/$file" || no_mirror "$file"
    done
    options="root=$part console=ttyS0 quiet net.ifnames=0"
    if is_uefi; then
        set_up_grub
    else
        set_up_extlinux
    fi
}

# UEFI's firmware starts EFI/BOOT/BOOTX64.EFI of a disk without being told so by a boot entry of its own.
set_up_grub() {
    mkdir -p $target/boot/efi
    mount -t vfat "$esp" $target/boot/efi || die "$esp cannot be mounted"
    mkdir -p $target/boot/efi/EFI/BOOT $target/boot/efi/EFI/debian
    cp /installer/grubx64.efi $target/boot/efi/EFI/BOOT/BOOTX64.EFI || die 'the boot loader cannot be installed'
    cat >$target/boot/efi/EFI/debian/grub.cfg <<CONF
search --no-floppy --label root --set root
linux /boot/vmlinuz $options
initrd /boot/initrd.img
boot
CONF
    printf '%s /boot/efi vfat umask=0077 0 0\n' "$esp" >>$target/etc/fstab
    umount $target/boot/efi
}

set_up_extlinux() {
    mkdir -p $target/boot/extlinux
    cat >$target/boot/extlinux/extlinux.conf <<CONF
SERIAL 0 115200
DEFAULT disk
PROMPT 0
LABEL disk
  KERNEL /boot/vmlinuz
  INITRD /boot/initrd.img
  APPEND $options
CONF
    chroot $target extlinux --install /boot/extlinux >>$log 2>&1 || die 'the boot loader cannot be installed'
}

leave_system() {
    cp $log $target/var/log/anaconda.log
    umount $target/dev $target/proc $target/sys
    sync
    umount $target || mount -o remount,ro $target
}
