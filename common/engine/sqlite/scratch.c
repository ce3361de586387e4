/* SPDX-License-Identifier: MIT */
/*
 * Copies of a database file. A copy is made under a temporary name and linked to its own when it is
 * complete. Beside it lies a mark that says which file it is and which schema it was made with, so
 * that a later run knows what it may replace: numbers of files come again, and a file can be
 * written over, but then its schema tells.
 */
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/failure.h"
#include "common/engine/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_SUFFIX ".baseline-clone"
#define MARK_LIMIT  4096

/* Tries to find the database without a write-ahead log, while others write to it. */
#define COPY_TRIES 5

/* Files that belong to a database file and would be taken for those of the next one of its name. */
static const char *const side_files[] = { "-journal", "-wal", "-shm" };

static char *
extension_of(const char *name)
{
    const char *base = strrchr(name, '/') != NULL ? strrchr(name, '/') + 1 : name;
    const char *dot = strrchr(base, '.');
    return dot != NULL && dot != base ? g_strdup(dot) : g_strdup("");
}

/* The name of the copy, in the words of @source: a path for the system or a label for people. */
static char *
sibling(const char *source, const char *name, guint number)
{
    g_autofree char *extension = extension_of(source);
    if (name == NULL) {
        g_autofree char *stem = g_strndup(source, strlen(source) - strlen(extension));
        return g_strdup_printf("%s_%u%s", stem, number, extension);
    }
    g_autofree char *own_extension = extension_of(name);
    const char *slash = strrchr(source, '/');
    g_autofree char *folder =
        slash != NULL ? g_strndup(source, (gsize)(slash - source) + 1) : g_strdup("");
    return g_strconcat(folder, name, own_extension[0] == '\0' ? extension : "", NULL);
}

static gboolean
name_clone(const LiteSession *session,
           const char *name,
           guint number,
           char **path,
           char **label,
           GError **error)
{
    gboolean is_path = name != NULL && strchr(name, '/') != NULL;
    if (name != NULL && (name[0] == '\0' || strcmp(name, ".") == 0 || strcmp(name, "..") == 0)) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "\"%s\" is no name for a database file", name);
        return FALSE;
    }
    if (session->path == NULL && name == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "name the copy",
                     "a memory database has no name that copies could be numbered after");
        return FALSE;
    }
    if (is_path || session->path == NULL) {
        *label = g_strdup(name);
        *path =
            g_path_is_absolute(name) ? g_strdup(name) : g_build_filename(session->root, name, NULL);
        return TRUE;
    }
    *path = sibling(session->path, name, number);
    *label = sibling(session->base.label, name, number);
    return TRUE;
}

/* What a mark says of a file: no two files of one system at any time have all of it in common.
 * Systems without a time of birth have 0 there. @return g_free(); NULL: errno is set */
static char *
identify_file(const char *path)
{
    struct statx found;
    if (statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS | STATX_BTIME, &found) != 0)
        return NULL;
    gboolean has_birth = (found.stx_mask & STATX_BTIME) != 0;
    return g_strdup_printf("inode %" G_GUINT64_FORMAT "\ndevice %u:%u\n"
                           "born %" G_GINT64_FORMAT ".%09u\n",
                           (guint64)found.stx_ino, found.stx_dev_major, found.stx_dev_minor,
                           has_birth ? (gint64)found.stx_btime.tv_sec : 0,
                           has_birth ? found.stx_btime.tv_nsec : 0);
}

/* The schema as a digest. The library's own objects do not count: ANALYZE makes some. By name,
 * since VACUUM puts the rows into another order. @return g_free(); NULL when it cannot be read */
static char *
digest_schema(sqlite3 *db)
{
    g_autoptr(sqlite3_stmt) stmt = NULL;
    if (sqlite3_prepare_v2(db,
                           "SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
                           "WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY type, name",
                           -1, &stmt, NULL) != SQLITE_OK)
        return NULL;
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            const guchar *text = sqlite3_column_text(stmt, i);
            g_checksum_update(sum, text != NULL ? text : (const guchar *)"",
                              sqlite3_column_bytes(stmt, i) + 1);
        }
    }
    return rc == SQLITE_DONE ? g_strdup(g_checksum_get_string(sum)) : NULL;
}

