/* SPDX-License-Identifier: MIT */
#include "common/sql/input.h"

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

gboolean
bl_input_fill(BlInput *input, gsize partial, GError **error)
{
    gsize wanted = partial > SMALL_TOKEN ? partial : 1;

    make_room(input, MAX(input->chunk, wanted));
    while (wanted > 0 && !input->eof) {
        gssize got = bl_reader_read(input->reader, input->bytes + input->end,
                                    MAX(input->chunk, wanted), error);
        if (got < 0)
            return FALSE;
        input->eof = got == 0;
        input->end += (gsize)got;
        wanted -= MIN(wanted, (gsize)got);
    }
    return TRUE;
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
