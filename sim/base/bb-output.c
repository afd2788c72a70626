/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything is written under a temporary name in the same folder, so that rename(2) puts it in its
 * place at once. An earlier result steps aside first and is put back if the rename fails. */
#include "sim/base/bb-output.h"

#include "sim/base/bb-error.h"
#include "sim/base/bb-units.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BUFFER_SIZE (256 * 1024)

struct _BbOutputDir {
    char *path;   /* as given, for messages */
    char *target; /* absolute */
    char *temporary;
    gboolean committed;
};

struct _BbOutputFile {
    char *path;  /* where it will be, for messages */
    char *place; /* where it is written */
    int fd;
    GString *buffer;
    int error; /* errno of the first failed write */
};

static gboolean
fail_with(const char *path, const char *what, int code, GError **error)
{
    return bb_error_set(error, BB_ERROR_OUTPUT, "%s: %s: %s", path, what, g_strerror(code));
}

static int
remove_entry(const char *path, const struct stat *info G_GNUC_UNUSED, int type G_GNUC_UNUSED,
             struct FTW *position G_GNUC_UNUSED)
{
    return remove(path);
}

void
bb_output_remove(const char *path)
{
    nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

void
bb_output_remove_temporaries(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_str_has_prefix(name, BB_OUTPUT_TEMPORARY))
            bb_output_remove(path);
    }
}

/* Folder of a path and ".tmp-NAME-PID" in it. */
static char *
temporary_beside(const char *target)
{
    g_autofree char *folder = g_path_get_dirname(target);
    g_autofree char *name = g_path_get_basename(target);
    g_autofree char *temporary =
        g_strdup_printf(BB_OUTPUT_TEMPORARY "%s-%ld", name, (long)getpid());
    return g_build_filename(folder, temporary, NULL);
}

/* Absolute, links followed where there is something, without a slash at the end. */
static char *
resolve(const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return g_canonicalize_filename(path, NULL);
    char *copy = g_strdup(real);
    free(real);
    return copy;
}

static gboolean
is_empty(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    return dir != NULL && g_dir_read_name(dir) == NULL;
}

/* A summary.json, sweep.json or compare.json of ours, not of some other program. */
static gboolean
is_result(const char *folder)
{
    static const char *const names[] = {"summary.json", "sweep.json", "compare.json"};
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        char head[256] = "";
        FILE *stream = fopen(path, "re");
        if (stream == NULL)
            continue;
        head[fread(head, 1, sizeof head - 1, stream)] = '\0';
        fclose(stream);
        if (strstr(head, "\"breakbulk-") != NULL)
            return TRUE;
    }
    return FALSE;
}

static gboolean
check_replaceable(const BbOutputDir *dir, GError **error)
{
    struct stat info;
    if (lstat(dir->target, &info) != 0)
        return TRUE;
    if (!S_ISDIR(info.st_mode))
        return bb_error_set(error, BB_ERROR_OUTPUT,
                            "%s: expected a new folder or an earlier result, found a file",
                            dir->path);
    if (!is_empty(dir->target) && !is_result(dir->target))
        return bb_error_set(
            error, BB_ERROR_OUTPUT,
            "%s: expected an empty folder or an earlier result, found a folder with other files",
            dir->path);
    return TRUE;
}

BbOutputDir *
bb_output_dir_new(const char *path, GError **error)
{
    g_autoptr(BbOutputDir) dir = g_new0(BbOutputDir, 1);

    dir->path = g_strdup(path);
    dir->target = resolve(path);
    if (!check_replaceable(dir, error))
        return NULL;
    g_autofree char *temporary = temporary_beside(dir->target);
    bb_output_remove(temporary); /* of a killed process with this number */
    if (g_mkdir(temporary, 0777) != 0) {
        fail_with(path, "cannot be made", errno, error);
        return NULL;
    }
    dir->temporary = g_steal_pointer(&temporary);
    return g_steal_pointer(&dir);
}

