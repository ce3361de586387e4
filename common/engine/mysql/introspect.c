/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/texts.h"
#include "common/schema/order.h"
#include "common/sql/quote.h"

#include <string.h>

/* Attempts at a state of the database that nobody changed meanwhile. */
#define ATTEMPTS 4

/* "Illegal mix of collations" */
#define ILLEGAL_MIX 1267

/* How often all is read again while somebody alters something. */
#define LOOKS 3

/* The lowest versions that the engine knows: what needs no more is told as one of these. */
#define OLDEST_MARIADB 100200
#define OLDEST_MYSQL   50600

/* The right that is missing when the server refuses the text of an object. Routines: SHOW CREATE
 * answers, without a text. */
static const struct {
    const BlKind *kind;
    const char *right;
} rights[] = {
    { &my_kind_table, "SELECT" },   { &my_kind_sequence, "SELECT" },
    { &my_kind_view, "SHOW VIEW" }, { &my_kind_trigger, "TRIGGER" },
    { &my_kind_event, "EVENT" },
};

/* Access denied, in its many words. */
static const guint denied[] = { 1044, 1142, 1143, 1227, 1370 };

/* There is no table, view, routine, trigger or event of that name: it was listed a moment ago. */
static const guint vanished[] = { 1146, 1305, 1347, 1360, 1539, 4091 };

/* One pass over the texts. */
typedef struct {
    MyReader *reader;
    gboolean renders; /* FALSE: only the fingerprint is wanted */
    guint64 fingerprint[2];
    gboolean lost_one; /* something that was listed is not there */
} Pass;

void
my_need_version(MyReader *reader, guint version)
{
    reader->version = MAX(reader->version, version);
}

static char *
label_of(const char *kind, const char *name)
{
    g_autofree char *escaped = bl_quote_comment(name);
    return g_strconcat(kind, " ", escaped, NULL);
}

gboolean
my_unsupported(
    MyReader *reader, const char *kind, const char *name, const char *why, GError **error)
{
    g_autofree char *label = label_of(kind, name);
    if (!reader->options->skip_unsupported) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "mend it, or leave it out: schema-dump --skip-unsupported",
                     "%s cannot be described: %s", label, why);
        if (error != NULL)
            bl_error_set_object(*error, label);
        return FALSE;
    }
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "%s is left out: %s", label,
                   why);
    if (reader->options->skipped != NULL)
        g_ptr_array_add(reader->options->skipped, g_steal_pointer(&label));
    return TRUE;
}

/* Two sums that differ in how they mix: no need for a cryptographic one, nobody forges here. */
static void
add_to_fingerprint(Pass *pass, const MyRow *row)
{
    for (guint i = 0; i < row->n; i++) {
        gsize len = row->values[i] != NULL ? row->lens[i] : 0;
        guint64 a = pass->fingerprint[0] ^ (len + 1);
        guint64 b = pass->fingerprint[1] + (row->values[i] != NULL);
        for (gsize k = 0; k < len; k++) {
            a = (a ^ (guchar)row->values[i][k]) * G_GUINT64_CONSTANT(1099511628211);
            b = b * 31 + (guchar)row->values[i][k];
        }
        pass->fingerprint[0] = a;
        pass->fingerprint[1] = b;
    }
}

static gboolean
take_row(MyItem *item, const MyRow *row, void *data, GError **error)
{
    Pass *pass = data;
    add_to_fingerprint(pass, row);
    return !pass->renders || item->sort->render(pass->reader, item, row, error);
}

/* @return that of @codes which @why carries; 0: none */
static guint
find_code(const GError *why, const guint *codes, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (my_error_is(why, codes[i]))
            return codes[i];
    }
    return 0;
}

static void
note_problem(MyItem *item, const GError *why, void *data)
{
    Pass *pass = data;
    const BlErrorInfo *info = bl_error_info(why);
    g_free(item->problem);
    item->problem = g_strdup(why->message);
    item->code = find_code(why, denied, G_N_ELEMENTS(denied));
    item->again = my_error_is(why, ILLEGAL_MIX);
    pass->lost_one = pass->lost_one || find_code(why, vanished, G_N_ELEMENTS(vanished)) != 0;
    for (const char *p = info != NULL && info->sqlstate != NULL ? info->sqlstate : ""; *p != '\0';
         p++)
        pass->fingerprint[1] = pass->fingerprint[1] * 31 + (guchar)*p;
}

