#raw
# $1: link; $2: words for a person. Never fails: a report is worth less than the installation.
# shellcheck disable=SC2317,SC2329
ferric_report() {
    for _ in 1 2 3; do
        if command -v curl >/dev/null 2>&1; then
            curl -fsS -m 15 -o /dev/null --data-urlencode "message=${2:-}" "$1" && return 0
        elif command -v wget >/dev/null 2>&1; then
            wget -q -T 15 -O /dev/null --post-data "${2:-}" "$1" && return 0
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
# $1: link. Reports the count of packages every 20 seconds until the installer ends.
# shellcheck disable=SC2317,SC2329
ferric_watch() {
    (
        while sleep 20; do
            count=$(cat /tmp/packaging.log /tmp/dnf.librepo.log 2>/dev/null | grep -oE '[0-9]+/[0-9]+' | tail -n 1)
            [ -n "$count" ] && ferric_report "$1" "$count"
        done
    ) </dev/null >/dev/null 2>&1 &
}
# The last lines of the installer's log.
# shellcheck disable=SC2317,SC2329
ferric_last_words() {
    for log in /tmp/anaconda.log /var/log/installer/subiquity-server-debug.log /var/log/syslog; do
        [ -r "$log" ] || continue
        tail -n 20 "$log"
        return 0
    done
}
#end raw