gboolean
bb_output_dir_commit(BbOutputDir *dir, GError **error)
{
    if (!check_replaceable(dir, error))
        return FALSE;
    /* An empty folder is replaced by rename itself. */
    if (rename(dir->temporary, dir->target) == 0) {
        dir->committed = TRUE;
        return TRUE;
    }
    if (errno != ENOTEMPTY && errno != EEXIST)
        return fail_with(dir->path, "cannot be put in its place", errno, error);

    g_autofree char *aside = g_strconcat(dir->temporary, "-old", NULL);
    bb_output_remove(aside);
    if (rename(dir->target, aside) != 0)
        return fail_with(dir->path, "cannot be replaced", errno, error);
    if (rename(dir->temporary, dir->target) != 0) {
        int code = errno;
        if (rename(aside, dir->target) != 0)
            return fail_with(aside, "keeps the earlier result, the new one failed", code, error);
        return fail_with(dir->path, "cannot be put in its place", code, error);
    }
    dir->committed = TRUE;
    bb_output_remove(aside);
    return TRUE;
}

void
bb_output_dir_free(BbOutputDir *dir)
{
    if (dir == NULL)
        return;
    if (dir->temporary != NULL && !dir->committed)
        bb_output_remove(dir->temporary);
    g_free(dir->temporary);
    g_free(dir->target);
    g_free(dir->path);
    g_free(dir);
}

static BbOutputFile *
open_file(const char *path, const char *place, GError **error)
{
    int fd = g_open(place, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) {
        fail_with(path, "cannot be written", errno, error);
        return NULL;
    }
    BbOutputFile *file = g_new0(BbOutputFile, 1);
    file->path = g_strdup(path);
    file->place = g_strdup(place);
    file->fd = fd;
    file->buffer = g_string_sized_new(BUFFER_SIZE + BUFFER_SIZE / 4);
    return file;
}

BbOutputFile *
bb_output_file_new(BbOutputDir *dir, const char *name, GError **error)
{
    g_autofree char *path = g_build_filename(dir->path, name, NULL);
    g_autofree char *place = g_build_filename(dir->temporary, name, NULL);
    return open_file(path, place, error);
}

static void
write_buffer(BbOutputFile *file)
{
    gsize n_written = 0;
    while (file->error == 0 && n_written < file->buffer->len) {
        gssize n = write(file->fd, file->buffer->str + n_written, file->buffer->len - n_written);
        if (n >= 0)
            n_written += (gsize)n;
        else if (errno != EINTR)
            file->error = errno;
    }
    g_string_truncate(file->buffer, 0);
}

GString *
bb_output_file_buffer(BbOutputFile *file)
{
    if (file->buffer->len >= BUFFER_SIZE)
        write_buffer(file);
    return file->buffer;
}

void
bb_output_file_append(BbOutputFile *file, const char *text, gsize n)
{
    bb_append_bytes(bb_output_file_buffer(file), text, n);
}

static void
free_file(BbOutputFile *file)
{
    g_string_free(file->buffer, TRUE);
    g_free(file->place);
    g_free(file->path);
    g_free(file);
}

gboolean
bb_output_file_close(BbOutputFile *file, GError **error)
{
    write_buffer(file);
    if (close(file->fd) != 0 && file->error == 0)
        file->error = errno;
    gboolean written = file->error == 0;
    if (!written)
        fail_with(file->path, "cannot be written", file->error, error);
    free_file(file);
    return written;
}

void
bb_output_file_free(BbOutputFile *file)
{
    if (file == NULL)
        return;
    close(file->fd);
    g_unlink(file->place);
    free_file(file);
}

static gboolean
write_text(BbOutputFile *file, const char *text, GError **error)
{
    if (file == NULL)
        return FALSE;
    bb_output_file_append(file, text, strlen(text));
    return bb_output_file_close(file, error);
}

gboolean
bb_output_write(BbOutputDir *dir, const char *name, const char *text, GError **error)
{
    return write_text(bb_output_file_new(dir, name, error), text, error);
}

gboolean
bb_output_write_path(const char *path, const char *text, GError **error)
{
    struct stat info;
    /* A device or a pipe is written to, not replaced. */
    if (stat(path, &info) == 0 && !S_ISREG(info.st_mode))
        return write_text(open_file(path, path, error), text, error);

    g_autofree char *target = resolve(path);
    g_autofree char *temporary = temporary_beside(target);
    if (!write_text(open_file(path, temporary, error), text, error)) {
        g_unlink(temporary);
        return FALSE;
    }
    if (rename(temporary, target) == 0)
        return TRUE;
    int code = errno;
    g_unlink(temporary);
    return fail_with(path, "cannot be put in its place", code, error);
}
