/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Step i holds from times[i] to times[i + 1], the last one for ever. Steps before `head` are past. */
#include "sim/engine/bb-profile.h"

#include <string.h>

struct _BbProfile {
    BbTimeUs *times;
    gint64 *frees;
    gsize head, n, size; /* steps are head .. n - 1 */
};

BbProfile *
bb_profile_new(void)
{
    BbProfile *profile = g_new0(BbProfile, 1);

    bb_profile_reset(profile, 0, 0);
    return profile;
}

void
bb_profile_free(BbProfile *profile)
{
    if (!profile)
        return;
    g_free(profile->times);
    g_free(profile->frees);
    g_free(profile);
}

static void
reserve(BbProfile *profile, gsize n)
{
    if (n <= profile->size)
        return;
    profile->size = MAX(n, 2 * profile->size);
    profile->times = g_renew(BbTimeUs, profile->times, profile->size);
    profile->frees = g_renew(gint64, profile->frees, profile->size);
}

void
bb_profile_reset(BbProfile *profile, BbTimeUs now_us, gint64 free)
{
    reserve(profile, 64);
    profile->head = 0;
    profile->n = 1;
    profile->times[0] = now_us;
    profile->frees[0] = free;
}

void
bb_profile_append(BbProfile *profile, BbTimeUs from_us, gint64 amount)
{
    gint64 before = profile->frees[profile->n - 1];

    if (from_us == BB_TIME_NEVER)
        return;
    if (profile->times[profile->n - 1] == from_us) {
        profile->frees[profile->n - 1] += amount;
        return;
    }
    reserve(profile, profile->n + 1);
    profile->times[profile->n] = from_us;
    profile->frees[profile->n++] = before + amount;
}

static void
drop_past(BbProfile *profile)
{
    gsize n = profile->n - profile->head;

    memmove(profile->times, profile->times + profile->head, n * sizeof(BbTimeUs));
    memmove(profile->frees, profile->frees + profile->head, n * sizeof(gint64));
    profile->head = 0;
    profile->n = n;
}

void
bb_profile_advance(BbProfile *profile, BbTimeUs now_us)
{
    while (profile->head + 1 < profile->n && profile->times[profile->head + 1] <= now_us)
        profile->head++;
    profile->times[profile->head] = MAX(profile->times[profile->head], now_us);
    if (profile->head > profile->size / 2)
        drop_past(profile);
}

/* The last step that begins at or before the time. */
static gsize
step_at(const BbProfile *profile, BbTimeUs time_us)
{
    gsize low = profile->head, high = profile->n;

    while (high - low > 1) {
        gsize middle = low + (high - low) / 2;

        if (profile->times[middle] <= time_us)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Makes a step begin at the time; returns its index. */
static gsize
cut(BbProfile *profile, BbTimeUs time_us)
{
    gsize at = step_at(profile, time_us);

    if (profile->times[at] == time_us)
        return at;
    reserve(profile, profile->n + 1);
    at++;
    memmove(profile->times + at + 1, profile->times + at, (profile->n - at) * sizeof(BbTimeUs));
    memmove(profile->frees + at + 1, profile->frees + at, (profile->n - at) * sizeof(gint64));
    profile->times[at] = time_us;
    profile->frees[at] = profile->frees[at - 1];
    profile->n++;
    return at;
}

/* Two steps that became equal are one again: else give and take would leave ever more of them. */
static void
join(BbProfile *profile, gsize at)
{
    if (at <= profile->head || at >= profile->n || profile->frees[at] != profile->frees[at - 1])
        return;
    profile->n--;
    memmove(profile->times + at, profile->times + at + 1, (profile->n - at) * sizeof(BbTimeUs));
    memmove(profile->frees + at, profile->frees + at + 1, (profile->n - at) * sizeof(gint64));
}

void
bb_profile_add(BbProfile *profile, BbTimeUs from_us, BbTimeUs to_us, gint64 amount)
{
    gsize begin, end;

    if (to_us <= from_us)
        return;
    begin = cut(profile, from_us);
    end = to_us == BB_TIME_NEVER ? profile->n : cut(profile, to_us);
    for (gsize i = begin; i < end; i++)
        profile->frees[i] += amount;
    join(profile, end);
    join(profile, begin);
}

BbTimeUs
bb_profile_earliest(const BbProfile *profile, gint64 need, BbTimeUs duration_us, BbTimeUs latest_us)
{
    const BbTimeUs *times = profile->times;
    const gint64 *frees = profile->frees;
    gsize n = profile->n;

    for (gsize i = profile->head; i < n;) {
        BbTimeUs end;
        gsize j;

        while (i < n && frees[i] < need)
            i++;
        if (i == n || times[i] > latest_us)
            break;
        end = duration_us >= BB_TIME_NEVER - times[i] ? BB_TIME_NEVER : times[i] + duration_us;
        for (j = i + 1; j < n && times[j] < end && frees[j] >= need; j++)
            ;
        if (j == n || times[j] >= end)
            return times[i];
        i = j + 1;
    }
    return BB_TIME_NEVER;
}

BbTimeUs
bb_profile_free_for(const BbProfile *profile, gint64 need, gint64 *out_most)
{
    *out_most = 0;
    for (gsize i = profile->head; i < profile->n; i++) {
        if (profile->frees[i] < need)
            return profile->times[i] - profile->times[profile->head];
        *out_most = MAX(*out_most, profile->frees[i]);
    }
    return BB_TIME_NEVER;
}