static gboolean
read_texts(Pass *pass, MyTexts *texts, GError **error)
{
    const MyTextSink sink = { take_row, note_problem, pass };
    return my_texts_read(texts, pass->reader->items, &sink, error);
}

typedef struct {
    MyReader *reader;
    MyItem *item;
} Again;

static gboolean
take_again(const MyRow *row, void *data, GError **error)
{
    const Again *again = data;
    if (again->item->object != NULL)
        return TRUE;
    return again->item->sort->render(again->reader, again->item, row, error);
}

/* In another session than the usual one: tables with options that this server does not know, and
 * views whose literals fit only the collation in which they were made. @return g_free() */
static char *
again_sql(const MyItem *item)
{
    g_autofree char *name = my_name(item->name);
    g_autofree char *literal = my_literal(item->name);
    if (item->sort != &my_sort_view) {
        return g_strdup_printf("SET SESSION sql_mode = '" MY_SQL_MODE
                               ",IGNORE_BAD_TABLE_OPTIONS'; %s %s; "
                               "SET SESSION sql_mode = '" MY_SQL_MODE "'",
                               item->sort->show, name);
    }
    return g_strdup_printf("SET SESSION collation_connection = (SELECT COLLATION_CONNECTION FROM "
                           "information_schema.VIEWS WHERE TABLE_SCHEMA = DATABASE() AND "
                           "TABLE_NAME = %s AND CAST(TABLE_NAME AS BINARY) = CAST(%s AS BINARY)); "
                           "%s %s; SET SESSION collation_connection = '" MY_COLLATION "'",
                           literal, literal, item->sort->show, name);
}

static gboolean
read_again(MyReader *reader, GError **error)
{
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (!item->again)
            continue;
        Again again = { reader, item };
        g_autofree char *sql = again_sql(item);
        GError *why = NULL;
        gboolean ok = my_run_all(reader->session, sql, take_again, &again, NULL, &why);
        if (ok)
            g_clear_pointer(&item->problem, g_free);
        else if (item->problem == NULL || !my_is_about_object(why)) {
            g_propagate_error(error, why);
            return FALSE;
        }
        g_clear_error(&why);
        /* An error ends the message before its last statement. */
        if (!ok && !my_run(reader->session, "SET SESSION collation_connection = '" MY_COLLATION "'",
                           error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
set_denied(const MyItem *item, GError **error)
{
    const char *right = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(rights); i++) {
        if (rights[i].kind == item->sort->kind)
            right = rights[i].right;
    }
    g_autofree char *label = label_of(item->sort->kind->name, item->name);
    bl_error_set(error, BL_ERROR_CONFLICT, "GRANT it to the account", "%s is hidden: %s%s%s", label,
                 right != NULL ? "the account has not got the right " : item->problem,
                 right != NULL ? right : "", right != NULL ? " on it" : "");
    if (error != NULL)
        bl_error_set_object(*error, label);
    return FALSE;
}

/* Objects whose text the server did not give. A view is broken then; nothing else may be. */
static gboolean
judge_problems(MyReader *reader, GError **error)
{
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->problem == NULL)
            continue;
        if (item->code != 0 && !reader->options->skip_unsupported)
            return set_denied(item, error);
        if (item->sort == &my_sort_view && item->code == 0) {
            item->object = bl_catalog_add(reader->catalog, item->sort->kind, NULL, item->name);
            item->object->broken = bl_catalog_string(reader->catalog, item->problem);
        } else if (!my_unsupported(reader, item->sort->kind->name, item->name, item->problem,
                                   error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
is_orphan(const BlObject *object, void *data)
{
    GHashTable *tables = data;
    return object->kind == &my_kind_trigger && object->parent != NULL &&
           !g_hash_table_contains(tables, object->parent);
}

/* A trigger of a table that is left out goes with it. */
static void
drop_orphans(MyReader *reader)
{
    g_autoptr(GHashTable) tables = g_hash_table_new(g_str_hash, g_str_equal);
    gboolean has_gap = FALSE;
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort == &my_sort_table && item->object != NULL)
            g_hash_table_add(tables, item->name);
        has_gap = has_gap || (item->sort == &my_sort_table && item->object == NULL);
    }
    if (!has_gap)
        return;
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->object != NULL && is_orphan(item->object, tables))
            item->object = NULL;
    }
    bl_catalog_remove(reader->catalog, is_orphan, tables);
}

