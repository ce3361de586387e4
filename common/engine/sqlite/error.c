/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include "common/base/cancel.h"
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

/* Result codes by name, as the library's documentation has them. */
static const struct {
    int code;
    const char *name;
} code_names[] = {
    { SQLITE_ERROR, "SQLITE_ERROR" },
    { SQLITE_PERM, "SQLITE_PERM" },
    { SQLITE_ABORT, "SQLITE_ABORT" },
    { SQLITE_BUSY, "SQLITE_BUSY" },
    { SQLITE_LOCKED, "SQLITE_LOCKED" },
    { SQLITE_NOMEM, "SQLITE_NOMEM" },
    { SQLITE_READONLY, "SQLITE_READONLY" },
    { SQLITE_INTERRUPT, "SQLITE_INTERRUPT" },
    { SQLITE_IOERR, "SQLITE_IOERR" },
    { SQLITE_CORRUPT, "SQLITE_CORRUPT" },
    { SQLITE_FULL, "SQLITE_FULL" },
    { SQLITE_CANTOPEN, "SQLITE_CANTOPEN" },
    { SQLITE_PROTOCOL, "SQLITE_PROTOCOL" },
    { SQLITE_SCHEMA, "SQLITE_SCHEMA" },
    { SQLITE_TOOBIG, "SQLITE_TOOBIG" },
    { SQLITE_CONSTRAINT, "SQLITE_CONSTRAINT" },
    { SQLITE_MISMATCH, "SQLITE_MISMATCH" },
    { SQLITE_MISUSE, "SQLITE_MISUSE" },
    { SQLITE_NOLFS, "SQLITE_NOLFS" },
    { SQLITE_AUTH, "SQLITE_AUTH" },
    { SQLITE_RANGE, "SQLITE_RANGE" },
    { SQLITE_NOTADB, "SQLITE_NOTADB" },
    { SQLITE_ERROR_MISSING_COLLSEQ, "SQLITE_ERROR_MISSING_COLLSEQ" },
    { SQLITE_BUSY_RECOVERY, "SQLITE_BUSY_RECOVERY" },
    { SQLITE_BUSY_SNAPSHOT, "SQLITE_BUSY_SNAPSHOT" },
    { SQLITE_LOCKED_SHAREDCACHE, "SQLITE_LOCKED_SHAREDCACHE" },
    { SQLITE_READONLY_RECOVERY, "SQLITE_READONLY_RECOVERY" },
    { SQLITE_READONLY_CANTLOCK, "SQLITE_READONLY_CANTLOCK" },
    { SQLITE_READONLY_ROLLBACK, "SQLITE_READONLY_ROLLBACK" },
    { SQLITE_READONLY_DBMOVED, "SQLITE_READONLY_DBMOVED" },
    { SQLITE_READONLY_CANTINIT, "SQLITE_READONLY_CANTINIT" },
    { SQLITE_READONLY_DIRECTORY, "SQLITE_READONLY_DIRECTORY" },
    { SQLITE_CANTOPEN_ISDIR, "SQLITE_CANTOPEN_ISDIR" },
    { SQLITE_CORRUPT_VTAB, "SQLITE_CORRUPT_VTAB" },
    { SQLITE_CORRUPT_INDEX, "SQLITE_CORRUPT_INDEX" },
    { SQLITE_CONSTRAINT_CHECK, "SQLITE_CONSTRAINT_CHECK" },
    { SQLITE_CONSTRAINT_FOREIGNKEY, "SQLITE_CONSTRAINT_FOREIGNKEY" },
    { SQLITE_CONSTRAINT_NOTNULL, "SQLITE_CONSTRAINT_NOTNULL" },
    { SQLITE_CONSTRAINT_PRIMARYKEY, "SQLITE_CONSTRAINT_PRIMARYKEY" },
    { SQLITE_CONSTRAINT_TRIGGER, "SQLITE_CONSTRAINT_TRIGGER" },
    { SQLITE_CONSTRAINT_UNIQUE, "SQLITE_CONSTRAINT_UNIQUE" },
    { SQLITE_CONSTRAINT_VTAB, "SQLITE_CONSTRAINT_VTAB" },
    { SQLITE_CONSTRAINT_ROWID, "SQLITE_CONSTRAINT_ROWID" },
    { SQLITE_CONSTRAINT_DATATYPE, "SQLITE_CONSTRAINT_DATATYPE" },
};