/* @return borrowed from @session; NULL: @error is set */
static const char *
own_schema_digest(LiteSession *session, GError **error)
{
    gint64 version = 0;
    if (!lite_query_number(session, "PRAGMA main.schema_version", &version, error))
        return NULL;
    if (session->schema_digest != NULL && session->schema_version == version)
        return session->schema_digest;
    g_free(session->schema_digest);
    session->schema_digest = digest_schema(session->db);
    session->schema_version = version;
    if (session->schema_digest == NULL)
        lite_set_error(session, sqlite3_errcode(session->db), NULL, error);
    return session->schema_digest;
}

/* @return the schema's digest in the mark beside @path, when the mark is about the very file that
 * is there; g_free(); NULL: the file is none of ours */
static char *
read_mark(const char *path)
{
    g_autofree char *mark_path = g_strconcat(path, MARK_SUFFIX, NULL);
    g_autofree char *text = bl_file_read(mark_path, MARK_LIMIT, NULL, NULL);
    g_autofree char *identity = identify_file(path);
    if (text == NULL || identity == NULL || !g_str_has_prefix(text, "baseline clone\nmark "))
        return NULL;
    g_autofree char *lines = g_strconcat("\n", identity, "schema ", NULL);
    const char *found = strstr(text, lines);
    return found != NULL ? g_strchomp(g_strdup(found + strlen(lines))) : NULL;
}

/* What is replaced must be as we made it, but for its rows, and nobody may be using it. */
static gboolean
check_old_clone(const char *path, const char *label, GError **error)
{
    g_autofree char *schema = read_mark(path);
    if (schema == NULL)
        return bl_fail_clone_place(label, BL_CLONE_NOT_OURS, "remove", error);
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    g_autofree char *uri = g_strconcat("file:", escaped, NULL);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    g_autofree char *found = rc == SQLITE_OK ? digest_schema(db) : NULL;
    sqlite3_close(db);
    if ((rc & 0xff) == SQLITE_BUSY)
        return bl_fail_clone_place(label, BL_CLONE_USED, "remove", error);
    if (g_strcmp0(found, schema) == 0)
        return TRUE;
    return bl_fail_clone(label, "remove it yourself when nobody needs it, then run again",
                         "it is no longer the copy that was made: its schema was changed", error);
}

/* No journal of somebody else may be played back into a copy. */
static gboolean
check_side_files(const char *path, const char *label, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(side_files); i++) {
        g_autofree char *side = g_strconcat(path, side_files[i], NULL);
        if (bl_file_exists(side))
            return bl_fail_clone(label, "look at what it belongs to, and remove it",
                                 "a journal of that name is there", error);
    }
    return TRUE;
}

static gboolean
is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

static gboolean
check_place(const LiteSession *session,
            const char *path,
            const char *label,
            gboolean recreate,
            GError **error)
{
    struct stat found;
    struct stat source;
    struct stat target;
    if (session->path != NULL && stat(session->path, &source) == 0 && stat(path, &target) == 0 &&
        is_same_file(&source, &target))
        return bl_fail_clone_place(label, BL_CLONE_ITSELF, "remove", error);
    if (lstat(path, &found) != 0) {
        if (errno == ENOENT)
            return check_side_files(path, label, error);
        bl_error_set_errno(error, "look at", path, errno);
        return FALSE;
    }
    if (!recreate)
        return bl_fail_clone_place(label, BL_CLONE_THERE, "remove", error);
    if (!S_ISREG(found.st_mode))
        return bl_fail_clone_place(label, BL_CLONE_NOT_OURS, "remove", error);
    return check_old_clone(path, label, error);
}

static gboolean
has_log(const LiteSession *session)
{
    g_autofree char *log = g_strconcat(session->path, "-wal", NULL);
    struct stat found;
    return stat(log, &found) == 0 && found.st_size > 0;
}

