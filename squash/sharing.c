/* SPDX-License-Identifier: MIT */
#include "squash/sharing.h"

#include "squash/link.h"
#include "squash/migrator.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <stdlib.h>
#include <string.h>

static void
manifest_free(gpointer manifest)
{
    bl_manifest_free(manifest);
}

static void
reading_free(gpointer reading)
{
    bl_reading_free(reading);
}

static void
connection_free(gpointer connection)
{
    bl_connection_free(connection);
}

void
bl_sharing_free(BlSharing *sharing)
{
    if (sharing == NULL)
        return;
    g_array_unref(sharing->sharers);
    g_ptr_array_unref(sharing->manifests);
    g_ptr_array_unref(sharing->readings);
    g_ptr_array_unref(sharing->unknown);
    g_ptr_array_unref(sharing->connections);
    g_free(sharing);
}

char **
bl_sharing_folders(const BlProject *project, const BlConnection *connection)
{
    guint n = g_strv_length(connection->migration_paths);
    char **folders = g_new0(char *, n + 1);
    for (guint i = 0; i < n; i++)
        folders[i] = bl_project_path(project, connection->migration_paths[i]);
    return folders;
}

/* One folder, or one inside the other, also where a link leads there. */
static gboolean
overlap(const char *a, const char *b)
{
    g_autofree char *real_a = realpath(a, NULL);
    g_autofree char *real_b = realpath(b, NULL);
    const char *place_a = real_a != NULL ? real_a : a;
    const char *place_b = real_b != NULL ? real_b : b;
    return bl_path_below(place_a, place_b) != NULL || bl_path_below(place_b, place_a) != NULL;
}

static gboolean
shares_folder(char *const *a, char *const *b)
{
    for (gsize i = 0; a[i] != NULL; i++) {
        for (gsize j = 0; b[j] != NULL; j++) {
            if (overlap(a[i], b[j]))
                return TRUE;
        }
    }
    return FALSE;
}

/* A single file of theirs may be a link to one of ours. */
static gboolean
has_link(char *const *ours, char *const *theirs)
{
    for (gsize i = 0; theirs[i] != NULL; i++) {
        if (bl_link_leads_into(theirs[i], (const char *const *)ours))
            return TRUE;
    }
    return FALSE;
}

/* @param is_known its database can be asked. Takes @connection. */
static gboolean
add_sharer(BlSharing *sharing,
           BlConnection *connection,
           gboolean is_known,
           const char *sql_path,
           GError **error)
{
    g_autofree char *path = bl_connection_schema_path(sharing->project, connection, NULL);
    g_autofree char *manifest_path = bl_manifest_path(path);
    BlManifest *manifest = NULL;
    if (g_file_test(manifest_path, G_FILE_TEST_EXISTS)) {
        manifest = bl_manifest_read(manifest_path, error);
        if (manifest == NULL) {
            g_prefix_error(error, "connection \"%s\": ", connection->name);
            bl_connection_free(connection);
            return FALSE;
        }
    }
    if (is_known)
        g_ptr_array_add(sharing->connections, connection);
    else
        g_ptr_array_add(sharing->unknown, connection);
    g_ptr_array_add(sharing->manifests, manifest);
    if (strcmp(path, sql_path) != 0) {
        BlReading *reading = bl_reading_new(sharing->project, sharing->self, connection);
        BlPruneSharer sharer = { connection->name, manifest, reading };
        g_ptr_array_add(sharing->readings, reading);
        g_array_append_val(sharing->sharers, sharer);
    }
    return TRUE;
}

/* Its folders and its snapshot are known also when a variable of its URL is not set here. */
static BlConnection *
find_other(const BlProject *project,
           const BlConnection *self,
           const char *name,
           gboolean *is_known,
           GError **error)
{
    BlConnection *other = bl_project_connection(project, name, NULL, NULL);
    *is_known = other != NULL;
    return other != NULL ? other : bl_project_connection(project, name, self->url->raw, error);
}

