/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target over files and folders of files, where libFuzzer is not there to do it. */
#include "fuzz.h"

#include <stdio.h>

static guint
run_file(const char *path)
{
    g_autofree char *bytes = NULL;
    gsize n = 0;
    if (!g_file_get_contents(path, &bytes, &n, NULL))
        return 0;
    /* A copy of just this size, so that a sanitizer sees a read beyond it. */
    g_autofree guint8 *copy = g_memdup2(bytes, n);
    LLVMFuzzerTestOneInput(copy, n);
    return 1;
}

static guint
run_path(const char *path)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    guint n_run = 0;
    if (dir == NULL)
        return run_file(path);
    for (const char *name; (name = g_dir_read_name(dir)) != NULL;) {
        g_autofree char *child = g_build_filename(path, name, NULL);
        n_run += run_path(child);
    }
    return n_run;
}

int
main(int argc, char **argv)
{
    guint n_run = 0;
    for (int i = 1; i < argc; i++)
        n_run += run_path(argv[i]);
    printf("%u inputs\n", n_run);
    return n_run > 0 ? 0 : 1;
}
