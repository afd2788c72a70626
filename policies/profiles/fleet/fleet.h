/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CoreOS fleet: units of systemd on machines. Nothing is counted but units: the machine with the
 * fewest takes the next one, if the unit's [X-Fleet] options let it. Views borrow what they point to.
 *
 * Source: coreos/fleet engine/{scheduler,reconciler}.go, agent/state.go, job/job.go. */
#pragma once

#include <glib.h>

/* "region=us" more than once: any of the values will do; different keys must all be met. */
typedef struct {
    const char *key, *value;
} FleetMetadata;

/* Lists are ended by NULL and may be NULL. */
typedef struct {
    const char *name;
    const char *machine_id; /* MachineID=, NULL: any */
    const FleetMetadata *metadata;
    guint n_metadata;
    const char *const *machine_of; /* units that must be there already */
    const char *const *conflicts;  /* patterns */
    const char *const *replaces;   /* patterns */
    gboolean active;               /* target state launched or loaded */
    const char *machine;           /* where it is scheduled, NULL: nowhere */
} FleetUnit;

typedef struct {
    const char *id;
    const FleetMetadata *metadata;
    guint n_metadata;
    const FleetUnit *const *units; /* those scheduled here that are known by name */
    guint n_units;
    guint load; /* units here, all of them */
} FleetMachine;

typedef enum {
    FLEET_RUN,
    FLEET_UNSCHEDULE,
    FLEET_RESCHEDULE, /* it may run, and drives out a unit that it replaces */
} FleetAble;

gboolean fleet_has_metadata(const FleetMachine *machine, const FleetMetadata *required, guint n);
/* Both ways: each may name the other. A unit has no conflict with its own name. */
gboolean fleet_has_conflict(const FleetMachine *machine, const FleetUnit *unit);
/* The first unit of the machine of which exactly one of the two names the other, or NULL. */
const FleetUnit *fleet_find_replaced(const FleetMachine *machine, const FleetUnit *unit);
FleetAble fleet_able_to_run(const FleetMachine *machine, const FleetUnit *unit);

/* Below 0 when a comes first: fewer units, then the lower id. */
gint fleet_compare(const FleetMachine *a, const FleetMachine *b);
/* May the machine be taken for all that the caller knows besides? */
typedef gboolean (*FleetAllows)(gpointer data, guint machine);
/* Index of the machine that the unit goes to, or -1. `allows` may be NULL. */
gint fleet_decide(const FleetMachine *machines, guint n, const FleetUnit *unit, FleetAllows allows,
                  gpointer data);

typedef struct {
    gboolean schedule; /* FALSE: take it away */
    const char *unit, *machine;
} FleetTask;

/* One pass of the engine over all machines and units (in order): what it would do. Machines are given
 * without units. Of FleetTask. */
GArray *fleet_reconcile(const FleetMachine *machines, guint n_machines, const FleetUnit *units,
                        guint n_units);
