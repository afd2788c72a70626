/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Against GLib's, whatever the length and however the bytes come in pieces. */
#include "sim/base/bb-sha256.h"

static void
check(const guint8 *bytes, gsize n, gsize most_piece)
{
    g_autoptr(BbSha256) sha = bb_sha256_new();
    g_autofree char *glib = g_compute_checksum_for_data(G_CHECKSUM_SHA256, bytes, n);
    g_autofree char *hex = NULL;

    for (gsize at = 0, piece; at < n; at += piece) {
        piece = (gsize)g_test_rand_int_range(0, (gint32)most_piece + 1);
        piece = MIN(piece, n - at);
        bb_sha256_update(sha, bytes + at, piece);
    }
    hex = bb_sha256_hex(sha);
    g_assert_cmpstr(hex, ==, glib);
}

static void
test_lengths(void)
{
    enum { N = 1000 };
    guint8 bytes[N];

    for (guint i = 0; i < N; i++)
        bytes[i] = (guint8)g_test_rand_int();
    for (guint n = 0; n <= N; n++) {
        check(bytes, n, N);
        check(bytes, n, 1);
        check(bytes, n, 70);
    }
}

static void
test_long(void)
{
    enum { N = 3000000 };
    g_autofree guint8 *bytes = g_malloc(N);

    for (guint i = 0; i < N; i++)
        bytes[i] = (guint8)(i >> 7 ^ i);
    for (guint i = 0; i < 8; i++)
        check(bytes + i, N - 8, 300000);
}

/* The text may be asked for in the middle. */
static void
test_goes_on(void)
{
    g_autoptr(BbSha256) sha = bb_sha256_new();
    g_autofree char *none = bb_sha256_hex(sha), *some = NULL, *all = NULL;

    g_assert_cmpstr(none, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    bb_sha256_update(sha, "ab", 2);
    some = bb_sha256_hex(sha);
    g_assert_cmpstr(some, ==, "fb8e20fc2e4c3f248c60c39bd652f3c1347298bb977b8b4d5903b85055620603");
    bb_sha256_update(sha, "c", 1);
    all = bb_sha256_hex(sha);
    g_assert_cmpstr(all, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/sha256/lengths", test_lengths);
    g_test_add_func("/sha256/long", test_long);
    g_test_add_func("/sha256/goes-on", test_goes_on);
    return g_test_run();
}
