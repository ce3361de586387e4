/* SPDX-License-Identifier: MIT */
#include "squash/repeat.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

/* Time between two lines that say how far it is, in microseconds. */
#define TELL_EVERY ((gint64)2 * G_USEC_PER_SEC)

static gboolean
run_once(BlSession *session, const char *sql, gint64 *rows, GError **error)
{
    const BlEngine *engine = session->engine;
    *rows = 0;
    if (!bl_cancel_check(error) || !engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    if (engine->execute(session, sql, rows, error) && engine->commit(session, error))
        return TRUE;
    engine->rollback(session);
    return FALSE;
}

gboolean
bl_repeat_run(BlSession *session,
              const BlReporter *reporter,
              const char *label,
              const BlItem *item,
              GError **error)
{
    g_autofree char *sql = g_strndup(item->text, item->len);
    gint64 total = 0;
    gint64 rows = 0;
    guint rounds = 0;
    gint64 told = g_get_monotonic_time();
    for (;;) {
        if (!run_once(session, sql, &rows, error)) {
            bl_error_set_position(error != NULL ? *error : NULL, label, item->line, item->column);
            return FALSE;
        }
        if (rows <= 0)
            break;
        total += rows;
        rounds++;
        if (g_get_monotonic_time() - told < TELL_EVERY)
            continue;
        told = g_get_monotonic_time();
        bl_report_text(reporter, BL_EVENT_NOTE,
                       "%s:%u: %" G_GINT64_FORMAT " rows in %u rounds so far", label, item->line,
                       total, rounds);
    }
    bl_report_text(reporter, BL_EVENT_NOTE, "%s:%u: %" G_GINT64_FORMAT " row%s in %u round%s",
                   label, item->line, total, total == 1 ? "" : "s", rounds, rounds == 1 ? "" : "s");
    return TRUE;
}
