/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. A stream of bytes from a file, a pipe or standard input ("-"), decompressed on the way:
 * gzip by GIO's converter, xz by liblzma, zstd by libzstd, told by their magic bytes, not by names.
 * Concatenated members are read as one. A read stopped by a signal is BB_ERROR_INTERRUPTED.
 * A stream that grows more than 1000 times and beyond 64 MiB is refused: a decompression bomb.
 * Memory: 320 KiB and the decompressor's window, whatever the length. */
#pragma once

#include "bb-types.h"

typedef struct _BbInput BbInput;

/* So many bytes behind those that are given may be read, whatever they are. */
#define BB_INPUT_PADDING 8

/* NULL with BB_ERROR_INPUT when the file cannot be opened, is a folder, or its compressed header is
 * broken. */
BbInput *bb_input_open(const char *path, GError **error);
/* Bytes kept in memory by the caller until the input is freed; `name` stands for the path in
 * messages. For built-in samples, tests and fuzz targets. Compressed bytes are fine too. */
BbInput *bb_input_new_from_bytes(const char *name, const void *bytes, gsize n_bytes);
/* Bytes that were read and decompressed before, with their SHA-256: they are not hashed again. */
BbInput *bb_input_new_from_content(const char *name, const void *bytes, gsize n_bytes,
                                   const char *sha256);
void bb_input_free(BbInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BbInput, bb_input_free)

/* The path as given, "standard input" for "-". Borrowed. */
const char *bb_input_path(const BbInput *input);
/* The next bytes without taking them: at least `n_wanted` (<= 64 KiB) unless the stream is shorter.
 * Borrowed until the next call. NULL with BB_ERROR_INPUT on a broken stream (a truncated gzip says
 * so); *out_n is the number there. */
const char *bb_input_peek(BbInput *input, gsize n_wanted, gsize *out_n, GError **error);
/* The bytes there now, at least one unless the stream is at its end (*out_n 0); they are taken.
 * Borrowed until the next call. NULL with an error as above. */
const char *bb_input_take(BbInput *input, gsize *out_n, GError **error);
/* The next line without its end ("\n" or "\r\n"), NUL-terminated, borrowed until the next call.
 * A line above `max_bytes` is an error with its number. ROW, END or ERROR. */
BbReadResult bb_input_line(BbInput *input, gsize max_bytes, char **out_line, gsize *out_n,
                           GError **error);
/* Number of the line that bb_input_line gave last, from 1. */
guint64 bb_input_line_number(const BbInput *input);
/* Did that line end in a newline? FALSE: the stream ended within it. */
gboolean bb_input_line_ended(const BbInput *input);
/* How much of the file was read so far, in [0, 1], read-ahead included; -1 where the whole is not
 * known (a pipe). A system call. */
double bb_input_progress(const BbInput *input);
/* For a reading whose hash nobody will ask for, which is a third of the cost of plain bytes. */
void bb_input_skip_hash(BbInput *input);
/* SHA-256 (hex) of all decompressed bytes taken so far; of the whole content at the end of the
 * stream. Borrowed. */
const char *bb_input_sha256(BbInput *input);