/* What no renderer asked for. */
static void
need_more_versions(MyReader *reader)
{
    gboolean is_mariadb = reader->session->is_mariadb;
    my_need_version(reader, is_mariadb ? OLDEST_MARIADB : OLDEST_MYSQL);
    for (guint i = 0; !reader->options->skip_version && i < reader->catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(reader->catalog->objects, i);
        if (object->kind == &my_kind_package)
            my_need_version(reader, 100305);
        for (guint k = 0; object->kind == &my_kind_view && k < object->statements->len; k++)
            my_need_version(reader,
                            my_query_version(g_ptr_array_index(object->statements, k), is_mariadb));
    }
}

static gboolean
finish(MyReader *reader, const MyLists *lists, GError **error)
{
    if (!read_again(reader, error) || !judge_problems(reader, error) ||
        !my_finish_tables(reader, error) || !my_add_database(reader, lists, error))
        return FALSE;
    my_note_loose_keys(reader);
    if (!my_finish_items(reader, error))
        return FALSE;
    drop_orphans(reader);
    my_add_dependencies(reader);
    if (!bl_catalog_sort(reader->catalog, error))
        return FALSE;
    need_more_versions(reader);
    if (!my_name_shadowed_calls(reader, error))
        return FALSE;
    g_autofree char *lowest = my_version_text(reader->version);
    reader->catalog->lowest_version = bl_catalog_string(reader->catalog, lowest);
    return TRUE;
}

/* Whose SHOW CREATE wrote the texts: newer servers write them another way. */
static char *
family_of(const MySession *session)
{
    guint major = session->version / 10000;
    guint minor = session->version / 100 % 100;
    if (!session->is_mariadb && major >= 8)
        return g_strdup_printf("mysql-%u", major);
    return g_strdup_printf("%s-%u.%u", session->is_mariadb ? "mariadb" : "mysql", major, minor);
}

/* What one attempt reads. */
typedef struct {
    MySession *session;
    const BlFilter *filter;
    const char *const *omit;
    BlIntrospectOptions *options;
    guint attempts_left; /* after this one */
} Request;

static void
reader_init(MyReader *reader, const Request *request, const MyLists *lists)
{
    g_autofree char *family = family_of(request->session);
    reader->session = request->session;
    reader->catalog = bl_catalog_new(&bl_dialect_mysql, family);
    reader->filter = request->filter;
    reader->omit = request->omit;
    reader->options = request->options;
    reader->items = lists->items;
    reader->charset = lists->charset;
    reader->collation = lists->collation;
    reader->defaults = lists->defaults;
}

static void
reader_clear(MyReader *reader)
{
    if (reader->late != NULL)
        g_ptr_array_unref(reader->late);
    bl_catalog_free(reader->catalog);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MyReader, reader_clear)

/* @param out whether no statement that alters was begun anywhere since @lists were */
static gboolean
is_quiet(const Request *request, const MyLists *lists, gboolean *out, GError **error)
{
    guint64 ddl = 0;
    gboolean known = FALSE;
    if (!my_read_ddl(request->session, &ddl, &known, error))
        return FALSE;
    *out = known && lists->has_ddl && ddl == lists->ddl;
    return TRUE;
}

/* Reads all again. @param same out: it is as it was. @param quiet out: and nobody began to alter
 * anything meanwhile */
static gboolean
look_again(const Pass *pass,
           const Request *request,
           const MyLists *lists,
           gboolean *same,
           gboolean *quiet,
           GError **error)
{
    g_autoptr(MyLists) now =
        my_lists_read(request->session, request->filter, request->omit, NULL, error);
    if (now == NULL)
        return FALSE;
    *same = FALSE;
    if (!my_lists_equal(lists, now))
        return TRUE;
    MyReader reader = { .session = request->session, .items = now->items };
    Pass second = { .reader = &reader };
    g_autoptr(MyTexts) texts = my_texts_new(request->session);
    if (!read_texts(&second, texts, error))
        return FALSE;
    *same = memcmp(second.fingerprint, pass->fingerprint, sizeof(second.fingerprint)) == 0;
    return is_quiet(request, now, quiet, error);
}

/* Whether the texts of @pass are of one state. The server counts the statements that alter
 * something, in other databases too, when they begin. None began and none was under way: proved. If
 * not, all is read again: the same answers while none began prove it too, since what was under way
 * takes effect only once. Where somebody always alters something, in whatever database, the same
 * answers several times have to do: that something was altered and altered back between each of
 * them is what cannot be told then. */
