/* SPDX-License-Identifier: MIT */
#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/stream.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/folder.h"

typedef struct {
    char *folder;
    char *path;
} Fixture;

static void
set_up(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->folder = folder_make();
    fixture->path = g_build_filename(fixture->folder, "input.sql", NULL);
}

static void
tear_down(Fixture *fixture, gconstpointer data)
{
    (void)data;
    folder_remove(fixture->folder);
    g_free(fixture->path);
    g_free(fixture->folder);
}

static void
store(const Fixture *fixture, const void *bytes, gsize len)
{
    g_assert_true(g_file_set_contents(fixture->path, bytes, (gssize)len, NULL));
}

static void
append_packed(GByteArray *out, const char *text, gsize len)
{
    g_autoptr(GBytes) packed = bl_gzip_pack(text, len, NULL);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(packed, &size);

    g_byte_array_append(out, bytes, (guint)size);
}

/* Everything that @reader gives, @size bytes at a time; NULL when it fails. */
static GString *
read_all(BlReader *reader, gsize size, GError **error)
{
    g_autoptr(GString) out = g_string_new(NULL);
    g_autofree char *buffer = g_malloc(size);
    gssize got;

    while ((got = bl_reader_read(reader, buffer, size, error)) > 0) {
        g_assert_cmpuint((gsize)got, <=, size);
        g_string_append_len(out, buffer, got);
    }
    return got == 0 ? g_steal_pointer(&out) : NULL;
}

static void
assert_reads(const char *path, const char *text, gsize len)
{
    static const gsize sizes[] = { 1, 7, 65536 };

    for (gsize i = 0; i < G_N_ELEMENTS(sizes); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BlReader) reader = bl_reader_open(path, &error);
        g_assert_no_error(error);
        bl_reader_enable_digest(reader);
        g_autoptr(GString) got = read_all(reader, sizes[i], &error);
        g_assert_no_error(error);
        g_assert_cmpuint(got->len, ==, len);
        g_assert_true(memcmp(got->str, text, len) == 0);
        g_autofree char *digest = bl_reader_get_digest(reader);
        g_autofree char *expect = bl_digest_bytes(text, len);
        g_assert_cmpstr(digest, ==, expect);
        g_assert_cmpint(bl_reader_read(reader, got->str, 1, &error), ==, 0);
    }
}

static void
assert_damaged(const Fixture *fixture, const char *what)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlReader) reader = bl_reader_open(fixture->path, &error);

    g_assert_no_error(error);
    g_autoptr(GString) got = read_all(reader, 100, &error);
    g_assert_null(got);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, fixture->path));
    g_assert_nonnull(strstr(error->message, what));
    g_assert_nonnull(bl_error_info(error)->hint);
}

static void
test_memory(void)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory("SELECT 1;", 9);
    g_autoptr(BlReader) empty = bl_reader_new_memory(NULL, 0);
    g_autoptr(GString) got = read_all(reader, 4, NULL);
    char c;

    g_assert_cmpstr(got->str, ==, "SELECT 1;");
    g_assert_null(bl_reader_name(reader));
    g_assert_null(bl_reader_get_digest(reader));
    g_assert_cmpint(bl_reader_read(empty, &c, 1, NULL), ==, 0);
    bl_reader_free(NULL);
}

static void
test_plain(Fixture *fixture, gconstpointer data)
{
    static const char *const texts[] = { "",     "x",
                                         "xy",   "SELECT 1;\n\x1f\x8b",
                                         "\x1f", "\x1f\x8c not gzip" };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        store(fixture, texts[i], strlen(texts[i]));
        assert_reads(fixture->path, texts[i], strlen(texts[i]));
    }
    g_autoptr(BlReader) reader = bl_reader_open(fixture->path, NULL);
    g_assert_cmpstr(bl_reader_name(reader), ==, fixture->path);
}

