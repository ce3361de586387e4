/* SPDX-License-Identifier: MIT */
#include "common/cli/pool.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/output.h"
#include "common/cli/state.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

enum { OUT, ERR, N_STREAMS, READ_SIZE = 64 * 1024 };

static void
free_child(gpointer data)
{
    BlChild *child = data;
    for (int i = 0; i < N_STREAMS; i++) {
        g_string_free(child->held[i], TRUE);
        if (child->fds[i] != -1) {
            close(child->fds[i]);
        }
    }
    g_free(child->name);
    g_free(child->turn);
    g_free(child->crash);
    g_free(child);
}

BlPool *
bl_pool_new(const char *const *names)
{
    BlPool *pool = g_new0(BlPool, 1);
    pool->jobs = 1;
    pool->children = g_ptr_array_new_with_free_func(free_child);
    for (gsize i = 0; names[i] != NULL; i++) {
        BlChild *child = g_new0(BlChild, 1);
        child->name = g_strdup(names[i]);
        for (int stream = 0; stream < N_STREAMS; stream++) {
            child->fds[stream] = -1;
            child->held[stream] = g_string_new(NULL);
        }
        g_ptr_array_add(pool->children, child);
    }
    return pool;
}

void
bl_pool_free(BlPool *pool)
{
    if (pool != NULL) {
        g_ptr_array_unref(pool->children);
        g_free(pool);
    }
}

static BlChild *
child_at(const BlPool *pool, guint i)
{
    return g_ptr_array_index(pool->children, i);
}

static gboolean
is_own_code(int code)
{
    return (code >= 0 && code <= BL_ERROR_UNSUPPORTED) || code == BL_ERROR_INTERNAL ||
           code == 128 + SIGINT || code == 128 + SIGTERM;
}

void
bl_child_set_end(BlChild *child, int wait_status, int signum)
{
    child->state = BL_CHILD_ENDED;
    if (WIFSIGNALED(wait_status)) {
        int killer = WTERMSIG(wait_status);
        if (signum != 0 && killer == signum) {
            child->state = BL_CHILD_STOPPED;
            child->code = 128 + signum;
            return;
        }
        child->code = BL_ERROR_INTERNAL;
        child->crash = g_strdup_printf("was ended by signal %d (%s)", killer, strsignal(killer));
        return;
    }
    child->code = WEXITSTATUS(wait_status);
    if (!is_own_code(child->code)) {
        child->crash =
            g_strdup_printf("ended with exit code %d, which is none of ours", child->code);
        child->code = BL_ERROR_INTERNAL;
    } else if (signum != 0 && child->code == 128 + signum) {
        child->state = BL_CHILD_STOPPED;
    }
}

/* The wish to end goes to each process once: a second time would kill it in the middle of its
 * rollback. */
static void
pass_signal_on(BlPool *pool)
{
    int signum = bl_cancel_requested();
    if (signum == 0 || pool->passed_on) {
        return;
    }
    pool->passed_on = TRUE;
    for (guint i = 0; i < pool->children->len; i++) {
        const BlChild *child = child_at(pool, i);
        if (child->state == BL_CHILD_RUNNING) {
            kill(child->pid, signum);
        }
    }
}

/* Signals are let in only at known places, so that none falls between a look and a wait. */
static void
hold_signals(sigset_t *old)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigprocmask(SIG_BLOCK, &held, old);
}

/* @return g_strfreev() */
static char **
find_done(const BlPool *pool)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; pool->jobs == 1 && i < pool->children->len; i++) {
        const BlChild *child = child_at(pool, i);
        if (child->state == BL_CHILD_ENDED && child->code == 0)
            g_ptr_array_add(names, g_strdup(child->name));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

/* In the new process: output goes into the pipes, and nobody can be asked. */
static void
become_child(BlPool *pool, BlCli *cli, const BlChild *self, const int *ends, pid_t parent)
{
    /* A terminal and a supervisor signal whole groups; this process hears it from its parent. */
    setpgid(0, 0);
#ifdef __linux__
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) {
        bl_cancel_request(SIGTERM);
    }
#else
    (void)parent;
#endif
    for (guint i = 0; i < pool->children->len; i++) {
        BlChild *other = child_at(pool, i);
        for (int stream = 0; stream < N_STREAMS; stream++) {
            if (other->fds[stream] != -1) {
                close(other->fds[stream]);
                other->fds[stream] = -1;
            }
        }
    }
    int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
    dup2(nothing, STDIN_FILENO);
    close(nothing);
    for (int stream = 0; stream < N_STREAMS; stream++) {
        dup2(ends[stream], stream == OUT ? STDOUT_FILENO : STDERR_FILENO);
        close(ends[stream]);
    }
    cli->is_child = TRUE;
    cli->done_before = find_done(pool);
    cli->output.terminal = FALSE;
    cli->output.write_errno = 0;
    cli->began = g_get_monotonic_time();
    g_free(cli->shared.common.connection);
    cli->shared.common.connection = g_strdup(self->name);
    cli->shared.common.all = FALSE;
}

