/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L4, private to the experiment: the tables of its keys. One row says how a key is read, written,
 * defaulted and hashed; a new key is a new row. */
#pragma once

#include "bb-experiment.h"

typedef enum {
    BB_KEY_TEXT,      /* char * */
    BB_KEY_FILE,      /* char *, FILE[:FORMAT]; hashed by content */
    BB_KEY_QUEUE,     /* char *, a queue policy of the tables */
    BB_KEY_PLACEMENT, /* char * */
    BB_KEY_GENERATOR, /* char *, "NAME,k=v.." */
    BB_KEY_LABELS,    /* char *, bb_parse_labels */
    BB_KEY_PLUGIN,    /* char *, files, separated by commas; loaded at once, hashed by content */
    BB_KEY_COLUMNS,   /* char *, bb_mapping_parse; of nodes where `max` is 1, else of jobs */
    BB_KEY_INT,       /* the rest: gint64. In [min, max] */
    BB_KEY_FIXED,     /* a decimal, times `factor` */
    BB_KEY_CPU,
    BB_KEY_MIB,
    BB_KEY_DURATION,
    BB_KEY_BOOL,
    BB_KEY_CHOICE, /* index in `choices`, "a|b" */
    BB_KEY_SET,    /* bits of `choices`; text "a,b", "none" or empty: 0 */
} BbKeyType;

typedef struct {
    const char *name;
    BbKeyType type;
    gsize offset;         /* of its member */
    const char *fallback; /* as text; NULL: not given */
    const char *choices;
    gint64 min, max, factor;
    gboolean unhashed; /* cannot change a result */
} BbKey;

/* A kind of group: its keys and the object that holds the members. */
typedef enum {
    BB_GROUP_EXPERIMENT,
    BB_GROUP_POOL,
    BB_GROUP_WORKLOAD,
    BB_GROUP_SCHEDULER,
    BB_GROUP_FAILURES,
} BbGroup;
#define BB_N_GROUPS 5

/* Their names, ended by NULL; which of them take a name ([pool NAME]). */
extern const char *const bb_group_names[BB_N_GROUPS + 1];
gboolean bb_group_is_named(BbGroup group);
/* Ended by name NULL. */
const BbKey *bb_group_keys(BbGroup group);
const BbKey *bb_group_find(BbGroup group, const char *name);

/* Sets every member to its fallback, freeing nothing. */
void bb_keys_init(const BbKey *keys, const BbTables *tables, gpointer object);
/* After a copy byte by byte: makes the texts its own. */
void bb_keys_own(const BbKey *keys, gpointer object);
/* Frees the texts. */
void bb_keys_clear(const BbKey *keys, gpointer object);
/* FALSE with *out_problem ("expected .., found ..", owned by the caller) when the text is no value of
 * the key; the member is untouched then. */
gboolean bb_key_parse(const BbKey *key, const BbTables *tables, const char *text, gpointer object,
                      char **out_problem);
/* Appends the value as text that reads back the same; FALSE when it is not given. */
gboolean bb_key_format(const BbKey *key, gconstpointer object, GString *out);

/* Checks the group and creates the pool or workload where it is not there yet. FALSE with
 * *out_problem, owned by the caller. */
gboolean bb_experiment_open_group(BbExperiment *experiment, const char *kind, const char *name,
                                  char **out_problem);

/* "FILE:LINE:COLUMN: " of [kind name], "" when the experiment's file does not have it. Owned by the
 * caller. */
char *bb_experiment_place(const BbExperiment *experiment, const char *kind, const char *name);

typedef enum { BB_SET_DONE, BB_SET_BAD_GROUP, BB_SET_BAD_KEY, BB_SET_BAD_VALUE } BbSetResult;
/* [kind name] key = value. */
BbSetResult bb_experiment_assign(BbExperiment *experiment, const char *kind, const char *name,
                                 const char *key, const char *value, char **out_problem);
