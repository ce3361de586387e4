# A snapshot without the texts that the server makes of what it has parsed, which differ between versions: the
# statement of a view or rule, and of a function whose body the server parses. All that follows it stays.
function flush_block(    i) {
    for (i = 1; i <= n; i++) {
        if (parsed && !ended) {
            ended = lines[i] ~ /;$/
            continue
        }
        print lines[i]
    }
    n = 0
}
/^-- [a-z]/ {
    flush_block()
    print
    parsed = $2 == "view" || $2 == "materialized" || $2 == "rule"
    ended = 0
    next
}
{
    lines[++n] = $0
    if ($0 ~ /^ *(BEGIN ATOMIC|RETURN )/)
        parsed = 1
}
END { flush_block() }
