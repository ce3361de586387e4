/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/target.h"

#include <glib/gstdio.h>

#include <string.h>

/* Nothing but the URL, the files that a test writes and the environment that it sets. */

typedef struct {
    const char *name;
    const char *url;
    const char *host, *user, *password, *database, *socket; /* NULL: not given */
    guint port;
    gboolean tcp;
    const char *label;
} Case;

static const Case cases[] = {
    { "all", "mysql://u:p@h:3307/d", "h", "u", "p", "d", NULL, 3307, TRUE, "h:3307/d" },
    { "escapes", "mariadb://u%40x:p%2F%40%25@h/d%20e", "h", "u@x", "p/@%", "d e", NULL, 0, FALSE,
      "h/d e" },
    { "unescaped-at", "mysql://u:p@q@h/d", "h", "u", "p@q", "d", NULL, 0, FALSE, "h/d" },
    { "empty-password", "mysql://u:@h/d", "h", "u", "", "d", NULL, 0, FALSE, "h/d" },
    { "socket", "mysql://u@localhost/d?socket=/run/x.sock", "localhost", "u", NULL, "d",
      "/run/x.sock", 0, FALSE, "/run/x.sock/d" },
    { "unix-socket", "mysql://u@/d?unix_socket=%2Frun%2Fx.sock", NULL, "u", NULL, "d",
      "/run/x.sock", 0, FALSE, "/run/x.sock/d" },
    { "socket-as-host", "mysql://u@%2Frun%2Fx.sock/d", NULL, "u", NULL, "d", "/run/x.sock", 0,
      FALSE, "/run/x.sock/d" },
    { "local-port-is-tcp", "mysql://u@localhost:3307/d", "localhost", "u", NULL, "d", NULL, 3307,
      TRUE, "localhost:3307/d" },
    { "ipv6", "mysql://u@[::1]:3307/d", "::1", "u", NULL, "d", NULL, 3307, TRUE, "[::1]:3307/d" },
    { "other-host-has-no-socket", "mysql://u@h/d?socket=/run/x.sock", "h", "u", NULL, "d", NULL, 0,
      FALSE, "h/d" },
    { "protocol", "mysql://u@localhost/d?protocol=TCP&socket=/x", "localhost", "u", NULL, "d", NULL,
      0, TRUE, "localhost/d" },
    { "parameters", "mysql://h/?user=u&password=p&database=d&port=1", "h", "u", "p", "d", NULL, 1,
      TRUE, "h:1/d" },
};

typedef struct {
    const char *name;
    const char *url;
    const char *message;
} Refusal;

static const Refusal refusals[] = {
    { "no-slashes", "mysql:d", "\"//\" must follow the scheme" },
    { "no-database", "mysql://u:geheim@h", "names no database" },
    { "escape", "mysql://u:geheim%zz@h/d", "broken %-escape" },
    { "bracket", "mysql://u:geheim@[::1/d", "\"[\" without \"]\"" },
    { "port", "mysql://u:geheim@h:70000/d", "\"port\"" },
    { "unknown", "mysql://u:geheim@h/d?ssl-mod=x", "unknown parameter \"ssl-mod\"" },
    { "mode", "mysql://u:geheim@h/d?ssl-mode=maybe", "\"ssl-mode\"" },
    { "switch", "mysql://u:geheim@h/d?compress=maybe", "\"compress\"" },
    { "seconds", "mysql://u:geheim@h/d?read_timeout=-1", "\"read-timeout\"" },
    { "charset", "mysql://u:geheim@h/d?charset=latin1", "can only be utf8mb4" },
    { "local-infile", "mysql://u:geheim@h/d?local-infile=1", "cannot have the parameter" },
    { "init-command", "mysql://u:geheim@h/d?init_command=DROP", "cannot have the parameter" },
    { "no-file", "mysql://u:geheim@h/d?defaults-file=/nowhere/my.cnf", "/nowhere/my.cnf" },
};

static MyTarget *
parse(const char *text, GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, NULL, error);
    return url != NULL ? my_target_new(url, error) : NULL;
}

static MyTarget *
must_parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    MyTarget *target = parse(text, &error);
    g_assert_no_error(error);
    return target;
}

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    g_autoptr(MyTarget) target = must_parse(c->url);
    g_assert_cmpstr(target->host, ==, c->host);
    g_assert_cmpstr(target->user, ==, c->user);
    g_assert_cmpstr(target->password, ==, c->password);
    g_assert_cmpstr(target->database, ==, c->database);
    g_assert_cmpstr(target->socket, ==, c->socket);
    g_assert_cmpuint(target->port, ==, c->port);
    g_assert_cmpint(target->tcp, ==, c->tcp);
    g_autofree char *label = my_target_label(target);
    g_assert_cmpstr(label, ==, c->label);
}

static void
test_refusal(gconstpointer data)
{
    const Refusal *refusal = data;
    g_autoptr(GError) error = NULL;
    g_assert_null(parse(refusal->url, &error));
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, refusal->message));
    g_assert_null(strstr(error->message, "geheim"));
}

/* A file in the home folder of this process. */
static void
write_home(const char *name, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_build_filename(g_getenv("HOME"), name, NULL);
    (void)g_file_set_contents(path, text, -1, &error);
    g_assert_no_error(error);
    g_assert_cmpint(g_chmod(path, 0600), ==, 0);
}