static gboolean
open_pipes(int reading[N_STREAMS], int writing[N_STREAMS])
{
    for (int stream = 0; stream < N_STREAMS; stream++) {
        int ends[2];
        if (pipe2(ends, O_CLOEXEC) != 0) {
            if (stream > 0) {
                close(reading[0]);
                close(writing[0]);
            }
            return FALSE;
        }
        reading[stream] = ends[0];
        writing[stream] = ends[1];
    }
    return TRUE;
}

static void
fail_start(BlPool *pool, BlChild *child, int errnum)
{
    child->state = BL_CHILD_ENDED;
    child->code = BL_ERROR_IO;
    child->crash = g_strdup_printf("could not be started: %s", g_strerror(errnum));
    pool->stopped = pool->stopped || !pool->continue_on_error;
}

/* @return TRUE in the new process */
static gboolean
start(BlPool *pool, BlCli *cli, BlChild *child)
{
    int reading[N_STREAMS];
    int writing[N_STREAMS];
    if (!open_pipes(reading, writing)) {
        fail_start(pool, child, errno);
        return FALSE;
    }
    pid_t parent = getpid();
    /* Else both would print what is still in the buffer. */
    fflush(stdout);
    fflush(stderr);
    pid_t pid = fork(); /* lint-allow: fork: no program is started, the new process is this one */
    if (pid == 0) {
        memcpy(child->fds, reading, sizeof child->fds);
        become_child(pool, cli, child, writing, parent);
        return TRUE;
    }
    int errnum = errno;
    for (int stream = 0; stream < N_STREAMS; stream++) {
        close(writing[stream]);
        if (pid == -1) {
            close(reading[stream]);
        }
    }
    if (pid == -1) {
        fail_start(pool, child, errnum);
        return FALSE;
    }
    memcpy(child->fds, reading, sizeof child->fds);
    child->pid = pid;
    child->state = BL_CHILD_RUNNING;
    pool->n_running++;
    return FALSE;
}

/* Those who wait for it wait too: the order stays. */
static gboolean
is_its_turn(const BlPool *pool, const BlChild *child)
{
    for (guint i = 0; child->turn != NULL && i < pool->next; i++) {
        const BlChild *other = child_at(pool, i);
        if (other->state == BL_CHILD_RUNNING && g_strcmp0(other->turn, child->turn) == 0)
            return FALSE;
    }
    return TRUE;
}

static gboolean
may_start(const BlPool *pool)
{
    return pool->next < pool->children->len && pool->n_running < pool->jobs && !pool->stopped &&
           bl_cancel_requested() == 0 && is_its_turn(pool, child_at(pool, pool->next));
}

