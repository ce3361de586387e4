/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"

#include <string.h>

/* A literal where no expression may stand, under the sql_mode of a snapshot's head. */
static void
append_text(GString *out, const char *text)
{
    g_string_append_c(out, '\'');
    for (const char *p = text; *p != '\0'; p++) {
        if (*p == '\'' || *p == '\\')
            g_string_append_c(out, *p);
        g_string_append_c(out, *p);
    }
    g_string_append_c(out, '\'');
}

/* Without a name: it is the database that the snapshot is loaded into, whatever it is called. */
gboolean
my_add_database(MyReader *reader, const MyLists *lists, GError **error)
{
    if (lists->charset == NULL || lists->collation == NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "GRANT a right on the database to the account",
                     "the settings of the database are hidden from the account");
        return FALSE;
    }
    g_autoptr(GString) sql = g_string_new("ALTER DATABASE CHARACTER SET ");
    g_string_append(sql, lists->charset);
    /* Its only collation has the name of a charset, which is a word of the language on MySQL 5.6.
     */
    if (strcmp(lists->charset, "binary") != 0)
        g_string_append_printf(sql, " COLLATE %s", lists->collation);
    if (lists->comment != NULL && lists->comment[0] != '\0') {
        g_string_append(sql, " COMMENT ");
        append_text(sql, lists->comment);
        my_need_version(reader, 100500);
    }
    if (lists->is_encrypted) {
        g_string_append(sql, " ENCRYPTION 'Y'");
        my_need_version(reader, 80016);
    }
    BlObject *object = bl_catalog_add(reader->catalog, &my_kind_database, NULL, "settings");
    bl_object_add_statement(reader->catalog, object, sql->str);
    return TRUE;
}
