/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/file.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/folder.h"

#define LIMIT ((gsize)1024 * 1024)

/* A folder of its own for each test, removed with everything in it. */
typedef struct {
    char *folder;
    char *path;  /* not there yet */
    char *other; /* not there yet */
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = folder_make();
    fixture->path = g_build_filename(fixture->folder, "a.sql", NULL);
    fixture->other = g_build_filename(fixture->folder, "b.sql", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    folder_remove(fixture->folder);
    g_free(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->other);
}

static void
assert_holds(const char *path, const char *text)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    g_autofree char *bytes = bl_file_read(path, LIMIT, &len, &error);

    g_assert_no_error(error);
    g_assert_cmpuint(len, ==, strlen(text));
    g_assert_cmpstr(bytes, ==, text);
}

static guint
count_files(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    guint n = 0;

    while (g_dir_read_name(dir) != NULL)
        n++;
    return n;
}

static void
store(const char *path, const char *text)
{
    g_assert_true(g_file_set_contents(path, text, -1, NULL));
}

static void
test_read(Fixture *fixture, gconstpointer data)
{
    (void)data;
    store(fixture->path, "");
    assert_holds(fixture->path, "");
    store(fixture->path, "SELECT 1;\n");
    assert_holds(fixture->path, "SELECT 1;\n");
    g_autofree char *bytes = bl_file_read(fixture->path, LIMIT, NULL, NULL);
    g_assert_cmpstr(bytes, ==, "SELECT 1;\n");
}

static void
test_read_limit(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->path, "12345");
    g_autofree char *fits = bl_file_read(fixture->path, 5, NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(fits, ==, "12345");
    g_assert_null(bl_file_read(fixture->path, 4, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "larger than 4 bytes"));
}

