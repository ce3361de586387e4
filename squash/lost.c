/* SPDX-License-Identifier: MIT */
#include "squash/lost.h"

#include "common/base/stream.h"
#include "common/sql/script.h"

static void
report_lost(
    const BlReporter *reporter, const char *where, const char *unit, guint64 n, const char *why)
{
    if (unit == NULL) {
        bl_report_text(reporter, BL_EVENT_WARNING, "%s: set by migrations, %s", where, why);
    } else {
        bl_report_text(reporter, BL_EVENT_WARNING,
                       "%s: %" G_GUINT64_FORMAT " %s%s put there by migrations, %s", where, n, unit,
                       n == 1 ? "" : "s", why);
    }
}

char *
bl_lost_report(const BlProof *proof, const BlReporter *reporter)
{
    GString *hint = g_string_new(NULL);
    for (guint i = 0; i < proof->lost->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(proof->lost, i);
        g_autofree char *where = g_strdup_printf("table %s", table->name);
        report_lost(reporter, where, "row", table->rows, "not in the snapshot");
        g_string_append_printf(hint, "%s --data %s", i == 0 ? "carry them:" : "", table->name);
    }
    for (guint i = 0; i < proof->left_out->len; i++) {
        const BlLeftOut *left_out = g_ptr_array_index(proof->left_out, i);
        report_lost(reporter, left_out->what, left_out->unit, left_out->n,
                    "which no snapshot can carry");
    }
    if (proof->left_out->len > 0) {
        g_string_append(hint, proof->lost->len > 0 ? "; the rest no snapshot can carry: " : "");
        g_string_append(hint, "let a seeder or a younger migration put them there, and do without "
                              "those here: --discard-data");
    } else {
        g_string_append(hint, "; or do without them: --discard-data");
    }
    return g_string_free(hint, FALSE);
}

/* One more in a list of what there is so many of. */
static void
append_count(GString *list, const char *before, guint64 n, const char *unit)
{
    if (n > 0) {
        g_string_append_printf(list, "%s%s%" G_GUINT64_FORMAT " %s%s",
                               list->len > 0 && before[0] != ' ' ? " and " : "", before, n, unit,
                               n == 1 ? "" : "s");
    }
}

char *
bl_lost_sum(const BlProof *proof)
{
    guint64 rows = 0;
    guint tables = proof->lost->len;
    guint counters = 0;
    for (guint i = 0; i < proof->lost->len; i++)
        rows += ((const BlCarriedTable *)g_ptr_array_index(proof->lost, i))->rows;
    g_autoptr(GString) others = g_string_new(NULL);
    for (guint i = 0; i < proof->left_out->len; i++) {
        const BlLeftOut *left_out = g_ptr_array_index(proof->left_out, i);
        gboolean is_row = g_strcmp0(left_out->unit, "row") == 0;
        rows += is_row ? left_out->n : 0;
        tables += is_row ? 1 : 0;
        counters += left_out->unit == NULL ? 1 : 0;
        if (left_out->unit != NULL && !is_row)
            append_count(others, "", left_out->n, left_out->unit);
    }
    GString *list = g_string_new(NULL);
    append_count(list, "", rows, "row");
    append_count(list, " of ", tables, "table");
    if (others->len > 0)
        g_string_append_printf(list, "%s%s", list->len > 0 ? " and " : "", others->str);
    append_count(list, "the position of ", counters, "counter");
    return g_string_free(list, FALSE);
}

static GRegex *
compile(const char *pattern)
{
    return g_regex_new(pattern, G_REGEX_CASELESS | G_REGEX_DOTALL | G_REGEX_RAW, 0, NULL);
}

static gboolean
matches(const GRegex *pattern, const char *text, gsize len)
{
    return g_regex_match_full(pattern, text, (gssize)len, 0, 0, NULL, NULL);
}

char *
bl_lost_find_setters(const BlEngine *engine, const GPtrArray *migrations)
{
    g_autofree char *both = g_strdup_printf("%s|rename", engine->counter_pattern);
    g_autoptr(GRegex) either = compile(both);
    g_autoptr(GRegex) setter = compile(engine->counter_pattern);
    g_autoptr(GString) found = g_string_new(NULL);
    gboolean sets = FALSE;
    for (guint i = 0; i < migrations->len; i++) {
        const BlSection *up = &((const BlMigration *)g_ptr_array_index(migrations, i))->up;
        if (up->text == NULL || !matches(either, up->text, up->len))
            continue;
        g_autoptr(BlReader) reader = bl_reader_new_memory(up->text, up->len);
        g_autoptr(BlScript) script = bl_script_new(reader, engine->dialect);
        BlItem item;
        while (bl_script_next(script, &item, NULL) > 0) {
            if (!matches(either, item.text, item.len))
                continue;
            sets = sets || matches(setter, item.text, item.len);
            g_string_append_len(found, item.text, (gssize)item.len);
            g_string_append_c(found, '\n');
        }
    }
    return sets ? bl_left_out_fold(found->str) : NULL;
}
