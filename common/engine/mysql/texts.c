/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/texts.h"

#include "common/base/error.h"

#include <string.h>

/* Texts that one message asks for, and the fewest where two sessions share them: each message
 * towards the end is a smaller part of what is left, so that neither waits long for the other. */
#define TEXTS_AT_ONCE  200
#define FEWEST_AT_ONCE 25

/* Fewer are not worth the second session. */
#define FEWEST_FOR_TWO 100

/* A row that waits for its turn. */
typedef struct {
    guint n;
    char **values; /* NULL for SQL NULL; n of them */
    gsize *lens;
} Row;

/* What was answered for an item out of its turn. */
struct MyText {
    GPtrArray *rows; /* Row */
    GError *why;     /* what the server said instead; NULL: nothing */
};

struct MyTexts {
    MySession *first;
    GThread *thread;  /* of the further session; NULL: there is none */
    GMutex mutex;     /* of what follows, and of MyItem.is_asked */
    GCond changed;    /* more items are known, or it is to end */
    GPtrArray *known; /* MyItem *: those that may be asked for; owns the array, not the items */
    GPtrArray *owner; /* keeps the items of my_texts_share() */
    guint next;       /* in @known: all before it are asked for */
    guint n_left;     /* that nobody asked for */
    gboolean are_two; /* two sessions ask, or one is about to */
    gboolean are_all; /* no more will be known */
    gboolean must_end;
};

/* One session that asks, in one thread. */
typedef struct {
    MyTexts *texts;
    MySession *session;
    GPtrArray *share;       /* MyItem *: what it asks for now */
    guint first;            /* in @share: the first that the message asks for */
    const MyTextSink *sink; /* NULL: all is kept */
    GPtrArray *items;       /* with @sink: all, in their order */
    guint turn;             /* in @items: the first that the sink has not taken */
    gboolean refused;       /* the sink gave the error */
} Asker;

static void
row_free(gpointer data)
{
    Row *row = data;
    for (guint i = 0; i < row->n; i++)
        g_free(row->values[i]);
    g_free(row->values);
    g_free(row->lens);
    g_free(row);
}

static MyText *
text_new(void)
{
    MyText *text = g_new0(MyText, 1);
    text->rows = g_ptr_array_new_with_free_func(row_free);
    return text;
}

void
my_text_free(MyText *text)
{
    if (text == NULL)
        return;
    g_ptr_array_unref(text->rows);
    g_clear_error(&text->why);
    g_free(text);
}

MyTexts *
my_texts_new(MySession *session)
{
    MyTexts *texts = g_new0(MyTexts, 1);
    texts->first = session;
    g_mutex_init(&texts->mutex);
    g_cond_init(&texts->changed);
    return texts;
}

static gboolean
keep_row(const MyRow *row, void *data, GError **error)
{
    MyText *text = data;
    (void)error;
    Row *kept = g_new0(Row, 1);
    kept->n = row->n;
    kept->values = g_new0(char *, row->n + 1);
    kept->lens = g_new0(gsize, row->n + 1);
    for (guint i = 0; i < row->n; i++) {
        kept->lens[i] = row->values[i] != NULL ? row->lens[i] : 0;
        kept->values[i] = row->values[i] != NULL ? g_strndup(row->values[i], row->lens[i]) : NULL;
    }
    g_ptr_array_add(text->rows, kept);
    return TRUE;
}

/* The other thread sees all of @text, and what else was set in @item, or nothing. */
static void
publish(MyItem *item, MyText *text)
{
    g_atomic_pointer_set(&item->text, text);
}

static gboolean
give_kept(Asker *asker, MyItem *item, const MyText *text, GError **error)
{
    const MyTextSink *sink = asker->sink;
    if (text->why != NULL)
        sink->fail(item, text->why, sink->data);
    for (guint i = 0; i < text->rows->len; i++) {
        const Row *kept = g_ptr_array_index(text->rows, i);
        const MyRow row = { 0, kept->n, (const char *const *)kept->values, kept->lens };
        if (!sink->take(item, &row, sink->data, error))
            return FALSE;
    }
    return TRUE;
}

/* Gives the sink what was kept and has its turn now. */
static gboolean
give_turns(Asker *asker, GError **error)
{
    while (asker->turn < asker->items->len) {
        MyItem *item = g_ptr_array_index(asker->items, asker->turn);
        const MyText *text = g_atomic_pointer_get(&item->text);
        if (text == NULL)
            return TRUE;
        gboolean ok = give_kept(asker, item, text, error);
        my_text_free(g_steal_pointer(&item->text));
        asker->refused = !ok;
        if (!ok)
            return FALSE;
        asker->turn++;
    }
    return TRUE;
}