static GString *
long_text(void)
{
    GString *text = g_string_new(NULL);
    guint32 value = 1;

    for (guint i = 0; i < 60000; i++) {
        value = value * 1664525 + 1013904223;
        g_string_append_printf(text, "INSERT INTO t VALUES(%u);\n", value);
    }
    return text;
}

static void
test_long_plain(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) text = long_text();

    (void)data;
    store(fixture, text->str, text->len);
    assert_reads(fixture->path, text->str, text->len);
}

static void
test_gzip(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GString) text = long_text();
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, text->str, text->len);
    g_assert_cmpuint(packed->len, <, text->len);
    store(fixture, packed->data, packed->len);
    assert_reads(fixture->path, text->str, text->len);
}

static void
test_empty_gzip(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, "", 0);
    store(fixture, packed->data, packed->len);
    assert_reads(fixture->path, "", 0);
}

static void
test_members_follow_each_other(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, "SELECT 1;\n", 10);
    append_packed(packed, "", 0);
    append_packed(packed, "SELECT 2;\n", 10);
    g_byte_array_append(packed, (const guint8 *)"\0\0\0", 3);
    store(fixture, packed->data, packed->len);
    assert_reads(fixture->path, "SELECT 1;\nSELECT 2;\n", 20);
}

static void
test_truncated_at_every_byte(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, "SELECT 1; SELECT 2;", 19);
    for (guint len = 2; len < packed->len; len++) {
        store(fixture, packed->data, len);
        assert_damaged(fixture, "truncated");
    }
}

static void
test_truncated_second_member(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, "SELECT 1;", 9);
    guint first = packed->len;
    append_packed(packed, "SELECT 2;", 9);
    for (guint len = first + 2; len < packed->len; len++) {
        store(fixture, packed->data, len);
        assert_damaged(fixture, "truncated");
    }
}

static void
test_changed_byte(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();

    (void)data;
    append_packed(packed, "SELECT 1; SELECT 2;", 19);
    packed->data[packed->len - 6] ^= 1;
    store(fixture, packed->data, packed->len);
    assert_damaged(fixture, "damaged");
}

static void
test_text_after_gzip(Fixture *fixture, gconstpointer data)
{
    static const char *const tails[] = { "SELECT 1;", "\n", "\0x", "\x1f" };
    static const gsize lengths[] = { 9, 1, 2, 1 };

    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(tails); i++) {
        g_autoptr(GByteArray) packed = g_byte_array_new();
        append_packed(packed, "SELECT 1;", 9);
        g_byte_array_append(packed, (const guint8 *)tails[i], (guint)lengths[i]);
        store(fixture, packed->data, packed->len);
        assert_damaged(fixture, "something else");
    }
}

static void
test_missing_file(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_null(bl_reader_open(fixture->path, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "no such file"));
}

static void
test_directory(Fixture *fixture, gconstpointer data)
{
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_null(bl_reader_open(fixture->folder, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "is a directory"));
}

