/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/engine/sqlite/target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
refuse_file(const LiteSession *session, const char *hint, const char *why, GError **error)
{
    bl_error_set(error, BL_ERROR_CONNECT, hint, "cannot open database \"%s\": %s",
                 session->base.label, why);
    return FALSE;
}

/* The library says "unable to open database file" to all of these. */
static gboolean
check_found(const LiteSession *session, const struct stat *found, GError **error)
{
    if (S_ISDIR(found->st_mode))
        return refuse_file(session, "name the database file in it", "it is a folder", error);
    if (!S_ISREG(found->st_mode))
        return refuse_file(session, NULL, "it is no regular file", error);
    if (access(session->path, R_OK) != 0)
        return refuse_file(session, "give read access to the file", g_strerror(errno), error);
    if (!session->read_only && access(session->path, W_OK) != 0)
        return refuse_file(session, "give write access to the file and its folder",
                           g_strerror(errno), error);
    return TRUE;
}

/* A file that is not there: never made unless somebody asked for it. */
static gboolean
check_missing(LiteSession *session, gboolean create, GError **error)
{
    struct stat link;
    if (lstat(session->path, &link) == 0 && S_ISLNK(link.st_mode))
        return refuse_file(session, "mend the link, or remove it",
                           "it is a link to a file that is not there", error);
    if (session->read_only)
        return refuse_file(session, "check the path", "the file does not exist", error);
    if (!create)
        return refuse_file(session, "check the path, or make the database with --create",
                           "the file does not exist", error);
    if (!bl_file_make_parent(session->path, error))
        return FALSE;
    /* Made here and not by the library: O_EXCL says for certain who made it. */
    int fd = open(session->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666);
    struct stat made;
    if (fd < 0) {
        int reason = errno;
        /* Another process has just made it: then it is a database like any other. */
        if (reason == EEXIST && stat(session->path, &made) == 0)
            return check_found(session, &made, error);
        bl_error_set_errno(error, "create", session->path, reason);
        return FALSE;
    }
    if (fstat(fd, &made) == 0) {
        session->made_device = made.st_dev;
        session->made_inode = made.st_ino;
    }
    close(fd);
    session->base.created = TRUE;
    return TRUE;
}

static gboolean
check_file(LiteSession *session, gboolean create, GError **error)
{
    struct stat found;
    if (stat(session->path, &found) != 0) {
        if (errno == ENOENT)
            return check_missing(session, create, error);
        return refuse_file(session, "check the path", g_strerror(errno), error);
    }
    return check_found(session, &found, error);
}

static gboolean
open_library(LiteSession *session, const LiteTarget *target, gboolean immutable, GError **error)
{
    g_autofree char *uri = lite_target_uri(target, immutable);
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX; /* one session, one thread */
    if (session->read_only && !target->is_memory)
        flags |= SQLITE_OPEN_READONLY;
    else
        flags |= SQLITE_OPEN_READWRITE | (target->is_memory ? SQLITE_OPEN_CREATE : 0);
    int rc = sqlite3_open_v2(uri, &session->db, flags, NULL);
    if (session->db != NULL)
        sqlite3_extended_result_codes(session->db, 1);
    if (rc != SQLITE_OK)
        return lite_set_error(session, rc, NULL, error);
    lite_install_handlers(session);
    return TRUE;
}

/* Anything that is wrong with the file shows here, and the schema is needed anyway. */
static gboolean
read_schema(LiteSession *session, int *rc, GError **error)
{
    sqlite3_stmt *stmt = NULL;
    *rc = lite_compile(session->db, "SELECT 1 FROM sqlite_schema LIMIT 1", -1, &stmt, NULL);
    if (*rc == SQLITE_OK)
        *rc = lite_step(session, stmt);
    gboolean ok = *rc == SQLITE_ROW || *rc == SQLITE_DONE;
    if (!ok)
        lite_set_error(session, *rc, NULL, error);
    sqlite3_finalize(stmt);
    return ok;
}

/* @return TRUE when there is no file of that name, or nothing in it */
static gboolean
is_empty_or_missing(const char *path, const char *suffix)
{
    g_autofree char *name = g_strconcat(path, suffix, NULL);
    struct stat found;
    return stat(name, &found) != 0 ? errno == ENOENT : found.st_size == 0;
}

/* A write-ahead database in a folder where its log cannot be made may be read as a file that nobody
 * changes, but only when there is no log or journal whose contents would be missed. */