static gboolean
has_turn(const Asker *asker, const MyItem *item)
{
    return asker->sink != NULL && g_ptr_array_index(asker->items, asker->turn) == item;
}

typedef struct {
    Asker *asker;
    MyItem *item;
} Turn;

static gboolean
give_row(const MyRow *row, void *data, GError **error)
{
    const Turn *turn = data;
    const MyTextSink *sink = turn->asker->sink;
    return sink->take(turn->item, row, sink->data, error);
}

/* Each statement of the message is answered by one row. */
static gboolean
take_answer(MyAnswer *answer, void *data, GError **error)
{
    Asker *asker = data;
    MyItem *item = g_ptr_array_index(asker->share, asker->first + answer->index);
    Turn turn = { asker, item };
    gboolean now = has_turn(asker, item);
    MyText *text = now ? NULL : text_new();
    gboolean ok = now ? my_each_row(answer, give_row, &turn, error)
                      : my_each_row(answer, keep_row, text, error);
    asker->refused = !ok;
    /* An error behind a row: it is what counts. */
    if (!ok || my.mysql_errno(asker->session->conn) != 0) {
        my_text_free(text);
        return ok;
    }
    item->has_warning = my.mysql_warning_count(asker->session->conn) > 0;
    if (text != NULL)
        publish(item, text);
    asker->turn += now ? 1 : 0;
    return asker->sink == NULL || give_turns(asker, error);
}

static gboolean
ask(Asker *asker, const GString *sql, guint *n_answered, GError **error)
{
    gint64 started = g_get_monotonic_time();
    gboolean ok = my_send(asker->session, sql->str, take_answer, asker, n_answered, error);
    bl_report_statement(asker->session->base.reporter, sql->str, -1, started);
    return ok;
}

/* @return how many items of the share the message asks for */
static guint
append_questions(const Asker *asker, GString *sql)
{
    gsize limit = MAX(asker->session->max_packet / 2, 512);
    guint n = 0;
    for (; asker->first + n < asker->share->len; n++) {
        const MyItem *item = g_ptr_array_index(asker->share, asker->first + n);
        if (n > 0 && sql->len + strlen(item->name) * 2 + 64 > limit)
            break;
        g_string_append_printf(sql, "%s ", item->sort->show);
        my_append_name(sql, item->name);
        g_string_append(sql, ";\n");
    }
    return n;
}

gboolean
my_is_about_object(const GError *why)
{
    return g_error_matches(why, BL_ERROR, BL_ERROR_SQL) ||
           g_error_matches(why, BL_ERROR, BL_ERROR_CONFLICT);
}

/* @param why taken */
static gboolean
take_problem(Asker *asker, GError *why, GError **error)
{
    MyItem *item = g_ptr_array_index(asker->share, asker->first);
    MyText *text = text_new();
    text->why = why;
    publish(item, text);
    return asker->sink == NULL || give_turns(asker, error);
}

/* An error ends a message: the next one starts behind the object that it is about. */
static gboolean
ask_for_share(Asker *asker, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    asker->first = 0;
    while (asker->first < asker->share->len) {
        g_string_truncate(sql, 0);
        guint n = append_questions(asker, sql);
        guint n_answered = 0;
        GError *why = NULL;
        if (ask(asker, sql, &n_answered, &why)) {
            asker->first += n;
            continue;
        }
        if (asker->refused || n_answered >= n || !my_is_about_object(why)) {
            g_propagate_error(error, why);
            return FALSE;
        }
        asker->first += n_answered;
        if (!take_problem(asker, why, error))
            return FALSE;
        asker->first++;
    }
    return TRUE;
}

/* With the lock held. */
static guint
share_size(const MyTexts *texts)
{
    return texts->are_two ? CLAMP(texts->n_left / 4, FEWEST_AT_ONCE, TEXTS_AT_ONCE) : TEXTS_AT_ONCE;
}

/* Takes the next items that nobody asks for. @param waits whether to wait while more may come to be
 * known. @return FALSE: there are none */
static gboolean
take_share(Asker *asker, gboolean waits)
{
    MyTexts *texts = asker->texts;
    g_ptr_array_set_size(asker->share, 0);
    g_mutex_lock(&texts->mutex);
    while (waits && texts->n_left == 0 && !texts->are_all && !texts->must_end)
        g_cond_wait(&texts->changed, &texts->mutex);
    guint most = share_size(texts);
    for (; !texts->must_end && texts->next < texts->known->len && asker->share->len < most;
         texts->next++) {
        MyItem *item = g_ptr_array_index(texts->known, texts->next);
        if (item->is_asked)
            continue;
        item->is_asked = TRUE;
        texts->n_left--;
        g_ptr_array_add(asker->share, item);
    }
    g_mutex_unlock(&texts->mutex);
    return asker->share->len > 0;
}

