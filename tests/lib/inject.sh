# shellcheck shell=sh
# Faults at the N-th system call, by strace. Source it after check.sh.

# LeakSanitizer cannot work in a process that is traced.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

strace -qq -o /dev/null -e trace=write -e inject=write:error=EIO:when=60000 true 2>/dev/null ||
    skip "strace cannot inject faults here"

# What reaches the disk.
disk_calls=pwrite64,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,link,linkat,mkdir,mkdirat

# strace counts each kind of call for itself: the list of the counted run says which one is the N-th of all.
inject_list=$PWD/inject-calls

# count_calls COMMAND...: how many such calls its own process makes; the number is left in $calls.
count_calls() {
    strace -qq -f -o "$inject_list.raw" -e "trace=execve,$disk_calls" "$@" >/dev/null 2>&1 || fail "$* does not work without a fault"
    awk 'NR == 1 { own = $1 } $1 == own && $2 !~ /^execve/ && match($2, /^[a-z0-9_]+[(]/) { print substr($2, 1, RLENGTH - 1) }' \
        "$inject_list.raw" >"$inject_list"
    # shellcheck disable=SC2034 # for the script
    calls=$(wc -l <"$inject_list")
}

# strike_at N FAULT COMMAND...: FAULT, as strace calls it, comes with the N-th call of the run that was counted.
strike_at() {
    at=$(awk -v n="$1" -v fault="$2" '{ seen[$1]++ } NR == n { print $1 ":" fault ":when=" seen[$1] }' "$inject_list")
    shift 2
    strace -qq -f -o /dev/null -e "trace=$disk_calls" -e "inject=$at" "$@" >stdout 2>stderr
}

# kill_at N COMMAND...: the process dies by SIGKILL there.
kill_at() {
    killed_at=$1
    shift
    strike_at "$killed_at" signal=SIGKILL "$@"
}

# fail_from N ERROR COMMAND...: from the N-th call on, all fail with ERROR. Talk is let through: what is written to
# stdout and stderr counts too, so that a message may be lost, but never data.
fail_from() {
    faults=$(awk -v n="$1" -v error="$2" -v all="$disk_calls" '
        NR < n { seen[$1]++ }
        END {
            count = split(all, names, ",")
            for (i = 1; i <= count; i++)
                printf "-e inject=%s:error=%s:when=%d+ ", names[i], error, seen[names[i]] + 1
        }' "$inject_list")
    shift 2
    # shellcheck disable=SC2086 # words
    strace -qq -f -o /dev/null -e "trace=$disk_calls" $faults "$@" >stdout 2>stderr
}
