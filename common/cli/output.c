/* SPDX-License-Identifier: MIT */
#include "common/cli/output.h"

#include "common/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { LIVE_PAUSE_US = 160000, LIVE_DELAY_US = 250000, DEFAULT_COLUMNS = 80 };

/* Below the first, tenths of a millisecond are shown; from the second on, seconds. */
enum { SHORT_US = 10000, LONG_US = 10000000 };

static const char *const style_codes[] = {
    [BL_STYLE_PLAIN] = "",         [BL_STYLE_GOOD] = "\033[32m", [BL_STYLE_WARNING] = "\033[33m",
    [BL_STYLE_BAD] = "\033[1;31m", [BL_STYLE_FAINT] = "\033[2m",
};

void
bl_output_init(BlOutput *output, const BlCommonOptions *common)
{
    const char *term = g_getenv("TERM");
    const char *no_color = g_getenv("NO_COLOR");
    gboolean is_dumb = term == NULL || *term == '\0' || strcmp(term, "dumb") == 0;
    output->quiet = common->quiet || (common->json && !common->verbose);
    output->verbose = common->verbose && !common->quiet;
    output->terminal = isatty(STDERR_FILENO) == 1 && !is_dumb;
    output->color =
        output->terminal && !common->no_color && (no_color == NULL || *no_color == '\0');
}

char *
bl_output_duration(gint64 microseconds)
{
    if (microseconds < 0) {
        microseconds = 0;
    }
    if (microseconds < SHORT_US) {
        return g_strdup_printf("%.1f ms", (double)microseconds / 1000.0);
    }
    if (microseconds < LONG_US) {
        return g_strdup_printf("%" G_GINT64_FORMAT " ms", (microseconds + 500) / 1000);
    }
    return g_strdup_printf("%.1f s", (double)microseconds / (double)G_USEC_PER_SEC);
}

/* Also U+0080 to U+009F in UTF-8: one of them begins an escape sequence as ESC [ does. @return
 * how many bytes of the text are a control character; 0: it begins with another one */
static gsize
control_len(const char *text)
{
    guchar value = (guchar)text[0];
    guchar next = value == 0xc2 ? (guchar)text[1] : 0;
    if ((value < 0x20 && value != '\t') || value == 0x7f)
        return 1;
    return next >= 0x80 && next < 0xa0 ? 2 : 0;
}

/* Names and server messages come from outside: an escape sequence in them must not reach the
 * terminal. */
static void
append_clean(GString *out, const char *text)
{
    gsize escaped = 0;
    for (const char *byte = text; *byte != '\0'; byte++) {
        escaped = escaped > 1 ? 1 : control_len(byte);
        if (*byte == '\n') {
            g_string_append(out, "\n  ");
        } else if (escaped > 0) {
            g_string_append_printf(out, "\\x%02x", (guchar)*byte);
        } else {
            g_string_append_c(out, *byte);
        }
    }
}

static void
append_styled(const BlOutput *output, GString *out, BlStyle style, const char *text)
{
    gboolean styled = output->color && style != BL_STYLE_PLAIN;
    if (styled) {
        g_string_append(out, style_codes[style]);
    }
    append_clean(out, text);
    if (styled) {
        g_string_append(out, "\033[0m");
    }
}

void
bl_output_wipe(BlOutput *output)
{
    if (output->live) {
        fputs("\r\033[K", stderr);
        output->live = FALSE;
    }
}

/* One write per line, so that lines of processes that share a terminal do not mix. */
static void
put_line(BlOutput *output, GString *line)
{
    bl_output_wipe(output);
    g_string_append_c(line, '\n');
    fwrite(line->str, 1, line->len, stderr);
    fflush(stderr);
}

static void
print_failure(BlOutput *output)
{
    if (output->failure != NULL) {
        g_autofree char *text = g_steal_pointer(&output->failure);
        g_autoptr(GString) line = g_string_new("  ");
        append_clean(line, text);
        put_line(output, line);
    }
}

void
bl_output_line(BlOutput *output, BlStyle style, const char *word, const char *text)
{
    print_failure(output);
    g_autoptr(GString) line = g_string_new(NULL);
    if (word != NULL) {
        append_styled(output, line, style, word);
        g_string_append_c(line, ' ');
        style = BL_STYLE_PLAIN;
    }
    append_styled(output, line, style, text);
    put_line(output, line);
}

static gsize
terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
        return size.ws_col;
    }
    return DEFAULT_COLUMNS;
}

void
bl_output_live(BlOutput *output, const char *text)
{
    gint64 now = g_get_monotonic_time();
    if (!output->terminal || output->quiet || now - output->live_shown < LIVE_PAUSE_US) {
        return;
    }
    g_autoptr(GString) line = g_string_new(NULL);
    append_clean(line, text);
    g_autofree char *valid = g_utf8_make_valid(line->str, (gssize)line->len);
    glong columns = (glong)terminal_columns() - 1;
    if (g_utf8_strlen(valid, -1) > columns) {
        *g_utf8_offset_to_pointer(valid, columns) = '\0';
    }
    fprintf(stderr, "\r%s\033[K", valid);
    fflush(stderr);
    output->live = TRUE;
    output->live_shown = now;
}

static void
print_end(BlOutput *output, const BlEvent *event)
{
    g_autofree char *duration = bl_output_duration(event->duration_us);
    g_autofree char *text = g_strdup_printf("%s (%s)", event->name, duration);
    bl_output_line(output, BL_STYLE_GOOD, event->verb, text);
}

/* Usually the command ends with the same error, which then has more to say: its text is held back.
 */
