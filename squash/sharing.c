/* SPDX-License-Identifier: MIT */
#include "squash/sharing.h"

#include "squash/migrator.h"

#include "common/base/error.h"

#include <string.h>

static void
manifest_free(gpointer manifest)
{
    bl_manifest_free(manifest);
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

/* One folder, or one inside the other. */
static gboolean
overlap(const char *a, const char *b)
{
    gsize len_a = strlen(a);
    gsize len_b = strlen(b);
    gsize len = MIN(len_a, len_b);
    const char *longer = len_a > len_b ? a : b;
    return strncmp(a, b, len) == 0 && (longer[len] == '\0' || longer[len] == '/');
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

/* @param is_known its database can be asked. Takes @connection. */
static gboolean
add_sharer(BlSharing *sharing,
           const BlProject *project,
           BlConnection *connection,
           gboolean is_known,
           const char *sql_path,
           GError **error)
{
    g_autofree char *path = bl_connection_schema_path(project, connection, NULL);
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
        BlPruneSharer sharer = { connection->name, manifest };
        g_array_append_val(sharing->sharers, sharer);
    }
    return TRUE;
}

/* Its folders and its snapshot are known also when a variable of its URL is not set here. */
static gboolean
read_other(BlSharing *sharing,
           const BlProject *project,
           const BlConnection *self,
           const char *name,
           const char *sql_path,
           GError **error)
{
    BlConnection *other = bl_project_connection(project, name, NULL, NULL);
    gboolean is_known = other != NULL;
    if (!is_known)
        other = bl_project_connection(project, name, self->url->raw, error);
    if (other == NULL)
        return FALSE;
    g_auto(GStrv) ours = bl_sharing_folders(project, self);
    g_auto(GStrv) theirs = bl_sharing_folders(project, other);
    if (shares_folder(ours, theirs))
        return add_sharer(sharing, project, other, is_known, sql_path, error);
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
    sharing->connections = g_ptr_array_new_with_free_func(connection_free);
    sharing->unknown = g_ptr_array_new_with_free_func(connection_free);
    sharing->manifests = g_ptr_array_new_with_free_func(manifest_free);
    sharing->sharers = g_array_new(FALSE, FALSE, sizeof(BlPruneSharer));
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    for (gsize i = 0; names[i] != NULL; i++) {
        if (strcmp(names[i], connection->name) != 0 &&
            !read_other(sharing, project, connection, names[i], sql_path, error))
            return NULL;
    }
    return g_steal_pointer(&sharing);
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

static gboolean
ask(const BlConnection *connection,
    const GPtrArray *migrations,
    gboolean *is_reached,
    GError **error)
{
    const BlOpenOptions open = { .read_only = TRUE };
    const BlLedgerNames names = bl_connection_ledger_names(connection);
    *is_reached = FALSE;
    g_autoptr(BlSession) session = bl_session_open(connection->url, &open, error);
    if (session == NULL)
        return FALSE;
    *is_reached = TRUE;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &names, error);
    return ledger != NULL && check_ledger(connection, ledger, migrations, error);
}

static gboolean
check_one(const BlConnection *connection,
          gboolean must_answer,
          const GPtrArray *migrations,
          const BlReporter *reporter,
          GError **error)
{
    g_autoptr(GError) problem = NULL;
    gboolean is_reached = FALSE;
    if (ask(connection, migrations, &is_reached, &problem))
        return TRUE;
    if (is_reached || must_answer) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    bl_report_text(reporter, BL_EVENT_WARNING,
                   "connection \"%s\" uses the same files and could not be asked: %s",
                   connection->name, problem->message);
    return TRUE;
}

static gboolean
check_wanted(const BlProject *project,
             const char *name,
             const GPtrArray *migrations,
             const BlReporter *reporter,
             GError **error)
{
    g_autoptr(BlConnection) connection = bl_project_connection(project, name, NULL, error);
    return connection != NULL && check_one(connection, TRUE, migrations, reporter, error);
}

gboolean
bl_sharing_check(const BlSharing *sharing,
                 const BlProject *project,
                 const char *const *wanted,
                 const GPtrArray *migrations,
                 const BlReporter *reporter,
                 GError **error)
{
    for (gsize i = 0; wanted != NULL && wanted[i] != NULL; i++) {
        if (!check_wanted(project, wanted[i], migrations, reporter, error))
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
        const BlConnection *connection = g_ptr_array_index(sharing->connections, i);
        if (!check_one(connection, FALSE, migrations, reporter, error))
            return FALSE;
    }
    return TRUE;
}
