/* SPDX-License-Identifier: MIT */
/**
 * @file sharing.h
 * @brief Other connections whose migrations lie in the same folders: what they still need.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_SHARING_H
#define BL_SQUASH_SHARING_H

#include "squash/prune.h"

#include "common/project/project.h"

#include <glib.h>

G_BEGIN_DECLS

/** The others. */
typedef struct {
    const BlProject *project;
    const BlConnection *self; /**< whose others they are */
    GPtrArray
        *connections;   /**< BlConnection * that share a folder, this one left out, but for the
                           database that the configuration has for it when --url names another */
    GPtrArray *unknown; /**< BlConnection * that share one too, but whose URL is not known here */
    GPtrArray
        *manifests; /**< BlManifest *, NULL where it has no snapshot; of each of another name */
    GPtrArray *readings; /**< BlReading *, what the sharers' are borrowed from */
    GArray *sharers;     /**< BlPruneSharer: those with a snapshot of their own */
} BlSharing;

/** Finds them by the configuration.
 * @param project, connection must outlive the result
 * @param sql_path of the snapshot that is made here: who uses the same one needs no other
 * @return bl_sharing_free(); NULL: a manifest or the configuration is broken */
BlSharing *bl_sharing_read(const BlProject *project,
                           const BlConnection *connection,
                           const char *sql_path,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Asks the databases: none may lack one of @migrations, as far as it reads their files, while it
 * has others.
 * @param wanted --check-connection: only these are asked, and each must answer; NULL: all that
 * share a folder, and one that cannot be reached is named in a warning
 * @return FALSE: BL_ERROR_CONFLICT that names what is pending; BL_ERROR_CONNECT */
gboolean bl_sharing_check(const BlSharing *sharing,
                          const char *const *wanted,
                          const GPtrArray *migrations,
                          const BlReporter *reporter,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For a dry run: forgets the sharers among @names (NULL: none), whose squash would have come
 * first, so that their snapshots hold by then what they read.
 * @param is_whole without a limit; how much a limit leaves is known only where they read the same
 */
void bl_sharing_foresee(BlSharing *sharing, const char *const *names, gboolean is_whole);

/** The migration folders of @connection, absolute. @return g_strfreev() */
char **bl_sharing_folders(const BlProject *project, const BlConnection *connection);

/** Those of all connections of the configuration and of @self. @return g_strfreev(); NULL: the
 * configuration is broken */
char **bl_sharing_all_folders(const BlProject *project,
                              const BlConnection *self,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_sharing_free(BlSharing *sharing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlSharing, bl_sharing_free)

G_END_DECLS

#endif
