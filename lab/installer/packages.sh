# The packages: %packages, from the repository of the command url. Sourced by install.
# shellcheck shell=sh
#
# @core is the archive core.tar of the repository, a whole small Debian; other names are Debian packages
# there, listed in packages.list. The counts go into the log where Anaconda's are looked for.

install_packages() {
    tree=$(sed -n 's/^url .*--url[= ]*"\{0,1\}\([^" ]*\).*/\1/p' $work/commands | head -n 1)
    [ -n "$tree" ] || die 'the file has no url'
    timeout 60 wget -q -O $work/known "$tree/packages.list" || die "failed to download metadata from $tree"
    wanted=$(grep -v '^[@-]' $work/packages)
    for package in $wanted; do
        grep -q "^$package " $work/known || die "no match for package: $package"
    done
    total=$(($(echo "$wanted" | grep -c .) + 1))
    done=0
    say "installing $total packages from $tree"
    fetch_core
    counted core
    for package in $wanted; do
        file=$(sed -n "s/^$package //p" $work/known)
        timeout 60 wget -q -O "/mnt/tmp/$file" "$tree/$file" || die "failed to download $file from $tree"
        chroot /mnt /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
            dpkg --install "/tmp/$file" >>/tmp/packaging.log 2>&1 || die "the package $file cannot be installed"
        rm "/mnt/tmp/$file"
        counted "$package"
    done
}

# The archive is read as it comes, so a server that dies half way is seen by the archive's end.
fetch_core() {
    rm -f /tmp/fetch.failed
    { timeout 900 wget -q -O - "$tree/core.tar" 2>>$log || : >/tmp/fetch.failed; } | tar -x -C /mnt 2>>$log ||
        : >/tmp/fetch.failed
    [ ! -f /tmp/fetch.failed ] && [ -f /mnt/etc/lab-core ] || die "failed to download core.tar from $tree"
}

counted() {
    done=$((done + 1))
    say "installed $1 ($done/$total)"
    echo "Installed: $1 $done/$total" >>/tmp/packaging.log
}
