/* SPDX-License-Identifier: MIT */
/**
 * @file tool.h
 * @brief Runs a tool in the process of its test.
 */
#ifndef BL_TESTS_UNIT_TOOL_H
#define BL_TESTS_UNIT_TOOL_H

#include "common/base/cancel.h"
#include "common/cli/cli.h"

#include <glib.h>

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/folder.h"

/** What a run printed and how it ended. */
typedef struct {
    int code;
    char *out;
    char *err;
} Result;

static inline void
result_clear(Result *result)
{
    g_free(result->out);
    g_free(result->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Result, result_clear)

/** Puts a file in the place of @fd. @return the old one */
static inline int
tool_redirect(int fd, const char *path)
{
    int old = dup(fd);
    int file = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    g_assert_cmpint(file, >=, 0);
    g_assert_cmpint(dup2(file, fd), ==, fd);
    close(file);
    return old;
}

static inline void
tool_restore(int fd, int old)
{
    g_assert_cmpint(dup2(old, fd), ==, fd);
    close(old);
}

/** Runs a tool in this process. @param words of the command line, with blanks between them.
 * @param out_path where its output goes; NULL: into the result */
static inline Result
tool_run(const BlTool *which, const char *words, const char *out_path)
{
    Result result = { 0, NULL, NULL };
    g_autofree char *folder = folder_make();
    g_autofree char *out = g_build_filename(folder, "out", NULL);
    g_autofree char *err = g_build_filename(folder, "err", NULL);
    g_auto(GStrv) argv = g_strsplit(words, " ", -1);
    fflush(stdout);
    fflush(stderr);
    int old_out = tool_redirect(STDOUT_FILENO, out_path != NULL ? out_path : out);
    int old_err = tool_redirect(STDERR_FILENO, err);
    bl_cancel_clear();
    result.code = bl_cli_main(which, (int)g_strv_length(argv), argv);
    bl_cancel_clear();
    fflush(stdout);
    clearerr(stdout);
    fflush(stderr);
    tool_restore(STDOUT_FILENO, old_out);
    tool_restore(STDERR_FILENO, old_err);
    if (out_path == NULL) {
        g_assert_true(g_file_get_contents(out, &result.out, NULL, NULL));
    }
    g_assert_true(g_file_get_contents(err, &result.err, NULL, NULL));
    folder_remove(folder);
    return result;
}

#endif
