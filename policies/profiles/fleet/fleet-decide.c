/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The questions that a machine's agent answers, in its order. */
#include "fleet.h"

#include "fleet-glob.h"

static gboolean
any_value_required(const FleetMetadata *required, guint n, const char *key, const char *value)
{
    for (guint i = 0; i < n; i++)
        if (g_str_equal(required[i].key, key) && g_str_equal(required[i].value, value))
            return TRUE;
    return FALSE;
}

gboolean
fleet_has_metadata(const FleetMachine *machine, const FleetMetadata *required, guint n)
{
    for (guint i = 0; i < n; i++) {
        const char *value = NULL;

        for (guint k = 0; k < machine->n_metadata && !value; k++)
            if (g_str_equal(machine->metadata[k].key, required[i].key))
                value = machine->metadata[k].value;
        if (!value || !any_value_required(required, n, required[i].key, value))
            return FALSE;
    }
    return TRUE;
}

static gboolean
any_matches(const char *const *patterns, const char *name)
{
    for (; patterns && *patterns; patterns++)
        if (fleet_glob(*patterns, name))
            return TRUE;
    return FALSE;
}

gboolean
fleet_has_conflict(const FleetMachine *machine, const FleetUnit *unit)
{
    for (guint i = 0; i < machine->n_units; i++) {
        const FleetUnit *other = machine->units[i];

        if (!g_str_equal(other->name, unit->name) && (any_matches(unit->conflicts, other->name) ||
                                                      any_matches(other->conflicts, unit->name)))
            return TRUE;
    }
    return FALSE;
}

const FleetUnit *
fleet_find_replaced(const FleetMachine *machine, const FleetUnit *unit)
{
    for (guint i = 0; i < machine->n_units; i++) {
        const FleetUnit *other = machine->units[i];

        if (!g_str_equal(other->name, unit->name) &&
            any_matches(unit->replaces, other->name) != any_matches(other->replaces, unit->name))
            return other;
    }
    return NULL;
}

static gboolean
has_unit(const FleetMachine *machine, const char *name)
{
    for (guint i = 0; i < machine->n_units; i++)
        if (g_str_equal(machine->units[i]->name, name))
            return TRUE;
    return FALSE;
}

FleetAble
fleet_able_to_run(const FleetMachine *machine, const FleetUnit *unit)
{
    if (unit->machine_id && !g_str_equal(unit->machine_id, machine->id))
        return FLEET_UNSCHEDULE;
    if (!fleet_has_metadata(machine, unit->metadata, unit->n_metadata))
        return FLEET_UNSCHEDULE;
    for (const char *const *peer = unit->machine_of; peer && *peer; peer++)
        if (!has_unit(machine, *peer))
            return FLEET_UNSCHEDULE;
    if (fleet_has_conflict(machine, unit))
        return FLEET_UNSCHEDULE;
    return fleet_find_replaced(machine, unit) ? FLEET_RESCHEDULE : FLEET_RUN;
}

gint
fleet_compare(const FleetMachine *a, const FleetMachine *b)
{
    if (a->load != b->load)
        return a->load < b->load ? -1 : 1;
    return g_strcmp0(a->id, b->id);
}

gint
fleet_decide(const FleetMachine *machines, guint n, const FleetUnit *unit, FleetAllows allows,
             gpointer data)
{
    gint best = -1;

    for (guint i = 0; i < n; i++)
        if ((best < 0 || fleet_compare(&machines[i], &machines[best]) < 0) &&
            (!allows || allows(data, i)) &&
            fleet_able_to_run(&machines[i], unit) != FLEET_UNSCHEDULE)
            best = (gint)i;
    return best;
}
