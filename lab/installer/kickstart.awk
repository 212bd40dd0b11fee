# Splits a kickstart file into the folder `work`: commands (one a line, without comments), packages, and
# each script in a file of its own (pre.1, post.2, ...) with its options beside it (options.pre.1).
#
# Sections begin with %name and end with %end; in a script a line that begins with % is the script's.

function begin(name) {
    section = name
    count[name]++
    script = (name == "packages") ? work "/packages" : work "/" name "." count[name]
    if (name != "packages") {
        options = $0
        sub(/^%[a-z]+[ \t]*/, "", options)
        print options > (work "/options." name "." count[name])
    }
    printf "" > script
}

section != "" && /^%end/ { close(script); section = ""; next }
section == "packages" { sub(/#.*/, ""); if (NF) print $1 > script; next }
section != "" { print > script; next }
/^%(pre|pre-install|post|onerror|traceback|packages|addon|anaconda)([ \t]|$)/ { begin(substr($1, 2)); next }
/^%/ { print "lab: unknown section " $1 > "/dev/stderr"; exit 1 }
/^[ \t]*(#|$)/ { next }
{ print > (work "/commands") }