char **
bl_sharing_all_folders(const BlProject *project, const BlConnection *self, GError **error)
{
    g_autoptr(GPtrArray) all = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    g_auto(GStrv) ours = bl_sharing_folders(project, self);
    for (gsize i = 0; ours[i] != NULL; i++)
        g_ptr_array_add(all, g_strdup(ours[i]));
    for (gsize i = 0; names[i] != NULL; i++) {
        gboolean is_known = FALSE;
        g_autoptr(BlConnection) other = find_other(project, self, names[i], &is_known, error);
        if (other == NULL)
            return NULL;
        g_auto(GStrv) theirs = bl_sharing_folders(project, other);
        for (gsize j = 0; theirs[j] != NULL; j++)
            g_ptr_array_add(all, g_strdup(theirs[j]));
    }
    g_ptr_array_add(all, NULL);
    return g_strdupv((char **)all->pdata);
}

static gboolean
read_other(BlSharing *sharing, const char *name, const char *sql_path, GError **error)
{
    gboolean is_known = FALSE;
    BlConnection *other = find_other(sharing->project, sharing->self, name, &is_known, error);
    if (other == NULL)
        return FALSE;
    g_auto(GStrv) ours = bl_sharing_folders(sharing->project, sharing->self);
    g_auto(GStrv) theirs = bl_sharing_folders(sharing->project, other);
    if (shares_folder(ours, theirs) || has_link(ours, theirs))
        return add_sharer(sharing, other, is_known, sql_path, error);
    bl_connection_free(other);
    return TRUE;
}

/* With --url the database that the configuration has under our name is another one, which reads the
 * same files for the same snapshot. */
static gboolean
read_configured(BlSharing *sharing, GError **error)
{
    const BlConnection *self = sharing->self;
    gboolean is_known = FALSE;
    BlConnection *other = find_other(sharing->project, self, self->name, &is_known, error);
    if (other == NULL)
        return FALSE;
    if (!is_known)
        g_ptr_array_add(sharing->unknown, other);
    else if (strcmp(other->url->raw, self->url->raw) != 0)
        g_ptr_array_add(sharing->connections, other);
    else
        bl_connection_free(other);
    return TRUE;
}

BlSharing *
bl_sharing_read(const BlProject *project,
                const BlConnection *connection,
                const char *sql_path,
                GError **error)
{
    g_autoptr(BlSharing) sharing = g_new0(BlSharing, 1);
    sharing->project = project;
    sharing->self = connection;
    sharing->connections = g_ptr_array_new_with_free_func(connection_free);
    sharing->unknown = g_ptr_array_new_with_free_func(connection_free);
    sharing->manifests = g_ptr_array_new_with_free_func(manifest_free);
    sharing->readings = g_ptr_array_new_with_free_func(reading_free);
    sharing->sharers = g_array_new(FALSE, FALSE, sizeof(BlPruneSharer));
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    for (gsize i = 0; names[i] != NULL; i++) {
        gboolean is_self = strcmp(names[i], connection->name) == 0;
        if (is_self ? !read_configured(sharing, error)
                    : !read_other(sharing, names[i], sql_path, error))
            return NULL;
    }
    return g_steal_pointer(&sharing);
}

void
bl_sharing_foresee(BlSharing *sharing, const char *const *names, gboolean is_whole)
{
    for (guint i = sharing->sharers->len; names != NULL && i > 0; i--) {
        const BlPruneSharer *sharer = &g_array_index(sharing->sharers, BlPruneSharer, i - 1);
        gboolean holds_all = is_whole || sharer->reading == NULL;
        if (holds_all && g_strv_contains(names, sharer->connection))
            g_array_remove_index(sharing->sharers, i - 1);
    }
}

/* The migrations of another connection that the files of @migrations belong to. */
static GPtrArray *
find_read(const BlReading *reading, const GPtrArray *migrations)
{
    GPtrArray *all = g_ptr_array_new();
    for (guint i = 0; i < migrations->len; i++) {
        g_autoptr(GPtrArray) read = bl_reading_find(reading, g_ptr_array_index(migrations, i));
        for (guint j = 0; j < read->len; j++)
            g_ptr_array_add(all, g_ptr_array_index(read, j));
    }
    return all;
}

