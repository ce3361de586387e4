/* SPDX-License-Identifier: MIT */
/**
 * @file pool.h
 * @brief Processes of this program, one for each of several connections: started, heard, ended.
 *
 * Layer: common/cli, inside only.
 * What the processes print comes out in the order of the connections, each behind a line
 * "== NAME": the first that has not ended is heard live, what later ones say is held back until
 * their turn. A process of its own for each connection because a session, its signals and its
 * output belong to one thread of work, and because a crash in one must not end the others.
 */
#ifndef BL_COMMON_CLI_POOL_H
#define BL_COMMON_CLI_POOL_H

#include "common/cli/cli.h"

#include <glib.h>

#include <sys/types.h>

G_BEGIN_DECLS

typedef enum {
    BL_CHILD_WAITING, /**< not started */
    BL_CHILD_RUNNING,
    BL_CHILD_ENDED,
    BL_CHILD_STOPPED, /**< ended by the signal that asked for the end */
} BlChildState;

/** One connection's process. */
typedef struct {
    char *name;
    const char *engine; /**< static */
    char *turn;         /**< never runs beside another one with the same text; NULL: beside all */
    BlChildState state;
    int code;    /**< exit code; what is not one of ours, and a crash, is BL_ERROR_INTERNAL */
    char *crash; /**< how it ended when that was not by itself, else NULL */
    pid_t pid;
    int fds[2];       /**< its stdout and stderr; -1: closed */
    GString *held[2]; /**< what it said and nobody heard yet; with --json [0] is its document */
} BlChild;

/** All of them, in the order of the connections. */
typedef struct {
    GPtrArray *children; /**< of BlChild */
    guint jobs;
    gboolean continue_on_error;
    gboolean keeps_stdout; /**< stdout is for the caller: it stays in held[0] */
    guint n_running;
    guint next;            /**< the next to start */
    guint front;           /**< the first that is not heard to its end */
    gboolean stopped;      /**< one failed: no other is started */
    gboolean passed_on;    /**< the wish to end went to the processes */
    gboolean is_headed[2]; /**< the front one has its line on stdout, stderr */
    gboolean is_mid_line[2];
    gboolean is_one_place; /**< stdout and stderr are the same file or terminal */
} BlPool;

typedef enum {
    BL_POOL_DONE,
    BL_POOL_CHILD, /**< this is one of the new processes */
} BlPoolEnd;

/** @param names in their order; copied */
BlPool *bl_pool_new(const char *const *names);

/** Starts the processes and hears them until the last one ended. In a new process it comes back at
 * once, with is_child of @cli set and its connection chosen. */
BlPoolEnd bl_pool_run(BlPool *pool, BlCli *cli);

/** Reads what waitpid() gave into @child: its code, its crash, its state.
 * @param signum the signal that asked for the end, 0: none */
void bl_child_set_end(BlChild *child, int wait_status, int signum);

void bl_pool_free(BlPool *pool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlPool, bl_pool_free)

G_END_DECLS

#endif