static gboolean
refuse_log(const LiteSession *session, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "end the programs that use it, or checkpoint it where it was written",
                 "database \"%s\" has a write-ahead log that cannot be folded into it",
                 session->base.label);
    return FALSE;
}

/* Everything must be in the database file itself. @return FALSE also when another connection is in
 * the way */
static gboolean
checkpoint(LiteSession *session, GError **error)
{
    if (!has_log(session))
        return TRUE;
    gint64 busy = 1;
    if (!session->read_only &&
        !lite_query_number(session, "PRAGMA main.wal_checkpoint(TRUNCATE)", &busy, error))
        return FALSE;
    return busy == 0 || refuse_log(session, error);
}

/* Opened once and kept: to close any descriptor of a file drops all locks that this process holds
 * on it, those of the library among them. */
static gboolean
open_source(LiteSession *session, GError **error)
{
    if (session->copy_fd < 0)
        session->copy_fd = open(session->path, O_RDONLY | O_CLOEXEC);
    if (session->copy_fd >= 0)
        return lite_check_file(session, error);
    bl_error_set_errno(error, "open", session->path, errno);
    return FALSE;
}

/* With a read transaction open nobody can change the file meanwhile: a writer without a log waits
 * for us, and one with a log cannot fold it into the file while a reader reads nothing but the
 * file. */
static gboolean
copy_file(LiteSession *session, const char *to, GError **error)
{
    if (!open_source(session, error))
        return FALSE;
    for (guint i = 0; i < COPY_TRIES; i++) {
        if (!checkpoint(session, error) || !lite_begin(&session->base, BL_TX_READ, error))
            return FALSE;
        gboolean is_whole = !has_log(session);
        gboolean ok =
            is_whole && own_schema_digest(session, error) != NULL &&
            bl_file_copy_open(session->copy_fd, session->path, to, !session->ephemeral, error);
        lite_rollback(&session->base);
        if (is_whole)
            return ok;
    }
    return refuse_log(session, error);
}

static gboolean
copy_memory(LiteSession *session, const char *to, GError **error)
{
    g_autofree char *escaped = g_uri_escape_string(to, "/", FALSE);
    g_autofree char *uri = g_strconcat("file:", escaped, NULL);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI,
                             NULL);
    if (rc == SQLITE_OK) {
        sqlite3_backup *backup = sqlite3_backup_init(db, "main", session->db, "main");
        if (backup != NULL)
            sqlite3_backup_step(backup, -1);
        rc = backup != NULL ? sqlite3_backup_finish(backup) : sqlite3_errcode(db);
    }
    if (rc != SQLITE_OK) {
        g_autofree char *message =
            lite_one_line(db != NULL ? sqlite3_errmsg(db) : sqlite3_errstr(rc));
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot write \"%s\": %s", to, message);
    }
    sqlite3_close(db);
    return rc == SQLITE_OK;
}

static gboolean
remove_old(const char *path, GError **error)
{
    if (!bl_file_remove(path, error))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(side_files); i++) {
        g_autofree char *side = g_strconcat(path, side_files[i], NULL);
        if (!bl_file_remove(side, error))
            return FALSE;
    }
    return TRUE;
}

/* link() never replaces what somebody else has put there meanwhile. Some file systems have no hard
 * links. */
static gboolean
link_or_rename(const char *from, const char *to)
{
    if (link(from, to) == 0) {
        unlink(from);
        return TRUE;
    }
    if (errno != EPERM && errno != EOPNOTSUPP)
        return FALSE;
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0;
}

/* The flush of the folder for the mark is that for the copy as well. */
static gboolean
put_in_place(const LiteSession *session,
             const char *staged,
             const char *path,
             const char *label,
             const char *mark,
             GError **error)
{
    if (!remove_old(path, error))
        return FALSE;
    if (!link_or_rename(staged, path)) {
        if (errno == EEXIST)
            return bl_fail_clone(label, NULL, "somebody else has just made it", error);
        bl_error_set_errno(error, "create", path, errno);
        return FALSE;
    }
    /* Only now: a mark without its file could one day name the file of another. */
    g_autofree char *mark_path = g_strconcat(path, MARK_SUFFIX, NULL);
    return session->ephemeral ? bl_file_write_ephemeral(mark_path, mark, strlen(mark), error)
                              : bl_file_write_atomic(mark_path, mark, strlen(mark), error);
}

