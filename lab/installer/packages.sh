# The packages: %packages, from the repository of the command url. Sourced by install.
# shellcheck shell=sh
#
# @core is the archive core.tar of the repository, a whole small Debian; other names are Debian packages
# there, or archives of what a package and all that it needs add to the core, listed in packages.list. The
# counts go into the log where Anaconda's are looked for.

install_packages() {
    timeout 300 wget -q -O $work/known "$tree/packages.list" ||
        die "Error setting up base repository: no packages.list at $tree"
    wanted=$(grep -v '^[@-]' $work/packages)
    for package in $wanted; do
        grep -q "^$package " $work/known || die "No match for argument: $package"
    done
    total=$(($(echo "$wanted" | grep -c .) + 1))
    done=0
    say "installing $total packages from $tree"
    unpack core.tar
    counted core
    # An archive brings the list of what is installed along, so packages come after it.
    for kind in tar deb; do
        for package in $wanted; do
            file=$(sed -n "s/^$package //p" $work/known)
            case $kind:$file in
            tar:*.tar) unpack "$file" ;;
            deb:*.deb) install_package "$file" ;;
            *) continue ;;
            esac
            counted "$package"
        done
    done
}

# An archive is read as it comes, so a server that dies half way is seen by the archive's end.
unpack() {
    rm -f /tmp/fetch.failed
    { timeout 900 wget -q -O - "$tree/$1" 2>>$log || : >/tmp/fetch.failed; } | tar -x -C $target 2>>$log ||
        : >/tmp/fetch.failed
    [ ! -f /tmp/fetch.failed ] && [ -f $target/etc/lab-core ] || no_mirror "$1"
}

install_package() {
    timeout 300 wget -q -O "$target/tmp/$1" "$tree/$1" || no_mirror "$1"
    chroot $target /usr/bin/env PATH=/usr/sbin:/usr/bin:/sbin:/bin DEBIAN_FRONTEND=noninteractive \
        dpkg --install "/tmp/$1" >>/tmp/packaging.log 2>&1 || die "the package $1 cannot be installed"
    rm "$target/tmp/$1"
}

# What only some machines need.
fetch_stage2() {
    timeout 300 wget -q -O /tmp/stage2.tar "$tree/stage2.tar" && tar -x -C / -f /tmp/stage2.tar 2>>$log ||
        no_mirror stage2.tar
    rm /tmp/stage2.tar
}

# $1: a file of the repository.
no_mirror() {
    die "Cannot download $1 from $tree: All mirrors were tried"
}

counted() {
    done=$((done + 1))
    say "installed $1 ($done/$total)"
    echo "Installed: $1 $done/$total" >>/tmp/packaging.log
}