/* What to do about a message that says what is missing. */
static const struct {
    const char *start;
    BlErrorCode code;
    const char *hint;
} missing_things[] = {
    { "no such module: ", BL_ERROR_UNSUPPORTED,
      "use an SQLite library that has this module built in" },
    { "no such function: ", BL_ERROR_SQL,
      "the function comes from the program that made the schema, or with a newer SQLite library" },
    { "unknown function: ", BL_ERROR_SQL,
      "the function comes from the program that made the schema, or with a newer SQLite library" },
    { "no such collation sequence: ", BL_ERROR_SQL,
      "the collation comes from the program that made the schema; this SQLite library has none of that name" },
    { "no such tokenizer: ", BL_ERROR_SQL,
      "the tokenizer comes from an extension; use an SQLite library that has it" },
    { "unknown tokenizer: ", BL_ERROR_SQL,
      "the tokenizer comes from an extension; use an SQLite library that has it" },
    { "unable to open database: ", BL_ERROR_IO,
      "ATTACH makes no file: make it first, and look at its permissions" },
    { "incomplete input", BL_ERROR_SQL,
      "the statement ends too early; look for a missing END or parenthesis" },
};

/* Failures of the file or the disk, after the database was opened; the special ones first. */
static const struct {
    int code;
    const char *message;
    const char *hint;
} file_failures[] = {
    { SQLITE_FULL, "the disk is full, or the database has its largest size",
      "make room, then run again" },
    { SQLITE_IOERR_DELETE, "its journal cannot be removed, which is what ends a transaction",
      "give write access to the folder" },
    { SQLITE_IOERR_SHORT_READ, "the file is cut short",
      "restore it from a backup, or save what is left with \"sqlite3 FILE .recover\"" },
    { SQLITE_IOERR, "the file cannot be read or written",
      "look at the disk and at the system's log" },
    { SQLITE_CANTOPEN, "a file of the database cannot be opened",
      "look at the permissions of the database's folder, where SQLite makes its journal" },
    { SQLITE_NOLFS, "the file is too large for this system", NULL },
    { SQLITE_PROTOCOL, "the locks of the file do not work",
      "keep the database on a local file system" },
    { SQLITE_PERM, "permission denied", NULL },
    { SQLITE_NOMEM, "out of memory", NULL },
    { SQLITE_NOTADB, "the file is no SQLite database, or is encrypted",
      "check the path; an encrypted database needs the library that made it" },
    /* The library says so too where the disk cannot read a page. */
    { SQLITE_CORRUPT, "the file is damaged or cut short",
      "look at the disk; restore the file from a backup, or save what is left with \"sqlite3 FILE .recover\"" },
};

/* The kinds of SQLITE_READONLY, the special ones first. */
static const struct {
    int code;
    const char *message;
    const char *hint;
} read_only_failures[] = {
    { SQLITE_READONLY_ROLLBACK,
      "a program that was writing ended early, and its journal must be rolled back first",
      "open the database once with write access, for example with sqlite3" },
    { SQLITE_READONLY_RECOVERY, "its write-ahead log must be recovered first",
      "open the database once with write access, for example with sqlite3" },
    { SQLITE_READONLY_CANTLOCK,
      "its write-ahead log needs a shared-memory file that cannot be made",
      "give write access to the folder, or checkpoint the database where it was written" },
    { SQLITE_READONLY_CANTINIT,
      "its write-ahead log needs a shared-memory file that cannot be made",
      "give write access to the folder, or checkpoint the database where it was written" },
    { SQLITE_READONLY_DBMOVED, "the file was moved or removed while it was open", NULL },
    { SQLITE_READONLY_DIRECTORY, "its folder is not writable, so that SQLite can make no journal",
      "give write access to the folder" },
    { SQLITE_READONLY, "it is read-only", "give write access to the file and its folder" },
};

char *
lite_one_line(const char *text)
{
    char *line = g_strdup(text);
    for (char *p = line; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
    return line;
}

static const char *
code_name(int rc)
{
    for (gsize i = 0; i < G_N_ELEMENTS(code_names); i++) {
        if (code_names[i].code == rc)
            return code_names[i].name;
    }
    return (rc & 0xff) != rc ? code_name(rc & 0xff) : "SQLITE_ERROR";
}

static void
set_interrupted(const LiteSession *session, GError **error)
{
    if (!bl_cancel_check(error))
        return;
    if (session->deadline == 0 || g_get_monotonic_time() < session->deadline) {
        bl_error_set(error, BL_ERROR_SQL, NULL, "the statement was interrupted");
        return;
    }
    bl_error_set(error, BL_ERROR_SQL, "raise --statement-timeout, or the migration's own",
                 "the statement ran longer than %u ms", session->statement_timeout_ms);
}

static gboolean
set_missing(const char *message, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(missing_things); i++) {
        if (!g_str_has_prefix(message, missing_things[i].start))
            continue;
        bl_error_set(error, missing_things[i].code, missing_things[i].hint, "%s", message);
        return TRUE;
    }
    return FALSE;
}