/* @param identity out: what the copy's mark says of it; g_free() */
static gboolean
stage_copy(LiteSession *session, const char *staged, char **identity, GError **error)
{
    gboolean ok = session->path != NULL ? copy_file(session, staged, error)
                                        : own_schema_digest(session, error) != NULL &&
                                              copy_memory(session, staged, error);
    if (!ok)
        return FALSE;
    *identity = identify_file(staged);
    if (*identity != NULL)
        return TRUE;
    bl_error_set_errno(error, "look at", staged, errno);
    return FALSE;
}

gboolean
lite_clone(BlSession *base, /* NOLINT(readability-function-size): the interface's parameters */
           const char *name,
           guint number,
           const char *mark,
           gboolean recreate,
           char **made,
           GError **error)
{
    LiteSession *session = (LiteSession *)base;
    g_autofree char *path = NULL;
    g_autofree char *label = NULL;
    g_autofree char *identity = NULL;
    if (lite_in_transaction(base)) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL,
                     "a copy of a database was asked for inside a transaction");
        return FALSE;
    }
    if (!name_clone(session, name, number, &path, &label, error) ||
        !check_place(session, path, label, recreate, error) || !bl_file_make_parent(path, error))
        return FALSE;
    g_autofree char *staged = g_strdup_printf("%s.baseline-tmp-%08x", path, g_random_int());
    /* The place is looked at once more: to copy takes time. */
    gboolean ok = stage_copy(session, staged, &identity, error) &&
                  check_place(session, path, label, recreate, error);
    if (ok) {
        g_autofree char *text =
            g_strdup_printf("baseline clone\nmark %s\n%sschema %s\n", mark != NULL ? mark : "",
                            identity, session->schema_digest);
        ok = put_in_place(session, staged, path, label, text, error);
    }
    unlink(staged);
    if (ok)
        *made = g_steal_pointer(&label);
    return ok;
}

gboolean
lite_check_clone(BlSession *base,
                 const char *name,
                 guint number,
                 gboolean recreate,
                 char **place,
                 GError **error)
{
    const LiteSession *session = (const LiteSession *)base;
    g_autofree char *path = NULL;
    g_autofree char *label = NULL;
    if (!name_clone(session, name, number, &path, &label, error) ||
        !check_place(session, path, label, recreate, error))
        return FALSE;
    *place = g_canonicalize_filename(path, "/");
    return TRUE;
}

/* Inside a transaction that keeps everybody out. Somebody who waits for it finds the file gone. */
static gboolean
is_unused(LiteSession *session, const struct stat *found)
{
    if (session->db == NULL)
        return found->st_size == 0;
    lite_rollback(&session->base);
    sqlite3_progress_handler(session->db, 0, NULL, NULL);
    sqlite3_busy_timeout(session->db, 0);
    int rc = sqlite3_exec(session->db, "BEGIN EXCLUSIVE", NULL, NULL, NULL);
    if (rc != SQLITE_OK)
        return (rc & 0xff) != SQLITE_BUSY && found->st_size == 0;
    gint64 n = 1;
    return lite_query_number(session, "SELECT count(*) FROM main.sqlite_schema", &n, NULL) &&
           n == 0;
}

/* Only the file that this process made, while nobody else can be filling it, and only when nobody
 * has. One that is left behind is empty, and the next load fills it. */
void
lite_discard(BlSession *base)
{
    LiteSession *session = (LiteSession *)base;
    struct stat found;
    int keep_log = 1;
    if (base->created && lite_lock(base, 0, NULL) && lstat(session->path, &found) == 0 &&
        found.st_dev == session->made_device && found.st_ino == session->made_inode &&
        is_unused(session, &found)) {
        remove_old(session->path, NULL);
        /* By name, which may be another's as soon as the file is gone. */
        if (session->db != NULL)
            sqlite3_file_control(session->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);
    }
    lite_close(base);
}
