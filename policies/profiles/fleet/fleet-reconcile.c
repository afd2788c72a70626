/* SPDX-License-Identifier: GPL-3.0-or-later */
/* First what is scheduled is looked at, against the machines as they are at the beginning; then what
 * is not scheduled gets a machine, each decision seen by the next. A unit that was found to replace
 * another stays, and the other goes to the least loaded other machine, whatever that one says. */
#include "fleet.h"

typedef struct {
    FleetMachine *machines; /* with the units that are there now */
    GPtrArray **units;      /* by machine, of const FleetUnit */
    guint n_machines;
    const FleetUnit *all;
    guint n_units;
    gint *where; /* by unit: machine now, -1: nowhere */
    GArray *tasks;
} Pass;

static gint
find_machine(const Pass *pass, const char *id)
{
    for (guint i = 0; id && i < pass->n_machines; i++)
        if (g_str_equal(pass->machines[i].id, id))
            return (gint)i;
    return -1;
}

static void
refresh(Pass *pass, guint machine)
{
    GPtrArray *units = pass->units[machine];

    pass->machines[machine].units = (const FleetUnit *const *)units->pdata;
    pass->machines[machine].n_units = pass->machines[machine].load = units->len;
}

/* Takes the unit from where it is and puts it on the machine, -1: nowhere. */
static void
move(Pass *pass, guint unit, gint machine)
{
    gint from = pass->where[unit];

    if (from >= 0) {
        guint at;

        if (g_ptr_array_find(pass->units[from], &pass->all[unit], &at))
            g_ptr_array_remove_index(pass->units[from], at);
        refresh(pass, (guint)from);
    }
    pass->where[unit] = machine;
    if (machine >= 0) {
        /* The arrays hold const units, which they never write to. */
        g_ptr_array_add(pass->units[machine], (gpointer)(gsize)&pass->all[unit]);
        refresh(pass, (guint)machine);
    }
}

static void
add_task(Pass *pass, gboolean schedule, const FleetUnit *unit, const char *machine)
{
    FleetTask task = {schedule, unit->name, machine};

    g_array_append_val(pass->tasks, task);
}

static gint
least_loaded_but(const Pass *pass, gint but)
{
    gint best = -1;

    for (guint i = 0; i < pass->n_machines; i++)
        if ((gint)i != but &&
            (best < 0 || fleet_compare(&pass->machines[i], &pass->machines[best]) < 0))
            best = (gint)i;
    return best;
}

static void
drive_out(Pass *pass, const FleetUnit *replaced, gint machine)
{
    guint unit = (guint)(replaced - pass->all);
    gint target = least_loaded_but(pass, machine);

    add_task(pass, FALSE, replaced, pass->machines[machine].id);
    move(pass, unit, -1);
    if (target < 0)
        return;
    add_task(pass, TRUE, replaced, pass->machines[target].id);
    move(pass, unit, target);
}

/* Which of the two goes: only the unit that names the other replaces it. */
static gboolean
names(const FleetUnit *unit, const FleetMachine *machine, const FleetUnit *other)
{
    const FleetUnit alone = {.name = other->name};
    const FleetUnit *const there[] = {&alone};
    const FleetMachine view = {.id = machine->id, .units = there, .n_units = 1};

    return fleet_find_replaced(&view, unit) != NULL;
}

static void
check_scheduled(Pass *pass, guint i, const FleetAble *verdicts)
{
    const FleetUnit *unit = &pass->all[i];
    gint machine = find_machine(pass, unit->machine);

    if (!unit->machine)
        return;
    if (!unit->active || machine < 0 || verdicts[i] == FLEET_UNSCHEDULE) {
        add_task(pass, FALSE, unit, unit->machine);
        move(pass, i, -1);
    } else if (verdicts[i] == FLEET_RESCHEDULE && pass->where[i] == machine) {
        const FleetUnit *replaced = fleet_find_replaced(&pass->machines[machine], unit);

        if (replaced && names(unit, &pass->machines[machine], replaced))
            drive_out(pass, replaced, machine);
    }
}

static void
schedule_rest(Pass *pass)
{
    for (guint i = 0; i < pass->n_units; i++) {
        gint machine;

        if (pass->where[i] >= 0 || !pass->all[i].active)
            continue;
        machine = fleet_decide(pass->machines, pass->n_machines, &pass->all[i], NULL, NULL);
        if (machine < 0)
            continue;
        add_task(pass, TRUE, &pass->all[i], pass->machines[machine].id);
        move(pass, i, machine);
    }
}

static void
begin(Pass *pass)
{
    for (guint i = 0; i < pass->n_machines; i++)
        pass->units[i] = g_ptr_array_new();
    for (guint i = 0; i < pass->n_units; i++)
        pass->where[i] = -1;
    for (guint i = 0; i < pass->n_units; i++)
        move(pass, i, find_machine(pass, pass->all[i].machine));
}

GArray *
fleet_reconcile(const FleetMachine *machines, guint n_machines, const FleetUnit *units,
                guint n_units)
{
    g_autofree FleetMachine *own = g_memdup2(machines, n_machines * sizeof *own);
    g_autofree GPtrArray **lists = g_new0(GPtrArray *, n_machines + 1);
    g_autofree gint *where = g_new0(gint, n_units + 1);
    g_autofree FleetAble *verdicts = g_new0(FleetAble, n_units + 1);
    Pass pass = {own, lists, n_machines, units, n_units, where, NULL};

    pass.tasks = g_array_new(FALSE, FALSE, sizeof(FleetTask));
    begin(&pass);
    for (guint i = 0; i < n_units; i++)
        if (where[i] >= 0)
            verdicts[i] = fleet_able_to_run(&own[where[i]], &units[i]);
    for (guint i = 0; i < n_units; i++)
        check_scheduled(&pass, i, verdicts);
    schedule_rest(&pass);
    for (guint i = 0; i < n_machines; i++)
        g_ptr_array_unref(lists[i]);
    return pass.tasks;
}
