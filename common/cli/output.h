/* SPDX-License-Identifier: MIT */
/**
 * @file output.h
 * @brief Talk on stderr: lines, events, the live line, errors; and the product on stdout.
 *
 * Layer: common/cli, inside only.
 */
#ifndef BL_COMMON_CLI_OUTPUT_H
#define BL_COMMON_CLI_OUTPUT_H

#include "common/base/report.h"
#include "common/cli/cli.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    BL_STYLE_PLAIN,
    BL_STYLE_GOOD,
    BL_STYLE_WARNING,
    BL_STYLE_BAD,
    BL_STYLE_FAINT
} BlStyle;

/** Where talk goes and how. Zero it, then bl_output_init(). */
typedef struct {
    gboolean quiet; /**< only warnings and errors */
    gboolean verbose;
    gboolean color;
    gboolean terminal; /**< stderr is a terminal that can rewrite a line */
    gboolean live;     /**< a live line stands there, to be wiped before anything else is printed */
    gint64 live_shown; /**< monotonic time of the last live line */
    gint64 step_began; /**< monotonic time of the last BL_EVENT_BEGIN */
    char *failure;     /**< text of the last BL_EVENT_FAILED, unless it is printed */
    int write_errno;   /**< first failure on stdout, 0: none */
} BlOutput;

/** Finds out what stderr is. @param common may say quiet, verbose, json and no_color */
void bl_output_init(BlOutput *output, const BlCommonOptions *common);

/** Prints "WORD text" as one line on stderr; @word (may be NULL) in @style. Control characters are
 * escaped. */
void bl_output_line(BlOutput *output, BlStyle style, const char *word, const char *text);

/** Shows a live line if that is possible and the last one is long enough ago. */
void bl_output_live(BlOutput *output, const char *text);

/** Wipes the live line. */
void bl_output_wipe(BlOutput *output);

/** For BlReporter: @data is the BlOutput. */
void bl_output_event(const BlEvent *event, void *data);

/** Prints @error with its position, detail and hint. */
void bl_output_error(BlOutput *output, const char *tool, const GError *error);

/** Writes to stdout; a failure is remembered. @return FALSE when this or an earlier write failed */
gboolean bl_output_write(BlOutput *output, const char *bytes, gsize len);

/** Prints what is held back, wipes the live line, flushes stdout. FALSE: BL_ERROR_IO for this or an
 * earlier failure */
gboolean bl_output_finish(BlOutput *output, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** "0.3 ms", "12 ms", "12.3 s". @return g_free() */
char *bl_output_duration(gint64 microseconds);

G_END_DECLS

#endif