/* The schema is read with the first statement, whatever it is: its errors are about the database.
 */
static gboolean
set_schema_error(const LiteSession *session, const char *message, GError **error)
{
    if (strcmp(message, "unsupported file format") == 0) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "use a newer SQLite library",
                     "database \"%s\" has a schema format that SQLite %s does not know",
                     session->base.label, sqlite3_libversion());
        return TRUE;
    }
    if (!g_str_has_prefix(message, "malformed database schema"))
        return FALSE;
    bl_error_set(
        error, BL_ERROR_UNSUPPORTED,
        "use the SQLite library that made the database or a newer one; if it is the same, the schema was "
        "edited by hand or is damaged",
        "SQLite %s cannot read the schema of database \"%s\": %s", sqlite3_libversion(),
        session->base.label, message);
    return TRUE;
}

/* The file could be written: the script keeps its own session from it. */
static gboolean
set_query_only(LiteSession *session, int rc, GError **error)
{
    if (rc != SQLITE_READONLY || session->db == NULL || session->opening ||
        sqlite3_db_readonly(session->db, "main") != 0 || !lite_lift_query_only(session))
        return FALSE;
    lite_set_query_only(session);
    bl_error_set(error, BL_ERROR_SQL, "put PRAGMA query_only = OFF before it",
                 "the statement writes, but PRAGMA query_only is on");
    return TRUE;
}

/* What the system said to the library; 0: nothing. */
static int
system_error(const LiteSession *session, int rc)
{
    gboolean is_known = (rc & 0xff) == SQLITE_IOERR || (rc & 0xff) == SQLITE_CANTOPEN;
    return is_known && session->db != NULL ? sqlite3_system_errno(session->db) : 0;
}

static gboolean
set_file_error(const LiteSession *session, int rc, GError **error)
{
    BlErrorCode code = session->opening ? BL_ERROR_CONNECT : BL_ERROR_IO;
    for (gsize i = 0; i < G_N_ELEMENTS(read_only_failures); i++) {
        if (rc != read_only_failures[i].code && (rc & 0xff) != read_only_failures[i].code)
            continue;
        bl_error_set(error, code, read_only_failures[i].hint, "database \"%s\": %s",
                     session->base.label, read_only_failures[i].message);
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(file_failures); i++) {
        if (rc != file_failures[i].code && (rc & 0xff) != file_failures[i].code)
            continue;
        int reason = system_error(session, rc);
        bl_error_set(error, code, file_failures[i].hint, "database \"%s\": %s%s%s",
                     session->base.label, file_failures[i].message, reason != 0 ? ": " : "",
                     reason != 0 ? g_strerror(reason) : "");
        return TRUE;
    }
    return FALSE;
}

static void
set_by_code(LiteSession *session, int rc, const char *message, GError **error)
{
    int primary = rc & 0xff;
    gboolean is_busy = primary == SQLITE_BUSY || rc == SQLITE_LOCKED_SHAREDCACHE;
    if (primary == SQLITE_INTERRUPT || (is_busy && bl_cancel_requested() != 0)) {
        set_interrupted(session, error);
        return;
    }
    if (is_busy) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "wait until it is done; migrate waits longer with --lock-timeout",
                     "database \"%s\" is locked by another process", session->base.label);
        return;
    }
    if (primary == SQLITE_LOCKED) {
        bl_error_set(error, BL_ERROR_CONFLICT, NULL, "database \"%s\": %s", session->base.label,
                     message);
        return;
    }
    if (set_schema_error(session, message, error) || set_missing(message, error) ||
        set_query_only(session, rc, error) || set_file_error(session, rc, error))
        return;
    gboolean is_bug =
        primary == SQLITE_MISUSE || primary == SQLITE_INTERNAL || primary == SQLITE_RANGE;
    BlErrorCode code = session->opening ? BL_ERROR_CONNECT : BL_ERROR_SQL;
    bl_error_set(error, is_bug ? BL_ERROR_INTERNAL : code, NULL, "%s", message);
}

gboolean
lite_set_error(LiteSession *session, int rc, const char *what, GError **error)
{
    g_autofree char *message =
        lite_one_line(session->db != NULL ? sqlite3_errmsg(session->db) : sqlite3_errstr(rc));
    int extended = session->db != NULL ? sqlite3_extended_errcode(session->db) : rc;
    if ((extended & 0xff) != (rc & 0xff))
        extended = rc;
    GError *made = NULL;
    set_by_code(session, extended, message, &made);
    if (what != NULL)
        g_prefix_error(&made, "%s: ", what);
    bl_error_set_sqlstate(made, code_name(extended));
    bl_error_set_detail(made, "%s", message);
    g_propagate_error(error, made);
    return FALSE;
}
