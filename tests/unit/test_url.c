/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/engine.h"
#include "common/engine/url.h"

#include <glib.h>

#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    const char *scheme;
    const char *rest;
    const char *query;
    const char *redacted;
} UrlCase;

static const UrlCase cases[] = {
    { "path", "sqlite:tmp/app.db", "sqlite", "tmp/app.db", NULL, "sqlite:tmp/app.db" },
    { "memory", "sqlite::memory:", "sqlite", ":memory:", NULL, "sqlite::memory:" },
    { "scheme-in-capitals", "SQLite:x", "sqlite", "x", NULL, "sqlite:x" },
    { "absolute", "sqlite:///a/b:c@d.db", "sqlite", "///a/b:c@d.db", NULL, "sqlite:///a/b:c@d.db" },
    { "query", "sqlite:a.db?mode=ro&x=1", "sqlite", "a.db", "mode=ro&x=1",
      "sqlite:a.db?mode=ro&x=1" },
    { "empty-query", "sqlite:a.db?", "sqlite", "a.db", "", "sqlite:a.db?" },
    { "password", "pg://me:secret@host/db", "pg", "//me:secret@host/db", NULL,
      "pg://me:***@host/db" },
    { "empty-password", "pg://me:@host/db", "pg", "//me:@host/db", NULL, "pg://me:***@host/db" },
    { "no-password", "pg://me@host:5432/db", "pg", "//me@host:5432/db", NULL,
      "pg://me@host:5432/db" },
    { "port", "pg://host:5432/db?user=a@b", "pg", "//host:5432/db", "user=a@b",
      "pg://host:5432/db?user=a@b" },
    { "at-in-password", "pg://me:a@b@host/db", "pg", "//me:a@b@host/db", NULL,
      "pg://me:***@host/db" },
    { "slash-in-password", "pg://me:a/b@host/db", "pg", "//me:a/b@host/db", NULL,
      "pg://me:***@host/db" },
    { "question-in-password", "pg://me:a?b@host/db", "pg", "//me:a", "b@host/db",
      "pg://me:***@host/db" },
    { "password-and-at-in-query", "pg://me:a@host/db?u=x@y", "pg", "//me:a@host/db", "u=x@y",
      "pg://me:***@host/db?u=x@y" },
    { "digits-as-password", "pg://me:1234@host/db", "pg", "//me:1234@host/db", NULL,
      "pg://me:***@host/db" },
    { "secret-parameter", "pg://h/d?user=me&password=geheim&sslmode=require", "pg", "//h/d",
      "user=me&password=geheim&sslmode=require", "pg://h/d?user=me&password=***&sslmode=require" },
    { "encoded-name", "pg://h/d?pass%77ord=x", "pg", "//h/d", "pass%77ord=x",
      "pg://h/d?pass%77ord=***" },
    { "broken-name", "pg://h/d?pa%ss=x", "pg", "//h/d", "pa%ss=x", "pg://h/d?pa%ss=***" },
    { "encryption-key", "sqlite:x?hexkey=00ff&cache=shared", "sqlite", "x",
      "hexkey=00ff&cache=shared", "sqlite:x?hexkey=***&cache=shared" },
    { "key-value-quoted", "pg:host=h password='a b\\'c d' dbname=d", "pg",
      "host=h password='a b\\'c d' dbname=d", NULL, "pg:host=h password=*** dbname=d" },
    { "key-value-blanks", "pg:password = x host = h", "pg", "password = x host = h", NULL,
      "pg:password = *** host = h" },
    { "key-value-escaped", "pg:password=a\\ b host=h", "pg", "password=a\\ b host=h", NULL,
      "pg:password=*** host=h" },
    { "key-value-question", "pg:password=a?b host=h", "pg", "password=a", "b host=h",
      "pg:password=*** host=h" },
    { "key-value-open", "pg:host=h password='a b", "pg", "host=h password='a b", NULL,
      "pg:host=h password=***" },
    { "file-like-key-value", "sqlite:a=b.db?mode=ro&hexkey=beef", "sqlite", "a=b.db",
      "mode=ro&hexkey=beef", "sqlite:a=b.db?mode=ro&hexkey=***" },
    { "key-value-text", "pg:host=h password=x dbname=d", "pg", "host=h password=x dbname=d", NULL,
      "pg:host=h password=*** dbname=d" },
    { "control-character", "sqlite:a\nb", "sqlite", "a\nb", NULL, "sqlite:a?b" },
};