static gboolean
may_be_immutable(const LiteSession *session, int rc)
{
    static const int reasons[] = { SQLITE_READONLY_CANTINIT, SQLITE_READONLY_CANTLOCK,
                                   SQLITE_READONLY_DIRECTORY };
    if (!session->read_only || session->path == NULL)
        return FALSE;
    gboolean is_reason = (rc & 0xff) == SQLITE_CANTOPEN;
    for (gsize i = 0; i < G_N_ELEMENTS(reasons); i++)
        is_reason = is_reason || rc == reasons[i];
    return is_reason && is_empty_or_missing(session->path, "-wal") &&
           is_empty_or_missing(session->path, "-journal");
}

/* The library only says that it cannot open a file, not which. */
static void
explain_files(LiteSession *session, int rc, GError **error)
{
    static const char *const suffixes[] = { "-wal", "-journal", "-shm" };
    if ((rc & 0xff) != SQLITE_CANTOPEN || session->path == NULL)
        return;
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        g_autofree char *name = g_strconcat(session->path, suffixes[i], NULL);
        if (access(name, session->read_only ? R_OK : R_OK | W_OK) == 0 || errno == ENOENT)
            continue;
        g_autofree char *why = g_strdup_printf("its file \"%s%s\" cannot be opened: %s",
                                               session->base.label, suffixes[i], g_strerror(errno));
        g_clear_error(error);
        refuse_file(session, "give access to the file, or have its owner do this", why, error);
        return;
    }
    if (is_empty_or_missing(session->path, "-wal"))
        return;
    g_clear_error(error);
    refuse_file(session,
                "give write access to the folder, or checkpoint the database where it was written",
                "its write-ahead log holds changes, and needs a shared-memory file that cannot be "
                "made",
                error);
}

/* The version of the file format that write-ahead logging came with (fileformat2.html). */
#define LAST_FORMAT 2

/* With the first words of a database, and yet none to the library: a later version of the format,
 * or bytes that are no more what they were. Only for a file that the library did not take, so that
 * no locks of it can be lost. */
static void
explain_header(const LiteSession *session, int rc, GError **error)
{
    static const char magic[16] = "SQLite format 3";
    char header[20]; /* with the versions of the format for writers and readers */
    if (rc != SQLITE_NOTADB || session->path == NULL)
        return;
    int fd = open(session->path, O_RDONLY | O_CLOEXEC);
    gboolean is_one = fd >= 0 && read(fd, header, sizeof header) == (gssize)sizeof header &&
                      memcmp(header, magic, sizeof magic) == 0 &&
                      (header[18] > LAST_FORMAT || header[19] > LAST_FORMAT);
    if (fd >= 0)
        close(fd);
    if (!is_one)
        return;
    g_clear_error(error);
    bl_error_set(
        error, BL_ERROR_UNSUPPORTED,
        "use a newer SQLite library; if the one that wrote the file cannot read it "
        "either, restore it from a backup",
        "database \"%s\": SQLite %s does not know the format of the file, or its header is "
        "damaged",
        session->base.label, sqlite3_libversion());
}

static gboolean
connect_library(LiteSession *session, const LiteTarget *target, GError **error)
{
    g_autoptr(GError) first = NULL;
    int rc = SQLITE_OK;
    if (!open_library(session, target, FALSE, error))
        return FALSE;
    if (read_schema(session, &rc, &first))
        return TRUE;
    if (!may_be_immutable(session, rc)) {
        explain_files(session, rc, &first);
        explain_header(session, rc, &first);
        g_propagate_error(error, g_steal_pointer(&first));
        return FALSE;
    }
    sqlite3_close(session->db);
    session->db = NULL;
    if (!open_library(session, target, TRUE, error) || !read_schema(session, &rc, error))
        return FALSE;
    bl_report_text(
        session->base.reporter, BL_EVENT_NOTE,
        "the folder of database \"%s\" is not writable: it is read as a file that nobody changes",
        session->base.label);
    return TRUE;
}

static gboolean
set_pragma(LiteSession *session, const char *name, const char *value, GError **error)
{
    if (value == NULL)
        return TRUE;
    g_autofree char *sql = g_strdup_printf("PRAGMA %s = %s", name, value);
    return lite_run(session, sql, error);
}

static gboolean
take_journal_mode(const BlRow *row, void *data, GError **error)
{
    (void)error;
    *(gboolean *)data = row->values[0] != NULL && g_ascii_strcasecmp(row->values[0], "wal") == 0;
    return TRUE;
}

