/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/features.h"

#include <string.h>

/* "you need (at least one of) the … privilege(s)" */
#define ACCESS_DENIED 1227

/* Modes and where they are. Sources: sql_class.h of MariaDB 11.8, sql/system_variables.h and
 * sql/query_options.h of MySQL 5.6, 5.7 and 9.7. */
typedef struct {
    const char *name;
    guint mariadb;       /* the version that it came with; G_MAXUINT: never */
    guint mysql, before; /* MySQL has it from @mysql on, until @before */
} Mode;

static const Mode modes[] = {
    { "REAL_AS_FLOAT", 0, 0, G_MAXUINT },
    { "PIPES_AS_CONCAT", 0, 0, G_MAXUINT },
    { "ANSI_QUOTES", 0, 0, G_MAXUINT },
    { "IGNORE_SPACE", 0, 0, G_MAXUINT },
    { "IGNORE_BAD_TABLE_OPTIONS", 0, G_MAXUINT, 0 },
    { "ONLY_FULL_GROUP_BY", 0, 0, G_MAXUINT },
    { "NO_UNSIGNED_SUBTRACTION", 0, 0, G_MAXUINT },
    { "NO_DIR_IN_CREATE", 0, 0, G_MAXUINT },
    { "POSTGRESQL", 0, 0, 80000 },
    { "ORACLE", 0, 0, 80000 },
    { "MSSQL", 0, 0, 80000 },
    { "DB2", 0, 0, 80000 },
    { "MAXDB", 0, 0, 80000 },
    { "NO_KEY_OPTIONS", 0, 0, 80000 },
    { "NO_TABLE_OPTIONS", 0, 0, 80000 },
    { "NO_FIELD_OPTIONS", 0, 0, 80000 },
    { "MYSQL323", 0, 0, 80000 },
    { "MYSQL40", 0, 0, 80000 },
    { "ANSI", 0, 0, G_MAXUINT },
    { "NO_AUTO_VALUE_ON_ZERO", 0, 0, G_MAXUINT },
    { "NO_BACKSLASH_ESCAPES", 0, 0, G_MAXUINT },
    { "STRICT_TRANS_TABLES", 0, 0, G_MAXUINT },
    { "STRICT_ALL_TABLES", 0, 0, G_MAXUINT },
    { "NO_ZERO_IN_DATE", 0, 0, G_MAXUINT },
    { "NO_ZERO_DATE", 0, 0, G_MAXUINT },
    { "ALLOW_INVALID_DATES", 0, 0, G_MAXUINT },
    { "ERROR_FOR_DIVISION_BY_ZERO", 0, 0, G_MAXUINT },
    { "TRADITIONAL", 0, 0, G_MAXUINT },
    { "NO_AUTO_CREATE_USER", 0, 0, 80000 },
    { "HIGH_NOT_PRECEDENCE", 0, 0, G_MAXUINT },
    { "NO_ENGINE_SUBSTITUTION", 0, 0, G_MAXUINT },
    { "PAD_CHAR_TO_FULL_LENGTH", 0, 0, G_MAXUINT },
    { "EMPTY_STRING_IS_NULL", 100300, G_MAXUINT, 0 },
    { "SIMULTANEOUS_ASSIGNMENT", 100300, G_MAXUINT, 0 },
    { "TIME_ROUND_FRACTIONAL", 100401, G_MAXUINT, 0 },
    { "NOT_USED", G_MAXUINT, 80000, G_MAXUINT },
    { "INTERPRET_UTF8_AS_UTF8MB4", G_MAXUINT, 80000, G_MAXUINT },
    { "TIME_TRUNCATE_FRACTIONAL", G_MAXUINT, 80000, G_MAXUINT },
};

/* What orders alike, the best first; "-" ends the list of a name. A name without its own line is
 * replaced by its family's: the part before "_0900_", "_uca1400_" … */
typedef struct {
    const char *suffix;
    const char *instead[4];
} Likeness;

