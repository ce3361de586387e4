/* SPDX-License-Identifier: MIT */
/**
 * @file cli.h
 * @brief What the three tools share: option tables, subcommands, help, talk on stderr, JSON, exit
 * codes.
 *
 * Layer: common/cli. Includes: common/project and below. Only this folder and the main.c files
 * print and exit. A command is a row of a table: its options are parsed, listed by --help, by the
 * man page test and by the completion test from that same row.
 */
#ifndef BL_COMMON_CLI_CLI_H
#define BL_COMMON_CLI_CLI_H

#include "common/base/report.h"
#include "common/project/project.h"

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

typedef enum {
    BL_OPTION_FLAG,   /**< gboolean */
    BL_OPTION_STRING, /**< char *, g_free() by the cli */
    BL_OPTION_LIST,   /**< char **, repeatable, freed by the cli */
    BL_OPTION_NUMBER, /**< gint64, not negative; unset: the value the struct had before (use -1) */
    BL_OPTION_OPTIONAL_NUMBER, /**< gint64, --wait or --wait=30 */
} BlOptionType;

/** One option. A table ends with a row whose @name is NULL. */
typedef struct {
    const char *name; /**< long name without dashes */
    char letter;      /**< short name, 0 for none */
    BlOptionType type;
    gsize offset;         /**< of the member in the options struct that the table belongs to */
    const char *argument; /**< "FILE"; NULL for flags */
    const char *help;     /**< lower case, no full stop */
    gint64 implied;       /**< BL_OPTION_OPTIONAL_NUMBER without a value */
    const char
        *choices; /**< BL_OPTION_STRING: "error|warn|allow", checked by the parser; NULL: any */
} BlOption;

/** Options that every tool has. */
typedef struct {
    char *connection;
    char *url;
    char *config;
    gint64 wait; /**< seconds; -1: do not wait */
    gboolean create;
    gboolean all;               /**< every connection of the configuration */
    gint64 jobs;                /**< connections at the same time */
    gboolean continue_on_error; /**< start the others although one failed */
    gboolean quiet;
    gboolean verbose;
    gboolean json;
    gboolean no_color;
} BlCommonOptions;

typedef struct BlCli BlCli;

/** Whether a command goes over several connections (--all, --connection 'tenant_*'), and what it
 * would be wrong to do twice to. */
typedef enum {
    BL_SEVERAL_NO,
    BL_SEVERAL_YES,             /**< a second time does nothing */
    BL_SEVERAL_ONCE_A_LEDGER,   /**< two connections with one database and ledger are refused */
    BL_SEVERAL_ONCE_A_DATABASE, /**< two connections with one database are refused */
} BlSeveral;

/** What a command needs of the database that its connection names. */
typedef enum {
    BL_NEED_SESSION, /**< it opens it */
    BL_NEED_ENGINE,  /**< only which engine it is: the URL need not be known */
    BL_NEED_NOTHING, /**< not even that: see is_engine_guessed of the connection */
} BlDatabaseNeed;

/** Which options do not go together, or mean nothing alone. A table ends with a row whose @option
 * is NULL. Checked before anything is opened; the row is named in the message. */
typedef struct {
    const char *option;   /**< where this one is given */
    const char *value;    /**< … with this value; NULL: any */
    const char *needs;    /**< "a|b": one of these must be given too; NULL: none */
    const char *excludes; /**< "a|b": none of these may; "*": none but those of the output */
} BlOptionRule;

