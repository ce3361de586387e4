/* SPDX-License-Identifier: MIT */
#include "common/engine/message.h"

#include "common/base/error.h"

void
bl_message_init(BlMessage *message, const char *name)
{
    *message = (BlMessage){ .name = name,
                            .text = g_string_new(NULL),
                            .places = g_array_new(FALSE, FALSE, sizeof(BlPlace)) };
}

void
bl_message_clear(BlMessage *message)
{
    g_string_free(message->text, TRUE);
    g_array_unref(message->places);
}

void
bl_message_reset(BlMessage *message)
{
    g_string_truncate(message->text, 0);
    g_array_set_size(message->places, 0);
    message->done = 0;
}

BlPlace *
bl_message_add(BlMessage *message, const char *separator, const BlItem *item, guint traits)
{
    if (message->places->len > 0)
        g_string_append(message->text, separator);
    const BlPlace place = { .start = message->text->len,
                            .len = item->len,
                            .line = item->line,
                            .column = item->column,
                            .traits = traits,
                            .starts_copy = item->starts_copy };
    g_string_append_len(message->text, item->text, (gssize)item->len);
    g_array_append_val(message->places, place);
    return bl_message_place(message, message->places->len);
}

BlPlace *
bl_message_place(const BlMessage *message, guint i)
{
    return &g_array_index(message->places, BlPlace, MIN(i, message->places->len - 1));
}

BlItem
bl_message_item(const BlMessage *message, const BlPlace *place)
{
    return (BlItem){ .kind = BL_ITEM_STATEMENT,
                     .text = message->text->str + place->start,
                     .len = place->len,
                     .full_len = place->len,
                     .line = place->line,
                     .column = place->column,
                     .starts_copy = place->starts_copy,
                     .delimited = TRUE };
}

void
bl_message_locate(const BlMessage *message, const BlPlace *place, gsize offset, GError *error)
{
    const BlItem item = bl_message_item(message, place);
    guint line = 0;
    guint column = 0;
    bl_item_position(&item, offset, &line, &column);
    bl_error_set_position(error, message->name, line, column);
}

gboolean
bl_message_fail(const BlMessage *message, const char *hint, const char *what, GError **error)
{
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_SQL, hint, "%s", what);
    bl_message_locate(message, bl_message_place(message, message->done), 0, made);
    g_propagate_error(error, made);
    return FALSE;
}

gboolean
bl_message_tell(const BlMessage *message,
                const BlReporter *reporter,
                const BlScriptRun *run,
                gint64 started,
                GError **error)
{
    for (guint i = 0; i < message->done; i++) {
        const BlPlace *place = bl_message_place(message, i);
        const BlItem item = bl_message_item(message, place);
        bl_report_statement(reporter, item.text, (gssize)item.len, started);
        if (!place->is_ours && run->after != NULL &&
            !run->after(&item, place->traits, place->rows, run->data, error))
            return FALSE;
    }
    return TRUE;
}
