/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"

#include "common/base/error.h"

#include <signal.h>
#include <stdatomic.h>
#include <string.h>

static atomic_int requested;

void
bl_cancel_request(int signum)
{
    atomic_store(&requested, signum);
}

/* The second signal must end a process that is stuck in a library call: it takes the default
 * action. */
static void
on_signal(int signum)
{
    if (atomic_load(&requested) != 0) {
        (void)signal(signum, SIG_DFL);
        (void)raise(signum);
        return;
    }
    bl_cancel_request(signum);
}

void
bl_cancel_install(void)
{
    static const int signals[] = { SIGINT, SIGTERM };
    struct sigaction action;

    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    /* Without SA_RESTART a blocking read of a pipe or a terminal returns and can see the wish. */
    action.sa_flags = 0;
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++)
        (void)sigaction(signals[i], &action, NULL);
}

void
bl_cancel_clear(void)
{
    atomic_store(&requested, 0);
}

int
bl_cancel_requested(void)
{
    return atomic_load(&requested);
}

gboolean
bl_cancel_check(GError **error)
{
    int signum = bl_cancel_requested();

    if (signum == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CANCELLED, NULL, "ended by %s",
                 signum == SIGINT    ? "an interrupt"
                 : signum == SIGTERM ? "a request to terminate"
                                     : "a signal");
    return FALSE;
}