/** One command: a subcommand, or the whole of a tool that has none. */
typedef struct {
    const char *name;      /**< NULL in a tool without subcommands */
    const char *summary;   /**< one line */
    const char *arguments; /**< "NAME", "BASE OURS THEIRS" or NULL */
    guint min_args, max_args;
    const char *title;            /**< heading of its options in --help, or NULL */
    const BlOption *options;      /**< may be NULL */
    const BlOption *more_options; /**< a second table over the same struct (shared by several
                                     commands); may be NULL */
    const BlOptionRule *rules;    /**< may be NULL */
    gsize size;                   /**< of its options struct */
    void (*init)(void *options);  /**< may be NULL: zeros */
    /** Runs it. @param args positional arguments, NULL-terminated. FALSE with @error: the error is
     * printed and decides the exit code. TRUE: the exit code is what bl_cli_set_exit() said, else
     * 0. */
    gboolean (*run)(BlCli *cli, void *options, char **args, GError **error);
    const char *example; /**< one command line */
    BlSeveral several;
    gboolean writes_snapshot; /**< of several connections, those with one snapshot take turns */
    /** What can be refused without a session. Of several connections all are checked, each as
     * bl_cli_connection(), before the first starts; for one connection @run does it. NULL: nothing
     */
    gboolean (*check)(BlCli *cli, void *options, char **args, GError **error);
    /** What it needs with these options. NULL: BL_NEED_SESSION */
    BlDatabaseNeed (*need)(const void *options);
} BlCommand;

/** One tool. */
typedef struct {
    const char *name; /**< "migrate" */
    const char *summary;
    const BlCommand *commands;
    gsize n_commands;
} BlTool;

/** Parses, runs, prints the error, the JSON document and returns the exit code. The whole of a
 * main(). */
int bl_cli_main(const BlTool *tool, int argc, char **argv);

const BlCommonOptions *bl_cli_common(const BlCli *cli);

/** The project, opened at the first call. Borrowed. NULL: error */
BlProject *bl_cli_project(BlCli *cli, GError **error);

/** The connection that --connection, --url and the configuration say. Owned by @cli, the same at
 * every call. Borrowed. Sets "connection" and "engine" of the JSON document. NULL: error */
BlConnection *bl_cli_connection(BlCli *cli, GError **error);

/** @return TRUE when the command goes over several connections, in the check and in each run */
gboolean bl_cli_is_several(const BlCli *cli);

/** @return the connections of this command that had come to a good end when this one started, one
 * after the other; NULL: none, or they run side by side. Borrowed */
const char *const *bl_cli_done_before(const BlCli *cli);

/** Takes the place of the connection (commands that go over several). @connection is owned by @cli
 * from now on. */
void bl_cli_take_connection(BlCli *cli, BlConnection *connection);

/** Opens a session on bl_cli_connection(), waiting when --wait says so. @param options filled by
 * the caller; create and reporter are set here. @return bl_session_close() */
BlSession *bl_cli_open(BlCli *cli, const BlOpenOptions *options, GError **error);

/** Prints events on stderr by -q, -v, colours and terminal. Borrowed. */
const BlReporter *bl_cli_reporter(BlCli *cli);

/** Writes product text to stdout; nothing with --json. printf-like. */
void bl_cli_print(BlCli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** Writes product bytes to stdout, also with --json (a dump to "-"). FALSE: BL_ERROR_IO */
gboolean bl_cli_write(BlCli *cli, const char *bytes, gsize len, GError **error);

/** One line of talk on stderr unless --quiet. printf-like. */
void bl_cli_say(BlCli *cli, const char *format, ...) G_GNUC_PRINTF(2, 3);

/** The JSON document of this command, printed at the end with --json. Add members; status,
 * connection, engine, durationMs and error are filled in. Borrowed. */
json_t *bl_cli_json(BlCli *cli);

/** A JSON string; NULL: null. File names, SQL and server messages may be in any encoding, JSON is
 * UTF-8: bytes that are none become U+FFFD. @return json_decref() */
json_t *bl_json_text(const char *text);

/** "completed" (the default) or "skipped". @status static */
void bl_cli_set_status(BlCli *cli, const char *status);

/** The exit code of a command that returns TRUE. */
void bl_cli_set_exit(BlCli *cli, int code);

/** In production without --force: asks on a terminal, else fails with BL_ERROR_CONFLICT. Where the
 * check of several connections has asked, the run of each does not ask again.
 * @param what "roll back migrations of", the connection's name is added */
gboolean bl_cli_confirm_production(BlCli *cli,
                                   const BlConnection *connection,
                                   gboolean force,
                                   const char *what,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when stderr is a terminal and colours are wanted */
gboolean bl_cli_has_color(const BlCli *cli);

G_END_DECLS

#endif