/* The first session asks for what a further one could not. */
static void
give_share_back(const Asker *asker)
{
    MyTexts *texts = asker->texts;
    g_mutex_lock(&texts->mutex);
    for (guint i = 0; i < asker->share->len; i++) {
        MyItem *item = g_ptr_array_index(asker->share, i);
        if (item->text != NULL)
            continue;
        item->is_asked = FALSE;
        texts->n_left++;
    }
    texts->next = 0;
    g_mutex_unlock(&texts->mutex);
}

/* The same settings as the first has, for the same texts. */
static MySession *
open_further(const MySession *first)
{
    MySession *session = my_open_further(first, NULL);
    if (session == NULL)
        return NULL;
    if (session->is_mariadb)
        my_begin_reading(session);
    if (my_enter_reading(session, NULL) && my_put_off(session, MY_TEXT_MODE, 1))
        return session;
    my_close(&session->base);
    return NULL;
}

/* What goes wrong here goes wrong again where the first session asks, or it does not matter. */
static gpointer
work(gpointer data)
{
    MyTexts *texts = data;
    g_autoptr(GPtrArray) share = g_ptr_array_new();
    Asker asker = { .texts = texts, .share = share };
    asker.session = open_further(texts->first);
    gboolean ok = asker.session != NULL;
    while (ok && take_share(&asker, TRUE)) {
        ok = ask_for_share(&asker, NULL);
        if (!ok)
            give_share_back(&asker);
    }
    if (asker.session != NULL)
        my_close(&asker.session->base);
    g_mutex_lock(&texts->mutex);
    texts->are_two = FALSE;
    g_mutex_unlock(&texts->mutex);
    my.mysql_thread_end();
    return NULL;
}

void
my_texts_share(MyTexts *texts, GPtrArray *items)
{
    if (texts->known != NULL || items->len < FEWEST_FOR_TWO)
        return;
    texts->owner = g_ptr_array_ref(items);
    texts->known = g_ptr_array_sized_new(items->len);
    for (guint i = 0; i < items->len; i++)
        g_ptr_array_add(texts->known, g_ptr_array_index(items, i));
    texts->n_left = items->len;
    texts->are_two = TRUE;
    texts->thread = g_thread_new("texts", work, texts);
}

static void
set_all(MyTexts *texts, GPtrArray *items)
{
    g_mutex_lock(&texts->mutex);
    if (texts->known != NULL)
        g_ptr_array_unref(texts->known);
    texts->known = g_ptr_array_ref(items);
    texts->next = 0;
    texts->n_left = 0;
    for (guint i = 0; i < items->len; i++)
        texts->n_left += ((const MyItem *)g_ptr_array_index(items, i))->is_asked ? 0 : 1;
    texts->are_all = TRUE;
    g_cond_broadcast(&texts->changed);
    g_mutex_unlock(&texts->mutex);
}

static void
join(MyTexts *texts, gboolean ends)
{
    if (texts->thread == NULL)
        return;
    g_mutex_lock(&texts->mutex);
    texts->must_end = texts->must_end || ends;
    g_cond_broadcast(&texts->changed);
    g_mutex_unlock(&texts->mutex);
    g_thread_join(g_steal_pointer(&texts->thread));
}

static gboolean
ask_for_all(Asker *asker, GError **error)
{
    while (take_share(asker, FALSE)) {
        if (!ask_for_share(asker, error))
            return FALSE;
    }
    return TRUE;
}

gboolean
my_texts_read(MyTexts *texts, GPtrArray *items, const MyTextSink *sink, GError **error)
{
    g_autoptr(GPtrArray) share = g_ptr_array_new();
    Asker asker = { .texts = texts, .session = texts->first, .share = share, .sink = sink };
    asker.items = items;
    set_all(texts, items);
    gboolean ok = ask_for_all(&asker, error);
    join(texts, !ok);
    return ok && ask_for_all(&asker, error) && give_turns(&asker, error);
}

void
my_texts_free(MyTexts *texts)
{
    if (texts == NULL)
        return;
    join(texts, TRUE);
    if (texts->known != NULL)
        g_ptr_array_unref(texts->known);
    if (texts->owner != NULL)
        g_ptr_array_unref(texts->owner);
    g_mutex_clear(&texts->mutex);
    g_cond_clear(&texts->changed);
    g_free(texts);
}
