/* SPDX-License-Identifier: MIT */
#include "common/base/report.h"

#include <stdarg.h>

void
bl_report(const BlReporter *reporter, const BlEvent *event)
{
    if (reporter == NULL || reporter->event == NULL)
        return;
    if (event->kind == BL_EVENT_STATEMENT && !reporter->wants_statements)
        return;
    reporter->event(event, reporter->data);
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