static gboolean
check_ledger(const BlConnection *connection,
             const BlLedger *ledger,
             const GPtrArray *migrations,
             GError **error)
{
    const char *first = NULL;
    guint n = 0;
    /* A new database loads the snapshot. */
    for (guint i = 0; ledger->rows->len > 0 && i < migrations->len; i++) {
        const BlMigration *migration = g_ptr_array_index(migrations, i);
        if (bl_ledger_find(ledger, migration->name) != NULL)
            continue;
        first = first != NULL ? first : migration->name;
        n++;
    }
    if (n == 0)
        return TRUE;
    g_autofree char *hint = g_strdup_printf("migrate run -c %s, then squash", connection->name);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "connection \"%s\" uses the same files and has %u of them pending, \"%s\" first",
                 connection->name, n, first);
    return FALSE;
}

/* What all questions have in common. */
typedef struct {
    const BlSharing *sharing;
    const GPtrArray *migrations;
    const BlReporter *reporter;
} Question;

static gboolean
ask(const Question *question, const BlConnection *connection, gboolean *is_reached, GError **error)
{
    const BlOpenOptions open = { .read_only = TRUE };
    const BlLedgerNames names = bl_connection_ledger_names(connection);
    *is_reached = FALSE;
    g_autoptr(BlSession) session = bl_session_open(connection->url, &open, error);
    if (session == NULL)
        return FALSE;
    *is_reached = TRUE;
    const BlSharing *sharing = question->sharing;
    g_autoptr(BlReading) reading = bl_reading_new(sharing->project, sharing->self, connection);
    g_autoptr(GPtrArray) read = find_read(reading, question->migrations);
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &names, error);
    return ledger != NULL && check_ledger(connection, ledger, read, error);
}

static gboolean
check_one(const Question *question,
          const BlConnection *connection,
          gboolean must_answer,
          GError **error)
{
    g_autoptr(GError) problem = NULL;
    gboolean is_reached = FALSE;
    if (ask(question, connection, &is_reached, &problem))
        return TRUE;
    if (is_reached || must_answer) {
        /* Most errors tell of a table or a server that several may have. */
        g_autofree char *name = g_strdup_printf("\"%s\"", connection->name);
        if (strstr(problem->message, name) == NULL)
            g_prefix_error(&problem, "connection %s: ", name);
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    bl_report_text(question->reporter, BL_EVENT_WARNING,
                   "connection \"%s\" uses the same files and could not be asked: %s",
                   connection->name, problem->message);
    return TRUE;
}

static gboolean
check_wanted(const Question *question, const char *name, GError **error)
{
    g_autoptr(BlConnection) connection =
        bl_project_connection(question->sharing->project, name, NULL, error);
    return connection != NULL && check_one(question, connection, TRUE, error);
}

gboolean
bl_sharing_check(const BlSharing *sharing,
                 const char *const *wanted,
                 const GPtrArray *migrations,
                 const BlReporter *reporter,
                 GError **error)
{
    const Question question = { sharing, migrations, reporter };
    for (gsize i = 0; wanted != NULL && wanted[i] != NULL; i++) {
        if (!check_wanted(&question, wanted[i], error))
            return FALSE;
    }
    for (guint i = 0; wanted == NULL && i < sharing->unknown->len; i++) {
        const BlConnection *connection = g_ptr_array_index(sharing->unknown, i);
        bl_report_text(
            reporter, BL_EVENT_WARNING,
            "connection \"%s\" uses the same files and could not be asked: a variable of "
            "its URL is not set",
            connection->name);
    }
    for (guint i = 0; wanted == NULL && i < sharing->connections->len; i++) {
        if (!check_one(&question, g_ptr_array_index(sharing->connections, i), FALSE, error))
            return FALSE;
    }
    return TRUE;
}
