/* SPDX-License-Identifier: MIT */
/**
 * @file report.h
 * @brief How the dumper, the loader and the migrator tell what they do while they do it.
 *
 * Layer: common/base. The library never prints: it calls the reporter; the tools print.
 */
#ifndef BL_COMMON_BASE_REPORT_H
#define BL_COMMON_BASE_REPORT_H

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    BL_EVENT_NOTE,      /**< @text: something worth a line */
    BL_EVENT_WARNING,   /**< @text: something the user should look at */
    BL_EVENT_STATEMENT, /**< @text: a statement that was run; @duration_us */
    BL_EVENT_PROGRESS,  /**< @done of @total (0 = unknown) statements of @name */
    BL_EVENT_BEGIN,     /**< a step of the plan starts: @verb ("migrating") and @name */
    BL_EVENT_END,       /**< it ended well: @verb ("migrated"), @name, @duration_us */
    BL_EVENT_FAILED,    /**< it failed: @verb ("error"), @name, @text the message */
} BlEventKind;

/** One event. All pointers are borrowed and die with the call. */
typedef struct {
    BlEventKind kind;
    const char *verb;
    const char *name;
    const char *text;
    guint64 done;
    guint64 total;
    gint64 duration_us;
} BlEvent;

/** Where events go. A reporter whose @event is NULL is silent. */
typedef struct {
    void (*event)(const BlEvent *event, void *data);
    void *data;
    gboolean wants_statements; /**< BL_EVENT_STATEMENT is built only when set */
} BlReporter;

/** Sends @event. @reporter may be NULL. */
void bl_report(const BlReporter *reporter, const BlEvent *event);

/** Sends BL_EVENT_STATEMENT to a reporter that wants it, which may be NULL.
 * @param len bytes of @sql; -1: up to its end. @param started monotonic microseconds */
void bl_report_statement(const BlReporter *reporter, const char *sql, gssize len, gint64 started);

/** Sends BL_EVENT_PROGRESS when another hundred statements of @name are done: @before were, @done
 * are now. @reporter may be NULL. */
void bl_report_progress(const BlReporter *reporter, const char *name, guint64 before, guint64 done);

/** Sends a note or a warning, printf-like. @reporter may be NULL. */
void bl_report_text(const BlReporter *reporter, BlEventKind kind, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

G_END_DECLS

#endif
