/* SPDX-License-Identifier: MIT */
/**
 * @file candidate.h
 * @brief A new snapshot, loaded into a scratch database of its own before it takes the place of
 * anything, while its caller does something else.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_CANDIDATE_H
#define BL_SQUASH_CANDIDATE_H

#include "dump/dumper.h"
#include "squash/replay.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct BlCandidate BlCandidate;

/**
 * Writes @dump to a temporary folder and begins to load it. What there is to tell is told when the
 * candidate is taken, so that nothing depends on who was faster.
 * @param replay where and how, borrowed until the candidate is freed; what it starts with and its
 * migrations do not count. Where it asks another session (like, beside, not_beside), the load waits
 * until the candidate is taken: a session answers one at a time
 * @param dump is not looked at any more when this returns
 * @return bl_candidate_free()
 */
BlCandidate *bl_candidate_new(const BlReplayOptions *replay,
                              BlDump *dump,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Waits until the load that is under way is over: what the server has is the caller's then.
 * @return FALSE: none was under way */
gboolean bl_candidate_wait(BlCandidate *candidate);

/** Waits until it is loaded. To be called once.
 * @return bl_session_close(), before the candidate is freed; NULL: the error of the load */
BlSession *bl_candidate_take(BlCandidate *candidate, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Waits for the load, and drops what nobody took. May be NULL. */
void bl_candidate_free(BlCandidate *candidate);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlCandidate, bl_candidate_free)

G_END_DECLS

#endif