static const Likeness alike[] = {
    { "_0900_ai_ci", { "_uca1400_ai_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_0900_as_ci", { "_uca1400_as_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_0900_as_cs", { "_uca1400_as_cs", "_bin", NULL } },
    { "_0900_bin", { "_bin", NULL } },
    { "_uca1400_ai_ci", { "_0900_ai_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_uca1400_as_ci", { "_0900_as_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_uca1400_as_cs", { "_0900_as_cs", "_bin", NULL } },
    { "_uca1400_nopad_ai_ci", { "_0900_ai_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_uca1400_nopad_as_ci", { "_0900_as_ci", "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_uca1400_nopad_as_cs", { "_0900_as_cs", "_bin", NULL } },
    { "_general_nopad_ci", { "_general_ci", NULL } },
    { "_unicode_nopad_ci", { "_unicode_ci", NULL } },
    { "_unicode_520_nopad_ci", { "_unicode_520_ci", "_unicode_ci", NULL } },
    { "_nopad_bin", { "_bin", NULL } },
    { "_general1400_as_ci", { "_general_ci", NULL } },
    { "_general_mysql500_ci", { "_general_ci", NULL } },
};

MyFeatures *
my_features_new(gboolean is_mariadb, guint version)
{
    MyFeatures *features = g_new0(MyFeatures, 1);
    features->is_mariadb = is_mariadb;
    features->version = version;
    features->flavour = is_mariadb ? "MariaDB" : "MySQL";
    features->version_text = g_strdup_printf("%u.%u", version / 10000, version / 100 % 100);
    features->collations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    features->charsets = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    features->engines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    features->parsers = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    features->asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    features->checks = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    features->settings = g_hash_table_new(g_str_hash, g_str_equal);
    return features;
}

void
my_features_free(MyFeatures *features)
{
    if (features == NULL)
        return;
    g_free(features->version_text);
    g_free(features->mode);
    g_hash_table_unref(features->collations);
    g_hash_table_unref(features->charsets);
    g_hash_table_unref(features->engines);
    g_hash_table_unref(features->parsers);
    g_hash_table_unref(features->asked);
    g_hash_table_unref(features->checks);
    g_hash_table_unref(features->settings);
    my_foreign_keys_free(features->foreign_keys);
    my_rehearsal_free(features->rehearsal);
    g_free(features);
}

static gboolean
take_name(const MyRow *row, void *data, GError **error)
{
    (void)error;
    MyFeatures *features = data;
    GHashTable *const sets[] = { features->collations, features->charsets, features->engines,
                                 features->parsers };
    if (row->values[0] != NULL)
        g_hash_table_add(sets[row->statement], g_ascii_strdown(row->values[0], -1));
    return TRUE;
}

/* MariaDB 10.10 and later list collations that fit several charsets without one. */
#define COLLATIONS "SELECT COLLATION_NAME FROM information_schema.COLLATIONS"
#define FULL_COLLATIONS                                                                            \
    "SELECT FULL_COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY "    \
    "UNION ALL SELECT COLLATION_NAME FROM information_schema.COLLATIONS"

/* Servers before MySQL 8 take one charset that they do not list. */
static void
add_hidden(MyFeatures *features)
{
    static const char name[] = "filename";
    if (!features->is_mariadb && features->version >= 80000)
        return;
    g_hash_table_add(features->charsets, g_strdup(name));
    g_hash_table_add(features->collations, g_strdup(name));
}

const MyFeatures *
my_features(MySession *session)
{
    if (session->features != NULL)
        return session->features;
    g_autoptr(MyFeatures) features = my_features_new(session->is_mariadb, session->version);
    gboolean has_full = session->is_mariadb && session->version >= 101001;
    g_autofree char *sql = g_strdup_printf(
        "%s; SELECT CHARACTER_SET_NAME FROM information_schema.CHARACTER_SETS; "
        "SELECT ENGINE FROM information_schema.ENGINES WHERE SUPPORT IN ('YES', 'DEFAULT'); "
        "SELECT PLUGIN_NAME FROM information_schema.PLUGINS WHERE PLUGIN_TYPE = 'FTPARSER' "
        "AND PLUGIN_STATUS = 'ACTIVE'",
        has_full ? FULL_COLLATIONS : COLLATIONS);
    if (!my_run_all(session, sql, take_name, features, NULL, NULL))
        return NULL;
    add_hidden(features);
    session->features = g_steal_pointer(&features);
    return session->features;
}

gboolean
my_has_mode(const MyFeatures *features, const char *mode)
{
    for (gsize i = 0; i < G_N_ELEMENTS(modes); i++) {
        if (g_ascii_strcasecmp(modes[i].name, mode) != 0)
            continue;
        if (features->is_mariadb)
            return features->version >= modes[i].mariadb;
        return features->version >= modes[i].mysql && features->version < modes[i].before;
    }
    return FALSE;
}

gboolean
my_may_set(MySession *session, const char *name)
{
    GHashTable *known = ((MyFeatures *)session->features)->settings;
    if (!g_hash_table_contains(known, name)) {
        g_autoptr(GError) why = NULL;
        g_autofree char *sql = g_strdup_printf("SET SESSION %s = @@SESSION.%s", name, name);
        gboolean may = my_run(session, sql, &why) || !my_error_is(why, ACCESS_DENIED);
        g_hash_table_insert(known, (gpointer)(guintptr)name, GINT_TO_POINTER(may));
    }
    return GPOINTER_TO_INT(g_hash_table_lookup(known, name));
}

gboolean
my_is_alias(const char *a, const char *b)
{
    gsize skip_a = g_str_has_prefix(a, "utf8mb3") ? 7 : g_str_has_prefix(a, "utf8") ? 4 : 0;
    gsize skip_b = g_str_has_prefix(b, "utf8mb3") ? 7 : g_str_has_prefix(b, "utf8") ? 4 : 0;
    return skip_a != 0 && skip_b != 0 && skip_a != skip_b && strcmp(a + skip_a, b + skip_b) == 0;
}

/* "utf8_…" of "utf8mb3_…" and back. @return g_free(); NULL: neither */
static char *
other_utf8(const char *name)
{
    if (g_str_has_prefix(name, "utf8mb3"))
        return g_strconcat("utf8", name + 7, NULL);
    if (g_str_has_prefix(name, "utf8") && (name[4] == '\0' || name[4] == '_'))
        return g_strconcat("utf8mb3", name + 4, NULL);
    return NULL;
}

char *
my_replace_charset(const MyFeatures *features, const char *name)
{
    g_autofree char *other = other_utf8(name);
    return other != NULL && g_hash_table_contains(features->charsets, other)
               ? g_steal_pointer(&other)
               : NULL;
}

/* The charset is the part before the first "_"; short names of MariaDB have none. What is between
 * it and the suffix is a language, which the first try keeps. */
static char *
replace_alike(const MyFeatures *features, const char *name, const Likeness *likeness)
{
    gsize base = strlen(name) - strlen(likeness->suffix);
    g_autofree char *front = g_strndup(name, base);
    g_autofree char *charset = g_strndup(name, strcspn(front, "_"));
    const char *language = front + strlen(charset);
    for (gsize i = 0; likeness->instead[i] != NULL; i++) {
        g_autofree char *localized = g_strconcat(charset, language, likeness->instead[i], NULL);
        if (g_hash_table_contains(features->collations, localized))
            return g_steal_pointer(&localized);
        g_autofree char *plain = g_strconcat(charset, likeness->instead[i], NULL);
        if (g_hash_table_contains(features->collations, plain))
            return g_steal_pointer(&plain);
    }
    return NULL;
}

char *
my_replace_collation(const MyFeatures *features, const char *name)
{
    g_autofree char *other = other_utf8(name);
    if (other != NULL && g_hash_table_contains(features->collations, other))
        return g_steal_pointer(&other);
    /* A short name of MariaDB ("uca1400_ai_ci") goes with the charset that a text most likely has.
     */
    g_autofree char *full =
        g_str_has_prefix(name, "uca1400_") ? g_strconcat("utf8mb4_", name, NULL) : g_strdup(name);
    for (gsize i = 0; i < G_N_ELEMENTS(alike); i++) {
        if (g_str_has_suffix(full, alike[i].suffix))
            return replace_alike(features, full, &alike[i]);
    }
    return NULL;
}
