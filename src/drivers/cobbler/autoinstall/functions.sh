#raw
# $1: link; $2: words for a person. One try.
# shellcheck disable=SC2317,SC2329
ferric_send() {
    if command -v curl >/dev/null 2>&1; then
        curl -fsS -m 15 -o /dev/null --data-urlencode "message=${2:-}" "$1" && return 0
    elif command -v wget >/dev/null 2>&1; then
        wget -q -T 15 -O /dev/null --post-data "${2:-}" "$1" && return 0
        # A small wget, which may not know how to post: the words go with the link.
        wget -q -O /dev/null "$1?message=$(printf '%s' "${2:-}" | tr -c 'A-Za-z0-9._:/-' '+')" && return 0
    else
        for python in python3 /usr/libexec/platform-python python; do
            command -v "$python" >/dev/null 2>&1 || continue
            "$python" - "$1" "${2:-}" <<'FERRIC_PYTHON' && return 0
import sys
try:
    from urllib.request import urlopen
    from urllib.parse import urlencode
except ImportError:
    from urllib2 import urlopen
    from urllib import urlencode
urlopen(sys.argv[1], urlencode({"message": sys.argv[2]}).encode(), 15).read()
FERRIC_PYTHON
        done
    fi
    return 1
}
# The same, three times if need be. Never fails: a report is worth less than the installation.
# shellcheck disable=SC2317,SC2329
ferric_report() {
    for _ in 1 2 3; do
        ferric_send "$1" "${2:-}" && return 0
        sleep 2
    done
    return 0
}
# $1: link; $2: file. Fails if the link can't be fetched.
# shellcheck disable=SC2317,SC2329
ferric_fetch() {
    # What is fetched may be secret.
    (umask 077 && : >"$2") || return 1
    for _ in 1 2 3 4 5; do
        if command -v curl >/dev/null 2>&1; then
            curl -fsS -m 60 -o "$2" "$1" && return 0
        elif command -v wget >/dev/null 2>&1; then
            wget -q -T 60 -O "$2" "$1" && return 0
        else
            for python in python3 /usr/libexec/platform-python python; do
                command -v "$python" >/dev/null 2>&1 || continue
                "$python" - "$1" "$2" <<'FERRIC_PYTHON' && return 0
import sys
try:
    from urllib.request import urlopen
except ImportError:
    from urllib2 import urlopen
text = urlopen(sys.argv[1], None, 60).read()
open(sys.argv[2], "wb").write(text)
FERRIC_PYTHON
            done
        fi
        sleep 5
    done
    return 1
}
# $1: link for the count of packages. Tells every 20 seconds what has moved since Anaconda's %pre, until
# the installer ends, for six hours at most.
# shellcheck disable=SC2317,SC2329
ferric_watch() {
    (
        formatted='' before='' turn=0
        while [ "$turn" -lt 1080 ] && sleep 20; do
            turn=$((turn + 1))
            if [ -z "$formatted" ] && grep -q 'Running.*mk\(fs\|swap\|e2fs\)' /tmp/program.log; then
                formatted=yes
                ferric_report "${1%/packages}/partitioning"
            fi
            count=$(cat /tmp/packaging.log /tmp/anaconda.log | grep -oE '\([0-9]+/[0-9]+\)' | tail -n 1 | tr -d '()')
            # Release 6 keeps a list instead.
            [ -n "$count" ] || count=$(grep -c '^Installing ' /mnt/sysimage/root/install.log)
            # A count that stands still is no sign of life.
            [ "${count:-0}" = 0 ] || [ "$count" = "$before" ] || ferric_report "$1" "$count"
            before=$count
        done
    ) </dev/null >/dev/null 2>&1 &
}
# The last lines of the installer's logs, and of the %post below, which is on the new disk.
# shellcheck disable=SC2317,SC2329
ferric_last_words() {
    found=''
    for log in /tmp/packaging.log /tmp/anaconda.log /mnt/sysimage/root/ferric-post.log \
        /var/log/installer/curtin-install.log /var/log/installer/subiquity-server-debug.log; do
        [ -r "$log" ] || continue
        found=yes
        tail -n 10 "$log"
    done
    # Debian's installer has one log for all.
    [ -n "$found" ] || [ ! -r /var/log/syslog ] || tail -n 20 /var/log/syslog
}
#end raw