/* @return TRUE in a new process */
static gboolean
start_more(BlPool *pool, BlCli *cli)
{
    sigset_t old;
    hold_signals(&old);
    gboolean is_new = FALSE;
    while (!is_new && may_start(pool)) {
        is_new = start(pool, cli, child_at(pool, pool->next++));
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    return is_new;
}

/* Nobody knows how it ended: that is not "well". */
static void
fail_wait(BlChild *child, int errnum)
{
    child->state = BL_CHILD_ENDED;
    child->code = BL_ERROR_INTERNAL;
    child->crash = g_strdup_printf("cannot be waited for: %s", g_strerror(errnum));
}

static void
reap(BlPool *pool, BlChild *child)
{
    int status = 0;
    pid_t pid = -1;
    do {
        pass_signal_on(pool);
        pid = waitpid(child->pid, &status, 0);
    } while (pid == -1 && errno == EINTR);
    pool->n_running--;
    if (pid == -1) {
        fail_wait(child, errno);
    } else {
        bl_child_set_end(child, status, bl_cancel_requested());
    }
    /* 1 is an answer: a check found a difference. */
    if (child->code > 1 && !pool->continue_on_error) {
        pool->stopped = TRUE;
    }
}

/* Takes what is there. */
static void
hear(BlPool *pool, BlChild *child, int stream)
{
    char buffer[READ_SIZE];
    gssize n = read(child->fds[stream], buffer, sizeof buffer);
    if (n > 0) {
        g_string_append_len(child->held[stream], buffer, n);
        return;
    }
    if (n == -1 && errno == EINTR) {
        return;
    }
    close(child->fds[stream]);
    child->fds[stream] = -1;
    if (child->fds[OUT] == -1 && child->fds[ERR] == -1) {
        reap(pool, child);
    }
}

static void
wait_for_words(BlPool *pool)
{
    g_autoptr(GArray) polled = g_array_new(FALSE, FALSE, sizeof(struct pollfd));
    g_autoptr(GPtrArray) speakers = g_ptr_array_new();
    for (guint i = 0; i < pool->next; i++) {
        BlChild *child = child_at(pool, i);
        for (int stream = 0; stream < N_STREAMS; stream++) {
            if (child->fds[stream] != -1) {
                const struct pollfd one = { child->fds[stream], POLLIN, 0 };
                g_array_append_val(polled, one);
                g_ptr_array_add(speakers, child);
            }
        }
    }
    sigset_t old;
    hold_signals(&old);
    int n = -1;
    /* A wish that came just now is passed on before anything is waited for. */
    if (bl_cancel_requested() == 0 || pool->passed_on) {
        n = ppoll((struct pollfd *)(void *)polled->data, polled->len, NULL, &old);
    }
    sigprocmask(SIG_SETMASK, &old, NULL);
    for (guint i = 0; n > 0 && i < polled->len; i++) {
        BlChild *child = g_ptr_array_index(speakers, i);
        const struct pollfd *one = &g_array_index(polled, struct pollfd, i);
        if (one->revents != 0) {
            hear(pool, child, child->fds[OUT] == one->fd ? OUT : ERR);
        }
    }
}

/* Not by stdio: what stays in its buffer, because nobody could write it, would be printed again by
 * the next new process. */
static void
write_product(BlPool *pool, BlCli *cli, const char *text, gsize len)
{
    while (len > 0 && cli->output.write_errno == 0) {
        gssize n = write(STDOUT_FILENO, text, len);
        if (n >= 0) {
            text += n;
            len -= (gsize)n;
        } else if (errno == EINTR) {
            pass_signal_on(pool);
        } else {
            cli->output.write_errno = errno;
        }
    }
}

static void
write_stream(BlPool *pool, BlCli *cli, int stream, const char *text, gsize len)
{
    if (stream == OUT) {
        write_product(pool, cli, text, len);
    } else {
        fwrite(text, 1, len, stderr);
        fflush(stderr);
    }
    pool->is_mid_line[stream] = text[len - 1] != '\n';
    if (pool->is_one_place) {
        pool->is_mid_line[!stream] = pool->is_mid_line[stream];
    }
}

/* A process that was killed may have stopped in the middle of a line. */
static void
end_line(BlPool *pool, BlCli *cli)
{
    if (pool->is_mid_line[ERR]) {
        write_stream(pool, cli, ERR, "\n", 1);
    }
}

static void
write_header(BlPool *pool, BlCli *cli, int stream, const char *name)
{
    if (pool->is_headed[stream]) {
        return;
    }
    pool->is_headed[stream] = TRUE;
    if (pool->is_one_place) {
        pool->is_headed[!stream] = TRUE;
    }
    g_autofree char *line =
        g_strdup_printf("%s== %s\n", pool->is_mid_line[stream] ? "\n" : "", name);
    write_stream(pool, cli, stream, line, strlen(line));
}

static void
say_crash(BlPool *pool, BlCli *cli, const BlChild *child)
{
    g_autoptr(GError) error = NULL;
    bl_error_set(&error, (BlErrorCode)child->code,
                 child->pid > 0 ? "its status says what is done" : "try it with fewer --jobs",
                 "the process of \"%s\" %s", child->name, child->crash);
    write_header(pool, cli, ERR, child->name);
    end_line(pool, cli);
    bl_output_error(&cli->output, cli->tool->name, error);
}

/* Prints what may be heard now. */
static void
let_speak(BlPool *pool, BlCli *cli)
{
    while (pool->front < pool->next) {
        BlChild *child = child_at(pool, pool->front);
        /* Talk first: a process keeps its product until its end. */
        for (int stream = ERR; stream >= OUT; stream--) {
            GString *held = child->held[stream];
            if (held->len > 0 && (stream == ERR || !pool->keeps_stdout)) {
                write_header(pool, cli, stream, child->name);
                write_stream(pool, cli, stream, held->str, held->len);
                g_string_truncate(held, 0);
            }
        }
        if (child->state == BL_CHILD_RUNNING) {
            return;
        }
        if (child->crash != NULL) {
            say_crash(pool, cli, child);
        }
        memset(pool->is_headed, 0, sizeof pool->is_headed);
        pool->front++;
    }
}

static gboolean
is_one_place(void)
{
    struct stat out;
    struct stat err;
    return fstat(STDOUT_FILENO, &out) == 0 && fstat(STDERR_FILENO, &err) == 0 &&
           out.st_dev == err.st_dev && out.st_ino == err.st_ino;
}

BlPoolEnd
bl_pool_run(BlPool *pool, BlCli *cli)
{
    /* Inherited as ignored it would take the exit codes away. */
    struct sigaction action;
    struct sigaction before;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_DFL;
    sigaction(SIGCHLD, &action, &before);
    pool->is_one_place = is_one_place();
    for (;;) {
        if (start_more(pool, cli)) {
            return BL_POOL_CHILD;
        }
        let_speak(pool, cli);
        if (pool->n_running == 0 && !may_start(pool)) {
            break;
        }
        if (pool->n_running > 0) {
            wait_for_words(pool);
        }
        pass_signal_on(pool);
    }
    end_line(pool, cli);
    sigaction(SIGCHLD, &before, NULL);
    return BL_POOL_DONE;
}
