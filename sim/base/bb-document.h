/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. Documents of nested objects and lists, written as JSON or YAML, as JSON nodes; and looking into
 * them with the path of what is looked at, so that an error can name it. Several documents may stand in
 * one text: YAML between "---", JSON one after the other.
 *
 * Anchors and aliases of YAML are followed; plain scalars are null, true and false, numbers or texts as
 * Kubernetes' reader takes them (yes and on are true). Tags and merge keys are not looked at. */
#pragma once

#include "bb-types.h"

#include <json-glib/json-glib.h>

/* Nesting, and values of one text, each as often as an alias repeats it. */
#define BB_DOCUMENT_DEPTH 100
#define BB_DOCUMENT_VALUES 50000000

/* The documents of a text that ends with a NUL at `n`; empty ones are left out. NULL with
 * BB_ERROR_INPUT "NAME:LINE:COLUMN: ..". Free with g_ptr_array_unref. */
GPtrArray *bb_document_parse(const char *name, const char *text, gsize n, GError **error);

/* A value and where it stands: a member of `parent`, or element `index` when member is NULL. Lives on
 * the stack, as long as its parent. */
typedef struct _BbAt BbAt;
struct _BbAt {
    const BbAt *parent;
    const char *member;
    guint index;
    JsonNode *node;   /* NULL: absent, or null */
    GError **error;   /* the first that was wrong goes here; of the root */
    const char *name; /* of the file, for errors; of the root */
};

/* The whole document; `index` counts from 0 and is told from the second on. *error must be NULL. */
BbAt bb_at_root(JsonNode *node, const char *name, guint index, GError **error);
/* Absent where `at` is. An `at` that is something else than an object, or a list, is an error. */
BbAt bb_at_member(const BbAt *at, const char *member);
BbAt bb_at_element(const BbAt *at, guint i);
/* 0 where absent. */
guint bb_at_n_elements(const BbAt *at);
/* The object there, NULL where absent. */
JsonObject *bb_at_object(const BbAt *at);
/* The fallback where absent. */
const char *bb_at_text(const BbAt *at, const char *fallback);
gint64 bb_at_int(const BbAt *at, gint64 fallback);
gboolean bb_at_bool(const BbAt *at, gboolean fallback);

/* "items[3].spec.cpu"; "" for the root. Owned by the caller. */
char *bb_at_path(const BbAt *at);
/* Was anything wrong? */
gboolean bb_at_failed(const BbAt *at);
/* "NAME: PATH: expected .., found ..", unless something was wrong before. */
void bb_at_fail(const BbAt *at, const char *expected);
/* "NAME: PATH: MESSAGE", likewise. */
void bb_at_refuse(const BbAt *at, const char *message);