static gboolean
check_state(
    const Pass *pass, const Request *request, const MyLists *lists, gboolean *out, GError **error)
{
    gboolean quiet = FALSE;
    if (!is_quiet(request, lists, &quiet, error))
        return FALSE;
    *out = quiet && my_lists_alone(lists);
    if (*out)
        return TRUE;
    /* It may be a table that nobody can open; or one that somebody renames. */
    if (!quiet && pass->lost_one && request->attempts_left > 0)
        return TRUE;
    gboolean same = TRUE;
    quiet = FALSE;
    for (guint i = 0; same && !quiet && i < LOOKS; i++) {
        if (!look_again(pass, request, lists, &same, &quiet, error))
            return FALSE;
    }
    *out = same;
    return TRUE;
}

static void
share_texts(GPtrArray *items, void *data)
{
    my_texts_share(data, items);
}

/* Only the first session tells of its statements: who wants to see them, sees all. */
static gboolean
may_open(const Request *request)
{
    const BlReporter *reporter = request->session->base.reporter;
    return request->options->may_open && (reporter == NULL || !reporter->wants_statements);
}

/* @return NULL without @error: the schema was altered while it was read */
static BlCatalog *
attempt(const Request *request, GError **error)
{
    g_autoptr(MyTexts) texts = my_texts_new(request->session);
    const MyListsHook hook = { share_texts, texts };
    g_autoptr(MyLists) lists = my_lists_read(request->session, request->filter, request->omit,
                                             may_open(request) ? &hook : NULL, error);
    if (lists == NULL ||
        !my_check_privileges(request->session, lists->grants, request->options, error))
        return NULL;
    g_auto(MyReader) reader = { 0 };
    reader_init(&reader, request, lists);
    Pass pass = { .reader = &reader, .renders = TRUE };
    gboolean is_one_state = request->options->one_look;
    if (!read_texts(&pass, texts, error) ||
        (!is_one_state && !check_state(&pass, request, lists, &is_one_state, error)) ||
        !is_one_state || !finish(&reader, lists, error))
        return NULL;
    return g_steal_pointer(&reader.catalog);
}

static void
set_changed(GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "run it again when nobody alters the schema",
                 "the schema is being altered while it is read");
}

/* MariaDB shows what uses a sequence to a transaction that may write. MySQL keeps the lists in
 * tables of InnoDB, so that a snapshot would show old lists and new texts: it is read outside of
 * one, and a new snapshot is begun behind it.
 * @param again out: whether a transaction is to be begun again at the end */
static void
enter_transaction(MySession *session, gboolean *owns, gboolean *again)
{
    BlSession *base = &session->base;
    gboolean is_inside = my_in_transaction(base);
    *again = is_inside && session->is_snapshot && !session->is_mariadb;
    *owns = !is_inside && session->is_mariadb;
    if (*again)
        my_rollback(base);
    if (*owns)
        my_begin_reading(session);
}

static BlCatalog *
try_several_times(Request *request, GError **error)
{
    GPtrArray *skipped = request->options->skipped;
    guint n_skipped = skipped != NULL ? skipped->len : 0;
    for (guint i = 0; i < ATTEMPTS; i++) {
        GError *why = NULL;
        if (skipped != NULL)
            g_ptr_array_set_size(skipped, (gint)n_skipped);
        request->attempts_left = ATTEMPTS - 1 - i;
        BlCatalog *catalog = attempt(request, &why);
        if (catalog != NULL)
            return catalog;
        if (why != NULL) {
            g_propagate_error(error, why);
            return NULL;
        }
    }
    set_changed(error);
    return NULL;
}

BlCatalog *
my_introspect(BlSession *base,
              const BlFilter *filter,
              const char *const *omit,
              BlIntrospectOptions *options,
              GError **error)
{
    MySession *session = (MySession *)base;
    BlIntrospectOptions defaults = { 0 };
    Request request = { session, filter, omit, options != NULL ? options : &defaults, 0 };
    gboolean owns = FALSE;
    gboolean again = FALSE;
    enter_transaction(session, &owns, &again);
    g_autoptr(BlCatalog) catalog = NULL;
    if (my_enter_reading(session, error))
        catalog = try_several_times(&request, error);
    if (owns)
        my_end_reading(session);
    else
        my_leave_reading(session);
    if (again && !my_begin(base, BL_TX_READ, catalog != NULL ? error : NULL))
        return NULL;
    return g_steal_pointer(&catalog);
}