/* A pipe gives its bytes in pieces; the two bytes that tell the format may come one by one. */
static void
test_pipe_in_pieces(void)
{
    g_autoptr(GByteArray) packed = g_byte_array_new();
    int ends[2];
    g_autoptr(GError) error = NULL;

    append_packed(packed, "SELECT 1;", 9);
    g_assert_cmpint(pipe(ends), ==, 0);
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", ends[0]);
    g_autoptr(BlReader) reader = bl_reader_open(path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(write(ends[1], packed->data, packed->len), ==, packed->len);
    g_assert_cmpint(close(ends[1]), ==, 0);
    g_autoptr(GString) got = read_all(reader, 3, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(got->str, ==, "SELECT 1;");
    (void)close(ends[0]);
}

/* Standard input stays open when its reader is freed. */
static void
test_standard_input(Fixture *fixture, gconstpointer data)
{
    int saved = dup(STDIN_FILENO);
    g_autoptr(GError) error = NULL;

    (void)data;
    store(fixture, "SELECT 1;", 9);
    int fd = open(fixture->path, O_RDONLY);
    g_assert_cmpint(dup2(fd, STDIN_FILENO), ==, STDIN_FILENO);
    BlReader *reader = bl_reader_open("-", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(bl_reader_name(reader), ==, "-");
    g_autoptr(GString) got = read_all(reader, 100, &error);
    g_assert_cmpstr(got->str, ==, "SELECT 1;");
    bl_reader_free(reader);
    g_assert_cmpint(fcntl(STDIN_FILENO, F_GETFD), >=, 0);

    /* Reading a folder fails when it is opened, and the message does not call it "-". */
    int folder = open(fixture->folder, O_RDONLY);
    g_assert_cmpint(dup2(folder, STDIN_FILENO), ==, STDIN_FILENO);
    g_assert_null(bl_reader_open("-", &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_cmpstr(error->message, ==, "cannot read standard input: is a directory");
    (void)dup2(saved, STDIN_FILENO);
    (void)close(saved);
    (void)close(folder);
    (void)close(fd);
}

static void
test_digest_can_be_asked_on_the_way(void)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory("abcdef", 6);
    char buffer[3];

    bl_reader_enable_digest(reader);
    g_assert_cmpint(bl_reader_read(reader, buffer, 3, NULL), ==, 3);
    g_autofree char *half = bl_reader_get_digest(reader);
    g_autofree char *expect_half = bl_digest_bytes("abc", 3);
    g_assert_cmpstr(half, ==, expect_half);
    g_assert_cmpint(bl_reader_read(reader, buffer, 3, NULL), ==, 3);
    g_autofree char *whole = bl_reader_get_digest(reader);
    g_autofree char *expect_whole = bl_digest_bytes("abcdef", 6);
    g_assert_cmpstr(whole, ==, expect_whole);
}

static void
test_pack_header(void)
{
    g_autoptr(GBytes) one = bl_gzip_pack("SELECT 1;", 9, NULL);
    g_autoptr(GBytes) two = bl_gzip_pack("SELECT 1;", 9, NULL);
    gsize size;
    const guint8 *bytes = g_bytes_get_data(one, &size);

    g_assert_true(g_bytes_equal(one, two));
    g_assert_cmpuint(size, >, 18);
    g_assert_cmpuint(bytes[0], ==, 0x1f);
    g_assert_cmpuint(bytes[1], ==, 0x8b);
    g_assert_cmpuint(bytes[2], ==, 8);
    /* No flags (so no name), no time, and an operating system that is the same everywhere. */
    for (gsize i = 3; i < 8; i++)
        g_assert_cmpuint(bytes[i], ==, 0);
    g_assert_cmpuint(bytes[9], ==, 255);
}

static void
add(const char *path, void (*test)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, test, tear_down);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stream/memory/gives-its-text", test_memory);
    add("/stream/plain/short-texts", test_plain);
    add("/stream/plain/long-text", test_long_plain);
    add("/stream/gzip/long-text", test_gzip);
    add("/stream/gzip/empty", test_empty_gzip);
    add("/stream/gzip/members-follow-each-other", test_members_follow_each_other);
    add("/stream/gzip/truncated-at-every-byte", test_truncated_at_every_byte);
    add("/stream/gzip/truncated-second-member", test_truncated_second_member);
    add("/stream/gzip/changed-byte", test_changed_byte);
    add("/stream/gzip/text-after-it", test_text_after_gzip);
    add("/stream/open/missing-file", test_missing_file);
    add("/stream/open/directory", test_directory);
    g_test_add_func("/stream/open/pipe-in-pieces", test_pipe_in_pieces);
    add("/stream/open/standard-input", test_standard_input);
    g_test_add_func("/stream/digest/can-be-asked-on-the-way", test_digest_can_be_asked_on_the_way);
    g_test_add_func("/stream/pack/header-has-no-clock", test_pack_header);
    return g_test_run();
}
