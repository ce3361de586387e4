/* SPDX-License-Identifier: MIT */
/**
 * @file cmd_prune.h
 * @brief The options that migrate squash and schema-dump --prune share, and what both print.
 *
 * Layer: squash, above the library's part; not installed.
 */
#ifndef BL_SQUASH_CMD_PRUNE_H
#define BL_SQUASH_CMD_PRUNE_H

#include "squash/squash.h"

#include "common/cli/cli.h"

G_BEGIN_DECLS

/** The options, as a part of a command's own struct. */
typedef struct {
    gboolean no_proof;
    char *archive;
    gboolean discard_data;
    char *data_from;
    gboolean allow_uncommitted;
    char *scratch_url;
    char **check_connections;
    gboolean from_files;
} BlPruneArguments;

/** Rows of an option table for BlPruneArguments @member of struct @type. */
#define BL_PRUNE_ROWS(type, member)                                                                \
    { "no-proof",                                                                                  \
      0,                                                                                           \
      BL_OPTION_FLAG,                                                                              \
      offsetof(type, member.no_proof),                                                             \
      NULL,                                                                                        \
      "prune without replaying the files first",                                                   \
      0,                                                                                           \
      NULL },                                                                                      \
        { "archive",                                                                               \
          0,                                                                                       \
          BL_OPTION_STRING,                                                                        \
          offsetof(type, member.archive),                                                          \
          "DIR",                                                                                   \
          "move pruned files there",                                                               \
          0,                                                                                       \
          NULL },                                                                                  \
        { "discard-data",                                                                          \
          0,                                                                                       \
          BL_OPTION_FLAG,                                                                          \
          offsetof(type, member.discard_data),                                                     \
          NULL,                                                                                    \
          "rows put there by migrations may go",                                                   \
          0,                                                                                       \
          NULL },                                                                                  \
        { "data-from",                                                                             \
          0,                                                                                       \
          BL_OPTION_STRING,                                                                        \
          offsetof(type, member.data_from),                                                        \
          "WHOSE",                                                                                 \
          "rows of carried tables that differ: live, replay",                                      \
          0,                                                                                       \
          "live|replay" },                                                                         \
        { "allow-uncommitted",                                                                     \
          0,                                                                                       \
          BL_OPTION_FLAG,                                                                          \
          offsetof(type, member.allow_uncommitted),                                                \
          NULL,                                                                                    \
          "delete files that git has not got",                                                     \
          0,                                                                                       \
          NULL },                                                                                  \
    {                                                                                              \
        "scratch-url", 0, BL_OPTION_STRING, offsetof(type, member.scratch_url), "URL",             \
            "where the proof makes its databases", 0, NULL                                         \
    }

/** The tables whose rows a squash carries beside the old snapshot's: --data, the configuration's.
 * @return NULL-terminated, borrowed strings */
GPtrArray *bl_prune_data_tables(const BlMigrator *migrator, const char *const *data);

/** @names with a NULL at its end; @names may be NULL. Borrowed strings */
GPtrArray *bl_prune_names(const GPtrArray *names);

/** What the arguments mean. Borrowed from both. */
BlSquashOptions bl_prune_squash_options(const BlPruneArguments *arguments,
                                        const BlDumpOptions *dump);

/** Without a proof nothing but what was said on the command line stands behind the deletion: in
 * production asks as bl_cli_confirm_production() does. */
gboolean bl_prune_confirm(BlCli *cli,
                          const BlPruneArguments *arguments,
                          gboolean force,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Squashes, prints, fills the JSON document. */
gboolean bl_prune_run(BlCli *cli,
                      BlMigrator *migrator,
                      const BlSquashOptions *options,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
