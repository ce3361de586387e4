/* SPDX-License-Identifier: MIT */
/**
 * @file libmysql.h
 * @brief The client library, loaded when the first MySQL session is opened.
 *
 * Layer: common/engine/mysql. Libraries: libmariadb or libmysqlclient (the header at build time,
 * the library at run time, for the same reason as libpq: nobody else pays its start-up).
 */
#ifndef BL_COMMON_ENGINE_MYSQL_LIBMYSQL_H
#define BL_COMMON_ENGINE_MYSQL_LIBMYSQL_H

#include <glib.h>
#include <mysql.h>

G_BEGIN_DECLS

/** Every function of the library that the engine calls; a new one is added here. */
#define MY_LIBMYSQL_FUNCTIONS(X)                                                                   \
    X(mysql_affected_rows)                                                                         \
    X(mysql_character_set_name)                                                                    \
    X(mysql_close)                                                                                 \
    X(mysql_errno)                                                                                 \
    X(mysql_error)                                                                                 \
    X(mysql_fetch_lengths)                                                                         \
    X(mysql_fetch_row)                                                                             \
    X(mysql_field_count)                                                                           \
    X(mysql_free_result)                                                                           \
    X(mysql_get_client_info)                                                                       \
    X(mysql_get_server_info)                                                                       \
    X(mysql_get_ssl_cipher)                                                                        \
    X(mysql_init)                                                                                  \
    X(mysql_insert_id)                                                                             \
    X(mysql_more_results)                                                                          \
    X(mysql_next_result)                                                                           \
    X(mysql_num_fields)                                                                            \
    X(mysql_options)                                                                               \
    X(mysql_options4)                                                                              \
    X(mysql_real_connect)                                                                          \
    X(mysql_real_query)                                                                            \
    X(mysql_set_server_option)                                                                     \
    X(mysql_sqlstate)                                                                              \
    X(mysql_store_result)                                                                          \
    X(mysql_thread_end)                                                                            \
    X(mysql_thread_id)                                                                             \
    X(mysql_thread_init)                                                                           \
    X(mysql_use_result)                                                                            \
    X(mysql_warning_count)

/** The functions, by their own names: my.mysql_close(conn). */
typedef struct {
#define MY_MEMBER(name) __typeof__(name) *name;
    MY_LIBMYSQL_FUNCTIONS(MY_MEMBER)
#undef MY_MEMBER
} MyLibmysql;

extern MyLibmysql my;

/** Loads the library, once. @return FALSE: BL_ERROR_UNSUPPORTED that says what to install */
gboolean my_libmysql_load(GError **error);

/** mysql_free_result() for g_autoptr. */
static inline void
my_result_free(MYSQL_RES *result)
{
    my.mysql_free_result(result);
}
typedef MYSQL_RES MyResult;
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MyResult, my_result_free)

G_END_DECLS

#endif