static void
test_files_fill_what_the_url_leaves_open(void)
{
    write_home(".my.cnf",
               "[mysqld]\nuser=server\n[client]\n# no\nuser = \"file\\\\user\"\npassword="
               "'a#b'\nhost = filehost # where\nport=3399\nssl\nssl_ca=/ca\n"
               "local-infile=1\nreconnect\nloose-compress\nunknown=1\n"
               "[baseline]\nread-timeout=7\n[other]\nread-timeout=8\n");
    g_autoptr(MyTarget) all = must_parse("mysql:///d");
    g_assert_cmpstr(all->user, ==, "file\\user");
    g_assert_cmpstr(all->password, ==, "a#b");
    g_assert_cmpstr(all->host, ==, "filehost");
    g_assert_cmpuint(all->port, ==, 3399);
    g_assert_cmpstr(my_target_value(all, "ssl-ca"), ==, "/ca");
    g_assert_cmpstr(my_target_value(all, "read-timeout"), ==, "7");
    g_assert_null(my_target_value(all, "local-infile"));
    g_assert_null(my_target_value(all, "reconnect"));

    g_autoptr(MyTarget) some = must_parse("mysql://u@h/d?defaults-group=other");
    g_assert_cmpstr(some->user, ==, "u");
    g_assert_cmpstr(some->password, ==, "a#b");
    g_assert_cmpstr(some->host, ==, "h");
    /* The port of the file belongs to its host. */
    g_assert_cmpuint(some->port, ==, 0);
    g_assert_cmpstr(my_target_value(some, "read-timeout"), ==, "8");
    write_home(".my.cnf", "[client]\nsocket=/run/x.sock\nport=3399\n");
    g_autoptr(MyTarget) local = must_parse("mysql://u@localhost/d");
    g_assert_cmpstr(local->socket, ==, "/run/x.sock");
    g_autoptr(MyTarget) at_port = must_parse("mysql://u@localhost:3307/d");
    g_assert_null(at_port->socket);
    g_assert_cmpuint(at_port->port, ==, 3307);
    write_home(".my.cnf", "");
}

static void
test_files_may_include(void)
{
    g_autofree char *text =
        g_strdup_printf("!include %s/more.cnf\n[client]\nuser=last\n", g_getenv("HOME"));
    write_home("main.cnf", text);
    write_home("more.cnf", "[client]\nuser=first\npassword=x\n");
    g_autofree char *url =
        g_strdup_printf("mysql://h/d?defaults-file=%s/main.cnf", g_getenv("HOME"));
    g_autoptr(MyTarget) target = must_parse(url);
    g_assert_cmpstr(target->user, ==, "last");
    g_assert_cmpstr(target->password, ==, "x");
}

static void
test_file_for_everybody_is_not_read(void)
{
    write_home(".my.cnf", "[client]\nuser=anybody\n");
    g_autofree char *path = g_build_filename(g_getenv("HOME"), ".my.cnf", NULL);
    g_assert_cmpint(g_chmod(path, 0666), ==, 0);
    g_autoptr(MyTarget) target = must_parse("mysql://h/d");
    g_assert_cmpstr(target->user, !=, "anybody");
    write_home(".my.cnf", "");
}

static void
test_environment_comes_last(void)
{
    g_assert_true(g_setenv("MYSQL_PWD", "from-env", TRUE));
    g_assert_true(g_setenv("MYSQL_TCP_PORT", "3311", TRUE));
    g_assert_true(g_setenv("MYSQL_HOST", "envhost", TRUE));
    g_autoptr(MyTarget) all = must_parse("mysql:///d");
    g_assert_cmpstr(all->host, ==, "envhost");
    g_assert_cmpuint(all->port, ==, 3311);
    g_assert_cmpstr(all->password, ==, "from-env");
    g_autoptr(MyTarget) some = must_parse("mysql://u:p@h/d");
    g_assert_cmpstr(some->password, ==, "p");
    g_assert_cmpuint(some->port, ==, 0);
    g_unsetenv("MYSQL_PWD");
    g_unsetenv("MYSQL_TCP_PORT");
    g_unsetenv("MYSQL_HOST");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *home = g_dir_make_tmp("baseline-XXXXXX", NULL);
    g_assert_nonnull(home);
    g_assert_true(g_setenv("HOME", home, TRUE));
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/mysql-target/url/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        g_autofree char *path = g_strconcat("/mysql-target/refused/", refusals[i].name, NULL);
        g_test_add_data_func(path, &refusals[i], test_refusal);
    }
    g_test_add_func("/mysql-target/files/fill", test_files_fill_what_the_url_leaves_open);
    g_test_add_func("/mysql-target/files/include", test_files_may_include);
    g_test_add_func("/mysql-target/files/everybody", test_file_for_everybody_is_not_read);
    g_test_add_func("/mysql-target/environment", test_environment_comes_last);
    int code = g_test_run();
    static const char *const names[] = { ".my.cnf", "main.cnf", "more.cnf" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(home, names[i], NULL);
        (void)g_remove(path);
    }
    (void)g_rmdir(home);
    return code;
}
