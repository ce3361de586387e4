# shellcheck shell=sh
# Faults at the N-th system call, by strace. Source it after check.sh.

# LeakSanitizer cannot work in a process that is traced.
export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"

strace -qq -o /dev/null -e trace=write -e inject=write:error=EIO:when=60000 true 2>/dev/null ||
    skip "strace cannot inject faults here"

# What reaches the disk.
disk_calls=pwrite64,write,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,link,linkat

# count_calls COMMAND...: how many such calls it makes; the number is left in $calls.
count_calls() {
    strace -qq -f -o calls -e "trace=$disk_calls" "$@" >/dev/null 2>&1 || fail "$* does not work without a fault"
    # shellcheck disable=SC2034 # for the script
    calls=$(grep -vc -e '^[0-9]* *+++' -e '^[0-9]* *---' calls)
}

# kill_at N COMMAND...: the process dies by SIGKILL at its N-th such call.
kill_at() {
    at=$1
    shift
    strace -qq -f -o /dev/null -e "trace=$disk_calls" -e "inject=$disk_calls:signal=SIGKILL:when=$at" "$@" >stdout 2>stderr
}

# fail_from N ERROR COMMAND...: from its N-th such call on, all fail with ERROR. Talk is let through: what is written to
# stdout and stderr counts too, so that a message may be lost, but never data.
fail_from() {
    at=$1
    error=$2
    shift 2
    strace -qq -f -o /dev/null -e "trace=$disk_calls" -e "inject=$disk_calls:error=$error:when=$at+" "$@" >stdout 2>stderr
}