/* Files of /proc say that they are empty and are not. */
static void
test_read_without_a_size(void)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;
    g_autofree char *bytes = bl_file_read("/proc/self/status", LIMIT, &len, &error);

    g_assert_no_error(error);
    g_assert_nonnull(bytes);
    g_assert_cmpuint(len, >, 100);
    g_assert_null(bl_file_read("/proc/self/status", 10, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
assert_read_refused(const char *path, const char *why)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(bl_file_read(path, LIMIT, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, why));
}

static void
test_read_refuses_odd_files(Fixture *fixture, gconstpointer data)
{
    (void)data;
    assert_read_refused(fixture->path, "no such file");
    assert_read_refused(fixture->folder, "is a directory");
    assert_read_refused("/dev/zero", "not a regular file");
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    /* Nobody writes: an open that waits would hang here. */
    assert_read_refused(fixture->path, "not a regular file");
}

static void
test_exists(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_assert_false(bl_file_exists(fixture->path));
    g_assert_cmpint(symlink(fixture->other, fixture->path), ==, 0);
    g_assert_false(bl_file_exists(fixture->path));
    store(fixture->other, "");
    g_assert_true(bl_file_exists(fixture->path));
    g_assert_true(bl_file_exists(fixture->folder));
}

static void
test_make_parent(Fixture *fixture, gconstpointer data)
{
    g_autofree char *deep = g_build_filename(fixture->folder, "x", "y", "z.sql", NULL);
    g_autofree char *parent = g_path_get_dirname(deep);
    g_autofree char *below_file = g_build_filename(fixture->path, "x", "z.sql", NULL);
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_true(bl_file_make_parent(deep, &error));
    g_assert_true(bl_file_make_parent(deep, &error));
    g_assert_no_error(error);
    g_assert_true(g_file_test(parent, G_FILE_TEST_IS_DIR));
    g_assert_false(bl_file_exists(deep));
    g_assert_false(bl_file_flush(deep, NULL));
    store(fixture->path, "");
    g_assert_true(bl_file_flush(fixture->path, NULL));
    g_assert_false(bl_file_make_parent(below_file, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
test_write_staged(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->path, "something longer than the new text");
    g_assert_true(bl_file_write_staged(fixture->path, "new", 3, &error));
    g_assert_no_error(error);
    assert_holds(fixture->path, "new");
    g_assert_true(bl_file_write_staged(fixture->other, NULL, 0, &error));
    assert_holds(fixture->other, "");
}

static void
test_write_staged_follows_no_link(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->other, "precious");
    g_assert_cmpint(symlink(fixture->other, fixture->path), ==, 0);
    g_assert_false(bl_file_write_staged(fixture->path, "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    assert_holds(fixture->other, "precious");
}

static void
test_write_staged_refuses_odd_files(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_false(bl_file_write_staged("/dev/full", "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_true(bl_file_exists("/dev/full"));
    g_clear_error(&error);
    g_assert_false(bl_file_write_staged(fixture->folder, "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_clear_error(&error);
    g_assert_cmpint(mkfifo(fixture->path, 0600), ==, 0);
    g_assert_false(bl_file_write_staged(fixture->path, "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_true(bl_file_exists(fixture->path));
}

/* The limit on file sizes stands in for a full disk: the write comes up short, then fails. */
static void
limit_file_size(rlim_t size, struct rlimit *saved)
{
    struct rlimit limit;

    (void)signal(SIGXFSZ, SIG_IGN);
    g_assert_cmpint(getrlimit(RLIMIT_FSIZE, saved), ==, 0);
    limit = *saved;
    limit.rlim_cur = size;
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, &limit), ==, 0);
}

static void
restore_file_size(const struct rlimit *saved)
{
    g_assert_cmpint(setrlimit(RLIMIT_FSIZE, saved), ==, 0);
}

static void
test_failed_write_leaves_nothing(Fixture *fixture, gconstpointer data)
{
    g_autofree char *bytes = g_malloc0(10000);
    g_autoptr(GError) staged_error = NULL;
    g_autoptr(GError) new_error = NULL;
    struct rlimit saved;

    (void)data;
    limit_file_size(4096, &saved);
    gboolean staged = bl_file_write_staged(fixture->path, bytes, 10000, &staged_error);
    gboolean made = bl_file_write_new(fixture->other, bytes, 10000, &new_error);
    restore_file_size(&saved);
    g_assert_false(staged);
    g_assert_false(made);
    g_assert_error(staged_error, BL_ERROR, BL_ERROR_IO);
    g_assert_error(new_error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(staged_error->message, "file too large"));
    g_assert_cmpuint(count_files(fixture->folder), ==, 0);
}

static void
test_failed_atomic_write_keeps_the_old_text(Fixture *fixture, gconstpointer data)
{
    g_autofree char *bytes = g_malloc0(10000);
    g_autoptr(GError) error = NULL;
    struct rlimit saved;

    (void)data;
    store(fixture->path, "old");
    limit_file_size(4096, &saved);
    gboolean written = bl_file_write_atomic(fixture->path, bytes, 10000, &error);
    restore_file_size(&saved);
    g_assert_false(written);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    assert_holds(fixture->path, "old");
    g_assert_cmpuint(count_files(fixture->folder), ==, 1);
}

static void
test_write_atomic(Fixture *fixture, gconstpointer data)
{
    g_autofree char *left_behind = g_strconcat(fixture->path, ".baseline-tmp", NULL);
    g_autoptr(GError) error = NULL;

    (void)data;
    store(left_behind, "an interrupted run left this");
    g_assert_true(bl_file_write_atomic(fixture->path, "one", 3, &error));
    assert_holds(fixture->path, "one");
    g_assert_true(bl_file_write_atomic(fixture->path, "two", 3, &error));
    g_assert_no_error(error);
    assert_holds(fixture->path, "two");
    g_assert_cmpuint(count_files(fixture->folder), ==, 1);
}

/* Another name of the old file keeps the old text: the file was replaced, not written over. */
static void
test_write_atomic_replaces(Fixture *fixture, gconstpointer data)
{
    (void)data;
    store(fixture->path, "old");
    g_assert_cmpint(link(fixture->path, fixture->other), ==, 0);
    g_assert_true(bl_file_write_atomic(fixture->path, "new", 3, NULL));
    assert_holds(fixture->other, "old");
    assert_holds(fixture->path, "new");
}

static void
test_write_atomic_over_a_folder(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_cmpint(g_mkdir(fixture->path, 0700), ==, 0);
    g_assert_false(bl_file_write_atomic(fixture->path, "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_cmpuint(count_files(fixture->folder), ==, 1);
}

static void
test_write_atomic_without_folder(Fixture *fixture, gconstpointer data)
{
    g_autofree char *path = g_build_filename(fixture->folder, "none", "a.sql", NULL);
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_false(bl_file_write_atomic(path, "new", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
test_write_new(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_true(bl_file_write_new(fixture->path, "one", 3, &error));
    g_assert_no_error(error);
    g_assert_false(bl_file_write_new(fixture->path, "two", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    assert_holds(fixture->path, "one");
    g_clear_error(&error);

    /* A dangling link is something that is there. */
    g_assert_cmpint(symlink("nowhere", fixture->other), ==, 0);
    g_assert_false(bl_file_write_new(fixture->other, "two", 3, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
}

static void
test_rename(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->path, "new");
    store(fixture->other, "old");
    g_assert_true(bl_file_rename(fixture->path, fixture->other, TRUE, &error));
    g_assert_no_error(error);
    assert_holds(fixture->other, "new");
    g_assert_false(bl_file_exists(fixture->path));
    g_assert_true(bl_file_rename(fixture->other, fixture->path, FALSE, &error));
    g_assert_false(bl_file_rename(fixture->other, fixture->path, FALSE, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, fixture->path));
    g_assert_nonnull(strstr(error->message, fixture->other));
    assert_holds(fixture->path, "new");
}

static void
test_relative_path(Fixture *fixture, gconstpointer data)
{
    g_autofree char *here = g_get_current_dir();
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_cmpint(g_chdir(fixture->folder), ==, 0);
    gboolean ok =
        bl_file_make_parent("a.sql", &error) && bl_file_write_atomic("a.sql", "new", 3, &error);
    g_assert_cmpint(g_chdir(here), ==, 0);
    g_assert_no_error(error);
    g_assert_true(ok);
    assert_holds(fixture->path, "new");
}

static void
test_remove(Fixture *fixture, gconstpointer data)
{
    g_autofree char *below_file = g_build_filename(fixture->path, "x", NULL);
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->path, "");
    g_assert_true(bl_file_remove(below_file, &error));
    g_assert_true(bl_file_remove(fixture->path, &error));
    g_assert_true(bl_file_remove(fixture->path, &error));
    g_assert_no_error(error);
    g_assert_false(bl_file_exists(fixture->path));
    g_assert_false(bl_file_remove(fixture->folder, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
test_copy(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GError) error = NULL;
    struct stat status;

    (void)data;
    for (guint i = 0; i < 100000; i++)
        g_string_append_printf(text, "%u\n", i);
    store(fixture->path, text->str);
    g_assert_cmpint(chmod(fixture->path, 0600), ==, 0);
    g_assert_true(bl_file_copy(fixture->path, fixture->other, TRUE, &error));
    g_assert_no_error(error);
    assert_holds(fixture->other, text->str);
    g_assert_cmpint(stat(fixture->other, &status), ==, 0);
    g_assert_cmpuint(status.st_mode & 0777, ==, 0600);
}

/* The kernel's copy gives nothing for these; the copy by hand takes over. */
static void
test_copy_without_a_size(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;
    gsize len = 0;

    (void)data;
    g_assert_true(bl_file_copy("/proc/self/status", fixture->other, FALSE, &error));
    g_assert_no_error(error);
    g_autofree char *bytes = bl_file_read(fixture->other, LIMIT, &len, NULL);
    g_assert_nonnull(bytes);
    g_assert_cmpuint(len, >, 100);
}

static void
test_copy_refuses(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_false(bl_file_copy(fixture->path, fixture->other, FALSE, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_false(bl_file_exists(fixture->other));
    g_clear_error(&error);
    store(fixture->path, "new");
    store(fixture->other, "old");
    g_assert_false(bl_file_copy(fixture->path, fixture->other, FALSE, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    assert_holds(fixture->other, "old");
}

static void
test_failed_copy_leaves_nothing(Fixture *fixture, gconstpointer data)
{
    g_autofree char *bytes = g_malloc0(10000);
    g_autoptr(GError) error = NULL;
    struct rlimit saved;

    (void)data;
    g_assert_true(g_file_set_contents(fixture->path, bytes, 10000, NULL));
    limit_file_size(4096, &saved);
    gboolean copied = bl_file_copy(fixture->path, fixture->other, TRUE, &error);
    restore_file_size(&saved);
    g_assert_false(copied);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_cmpuint(count_files(fixture->folder), ==, 1);
}

static void
test_cancelled_copy_leaves_nothing(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture->path, "text");
    bl_cancel_request(SIGINT);
    gboolean copied = bl_file_copy(fixture->path, fixture->other, FALSE, &error);
    bl_cancel_clear();
    /* A file system that shares blocks has copied before anybody could ask. */
    if (!copied) {
        g_assert_error(error, BL_ERROR, BL_ERROR_CANCELLED);
        g_assert_false(bl_file_exists(fixture->other));
    }
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

static void
test_path_below(void)
{
    static const struct {
        const char *path;
        const char *folder;
        const char *below;
    } cases[] = {
        { "/a/b/c", "/a/b", "c" }, { "/a/b/c/d", "/a/b", "c/d" },
        { "/a/b", "/a/b", "" },    { "/a/bc", "/a/b", NULL },
        { "/a", "/a/b", NULL },    { "/a/b/c", "/a/b/", "c" },
        { "/a/b", "/a/b/", "" },   { "/a", "/", "a" },
        { "/", "/", "" },          { "a/b", "a", "b" },
        { "ab", "a", NULL },       { "/b/a", "/a", NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpstr(bl_path_below(cases[i].path, cases[i].folder), ==, cases[i].below);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/file/read/whole", test_read);
    add("/file/read/limit", test_read_limit);
    g_test_add_func("/file/read/without-a-size", test_read_without_a_size);
    add("/file/read/refuses-odd-files", test_read_refuses_odd_files);
    add("/file/exists/links", test_exists);
    g_test_add_func("/file/path-below", test_path_below);
    add("/file/make-parent/deep", test_make_parent);
    add("/file/write-staged/truncates", test_write_staged);
    add("/file/write-staged/follows-no-link", test_write_staged_follows_no_link);
    add("/file/write-staged/refuses-odd-files", test_write_staged_refuses_odd_files);
    add("/file/write-staged/failure-leaves-nothing", test_failed_write_leaves_nothing);
    add("/file/write-atomic/twice", test_write_atomic);
    add("/file/write-atomic/replaces", test_write_atomic_replaces);
    add("/file/write-atomic/over-a-folder", test_write_atomic_over_a_folder);
    add("/file/write-atomic/without-folder", test_write_atomic_without_folder);
    add("/file/write-atomic/failure-keeps-the-old-text",
        test_failed_atomic_write_keeps_the_old_text);
    add("/file/write-atomic/relative-path", test_relative_path);
    add("/file/write-new/never-replaces", test_write_new);
    add("/file/rename/replaces", test_rename);
    add("/file/remove/missing-is-fine", test_remove);
    add("/file/copy/bytes-and-mode", test_copy);
    add("/file/copy/without-a-size", test_copy_without_a_size);
    add("/file/copy/refuses", test_copy_refuses);
    add("/file/copy/failure-leaves-nothing", test_failed_copy_leaves_nothing);
    add("/file/copy/cancelled-leaves-nothing", test_cancelled_copy_leaves_nothing);
    return g_test_run();
}
