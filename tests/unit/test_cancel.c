/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/stream.h"

#include <glib.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static void
test_nobody_asked(void)
{
    g_autoptr(GError) error = NULL;

    bl_cancel_clear();
    g_assert_cmpint(bl_cancel_requested(), ==, 0);
    g_assert_true(bl_cancel_check(&error));
    g_assert_no_error(error);
}

static void
test_request(void)
{
    g_autoptr(GError) error = NULL;

    bl_cancel_request(SIGTERM);
    g_assert_cmpint(bl_cancel_requested(), ==, SIGTERM);
    g_assert_false(bl_cancel_check(&error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CANCELLED);
    g_assert_false(bl_cancel_check(NULL));
    bl_cancel_clear();
    g_assert_true(bl_cancel_check(NULL));
}

static void
test_signals_set_the_flag(void)
{
    static const int signals[] = { SIGINT, SIGTERM };

    bl_cancel_install();
    for (gsize i = 0; i < G_N_ELEMENTS(signals); i++) {
        bl_cancel_clear();
        g_assert_cmpint(raise(signals[i]), ==, 0);
        g_assert_cmpint(bl_cancel_requested(), ==, signals[i]);
    }
    bl_cancel_clear();
}

static void
test_second_signal_ends_the_process(void)
{
    if (g_test_subprocess()) {
        bl_cancel_install();
        (void)raise(SIGINT);
        (void)raise(SIGTERM);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
}

static void
test_first_signal_does_not(void)
{
    if (g_test_subprocess()) {
        bl_cancel_install();
        (void)raise(SIGINT);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_passed();
}

static void
ask_to_end(int signum)
{
    (void)signum;
    bl_cancel_request(SIGINT);
}

/* A read that waits for a writer that never writes. */
static void
test_blocked_read_ends(void)
{
    int ends[2];
    char buffer[16];
    g_autoptr(GError) error = NULL;
    struct sigaction action = { .sa_handler = ask_to_end };
    struct itimerval soon = { .it_value = { .tv_usec = 50000 } };

    g_assert_cmpint(pipe(ends), ==, 0);
    g_autofree char *path = g_strdup_printf("/dev/fd/%d", ends[0]);
    g_autoptr(BlReader) reader = bl_reader_open(path, &error);
    g_assert_no_error(error);
    g_assert_cmpint(sigaction(SIGALRM, &action, NULL), ==, 0);
    g_assert_cmpint(setitimer(ITIMER_REAL, &soon, NULL), ==, 0);
    g_assert_cmpint(bl_reader_read(reader, buffer, sizeof buffer, &error), ==, -1);
    g_assert_error(error, BL_ERROR, BL_ERROR_CANCELLED);
    bl_cancel_clear();
    (void)close(ends[0]);
    (void)close(ends[1]);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cancel/check/nobody-asked", test_nobody_asked);
    g_test_add_func("/cancel/check/requested", test_request);
    g_test_add_func("/cancel/install/signals-set-the-flag", test_signals_set_the_flag);
    g_test_add_func("/cancel/install/second-signal-ends-the-process",
                    test_second_signal_ends_the_process);
    g_test_add_func("/cancel/install/first-signal-does-not", test_first_signal_does_not);
    g_test_add_func("/cancel/read/blocked-read-ends", test_blocked_read_ends);
    return g_test_run();
}
