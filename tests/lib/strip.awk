# Blanks the comments of C files (and, unless -v strings=1, what strings hold), keeps every line,
# and prints FILE:LINE:TEXT. "lint-allow: WORD" in a comment is kept as the marker @allow WORD@.
function blank_line(line,    out, c, rest, end) {
    out = ""
    while (line != "") {
        if (in_comment) {
            end = index(line, "*/")
            note(end ? substr(line, 1, end - 1) : line)
            if (!end)
                return out
            line = substr(line, end + 2)
            in_comment = 0
            out = out " "
            continue
        }
        if (!match(line, /"|'|\/\*|\/\//))
            return out line
        c = substr(line, RSTART, RLENGTH)
        out = out substr(line, 1, RSTART - 1)
        line = substr(line, RSTART + RLENGTH)
        if (c == "//") {
            note(line)
            return out
        }
        if (c == "/*") {
            in_comment = 1
            continue
        }
        rest = literal(line, c)
        out = out c (strings ? substr(line, 1, rest - 1) : "") c
        line = substr(line, rest + 1)
    }
    return out
}

# Where the literal that starts @line ends: the place of its closing quote.
function literal(line, quote,    i, c) {
    for (i = 1; i <= length(line); i++) {
        c = substr(line, i, 1)
        if (c == "\\")
            i++
        else if (c == quote)
            return i
    }
    return length(line) + 1
}

function note(comment) {
    if (match(comment, /lint-allow: [a-z_]+/))
        allowed = allowed " @allow " substr(comment, RSTART + 12, RLENGTH - 12) "@"
}

FNR == 1 {
    in_comment = 0
}

{
    allowed = ""
    text = blank_line($0)
    print FILENAME ":" FNR ":" text allowed
}
