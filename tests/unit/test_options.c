/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/cli/help.h"
#include "common/cli/options.h"
#include "common/cli/rules.h"

#include <glib.h>

#include <string.h>

typedef struct {
    gboolean flag;
    char *text;
    char **list;
    gint64 number;
    gint64 optional;
    char *choice;
    gboolean create;
} Sample;

#define SAMPLE(member) G_STRUCT_OFFSET(Sample, member)

static const BlOption sample_options[] = {
    { .name = "flag",
      .letter = 'f',
      .type = BL_OPTION_FLAG,
      .offset = SAMPLE(flag),
      .help = "a flag" },
    { .name = "text",
      .letter = 't',
      .type = BL_OPTION_STRING,
      .offset = SAMPLE(text),
      .argument = "TEXT",
      .help = "a text" },
    { .name = "list",
      .type = BL_OPTION_LIST,
      .offset = SAMPLE(list),
      .argument = "ITEM",
      .help = "a list" },
    { .name = "number",
      .letter = 'n',
      .type = BL_OPTION_NUMBER,
      .offset = SAMPLE(number),
      .argument = "N",
      .help = "a number" },
    { .name = "optional",
      .letter = 'o',
      .type = BL_OPTION_OPTIONAL_NUMBER,
      .offset = SAMPLE(optional),
      .argument = "N",
      .help = "perhaps a number",
      .implied = 30 },
    { .name = "choice",
      .type = BL_OPTION_STRING,
      .offset = SAMPLE(choice),
      .choices = "error|warn|allow",
      .help = "one of them" },
    { .name = "create",
      .type = BL_OPTION_FLAG,
      .offset = SAMPLE(create),
      .help = "hides the shared option" },
    { .name = NULL },
};

typedef struct {
    Sample sample;
    BlSharedOptions shared;
    BlOptionSet sets[3];
} Fixture;

static void
init_fixture(Fixture *fixture)
{
    memset(fixture, 0, sizeof *fixture);
    fixture->sample.number = -1;
    fixture->sample.optional = -1;
    fixture->sets[0] = (BlOptionSet){ sample_options, &fixture->sample, 0 };
    fixture->sets[1] = (BlOptionSet){ bl_options_connection, &fixture->shared, 0 };
    fixture->sets[2] = (BlOptionSet){ bl_options_output, &fixture->shared, 0 };
}

static void
clear_fixture(Fixture *fixture)
{
    for (gsize i = 0; i < G_N_ELEMENTS(fixture->sets); i++) {
        bl_options_clear(&fixture->sets[i]);
    }
}

