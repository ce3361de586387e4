/* SPDX-License-Identifier: MIT */
/*
 * Copies of a database file. A copy is made under a temporary name and linked to its own when it is
 * complete. Beside it lies a mark that names its inode, so that a later run knows which files it
 * may replace.
 */
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MARK_SUFFIX ".baseline-clone"
#define MARK_LIMIT  4096

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

static gboolean
refuse_clone(const char *label, const char *hint, const char *why, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, hint, "cannot make database \"%s\": %s", label, why);
    return FALSE;
}

/* @return TRUE when the mark beside @path names the very file that is there */
static gboolean
carries_mark(const char *path, const struct stat *found)
{
    g_autofree char *mark_path = g_strconcat(path, MARK_SUFFIX, NULL);
    g_autofree char *text = bl_file_read(mark_path, MARK_LIMIT, NULL, NULL);
    const char *line = text != NULL ? strstr(text, "\ninode ") : NULL;
    return line != NULL &&
           g_ascii_strtoull(line + strlen("\ninode "), NULL, 10) == (guint64)found->st_ino;
}

/* Nobody may be using what is replaced. */
static gboolean
is_idle(const char *path)
{
    g_autofree char *escaped = g_uri_escape_string(path, "/", FALSE);
    g_autofree char *uri = g_strconcat("file:", escaped, NULL);
    sqlite3 *db = NULL;
    int rc = sqlite3_open_v2(uri, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_URI, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(db, "BEGIN EXCLUSIVE; ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(db);
    return (rc & 0xff) != SQLITE_BUSY;
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
    if (lstat(path, &found) != 0) {
        if (errno != ENOENT) {
            bl_error_set_errno(error, "look at", path, errno);
            return FALSE;
        }
        for (gsize i = 0; i < G_N_ELEMENTS(side_files); i++) {
            g_autofree char *side = g_strconcat(path, side_files[i], NULL);
            if (bl_file_exists(side))
                return refuse_clone(label, "look at what it belongs to, and remove it",
                                    "a journal of that name is there", error);
        }
        return TRUE;
    }
    if (!recreate)
        return refuse_clone(label, "remove it, or replace a copy of ours with --recreate",
                            "it is there already", error);
    if (!S_ISREG(found.st_mode) || !carries_mark(path, &found))
        return refuse_clone(label, "remove it yourself, or choose another name",
                            "what is there is no copy of ours", error);
    if (session->path != NULL && stat(session->path, &source) == 0 &&
        source.st_ino == found.st_ino && source.st_dev == found.st_dev)
        return refuse_clone(label, NULL, "it is the database itself", error);
    if (!is_idle(path))
        return refuse_clone(label, "end the programs that use it", "it is in use", error);
    return TRUE;
}

/* Everything must be in the database file itself. @return FALSE also when another connection is in
 * the way */
static gboolean
checkpoint(LiteSession *session, GError **error)
{
    g_autofree char *log = g_strconcat(session->path, "-wal", NULL);
    struct stat found;
    if (stat(log, &found) != 0 || found.st_size == 0)
        return TRUE;
    gint64 busy = 1;
    if (!session->read_only &&
        !lite_query_number(session, "PRAGMA main.wal_checkpoint(TRUNCATE)", &busy, error))
        return FALSE;
    if (busy == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "end the programs that use it, or checkpoint it where it was written",
                 "database \"%s\" has a write-ahead log that cannot be folded into it",
                 session->base.label);
    return FALSE;
}

/* With a read transaction open nobody can change the file meanwhile. */
static gboolean
copy_file(LiteSession *session, const char *to, GError **error)
{
    if (!checkpoint(session, error) || !lite_begin(&session->base, BL_TX_READ, error))
        return FALSE;
    gboolean ok = bl_file_copy(session->path, to, !session->ephemeral, error);
    lite_rollback(&session->base);
    return ok;
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

static gboolean
put_in_place(
    const char *staged, const char *path, const char *label, const char *mark, GError **error)
{
    struct stat made;
    if (stat(staged, &made) != 0) {
        bl_error_set_errno(error, "look at", staged, errno);
        return FALSE;
    }
    if (!remove_old(path, error))
        return FALSE;
    if (!link_or_rename(staged, path)) {
        if (errno == EEXIST)
            return refuse_clone(label, NULL, "somebody else has just made it", error);
        bl_error_set_errno(error, "create", path, errno);
        return FALSE;
    }
    /* Only now: a mark without its file could one day name the file of another. */
    g_autofree char *mark_path = g_strconcat(path, MARK_SUFFIX, NULL);
    g_autofree char *text =
        g_strdup_printf("baseline clone\nmark %s\ninode %" G_GUINT64_FORMAT "\n",
                        mark != NULL ? mark : "", (guint64)made.st_ino);
    return bl_file_write_atomic(mark_path, text, strlen(text), error);
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
    if (lite_in_transaction(base)) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL,
                     "a copy of a database was asked for inside a transaction");
        return FALSE;
    }
    if (!name_clone(session, name, number, &path, &label, error) ||
        !check_place(session, path, label, recreate, error) || !bl_file_make_parent(path, error))
        return FALSE;
    g_autofree char *staged = g_strdup_printf("%s.baseline-tmp-%08x", path, g_random_int());
    gboolean ok = (session->path != NULL ? copy_file(session, staged, error)
                                         : copy_memory(session, staged, error)) &&
                  put_in_place(staged, path, label, mark, error);
    unlink(staged);
    if (ok)
        *made = g_steal_pointer(&label);
    return ok;
}

void
lite_discard(BlSession *base)
{
    LiteSession *session = (LiteSession *)base;
    g_autofree char *path = base->created ? g_strdup(session->path) : NULL;
    dev_t device = session->made_device;
    ino_t inode = session->made_inode;
    lite_close(base);
    struct stat found;
    /* The file that this process made, and no other that may have taken its name. */
    if (path != NULL && lstat(path, &found) == 0 && found.st_dev == device && found.st_ino == inode)
        remove_old(path, NULL);
}
