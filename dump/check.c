/* SPDX-License-Identifier: MIT */
#include "dump/dumper.h"

#include "common/base/file.h"
#include "common/schema/compare.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/pair.h"

#include <string.h>

/* How much of a changed line is shown, in bytes. */
#define LINE_SHOWN 80

static void
add_block_difference(GPtrArray *differences, const BlEngine *engine, const char *label, char *what)
{
    const char *name = NULL;
    g_autofree char *kind = bl_block_kind(engine, label, &name);
    bl_differences_add(differences, kind, name, what);
}

/* A later byte of a character. */
static gboolean
is_inside(char byte)
{
    return ((guchar)byte & 0xC0) == 0x80;
}

/* @param from the byte that must be among those that are shown */
static char *
show_line(const char *line, gsize from)
{
    gsize len = strcspn(line, "\n");
    gsize begin = strspn(line, " \t");
    if (from > begin + LINE_SHOWN / 2)
        begin = from - LINE_SHOWN / 4;
    while (begin > 0 && is_inside(line[begin]))
        begin--;
    gsize end = MIN(len, begin + LINE_SHOWN);
    while (end < len && is_inside(line[end]))
        end++;
    return g_strdup_printf("%s%.*s%s", begin > strspn(line, " \t") ? "…" : "", (int)(end - begin),
                           line + begin, end < len ? "…" : "");
}

/* The first line in which two blocks differ, from both sides. */
static char *
describe_block(const char *in_file, const char *in_database)
{
    gsize at = 0;
    gsize line = 0;
    while (in_file[at] != '\0' && in_file[at] == in_database[at]) {
        at++;
        if (in_file[at - 1] == '\n')
            line = at;
    }
    g_autofree char *file_line = show_line(in_file + line, at - line);
    g_autofree char *database_line = show_line(in_database + line, at - line);
    if (strcmp(file_line, database_line) == 0)
        return g_strdup("differs in line ends or in what cannot be seen");
    return g_strdup_printf("differs: the snapshot has \"%s\", the database gives \"%s\"", file_line,
                           database_line);
}

/* What follows from the rest: its numbers change with every object. */
static gboolean
is_derived(const char *label)
{
    return strcmp(label, "gate") == 0 || g_str_has_prefix(label, "baseline snapshot");
}

/* @param derived which of the two sorts of blocks */
static void
compare_blocks(GPtrArray *differences,
               const BlEngine *engine,
               const BlBlocks *file,
               const BlBlocks *database,
               gboolean derived)
{
    for (guint i = 0; i < file->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(file->list, i);
        const BlBlock *other = bl_blocks_find(database, block->label);
        if (is_derived(block->label) != derived)
            continue;
        if (other == NULL) {
            add_block_difference(differences, engine, block->label,
                                 g_strdup("is only in the snapshot"));
        } else if (strcmp(block->text, other->text) != 0) {
            add_block_difference(differences, engine, block->label,
                                 describe_block(block->text, other->text));
        }
    }
    for (guint i = 0; i < database->list->len; i++) {
        const BlBlock *block = g_ptr_array_index(database->list, i);
        if (is_derived(block->label) == derived && bl_blocks_find(file, block->label) == NULL)
            add_block_difference(differences, engine, block->label,
                                 g_strdup("is only in the database"));
    }
}

/* @param is_foreign out: it is no text of ours, which says it all */
static gboolean
check_sql(BlSession *session,
          const BlDump *dump,
          const char *sql_path,
          GPtrArray *differences,
          gboolean *is_foreign,
          GError **error)
{
    gsize len = 0;
    g_autofree char *sql = bl_pair_read_sql(sql_path, &len, NULL, error);
    if (sql == NULL)
        return FALSE;
    if (len == dump->sql->len && memcmp(sql, dump->sql->str, len) == 0)
        return TRUE;

    *is_foreign = !g_str_has_prefix(sql, BL_SNAPSHOT_HEAD);
    if (*is_foreign) {
        bl_differences_add(differences, "snapshot", sql_path,
                           g_strdup("is another tool's text: schema-dump writes it anew"));
        return TRUE;
    }
    const BlDialect *dialect = session->engine->dialect;
    g_autoptr(GError) broken = NULL;
    g_autoptr(BlBlocks) file = bl_blocks_parse(dialect, sql, len, sql_path, &broken);
    if (file == NULL) {
        bl_differences_add(differences, "snapshot", sql_path, g_strdup(broken->message));
        return TRUE;
    }
    g_autoptr(BlBlocks) database =
        bl_blocks_parse(dialect, dump->sql->str, dump->sql->len, NULL, error);
    if (database == NULL)
        return FALSE;
    guint before = differences->len;
    compare_blocks(differences, session->engine, file, database, FALSE);
    if (differences->len == before)
        compare_blocks(differences, session->engine, file, database, TRUE);
    if (differences->len == before)
        bl_differences_add(differences, "snapshot", sql_path,
                           g_strdup("holds the same blocks in another order"));
    return TRUE;
}