/* journal_mode=OFF would make ROLLBACK undefined: memory keeps it right. A write-ahead database
 * stays one. */
static gboolean
make_ephemeral(LiteSession *session, GError **error)
{
    gboolean is_wal = FALSE;
    if (!session->ephemeral || session->read_only)
        return TRUE;
    if (!lite_query(&session->base, "PRAGMA journal_mode", take_journal_mode, &is_wal, error))
        return FALSE;
    return (is_wal || set_pragma(session, "journal_mode", "memory", error)) &&
           set_pragma(session, "synchronous", "off", error);
}

static gboolean
apply_settings(LiteSession *session, const LiteTarget *target, GError **error)
{
    if (!session->read_only && sqlite3_db_readonly(session->db, "main") == 1)
        return refuse_file(session, "give write access to the file and its folder",
                           "it can only be read", error);
    if (!session->read_only && !set_pragma(session, "journal_mode", target->journal_mode, error))
        return FALSE;
    if (!set_pragma(session, "foreign_keys", target->foreign_keys, error) ||
        !set_pragma(session, "synchronous", target->synchronous, error) ||
        !make_ephemeral(session, error))
        return FALSE;
    session->foreign_keys_at_open = lite_has_foreign_keys(session);
    session->watch_keys = session->foreign_keys_at_open;
    return session->read_only || lite_note_settings(session, error);
}

static guint
busy_timeout(const BlOpenOptions *options, const LiteTarget *target)
{
    if (options->lock_timeout_ms > 0)
        return options->lock_timeout_ms;
    if (target->busy_timeout != NULL)
        return (guint)g_ascii_strtoull(target->busy_timeout, NULL, 10);
    return LITE_BUSY_TIMEOUT;
}

static LiteSession *
new_session(const BlUrl *url, const BlOpenOptions *options, const LiteTarget *target)
{
    LiteSession *session = g_new0(LiteSession, 1);
    session->base.reporter = options->reporter;
    session->base.label = lite_one_line(target->label);
    session->base.flavour = g_strdup("sqlite");
    session->base.version = g_strdup(sqlite3_libversion());
    session->path = g_strdup(target->path);
    session->root = url->root != NULL ? g_strdup(url->root) : g_get_current_dir();
    session->read_only = options->read_only || g_strcmp0(target->mode, "ro") == 0;
    session->ephemeral = options->ephemeral;
    session->process_ends = options->process_ends;
    session->busy_timeout_ms = busy_timeout(options, target);
    session->statement_timeout_ms = options->statement_timeout_ms;
    session->busy_timeout_at_open_ms = session->busy_timeout_ms;
    session->statement_timeout_at_open_ms = session->statement_timeout_ms;
    session->lock_fd = -1;
    session->copy_fd = -1;
    session->opening = TRUE;
    session->synchronous_at_open = 2; /* as the library has it */
    return session;
}

/* Statistics that nobody reads cost a twentieth of the time of reading a large schema, and a cache
 * made for twenty pages ahead costs a small command more page faults than it has pages to read. */
void
lite_own_process(void)
{
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_PAGECACHE, NULL, 0, 0);
}

BlSession *
lite_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    g_auto(LiteTarget) target = { 0 };
    if (!lite_target_parse(url, &target, error))
        return NULL;
    LiteSession *session = new_session(url, options, &target);
    gboolean create = options->create || g_strcmp0(target.mode, "rwc") == 0;
    gboolean ok = (session->path == NULL || check_file(session, create, error)) &&
                  connect_library(session, &target, error) &&
                  apply_settings(session, &target, error);
    session->opening = FALSE;
    if (ok)
        return &session->base;
    if (session->base.created)
        lite_discard(&session->base);
    else
        lite_close(&session->base);
    return NULL;
}

/* In memory: no other process sees it, and none can leave it behind. */
BlSession *
lite_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    g_auto(LiteTarget) target = { 0 };
    if (!lite_target_parse(url, &target, error))
        return NULL;
    g_autoptr(BlUrl) memory =
        bl_url_parse(g_strcmp0(target.foreign_keys, "on") == 0 ? "sqlite::memory:?foreign_keys=on"
                                                               : "sqlite::memory:",
                     url->root, error);
    return memory != NULL ? lite_open(memory, options, error) : NULL;
}

char *
lite_database_file(const BlUrl *url)
{
    g_auto(LiteTarget) target = { 0 };
    return lite_target_parse(url, &target, NULL) ? g_steal_pointer(&target.path) : NULL;
}
