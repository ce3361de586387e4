/* SPDX-License-Identifier: MIT */
#include "common/sql/copy.h"

#include <string.h>

/* Bytes of rows that are handed out at once, when the lines are not longer. */
#define PIECE ((gsize)64 * 1024)

/* @return bytes of the end marker's line at @text, its line end included; 0 when there is none */
static gsize
match_marker(const char *text, gsize len, gboolean eof)
{
    if (len < 2 || text[0] != '\\' || text[1] != '.')
        return 0;
    gsize pos = len > 2 && text[2] == '\r' ? 3 : 2;
    if (pos == len)
        return eof ? pos : 0;
    return text[pos] == '\n' ? pos + 1 : 0;
}

/* @return where the line of the end marker starts in @len bytes of whole lines, @len when there is
 * none */
static gsize
find_marker(const char *text, gsize len)
{
    gsize pos = 0;
    const char *hit;

    while ((hit = memmem(text + pos, len - pos, "\n\\.", 3)) != NULL) {
        pos = (gsize)(hit - text) + 1;
        if (match_marker(text + pos, len - pos, FALSE) > 0)
            return pos;
    }
    return len;
}

/* @return bytes of whole lines to hand out, 0 when not one line is whole */
static gsize
whole_lines(const char *text, gsize len)
{
    gsize piece = MIN(len, PIECE);
    const char *stop = memrchr(text, '\n', piece);

    if (stop == NULL && len > piece)
        stop = memchr(text + piece, '\n', len - piece);
    return stop != NULL ? (gsize)(stop - text) + 1 : 0;
}

BlCopyPiece
bl_copy_next(const char *text, gsize len, gboolean eof, gsize *n)
{
    gsize marker = match_marker(text, len, eof);
    gsize lines = marker == 0 ? whole_lines(text, len) : 0;
    if (marker > 0) {
        *n = marker;
        return BL_COPY_END;
    }
    if (lines == 0)
        return BL_COPY_MORE;
    *n = find_marker(text, lines);
    return BL_COPY_ROWS;
}

gsize
bl_copy_find_text(const char *line, gsize len)
{
    gsize pos = 0;
    while (pos < len && g_ascii_isspace(line[pos]))
        pos++;
    return len - pos >= 2 && memcmp(line + pos, "--", 2) == 0 ? len : pos;
}
