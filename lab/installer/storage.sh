# The disk: zerombr, clearpart, ignoredisk, autopart and part. Sourced by install.
# shellcheck shell=sh
#
# Whatever layout is asked for, the result is one partition with all in it: LVM would cost minutes in an
# emulated machine and tests nothing of the service.

# The disk to install on: the one that the file names, else the first.
choose_disk() {
    wanted=$(sed -n 's/^ignoredisk .*--only-use=\([^ ,]*\).*/\1/p' $work/commands | head -n 1)
    if [ -n "$wanted" ]; then
        disk=/dev/${wanted#/dev/}
        [ -b "$disk" ] || die "the disk $wanted, given in ignoredisk --only-use, does not exist"
        return
    fi
    for disk in /dev/vda /dev/sda /dev/nvme0n1; do
        [ -b "$disk" ] && return
    done
    die 'no usable disks were found: storage configuration failed'
}

partition() {
    grep -qE '^(autopart|part|partition)( |$)' $work/commands || die 'the file has no autopart and no part'
    choose_disk
    say "partitioning $disk"
    if ! grep -q '^clearpart .*--all' $work/commands && fdisk -l "$disk" 2>/dev/null | grep -q "^$disk"; then
        die "$disk has partitions and clearpart --all is not given"
    fi
    case $disk in
    *[0-9]) part=${disk}p1 ;;
    *) part=${disk}1 ;;
    esac
    dd if=/dev/zero of="$disk" bs=1M count=1 2>>$programs || die "$disk cannot be written"
    printf 'n\np\n1\n2048\n\na\n1\nw\n' | fdisk "$disk" >>$programs 2>&1 || die "$disk cannot be partitioned"
    dd if=/installer/mbr.bin of="$disk" conv=notrunc 2>>$programs
    tries=0
    while [ ! -b "$part" ] && [ $tries -lt 50 ]; do
        sleep 0.1
        tries=$((tries + 1))
    done
    mke2fs -L root "$part" >>$programs 2>&1 || die "no file system can be made on $part"
    mount -o noatime "$part" /mnt || die "$part cannot be mounted"
}
