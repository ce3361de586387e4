/* SPDX-License-Identifier: MIT */
#include "common/base/report.h"

#include <stdarg.h>

/* Statements between two progress events. */
#define PROGRESS_EVERY 100

void
bl_report(const BlReporter *reporter, const BlEvent *event)
{
    if (reporter == NULL || reporter->event == NULL)
        return;
    if (event->kind == BL_EVENT_STATEMENT && !reporter->wants_statements)
        return;
    /* The notices of a server come while a thread reads its answer. */
    static GRecMutex one_at_a_time;
    g_rec_mutex_lock(&one_at_a_time);
    reporter->event(event, reporter->data);
    g_rec_mutex_unlock(&one_at_a_time);
}

void
bl_report_statement(const BlReporter *reporter, const char *sql, gssize len, gint64 started)
{
    if (reporter == NULL || !reporter->wants_statements)
        return;
    g_autofree char *copy = len >= 0 ? g_strndup(sql, (gsize)len) : NULL;
    const BlEvent event = { .kind = BL_EVENT_STATEMENT,
                            .text = copy != NULL ? copy : sql,
                            .duration_us = g_get_monotonic_time() - started };
    bl_report(reporter, &event);
}

void
bl_report_progress(const BlReporter *reporter, const char *name, guint64 before, guint64 done)
{
    if (done / PROGRESS_EVERY == before / PROGRESS_EVERY)
        return;
    const BlEvent event = { .kind = BL_EVENT_PROGRESS, .name = name, .done = done };
    bl_report(reporter, &event);
}

void
bl_report_text(const BlReporter *reporter, BlEventKind kind, const char *format, ...)
{
    va_list args;

    if (reporter == NULL || reporter->event == NULL)
        return;
    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);

    BlEvent event = { .kind = kind, .text = text };
    bl_report(reporter, &event);
}