/* The lines of a text. The comma behind a line says only that another one follows. @return
 * g_strfreev() */
static char **
split_lines(const char *text)
{
    char **lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (g_str_has_suffix(lines[i], ","))
            lines[i][strlen(lines[i]) - 1] = '\0';
    }
    return lines;
}

/* Compares line by line what stands in a manifest: each member has lines of its own. */
static void
compare_manifests(GPtrArray *differences,
                  const char *path,
                  const char *in_file,
                  const char *expected)
{
    g_auto(GStrv) file_lines = split_lines(in_file);
    g_auto(GStrv) expected_lines = split_lines(expected);
    for (gsize i = 0; file_lines[i] != NULL; i++) {
        if (!g_strv_contains((const char *const *)expected_lines, file_lines[i])) {
            g_autofree char *line = show_line(file_lines[i], 0);
            bl_differences_add(differences, "manifest", path,
                               g_strdup_printf("should not have the line: %s", line));
        }
    }
    for (gsize i = 0; expected_lines[i] != NULL; i++) {
        if (!g_strv_contains((const char *const *)file_lines, expected_lines[i])) {
            g_autofree char *line = show_line(expected_lines[i], 0);
            bl_differences_add(differences, "manifest", path,
                               g_strdup_printf("lacks the line: %s", line));
        }
    }
}

static void
take_over(char **member, const char *value)
{
    g_free(*member);
    *member = g_strdup(value);
}

/* What git may make of the line ends says nothing in a JSON text, whose strings hold none. */
static void
drop_carriage_returns(char *text)
{
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (*in != '\r')
            *out++ = *in;
    }
    *out = '\0';
}

static gboolean
check_manifest(const BlDump *dump, const char *sql_path, GPtrArray *differences, GError **error)
{
    g_autofree char *path = bl_manifest_path(sql_path);
    g_autofree char *text = bl_file_read(path, BL_MANIFEST_LIMIT, NULL, error);
    if (text == NULL)
        return FALSE;
    g_autoptr(GError) broken = NULL;
    g_autoptr(BlManifest) file = bl_manifest_parse(text, strlen(text), path, &broken);
    if (file == NULL) {
        bl_differences_add(differences, "manifest", path, g_strdup(broken->message));
        return TRUE;
    }
    /* The origin and the path as it was typed never count; digests, and the proof of them, do not
     * where the SQL is known to differ. */
    bl_manifest_keep_origin(dump->manifest, file);
    take_over(&dump->manifest->dump_path, file->dump_path);
    if (differences->len > 0) {
        take_over(&dump->manifest->dump_digest, file->dump_digest);
        take_over(&dump->manifest->schema_digest, file->schema_digest);
        bl_manifest_take_over(dump->manifest, file);
    }
    g_autofree char *expected = bl_manifest_format(dump->manifest);
    drop_carriage_returns(text);
    guint before = differences->len;
    if (strcmp(text, expected) != 0)
        compare_manifests(differences, path, text, expected);
    if (strcmp(text, expected) != 0 && differences->len == before)
        bl_differences_add(differences, "manifest", path,
                           g_strdup("has its lines in another order or layout"));
    return TRUE;
}

GPtrArray *
bl_dump_check(BlSession *session, const BlDump *dump, const char *sql_path, GError **error)
{
    static const char *const missing[] = {
        [BL_PAIR_NONE] = "has not been written yet",
        [BL_PAIR_BOTH] = NULL,
        [BL_PAIR_SQL_ONLY] = "has no manifest beside it",
        [BL_PAIR_MANIFEST_ONLY] = "is missing beside its manifest",
    };
    g_autoptr(GPtrArray) differences = bl_differences_new();
    BlPairState state = bl_pair_state(sql_path);
    if (missing[state] != NULL) {
        bl_differences_add(differences, "snapshot", sql_path, g_strdup(missing[state]));
        return g_steal_pointer(&differences);
    }
    gboolean is_foreign = FALSE;
    if (!check_sql(session, dump, sql_path, differences, &is_foreign, error) ||
        (!is_foreign && !check_manifest(dump, sql_path, differences, error)))
        return NULL;
    return g_steal_pointer(&differences);
}
