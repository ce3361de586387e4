/* SPDX-License-Identifier: MIT */
#include "common/cli/document.h"

#include "common/base/error.h"
#include "common/cli/cli.h"

#include <string.h>

typedef struct {
    int code;
    const char *word;
} ErrorWord;

static const ErrorWord error_words[] = {
    { BL_ERROR_USAGE, "usage" },
    { BL_ERROR_CONNECT, "connect" },
    { BL_ERROR_SQL, "sql" },
    { BL_ERROR_CONFLICT, "conflict" },
    { BL_ERROR_IO, "io" },
    { BL_ERROR_UNSUPPORTED, "unsupported" },
    { BL_ERROR_INTERNAL, "internal" },
    { BL_ERROR_CANCELLED, "cancelled" },
};

const char *
bl_document_error_word(int code)
{
    for (gsize i = 0; i < G_N_ELEMENTS(error_words); i++) {
        if (error_words[i].code == code) {
            return error_words[i].word;
        }
    }
    return "internal";
}

json_t *
bl_document_new(void)
{
    json_t *document = json_object();
    json_object_set_new(document, "status", json_string("completed"));
    json_object_set_new(document, "connection", json_null());
    json_object_set_new(document, "engine", json_null());
    json_object_set_new(document, "durationMs", json_integer(0));
    json_object_set_new(document, "error", json_null());
    return document;
}

json_t *
bl_json_text(const char *text)
{
    if (text == NULL) {
        return json_null();
    }
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    return json_string(valid);
}

void
bl_document_set_text(json_t *document, const char *member, const char *text)
{
    json_object_set_new(document, member, bl_json_text(text));
}

static void
set_number(json_t *object, const char *member, guint number)
{
    json_object_set_new(object, member, number > 0 ? json_integer(number) : json_null());
}

void
bl_document_set_error(json_t *document, const GError *error)
{
    static const BlErrorInfo nothing;
    if (error == NULL) {
        json_object_set_new(document, "error", json_null());
        return;
    }
    const BlErrorInfo *info = bl_error_info(error);
    if (info == NULL) {
        info = &nothing;
    }
    json_t *object = json_object();
    bl_document_set_text(object, "code", bl_document_error_word(bl_error_exit_code(error)));
    bl_document_set_text(object, "message", error->message);
    bl_document_set_text(object, "file", info->file);
    set_number(object, "line", info->line);
    set_number(object, "column", info->column);
    bl_document_set_text(object, "sqlstate", info->sqlstate);
    bl_document_set_text(object, "detail", info->detail);
    bl_document_set_text(object, "hint", info->hint);
    json_object_set_new(document, "error", object);
}

static int
append_chunk(const char *buffer, size_t size, void *data)
{
    g_string_append_len(data, buffer, (gssize)size);
    return 0;
}

char *
bl_document_format(const json_t *document)
{
    GString *text = g_string_new(NULL);
    if (json_dump_callback(document, append_chunk, text, JSON_INDENT(2)) != 0) {
        /* Only a value that cannot be written (NaN) could bring us here. */
        g_string_assign(text, "{}");
    }
    g_string_append_c(text, '\n');
    return g_string_free(text, FALSE);
}