/* Parses words separated by blanks; all must be options. */
static gboolean
parse(Fixture *fixture, const char *words, GError **error)
{
    g_auto(GStrv) argv = g_strsplit(words, " ", -1);
    for (int i = 0; argv[i] != NULL;) {
        if (!bl_options_take(fixture->sets, G_N_ELEMENTS(fixture->sets), argv, &i, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

typedef struct {
    const char *name;
    const char *words;
    const char *result; /* flag text list number optional choice quiet connection */
} ParseCase;

static const ParseCase parse_cases[] = {
    { "flag", "--flag", "1 - - -1 -1 - 0 -" },
    { "flag-letter", "-f", "1 - - -1 -1 - 0 -" },
    { "string", "--text x", "0 x - -1 -1 - 0 -" },
    { "string-with-equals", "--text=x=y", "0 x=y - -1 -1 - 0 -" },
    { "string-that-looks-like-an-option", "--text=--flag", "0 --flag - -1 -1 - 0 -" },
    { "string-dash", "--text -", "0 - - -1 -1 - 0 -" },
    { "string-letter", "-t x", "0 x - -1 -1 - 0 -" },
    { "string-letter-attached", "-txyz", "0 xyz - -1 -1 - 0 -" },
    { "flag-twice", "--flag -f", "1 - - -1 -1 - 0 -" },
    { "list-collects", "--list a --list=b --list a", "0 - a,b,a -1 -1 - 0 -" },
    { "number", "--number 0", "0 - - 0 -1 - 0 -" },
    { "number-attached", "-n12", "0 - - 12 -1 - 0 -" },
    { "number-largest", "--number 2147483647", "0 - - 2147483647 -1 - 0 -" },
    { "optional-without-value", "--optional", "0 - - -1 30 - 0 -" },
    { "optional-with-value", "--optional=5", "0 - - -1 5 - 0 -" },
    { "optional-does-not-eat-the-next", "--optional --flag", "1 - - -1 30 - 0 -" },
    { "choice", "--choice warn", "0 - - -1 -1 warn 0 -" },
    { "shared", "--quiet -c main", "0 - - -1 -1 - 1 main" },
    { "letters-together", "-fqo", "1 - - -1 30 - 1 -" },
    { "letters-with-value", "-fqtx", "1 x - -1 -1 - 1 -" },
    { "letters-then-value", "-fqc main", "1 - - -1 -1 - 1 main" },
};

static const char *
text_or_dash(const char *text)
{
    return text != NULL ? text : "-";
}

static void
test_parse(gconstpointer data)
{
    const ParseCase *c = data;
    Fixture fixture;
    g_autoptr(GError) error = NULL;
    init_fixture(&fixture);
    g_assert_true(parse(&fixture, c->words, &error));
    g_assert_no_error(error);
    const Sample *sample = &fixture.sample;
    g_autofree char *list = sample->list != NULL ? g_strjoinv(",", sample->list) : g_strdup("-");
    g_autofree char *result =
        g_strdup_printf("%d %s %s %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %s %d %s", sample->flag,
                        text_or_dash(sample->text), list, sample->number, sample->optional,
                        text_or_dash(sample->choice), fixture.shared.common.quiet,
                        text_or_dash(fixture.shared.common.connection));
    g_assert_cmpstr(result, ==, c->result);
    clear_fixture(&fixture);
}

typedef struct {
    const char *name;
    const char *words;
    const char *message;
} BrokenCase;

static const BrokenCase broken_cases[] = {
    { "unknown", "--elephant", "unknown option --elephant" },
    { "unknown-with-value", "--elephant=secret", "unknown option --elephant" },
    { "unknown-near", "--nubmer 1", "unknown option --nubmer, did you mean --number?" },
    { "unknown-near-shared", "--conection x",
      "unknown option --conection, did you mean --connection?" },
    { "unknown-letter", "-fx", "unknown option -fx" },
    { "no-abbreviation", "--num 1", "unknown option --num" },
    { "string-at-the-end", "--flag --text", "option --text needs a value (TEXT)" },
    { "string-that-is-empty", "--text=", "option --text needs a value (TEXT)" },
    { "string-before-option", "--text --flag", "option --text needs a value (TEXT)" },
    { "letter-at-the-end", "-ft", "option --text needs a value (TEXT)" },
    { "choice-at-the-end", "--choice", "option --choice needs a value (error|warn|allow)" },
    { "flag-with-value", "--flag=1", "option --flag takes no value" },
    { "number-word", "--number x",
      "option --number needs a number from 0 to 2147483647, not \"x\"" },
    { "number-negative", "--number -1",
      "option --number needs a number from 0 to 2147483647, not \"-1\"" },
    { "number-plus", "--number +1",
      "option --number needs a number from 0 to 2147483647, not \"+1\"" },
    { "number-fraction", "--number 1.5",
      "option --number needs a number from 0 to 2147483647, not \"1.5\"" },
    { "number-empty",
      "--number=", "option --number needs a number from 0 to 2147483647, not \"\"" },
    { "number-too-large", "-n2147483648",
      "option --number needs a number from 0 to 2147483647, not \"2147483648\"" },
    { "optional-word", "--optional=x",
      "option --optional needs a number from 0 to 2147483647, not \"x\"" },
    { "choice-other", "--choice maybe",
      "option --choice must be one of error, warn, allow, not \"maybe\"" },
    { "choice-prefix", "--choice err",
      "option --choice must be one of error, warn, allow, not \"err\"" },
    { "choice-empty", "--choice=", "option --choice must be one of error, warn, allow, not \"\"" },
    { "string-twice", "--text a -t b", "option --text is given twice" },
    { "string-twice-the-same", "-ta --text=a", "option --text is given twice" },
    { "number-twice", "--number 1 -n2", "option --number is given twice" },
    { "optional-twice", "--optional --optional=3", "option --optional is given twice" },
    { "choice-twice", "--choice warn --choice warn", "option --choice is given twice" },
    { "shared-twice", "-c a --quiet --connection b", "option --connection is given twice" },
};

static void
test_broken(gconstpointer data)
{
    const BrokenCase *c = data;
    Fixture fixture;
    g_autoptr(GError) error = NULL;
    init_fixture(&fixture);
    g_assert_false(parse(&fixture, c->words, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_cmpstr(error->message, ==, c->message);
    clear_fixture(&fixture);
}

static void
test_command_hides_shared(void)
{
    Fixture fixture;
    g_autoptr(GError) error = NULL;
    init_fixture(&fixture);
    g_assert_true(parse(&fixture, "--create", &error));
    g_assert_true(fixture.sample.create);
    g_assert_false(fixture.shared.common.create);
    clear_fixture(&fixture);
}

static const BlOptionRule sample_rules[] = {
    { "flag", NULL, NULL, "*" },
    { "choice", "warn", NULL, "text|list" },
    { "number", NULL, "optional|text", NULL },
    { 0 },
};

typedef struct {
    const char *words;
    const char *message; /* NULL: they go together */
} RuleCase;

static const RuleCase rule_cases[] = {
    { "--quiet", NULL },
    { "--flag --json --quiet", NULL },
    { "--flag --text a", "--flag and --text exclude each other" },
    { "-c main --flag", "--flag and --connection exclude each other" },
    { "--flag --create", "--flag and --create exclude each other" },
    { "--choice error --text a --list b", NULL },
    { "--list b --choice=warn", "--choice warn and --list exclude each other" },
    { "--number 1", "--number needs --optional or --text" },
    { "--number 1 --text a", NULL },
    { "--optional --number 1", NULL },
};

static void
test_rules(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(rule_cases); i++) {
        const RuleCase *c = &rule_cases[i];
        Fixture fixture;
        g_autoptr(GError) error = NULL;
        init_fixture(&fixture);
        g_assert_true(parse(&fixture, c->words, &error));
        gboolean ok =
            bl_rules_check(sample_rules, fixture.sets, G_N_ELEMENTS(fixture.sets), &error);
        g_assert_cmpstr(ok ? NULL : error->message, ==, c->message);
        if (!ok) {
            g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
        }
        clear_fixture(&fixture);
    }
}

/* A rule that can never hold is a bug, also where nobody gives its option. */
static void
test_rules_of_nothing(void)
{
    static const BlOptionRule wrong[][2] = {
        { { "absent", NULL, NULL, "text" }, { 0 } },
        { { "text", NULL, "list|absent", NULL }, { 0 } },
        { { "text", NULL, NULL, "absent" }, { 0 } },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(wrong); i++) {
        Fixture fixture;
        g_autoptr(GError) error = NULL;
        init_fixture(&fixture);
        g_assert_false(bl_rules_check(wrong[i], fixture.sets, G_N_ELEMENTS(fixture.sets), &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_INTERNAL);
        clear_fixture(&fixture);
    }
}

static const BlCommand sample_commands[] = {
    { .name = "walk",
      .summary =
          "go from here to there, slowly and with a look at everything that stands beside the way",
      .arguments = "FROM TO",
      .min_args = 2,
      .max_args = 2,
      .title = "Walk options",
      .options = sample_options,
      .size = sizeof(Sample),
      .example = "sample walk here there" },
    { .name = "rest",
      .summary = "stay",
      .arguments = "PLACE",
      .max_args = 1,
      .size = sizeof(Sample) },
};

static const BlTool sample_tool = { "sample", "goes about", sample_commands, 2 };

static void
assert_narrow(const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        g_assert_cmpuint(strlen(lines[i]), <=, 80);
        g_assert_false(g_str_has_suffix(lines[i], " "));
    }
}

static gsize
count_of(const char *text, const char *part)
{
    gsize n = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        n++;
    }
    return n;
}

static void
test_help_of_command(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bl_help_format(&sample_tool, &sample_commands[0], text);
    assert_narrow(text->str);
    g_assert_true(
        g_str_has_prefix(text->str, "Usage: sample walk [OPTIONS] FROM TO\n\ngo from here"));
    for (const BlOption *row = sample_options; row->name != NULL; row++) {
        g_autofree char *option = g_strdup_printf("--%s", row->name);
        g_assert_cmpuint(count_of(text->str, option), >=, 1);
    }
    g_assert_nonnull(strstr(text->str, "\nWalk options:\n  -f, --flag "));
    g_assert_nonnull(strstr(text->str, "  -o, --optional[=N] "));
    g_assert_nonnull(strstr(text->str, "      --choice error|warn|allow"));
    g_assert_nonnull(strstr(text->str, "\nConnection options:\n  -c, --connection NAME"));
    g_assert_nonnull(strstr(text->str, "\nExample:\n  sample walk here there\n"));
    g_assert_nonnull(strstr(text->str, "\nExit codes:\n"));
    /* The command's own --create hides the shared one. */
    g_assert_cmpuint(count_of(text->str, "--create"), ==, 1);
    g_assert_null(strstr(text->str, "make the database"));
}

static void
test_help_of_tool(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bl_help_format(&sample_tool, NULL, text);
    assert_narrow(text->str);
    g_assert_true(g_str_has_prefix(text->str, "Usage: sample COMMAND [OPTIONS]\n\ngoes about\n"));
    g_assert_nonnull(strstr(text->str, "\n  walk FROM TO "));
    g_assert_nonnull(strstr(text->str, "\n  rest PLACE "));
    g_assert_null(strstr(text->str, "--flag"));
}

static void
test_usage_of_optional_argument(void)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bl_help_format_usage(&sample_tool, &sample_commands[1], text);
    g_assert_cmpstr(text->str, ==, "Usage: sample rest [OPTIONS] [PLACE]\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(parse_cases); i++) {
        g_autofree char *path = g_strdup_printf("/options/take/%s", parse_cases[i].name);
        g_test_add_data_func(path, &parse_cases[i], test_parse);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(broken_cases); i++) {
        g_autofree char *path = g_strdup_printf("/options/take-refuses/%s", broken_cases[i].name);
        g_test_add_data_func(path, &broken_cases[i], test_broken);
    }
    g_test_add_func("/options/take/command-hides-shared", test_command_hides_shared);
    g_test_add_func("/options/rules/what-goes-together", test_rules);
    g_test_add_func("/options/rules/names-must-be-options", test_rules_of_nothing);
    g_test_add_func("/help/format/of-command", test_help_of_command);
    g_test_add_func("/help/format/of-tool", test_help_of_tool);
    g_test_add_func("/help/format_usage/optional-argument", test_usage_of_optional_argument);
    return g_test_run();
}