static void
test_parse(gconstpointer data)
{
    const UrlCase *wanted = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlUrl) url = bl_url_parse(wanted->text, "/project", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(url->scheme, ==, wanted->scheme);
    g_assert_cmpstr(url->raw, ==, wanted->text);
    g_assert_cmpstr(url->rest, ==, wanted->rest);
    g_assert_cmpstr(url->query, ==, wanted->query);
    g_assert_cmpstr(url->redacted, ==, wanted->redacted);
    g_assert_cmpstr(url->root, ==, "/project");
}

/* The text may hold a password: no message repeats it. */
static void
test_refuses(gconstpointer data)
{
    const char *text = data;
    g_autoptr(GError) error = NULL;
    g_assert_null(bl_url_parse(text, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_null(strstr(error->message, "secret"));
    g_assert_nonnull(bl_error_info(error)->hint);
}

static void
test_parameters(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlUrl) url = bl_url_parse("x:y?a=1&&b%20c=d%26e&flag&a=2&eq=1=2", NULL, &error);
    g_assert_no_error(error);
    g_autoptr(GPtrArray) found = bl_url_parameters(url, &error);
    g_assert_no_error(error);
    const char *const wanted[] = { "a", "1", "b c", "d&e", "flag", "", "a", "2", "eq", "1=2" };
    g_assert_cmpuint(found->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < found->len; i++)
        g_assert_cmpstr(g_ptr_array_index(found, i), ==, wanted[i]);
}

static void
test_parameters_none(void)
{
    g_autoptr(BlUrl) url = bl_url_parse("x:y", NULL, NULL);
    g_autoptr(GPtrArray) found = bl_url_parameters(url, NULL);
    g_assert_cmpuint(found->len, ==, 0);
}

static void
test_parameters_broken(gconstpointer data)
{
    g_autofree char *text = g_strconcat("x:y?good=1&", data, NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlUrl) url = bl_url_parse(text, NULL, &error);
    g_assert_no_error(error);
    g_assert_null(bl_url_parameters(url, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
}

static void
test_engine_by_scheme(void)
{
    g_autoptr(GError) error = NULL;
    const BlEngine *engine = bl_engine_for_scheme("sqlite3", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(engine->name, ==, "sqlite");
    g_assert_true(bl_engine_find("sqlite") == engine);
    g_assert_null(bl_engine_find("sqlite3"));
    g_assert_null(bl_engine_for_scheme("oracle", &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(bl_error_info(error)->hint, "sqlite"));
}

static void
test_engine_override(void)
{
    const BlEngine *real = bl_engine_find("sqlite");
    BlEngine other = *real;
    bl_engine_override(&other);
    g_assert_true(bl_engine_find("sqlite") == &other);
    g_autoptr(BlUrl) url = bl_url_parse("sqlite::memory:", NULL, NULL);
    g_autoptr(BlSession) session = bl_session_open(url, NULL, NULL);
    g_assert_true(session->engine == &other);
    bl_engine_override(NULL);
    g_assert_true(bl_engine_find("sqlite") == real);
    session->engine = real;
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/url/parse/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_parse);
    }
    g_test_add_data_func("/url/parse/refuses-empty", "", test_refuses);
    g_test_add_data_func("/url/parse/refuses-plain-path", "tmp/app.db", test_refuses);
    g_test_add_data_func("/url/parse/refuses-empty-scheme", ":secret", test_refuses);
    g_test_add_data_func("/url/parse/refuses-slash-in-scheme", "a/b:secret", test_refuses);
    g_test_add_data_func("/url/parse/refuses-digit-first", "1a:secret", test_refuses);
    g_test_add_func("/url/parameters/decodes-in-order", test_parameters);
    g_test_add_func("/url/parameters/none", test_parameters_none);
    g_test_add_data_func("/url/parameters/broken-escape", "a=%zz", test_parameters_broken);
    g_test_add_data_func("/url/parameters/short-escape", "a=%2", test_parameters_broken);
    g_test_add_data_func("/url/parameters/encoded-nul", "a=%00", test_parameters_broken);
    g_test_add_data_func("/url/parameters/broken-name", "%q=1", test_parameters_broken);
    g_test_add_func("/engine/for-scheme/finds-and-lists", test_engine_by_scheme);
    g_test_add_func("/engine/override/takes-the-place", test_engine_override);
    return g_test_run();
}
