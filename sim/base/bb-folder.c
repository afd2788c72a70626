/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lock is an flock on the folder itself: it leaves no file, and the kernel drops it with the process.
 * Where there are no such locks, there is none. */
#include "sim/base/bb-folder.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct _BbFolder {
    char *path;
    int fd;
    GPtrArray *inner; /* of char *, paths */
    GPtrArray *made;  /* of char *, in order */
};

static gboolean
fail(const char *path, const char *what, int code, GError **error)
{
    return bb_error_set(error, BB_ERROR_OUTPUT, "%s: %s: %s", path, what, g_strerror(code));
}

static gboolean
make(BbFolder *folder, const char *path, GError **error)
{
    if (g_mkdir(path, 0777) == 0) {
        g_ptr_array_add(folder->made, g_strdup(path));
        return TRUE;
    }
    if (errno == EEXIST)
        return TRUE;
    return fail(path, "cannot be made", errno, error);
}

static gboolean
check_content(const char *path, const char *const *names, GError **error)
{
    g_autoptr(GDir) dir = g_dir_open(path, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        if (g_strv_contains(names, name) || g_str_has_prefix(name, BB_OUTPUT_TEMPORARY))
            continue;
        g_autofree char *found = bb_quote(name);
        return bb_error_set(error, BB_ERROR_OUTPUT,
                            "%s: expected a new folder or an earlier one of this command, found "
                            "%s in it",
                            path, found);
    }
    return TRUE;
}

static gboolean
lock(BbFolder *folder, GError **error)
{
    folder->fd = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->fd < 0)
        return fail(folder->path, "cannot be opened as a folder", errno, error);
    if (flock(folder->fd, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return TRUE;
    return bb_error_set(error, BB_ERROR_OUTPUT,
                        "%s: expected nobody else at work in it, found another process",
                        folder->path);
}

BbFolder *
bb_folder_open(const char *path, const char *const *names, GError **error)
{
    g_autoptr(BbFolder) folder = g_new0(BbFolder, 1);
    folder->path = g_strdup(path);
    folder->fd = -1;
    folder->inner = g_ptr_array_new_with_free_func(g_free);
    folder->made = g_ptr_array_new_with_free_func(g_free);
    if (!make(folder, path, error) || !lock(folder, error) || !check_content(path, names, error))
        return NULL;
    bb_output_remove_temporaries(path);
    return g_steal_pointer(&folder);
}

char *
bb_folder_make(BbFolder *folder, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(folder->path, name, NULL);
    if (!make(folder, path, error))
        return NULL;
    bb_output_remove_temporaries(path);
    g_ptr_array_add(folder->inner, g_strdup(path));
    return g_steal_pointer(&path);
}

/* rmdir takes empty folders only. */
void
bb_folder_free(BbFolder *folder)
{
    if (folder == NULL)
        return;
    for (guint i = 0; i < folder->inner->len; i++)
        bb_output_remove_temporaries(folder->inner->pdata[i]);
    for (guint i = folder->made->len; i > 0; i--)
        g_rmdir(folder->made->pdata[i - 1]);
    if (folder->fd >= 0)
        close(folder->fd);
    g_ptr_array_unref(folder->inner);
    g_ptr_array_unref(folder->made);
    g_free(folder->path);
    g_free(folder);
}
