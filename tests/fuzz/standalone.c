/* SPDX-License-Identifier: MIT */
/*
 * Replays inputs where libFuzzer is not there: every argument is a file, or a folder whose files
 * are all replayed. A broken law aborts; a file that cannot be read ends with 2.
 */
#include <glib.h>

#include <stdio.h>

int LLVMFuzzerTestOneInput(const guint8 *data, gsize size);

static gboolean
replay_file(const char *path)
{
    g_autofree char *data = NULL;
    g_autoptr(GError) error = NULL;
    gsize size;

    if (!g_file_get_contents(path, &data, &size, &error)) {
        (void)fprintf(stderr, "%s\n", error->message);
        return FALSE;
    }
    /* A copy without a NUL behind it, so that reading past the end is seen. */
    g_autofree guint8 *exact = g_memdup2(data, size);
    (void)fprintf(stderr, "%s\n", path);
    (void)LLVMFuzzerTestOneInput(exact, size);
    return TRUE;
}

static gboolean
replay(const char *path)
{
    g_autoptr(GDir) folder = g_dir_open(path, 0, NULL);
    const char *name;
    gboolean ok = TRUE;

    if (folder == NULL)
        return replay_file(path);
    while ((name = g_dir_read_name(folder)) != NULL) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        ok = replay(child) && ok;
    }
    return ok;
}

int
main(int argc, char **argv)
{
    gboolean ok = argc > 1;

    for (int i = 1; i < argc; i++)
        ok = replay(argv[i]) && ok;
    return ok ? 0 : 2;
}