static void
print_failed(BlOutput *output, const BlEvent *event)
{
    bl_output_line(output, BL_STYLE_BAD, event->verb != NULL ? event->verb : "error", event->name);
    output->failure = g_strdup(event->text);
}

static void
print_statement(BlOutput *output, const BlEvent *event)
{
    g_autofree char *duration = bl_output_duration(event->duration_us);
    g_autofree char *text = g_strdup_printf("  %s (%s)", event->text, duration);
    bl_output_line(output, BL_STYLE_FAINT, NULL, text);
}

static void
show_progress(BlOutput *output, const BlEvent *event)
{
    gint64 elapsed = g_get_monotonic_time() - output->step_began;
    /* Short steps are over before anybody could read the line. */
    if (!output->terminal || output->quiet || elapsed < LIVE_DELAY_US) {
        return;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    g_string_printf(text, "%s: statement %" G_GUINT64_FORMAT,
                    event->name != NULL ? event->name : "running", event->done);
    if (event->total > 0) {
        g_string_append_printf(text, " of %" G_GUINT64_FORMAT, event->total);
    }
    double seconds = (double)elapsed / (double)G_USEC_PER_SEC;
    g_string_append_printf(text, ", %.0f/s, %.0f s", (double)event->done / seconds, seconds);
    bl_output_live(output, text->str);
}

static void
show_begin(BlOutput *output, const BlEvent *event)
{
    output->step_began = g_get_monotonic_time();
    g_autofree char *text = g_strdup_printf("%s %s", event->verb, event->name);
    bl_output_live(output, text);
}

void
bl_output_event(const BlEvent *event, void *data)
{
    BlOutput *output = data;
    switch (event->kind) {
    case BL_EVENT_WARNING:
        bl_output_line(output, BL_STYLE_WARNING, "warning:", event->text);
        break;
    case BL_EVENT_FAILED:
        print_failed(output, event);
        break;
    case BL_EVENT_STATEMENT:
        if (output->verbose) {
            print_statement(output, event);
        }
        break;
    case BL_EVENT_NOTE:
        if (!output->quiet) {
            bl_output_line(output, BL_STYLE_PLAIN, NULL, event->text);
        }
        break;
    case BL_EVENT_PROGRESS:
        show_progress(output, event);
        break;
    case BL_EVENT_BEGIN:
        show_begin(output, event);
        break;
    case BL_EVENT_END:
        if (!output->quiet) {
            print_end(output, event);
        }
        break;
    default:
        break;
    }
}

static void
append_position(GString *line, const BlErrorInfo *info)
{
    if (info == NULL || info->file == NULL) {
        return;
    }
    append_clean(line, info->file);
    if (info->line > 0) {
        g_string_append_printf(line, ":%u", info->line);
    }
    if (info->line > 0 && info->column > 0) {
        g_string_append_printf(line, ":%u", info->column);
    }
    g_string_append(line, ": ");
}

/* A true SQLSTATE is worth showing; numbers of an engine's own only to who asks. */
static void
append_sqlstate(const BlOutput *output, GString *line, const BlErrorInfo *info, const char *message)
{
    if (info == NULL || info->sqlstate == NULL || strstr(message, info->sqlstate) != NULL) {
        return;
    }
    if (output->verbose || strlen(info->sqlstate) == 5) {
        g_string_append(line, " (");
        append_clean(line, info->sqlstate);
        g_string_append_c(line, ')');
    }
}

/* Prints what the message does not say already. */
static void
print_extra(BlOutput *output, const char *label, const char *text, const char *message)
{
    if (text != NULL && strstr(message, text) == NULL) {
        g_autofree char *line = g_strdup_printf("  %s: %s", label, text);
        bl_output_line(output, BL_STYLE_PLAIN, NULL, line);
    }
}

void
bl_output_error(BlOutput *output, const char *tool, const GError *error)
{
    const BlErrorInfo *info = bl_error_info(error);
    if (output->failure != NULL && strstr(error->message, output->failure) != NULL) {
        g_clear_pointer(&output->failure, g_free);
    }
    print_failure(output);
    g_autoptr(GString) line = g_string_new(NULL);
    g_string_append_printf(line, "%s: ", tool);
    append_styled(output, line, BL_STYLE_BAD, "error:");
    g_string_append_c(line, ' ');
    append_position(line, info);
    append_clean(line, error->message);
    append_sqlstate(output, line, info, error->message);
    put_line(output, line);
    if (info != NULL) {
        print_extra(output, "object", info->object, error->message);
        print_extra(output, "detail", info->detail, error->message);
        print_extra(output, "hint", info->hint, error->message);
    }
}

gboolean
bl_output_write(BlOutput *output, const char *bytes, gsize len)
{
    if (output->live && isatty(STDOUT_FILENO) == 1) {
        bl_output_wipe(output);
        fflush(stderr);
    }
    if (output->write_errno == 0 && fwrite(bytes, 1, len, stdout) != len) {
        output->write_errno = errno != 0 ? errno : EIO;
    }
    return output->write_errno == 0;
}

gboolean
bl_output_finish(BlOutput *output, GError **error)
{
    print_failure(output);
    bl_output_wipe(output);
    fflush(stderr);
    if (fflush(stdout) != 0 && output->write_errno == 0) {
        output->write_errno = errno;
    }
    if (output->write_errno != 0) {
        g_set_error(error, BL_ERROR, BL_ERROR_IO, "cannot write standard output: %s",
                    g_strerror(output->write_errno));
        return FALSE;
    }
    return TRUE;
}
