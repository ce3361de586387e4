/* SPDX-License-Identifier: MIT */
/* A program of somebody else: compiled against the installed headers and the .pc file only. */
#include <baseline/common/base/error.h>
#include <baseline/common/engine/engine.h>
#include <stdio.h>

int
main(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlUrl) url = bl_url_parse("sqlite::memory:", NULL, &error);
    g_autoptr(BlSession) session = url != NULL ? bl_session_open(url, NULL, &error) : NULL;
    BlIntrospectOptions options = { 0 };
    if (session == NULL ||
        !session->engine->execute(session, "CREATE TABLE t (a INTEGER)", NULL, &error)) {
        fprintf(stderr, "%s\n", error->message);
        return bl_error_exit_code(error);
    }
    g_autoptr(BlCatalog) catalog =
        session->engine->introspect(session, NULL, NULL, &options, &error);
    if (catalog == NULL || bl_catalog_find(catalog, "table", NULL, "t") == NULL) {
        fprintf(stderr, "%s\n", error != NULL ? error->message : "the table is not there");
        return 1;
    }
    printf("%s %s\n", session->engine->name, session->version);
    return 0;
}
