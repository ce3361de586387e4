/* SPDX-License-Identifier: MIT */
/*
 * What a database has in common with all others of its server, by name: functions that act on the
 * server, its machine or others, from PostgreSQL 9.6 to 18 and widespread extensions, the shared
 * catalogs, and languages that may do anything.
 */
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

static const char database[] = "another database";
static const char file[] = "a file of the server";
static const char log_of_server[] = "the log of the server";
static const char net[] = "a server on the net";
static const char server[] = "the server itself";
static const char session[] = "another session";
static const char setting[] = "a setting of the server";
static const char slot[] = "a replication slot";
static const char statistics[] = "statistics of the server";

/* One that ends in "_" stands for all that begin so. */
static const struct {
    const char *name;
    const char *what;
} functions[] = {
    { "dblink", database },
    { "dblink_", database },
    { "schedule_in_database", database },
    { "http", net },
    { "http_get", net },
    { "http_post", net },
    { "http_put", net },
    { "http_patch", net },
    { "http_delete", net },
    { "http_head", net },
    { "query_export_to_s3", net },
    { "table_import_from_s3", net },
    { "run_command_on_", net },
    { "pg_read_file", file },
    { "pg_read_file_", file },
    { "pg_read_binary_file", file },
    { "pg_ls_", file },
    { "pg_stat_file", file },
    { "pg_file_", file },
    { "pg_logdir_ls", file },
    { "pg_logfile_rotate", file },
    { "pg_rotate_logfile", file },
    { "pg_rotate_logfile_", file },
    { "lo_import", file },
    { "lo_export", file },
    { "autoprewarm_", file },
    { "pg_terminate_backend", session },
    { "pg_cancel_backend", session },
    { "pg_log_backend_memory_contexts", session },
    { "pg_reload_conf", setting },
    { "pg_switch_wal", log_of_server },
    { "pg_switch_xlog", log_of_server },
    { "pg_create_restore_point", log_of_server },
    { "pg_logical_emit_message", log_of_server },
    { "pg_log_standby_snapshot", log_of_server },
    { "pg_create_physical_replication_slot", slot },
    { "pg_create_logical_replication_slot", slot },
    { "pg_copy_", slot },
    { "pg_drop_replication_slot", slot },
    { "pg_logical_slot_", slot },
    { "pg_replication_", slot },
    { "pg_sync_replication_slots", slot },
    { "pg_backup_", server },
    { "pg_start_backup", server },
    { "pg_stop_backup", server },
    { "pg_promote", server },
    { "pg_wal_replay_", server },
    { "pg_xlog_replay_", server },
    { "pg_buffercache_evict", server },
    { "pg_buffercache_evict_", server },
    { "binary_upgrade_", server },
    { "pg_stat_reset_backend_stats", statistics },
    { "pg_stat_reset_replication_slot", statistics },
    { "pg_stat_reset_shared", statistics },
    { "pg_stat_reset_slru", statistics },
    { "pg_stat_reset_subscription_stats", statistics },
    { "pg_stat_statements_reset", statistics },
};

/* pg_group is a view that passes changes on to pg_authid. */
static const char *const shared_catalogs[] = {
    "pg_authid",     "pg_auth_members",
    "pg_database",   "pg_db_role_setting",
    "pg_group",      "pg_parameter_acl",
    "pg_pltemplate", "pg_replication_origin",
    "pg_shdepend",   "pg_shdescription",
    "pg_shseclabel", "pg_subscription",
    "pg_tablespace", NULL,
};

static const char *const untrusted_languages[] = {
    "c",      "plperlu", "plpythonu", "plpython2u", "plpython3u", "pltclu",
    "plluau", "pljavau", "plr",       "plsh",       NULL,
};

const char *
pg_function_reaches(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        const char *wanted = functions[i].name;
        if (g_str_has_suffix(wanted, "_") ? g_ascii_strncasecmp(name, wanted, strlen(wanted)) == 0
                                          : g_ascii_strcasecmp(name, wanted) == 0)
            return functions[i].what;
    }
    return NULL;
}

gboolean
pg_is_shared_catalog(const char *name)
{
    return bl_name_is_any(name, shared_catalogs);
}

gboolean
pg_is_untrusted_language(const char *name)
{
    return bl_name_is_any(name, untrusted_languages);
}
