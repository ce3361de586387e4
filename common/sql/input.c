/* SPDX-License-Identifier: MIT */
#include "common/sql/input.h"

#include "common/base/error.h"

#include <string.h>

#define DEFAULT_CHUNK ((gsize)64 * 1024)

/* A token up to this long may be read again from its start with each chunk. */
#define SMALL_TOKEN ((gsize)64 * 1024)

void
bl_input_init(BlInput *input, BlReader *reader)
{
    *input = (BlInput){ .reader = reader,
                        .chunk = DEFAULT_CHUNK,
                        .line = 1,
                        .column = 1,
                        .capacity = DEFAULT_CHUNK,
                        .bytes = g_malloc(DEFAULT_CHUNK) };
}

void
bl_input_clear(BlInput *input)
{
    g_clear_pointer(&input->bytes, g_free);
    g_clear_pointer(&input->name, g_free);
}

static void
make_room(BlInput *input, gsize room)
{
    gsize len = bl_input_len(input);

    if (input->capacity - input->end >= room)
        return;
    if (input->begin > 0 && len > 0)
        memmove(input->bytes, input->bytes + input->begin, len);
    input->begin = 0;
    input->end = len;
    if (input->capacity - len < room) {
        input->capacity = MAX(input->capacity * 2, len + room);
        input->bytes = g_realloc(input->bytes, input->capacity);
    }
}

const char *
bl_input_name(const BlInput *input)
{
    return input->name != NULL ? input->name : bl_reader_name(input->reader);
}

gboolean
bl_input_fail(
    const BlInput *input, gsize pos, const char *hint, const char *message, GError **error)
{
    guint line = input->line;
    guint column = input->column;
    g_autoptr(GError) made = NULL;

    bl_text_advance(bl_input_text(input), pos, &line, &column);
    bl_error_set(&made, BL_ERROR_SQL, hint, "%s", message);
    bl_error_set_position(made, bl_input_name(input), line, column);
    g_propagate_error(error, g_steal_pointer(&made));
    return FALSE;
}

gboolean
bl_input_check_nul(const BlInput *input, gsize len, GError **error)
{
    const char *text = bl_input_text(input);
    const char *nul = len > 0 ? memchr(text, '\0', len) : NULL;

    return nul == NULL || bl_input_fail(input, (gsize)(nul - text),
                                        "SQL must be plain text, in UTF-8 where it is not ASCII",
                                        "NUL byte in the text", error);
}

static gboolean
check_limit(const BlInput *input, GError **error)
{
    gsize len = bl_input_len(input);

    if (len <= input->limit)
        return TRUE;
    if (!bl_input_check_nul(input, len, error))
        return FALSE;
    g_autofree char *message =
        g_strdup_printf("statement longer than %" G_GSIZE_FORMAT " bytes", input->limit);
    return bl_input_fail(input, 0, "look for a missing delimiter or closing quote", message, error);
}

gboolean
bl_input_fill(BlInput *input, gsize partial, GError **error)
{
    gsize wanted = partial > SMALL_TOKEN ? partial : 1;
    gsize most = MAX(input->chunk, wanted);

    if (!check_limit(input, error))
        return FALSE;
    /* What is left is enough to see that a small text is over. */
    if (input->capacity - input->end < MAX(most / 2, wanted))
        make_room(input, most);
    while (wanted > 0 && !input->eof) {
        gssize got = bl_reader_read(input->reader, input->bytes + input->end,
                                    MIN(input->capacity - input->end, most), error);
        if (got < 0)
            return FALSE;
        input->eof = got == 0;
        input->end += (gsize)got;
        wanted -= MIN(wanted, (gsize)got);
    }
    return TRUE;
}

gboolean
bl_input_need_more(BlInput *input, gsize n, GError **error)
{
    while (bl_input_len(input) < n && !input->eof) {
        if (!bl_input_fill(input, 0, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bl_input_read_line(BlInput *input, gsize pos, gsize *end, GError **error)
{
    gsize searched = pos;

    for (;;) {
        gsize len = bl_input_len(input);
        const char *text = bl_input_text(input);
        const char *stop = len > searched ? memchr(text + searched, '\n', len - searched) : NULL;
        if (stop != NULL || input->eof) {
            *end = stop != NULL ? (gsize)(stop - text) : len;
            return TRUE;
        }
        searched = MAX(len, pos);
        if (!bl_input_fill(input, 0, error))
            return FALSE;
    }
}

void
bl_input_drop(BlInput *input, gsize n)
{
    bl_text_advance(bl_input_text(input), n, &input->line, &input->column);
    input->begin += n;
    input->offset += n;
}

void
bl_text_advance(const char *text, gsize len, guint *line, guint *column)
{
    const char *end = text + len;
    const char *stop;

    while (text < end && (stop = memchr(text, '\n', (gsize)(end - text))) != NULL) {
        text = stop + 1;
        *line += 1;
        *column = 1;
    }
    *column += (guint)(end - text);
}
