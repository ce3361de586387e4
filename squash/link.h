/* SPDX-License-Identifier: MIT */
/**
 * @file link.h
 * @brief Where symbolic links between migration files lead: what one folder needs of another.
 *
 * Layer: squash. Hard links need nothing: a file is whole under each of its names.
 */
#ifndef BL_SQUASH_LINK_H
#define BL_SQUASH_LINK_H

#include <glib.h>

G_BEGIN_DECLS

/** Every name on the way from @path to the file that it leads to. Without one of them the others
 * before it lead nowhere.
 * @return GPtrArray of char *, each as bl_git_path(), @path itself first; owned;
 * g_ptr_array_unref() */
GPtrArray *bl_link_way(const char *path);

/** @return TRUE when a link to a file somewhere in @folder leads through one of @places.
 * @param folder absolute @param places absolute; links on the way to them do not matter */
gboolean bl_link_leads_into(const char *folder, const char *const *places);

G_END_DECLS

#endif
