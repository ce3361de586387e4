/* SPDX-License-Identifier: MIT */
/**
 * @file project.h
 * @brief The project: its folder, its configuration, its connections.
 *
 * Layer: common/project. Includes: common/base, common/engine, common/snapshot. Libraries: jansson.
 * Every relative path starts at the project's folder. The configuration is
 * database/connections.json, found upwards from the working directory; without one the working
 * directory is the project.
 */
#ifndef BL_COMMON_PROJECT_PROJECT_H
#define BL_COMMON_PROJECT_PROJECT_H

#include "common/engine/engine.h"
#include "common/engine/url.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** Default of migrations.tableName. */
#define BL_DEFAULT_LEDGER "adonis_schema"

/** The names that "convention" may have; NULL-terminated. */
extern const char *const bl_project_conventions[];

/** One connection, complete: defaults filled in, ${…} replaced. All strings owned by the
 * connection. */
typedef struct {
    char *name;
    BlUrl *url;
    const BlEngine *engine;
    char **migration_paths;           /**< as configured, relative to the project; never empty */
    char *convention;                 /**< NULL: not set */
    char **placeholders;              /**< name, value, name, value …; never NULL */
    gboolean placeholder_replacement; /**< default TRUE */
    gboolean natural_sort;            /**< default TRUE */
    gboolean natural_sort_is_set;     /**< that is no default */
    gboolean folder_order;            /**< files run folder by folder; default FALSE */
    char *ledger;                     /**< migrations.tableName */
    char *tool_table;         /**< migrations.toolTable: name of the table of the convention's own
                                 tool; NULL: the tool's default */
    gboolean keep_tool_table; /**< default TRUE: that table is kept in step */
    char *versions;           /**< <tableName>_versions */
    char *journal;            /**< <tableName>_journal */
    gboolean disable_transactions;
    gboolean disable_rollbacks_in_production;
    char **schemas; /**< NULL: not set */
    char **ignore;  /**< configured globs followed by the engine's default ones; never NULL */
    char *snapshot; /**< "snapshot": path of the .sql it names (a connection's name is resolved),
                       NULL: not set */
    char *snapshot_connection; /**< the connection that wrote the shared snapshot when "snapshot" is
                                  a connection's name, else NULL */
    char **data;               /**< never NULL */
    char **seeders;            /**< default {"database/seeders"} */
    gboolean peer_lock;        /**< "lucidLock": migrations take the lock of AdonisJS Lucid too */
    gboolean production; /**< "production": true, or APP_ENV, NODE_ENV or RAILS_ENV = production */
    gboolean is_engine_guessed; /**< bl_project_connection_of_files(): nothing says which engine */
} BlConnection;

typedef struct BlProject BlProject;

/** Opens the project: finds and checks the configuration, reads .env.
 * @param config_path --config, or NULL to search upwards from the working directory
 * @return bl_project_free(); NULL: BL_ERROR_USAGE with file, line, column and what is allowed;
 * BL_ERROR_IO */
BlProject *bl_project_open(const char *config_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The project's folder, absolute. Borrowed. */
const char *bl_project_root(const BlProject *project);

/** The configuration file, NULL when there is none. Borrowed. */
const char *bl_project_config_path(const BlProject *project);

/** @path made absolute: relative ones start at the project's folder. @return g_free() */
char *bl_project_path(const BlProject *project, const char *path);

/** @path as people call it: from the project's folder where it is inside, else as it is. @return
 * g_free() */
char *bl_project_label(const BlProject *project, const char *path);

/** Variables as ${NAME} sees them: the environment, else .env. @return borrowed, NULL when unset */
const char *bl_project_variable(const BlProject *project, const char *name);

/**
 * The connection to use.
 * @param name --connection, or NULL: the configuration's "default", else its only connection
 * @param url --url, or NULL. With it the name defaults to the engine's, and settings of a
 * configured connection of that name apply. Without both and without a configuration, DATABASE_URL
 * is used.
 * @return bl_connection_free(); NULL: BL_ERROR_USAGE, with file and line for an unset variable
 */
BlConnection *bl_project_connection(const BlProject *project,
                                    const char *name,
                                    const char *url,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * The connection for work on its files alone. Where a variable of its URL is not set, no error:
 * then "url" names no database, and the engine is that of the URL's scheme, of the connection's
 * name or of its snapshot. Without a configuration the migrations' usual folder must be there.
 * @param guess take any engine when nothing of that says which, and set is_engine_guessed; FALSE:
 * that is the error of bl_project_connection()
 * @return as bl_project_connection()
 */
BlConnection *bl_project_connection_of_files(const BlProject *project,
                                             const char *name,
                                             const char *url,
                                             gboolean guess,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Names of the configured connections that match @glob, in the file's order. @glob NULL: all.
 * @return g_strfreev() */
char **bl_project_connection_names(const BlProject *project, const char *glob);

/** Where the snapshot of @connection is: @override (--path, --schema-path) if not NULL, else its
 * "snapshot", else database/schema/<connection>-schema.sql. @return absolute path; g_free() */
char *bl_connection_schema_path(const BlProject *project,
                                const BlConnection *connection,
                                const char *override);

/** Whose name the manifest carries that @connection writes: that of the connection whose snapshot
 * it shares by name, else its own. @param override as above. Borrowed from @connection */
const char *bl_connection_snapshot_owner(const BlConnection *connection, const char *override);

/** May @connection write the snapshot anew that @old is the manifest of? To be asked wherever one
 * is written: readers of a path may share a snapshot, but it stays that of the connection that made
 * it.
 * @param override as above; @param old NULL: there is none
 * @return FALSE: BL_ERROR_CONFLICT that names the member which differs */
gboolean bl_connection_check_owner(const BlConnection *connection,
                                   const char *override,
                                   const BlManifest *old,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_connection_free(BlConnection *connection);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlConnection, bl_connection_free)
void bl_project_free(BlProject *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlProject, bl_project_free)

G_END_DECLS

#endif
