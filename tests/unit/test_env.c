/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/project/env.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

typedef struct {
    const char *name;
    const char *text;
    const char *variable;
    const char *value; /* NULL: not set */
} ParseCase;

static const ParseCase parse_cases[] = {
    { "plain", "BL_T=value\n", "BL_T", "value" },
    { "without-final-newline", "BL_T=value", "BL_T", "value" },
    { "export", "export BL_T=value\n", "BL_T", "value" },
    { "export-as-a-name", "export=value\n", "export", "value" },
    { "comment-and-blank-lines", "# a=b\n\n   \t\n  # x\nBL_T=v\n", "BL_T", "v" },
    { "commented-out", "#BL_T=v\n", "BL_T", NULL },
    { "empty", "BL_T=\nBL_U=x\n", "BL_T", "" },
    { "empty-before-comment", "BL_T= # nothing\n", "BL_T", "" },
    { "trims-unquoted", "BL_T=  two words  \n", "BL_T", "two words" },
    { "blanks-round-equals", "BL_T = v\n", "BL_T", "v" },
    { "comment-behind-unquoted", "BL_T=v # x\n", "BL_T", "v" },
    { "hash-inside-unquoted", "BL_T=a#b\n", "BL_T", "a#b" },
    { "hash-starts-unquoted", "BL_T=#b\n", "BL_T", "#b" },
    { "equals-inside", "BL_T=a=b=c\n", "BL_T", "a=b=c" },
    { "crlf", "BL_T=v\r\nBL_U=w\r\n", "BL_T", "v" },
    { "byte-order-mark",
      "\xef\xbb\xbf"
      "BL_T=v\n",
      "BL_T", "v" },
    { "single-quotes-keep-all", "BL_T=' a\\n \"b\" ${X} # '\n", "BL_T", " a\\n \"b\" ${X} # " },
    { "double-quotes-escapes", "BL_T=\" a\\nb\\\"c\\\\d\\$e \"\n", "BL_T", " a\nb\"c\\d$e " },
    { "double-quotes-other-backslash", "BL_T=\"a\\tb\"\n", "BL_T", "a\\tb" },
    { "comment-behind-quotes", "BL_T=\"v\" # x\nBL_U=w\n", "BL_T", "v" },
    { "quotes-over-lines", "BL_T=\"a\nb\"\nBL_U='c\nd'\n", "BL_U", "c\nd" },
    { "quote-inside-unquoted", "BL_T=it's\n", "BL_T", "it's" },
    { "no-expansion-in-file", "BL_T=${HOME}\n", "BL_T", "${HOME}" },
    { "last-one-counts", "BL_T=a\nBL_T=b\n", "BL_T", "b" },
    { "name-with-dot", "a.b-c=v\nBL_T=w\n", "BL_T", "w" },
    { "empty-file", "", "BL_T", NULL },
};

static void
test_parse(gconstpointer data)
{
    const ParseCase *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlEnv) env = bl_env_parse(c->text, strlen(c->text), ".env", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(bl_env_get(env, c->variable), ==, c->value);
}

typedef struct {
    const char *name;
    const char *text;
    guint line;
} BrokenCase;

static const BrokenCase broken_cases[] = {
    { "no-equals", "A=1\nBROKEN\n", 2 },
    { "no-name", "=value\n", 1 },
    { "name-starts-with-digit", "A=1\n\n# x\n1A=2\n", 4 },
    { "export-without-assignment", "export A\n", 1 },
    { "two-words", "some words\n", 1 },
    { "open-double-quote", "A=1\nB=\"x\nC=3\n", 2 },
    { "open-single-quote", "B='x", 1 },
    { "escaped-closing-quote", "B=\"x\\\"\n", 1 },
    { "text-behind-quote", "A='x\ny'z\n", 2 },
};

static void
test_broken(gconstpointer data)
{
    const BrokenCase *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlEnv) env = bl_env_parse(c->text, strlen(c->text), "dir/.env", &error);
    g_assert_null(env);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_cmpstr(bl_error_info(error)->file, ==, "dir/.env");
    g_assert_cmpuint(bl_error_info(error)->line, ==, c->line);
    g_assert_nonnull(bl_error_info(error)->hint);
}

static void
test_nul_byte(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlEnv) env = bl_env_parse("A=1\0B=2\n", 8, ".env", &error);
    g_assert_null(env);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
}

static void
test_environment_wins(void)
{
    g_autoptr(GError) error = NULL;
    const char *text = "BL_TEST_WINS=file\nBL_TEST_ONLY_FILE=file\n";
    g_autoptr(BlEnv) env = bl_env_parse(text, strlen(text), ".env", &error);
    g_assert_no_error(error);
    g_setenv("BL_TEST_WINS", "", TRUE);
    g_assert_cmpstr(bl_env_get(env, "BL_TEST_WINS"), ==, "");
    g_assert_cmpstr(bl_env_get(env, "BL_TEST_ONLY_FILE"), ==, "file");
    g_unsetenv("BL_TEST_WINS");
    g_assert_cmpstr(bl_env_get(env, "BL_TEST_WINS"), ==, "file");
}

typedef struct {
    const char *name;
    const char *text;
    const char *expanded; /* NULL: an error */
    const char *said;     /* part of the error's message */
} ExpandCase;

