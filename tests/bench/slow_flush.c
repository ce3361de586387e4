/* SPDX-License-Identifier: MIT */
/*
 * Preloaded into a server: each flush to the disk takes BL_FLUSH_MS milliseconds longer, as on a
 * disk without a cache that outlives a power cut.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static void
wait_a_while(void)
{
    const char *text = getenv("BL_FLUSH_MS");
    long ms = text != NULL ? strtol(text, NULL, 10) : 0;
    const struct timespec pause = { ms / 1000, (ms % 1000) * 1000000 };
    nanosleep(&pause, NULL);
}

int
fsync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
    wait_a_while();
    return real(fd);
}

int
fdatasync(int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
    wait_a_while();
    return real(fd);
}
