# The disk: zerombr, clearpart, ignoredisk, autopart and part. Sourced by install.
# shellcheck shell=sh
#
# Whatever layout is asked for, the result is one partition with all in it, and an EFI system partition
# before it where the firmware is UEFI: LVM would cost minutes in an emulated machine and tests nothing of
# the service.

# The disk to install on: the one that the file names, else the first.
choose_disk() {
    wanted=$(sed -n 's/^ignoredisk .*--only-use=\([^ ,]*\).*/\1/p' $work/commands | head -n 1)
    if [ -n "$wanted" ]; then
        disk=/dev/${wanted#/dev/}
        [ -b "$disk" ] || die "Disk \"$wanted\" given in ignoredisk command does not exist."
        return
    fi
    for disk in /dev/vda /dev/sda /dev/nvme0n1; do
        [ -b "$disk" ] && return
    done
    die 'No usable disks were found'
}

# Whether this machine was booted by UEFI.
is_uefi() {
    [ -d /sys/firmware/efi ]
}

has_partitions() {
    for name in /sys/block/"${disk#/dev/}"/"${disk#/dev/}"*; do
        [ -d "$name" ] && return
    done
    return 1
}

# $1: number of a partition; its device.
partition_name() {
    case $disk in
    *[0-9]) echo "${disk}p$1" ;;
    *) echo "$disk$1" ;;
    esac
}

await_device() {
    tries=0
    while [ ! -b "$1" ] && [ $tries -lt 50 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
}

partition() {
    grep -qE '^(autopart|part|partition)( |$)' $work/commands || die 'the file has no autopart and no part'
    choose_disk
    say "partitioning $disk"
    if ! grep -q '^clearpart .*--all' $work/commands && has_partitions; then
        die "$disk has partitions and clearpart --all is not given"
    fi
    dd if=/dev/zero of="$disk" bs=1M count=1 2>>$programs || die "$disk cannot be written"
    if is_uefi; then
        partition_for_uefi
    else
        partition_for_bios
    fi
    await_device "$part"
    mke2fs -L root "$part" >>$programs 2>&1 || die "no file system can be made on $part"
    mount -o noatime "$part" $target || die "$part cannot be mounted"
}

partition_for_bios() {
    part=$(partition_name 1)
    printf 'n\np\n1\n2048\n\na\n1\nw\n' | fdisk "$disk" >>$programs 2>&1 || die "$disk cannot be partitioned"
    dd if=/installer/mbr.bin of="$disk" conv=notrunc 2>>$programs
}

partition_for_uefi() {
    esp=$(partition_name 1) part=$(partition_name 2)
    fetch_stage2
    printf 'label: gpt\nsize=64MiB, type=uefi, name=EFI\ntype=linux, name=root\n' |
        sfdisk --wipe always "$disk" >>$programs 2>&1 || die "$disk cannot be partitioned"
    await_device "$esp"
    mkdosfs -n EFI "$esp" >>$programs 2>&1 || die "no file system can be made on $esp"
}