/* BL_SET=value, BL_EMPTY= are set; BL_UNSET, BL_OTHER are not. */
static const ExpandCase expand_cases[] = {
    { "no-reference", "plain $5 $NAME $$ }", "plain $5 $NAME $$ }", NULL },
    { "empty", "", "", NULL },
    { "whole", "${BL_SET}", "value", NULL },
    { "inside", "a-${BL_SET}-b${BL_SET}", "a-value-bvalue", NULL },
    { "empty-is-set", "x${BL_EMPTY}y", "xy", NULL },
    { "default-unused", "${BL_SET:-other}", "value", NULL },
    { "default-when-unset", "${BL_UNSET:-other}", "other", NULL },
    { "default-when-empty", "${BL_EMPTY:-other}", "other", NULL },
    { "empty-default", "[${BL_UNSET:-}]", "[]", NULL },
    { "nested-default", "${BL_UNSET:-${BL_OTHER:-${BL_SET}}}", "value", NULL },
    { "text-round-nested-default", "${BL_UNSET:-a${BL_SET}b}c", "avaluebc", NULL },
    { "unused-default-is-not-looked-up", "${BL_SET:-${BL_UNSET}}", "value", NULL },
    { "default-with-colon-and-dash", "${BL_UNSET:-a:-b}", "a:-b", NULL },
    { "value-is-not-expanded-again", "${BL_DOLLAR}", "${BL_SET}", NULL },
    { "escape", "$${BL_SET}", "${BL_SET}", NULL },
    { "escape-then-reference", "$${${BL_SET}}", "${value}", NULL },
    { "unset", "${BL_UNSET}", NULL, "BL_UNSET" },
    { "unset-in-default", "${BL_OTHER:-${BL_UNSET}}", NULL, "BL_UNSET" },
    { "no-closing-brace", "${BL_SET", NULL, "closing brace" },
    { "no-closing-brace-in-default", "${BL_SET:-x", NULL, "closing brace" },
    { "open-at-end", "x${", NULL, "closing brace" },
    { "no-name", "${}", NULL, "name" },
    { "name-with-digit-first", "${1A}", NULL, "name" },
    { "other-operator", "${BL_SET-x}", NULL, "name" },
    { "blank-in-name", "${ BL_SET }", NULL, "name" },
};

static void
test_expand(gconstpointer data)
{
    const ExpandCase *c = data;
    g_autoptr(GError) error = NULL;
    const char *text = "BL_SET=value\nBL_EMPTY=\nBL_DOLLAR='${BL_SET}'\n";
    g_autoptr(BlEnv) env = bl_env_parse(text, strlen(text), ".env", &error);
    g_assert_no_error(error);
    g_autofree char *expanded = bl_env_expand(env, c->text, &error);
    g_assert_cmpstr(expanded, ==, c->expanded);
    if (c->expanded == NULL) {
        g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
        g_assert_nonnull(strstr(error->message, c->said));
        g_assert_nonnull(bl_error_info(error)->hint);
    }
}

static void
test_expand_nesting_is_bounded(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlEnv) env = bl_env_parse("", 0, ".env", &error);
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 100000; i++) {
        g_string_append(text, "${BL_UNSET:-");
    }
    g_autofree char *expanded = bl_env_expand(env, text->str, &error);
    g_assert_null(expanded);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
}

static void
test_load_missing_and_folder(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("bl-env-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, ".env", NULL);
    g_autoptr(BlEnv) missing = bl_env_load(path, ".env", &error);
    g_assert_no_error(error);
    g_assert_nonnull(missing);
    g_assert_cmpint(g_mkdir(path, 0700), ==, 0);
    g_autoptr(BlEnv) of_folder = bl_env_load(path, ".env", &error);
    g_assert_no_error(error);
    g_assert_nonnull(of_folder);
    g_rmdir(path);
    g_rmdir(folder);
}

static void
test_load_too_large(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("bl-env-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, ".env", NULL);
    gsize len = BL_ENV_LIMIT + 1;
    g_autofree char *text = g_malloc(len);
    memset(text, '\n', len);
    g_assert_true(g_file_set_contents(path, text, (gssize)len, NULL));
    g_autoptr(BlEnv) env = bl_env_load(path, ".env", &error);
    g_assert_null(env);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_unlink(path);
    g_rmdir(folder);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parse_cases); i++) {
        g_autofree char *path = g_strdup_printf("/env/parse/%s", parse_cases[i].name);
        g_test_add_data_func(path, &parse_cases[i], test_parse);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(broken_cases); i++) {
        g_autofree char *path = g_strdup_printf("/env/parse-refuses/%s", broken_cases[i].name);
        g_test_add_data_func(path, &broken_cases[i], test_broken);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(expand_cases); i++) {
        g_autofree char *path = g_strdup_printf("/env/expand/%s", expand_cases[i].name);
        g_test_add_data_func(path, &expand_cases[i], test_expand);
    }
    g_test_add_func("/env/parse-refuses/nul-byte", test_nul_byte);
    g_test_add_func("/env/get/environment-wins", test_environment_wins);
    g_test_add_func("/env/expand/nesting-is-bounded", test_expand_nesting_is_bounded);
    g_test_add_func("/env/load/missing-and-folder", test_load_missing_and_folder);
    g_test_add_func("/env/load/too-large", test_load_too_large);
    return g_test_run();
}
