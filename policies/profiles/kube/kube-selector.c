/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matching compares ids; only Gt and Lt read the text of a value. */
#include "policies/profiles/kube/kube-selector.h"

#include "policies/profiles/kube/kube-label-syntax.h"

#include <string.h>

KubeOperator
kube_operator(const char *text)
{
    static const char *const names[] = {"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"};

    for (guint i = 0; text && i < G_N_ELEMENTS(names); i++)
        if (g_str_equal(names[i], text))
            return (KubeOperator)i;
    return KUBE_OP_UNKNOWN;
}

static gboolean
parse_int(const char *text, gint64 *number)
{
    /* As Go's ParseInt: a sign may lead. */
    if (text[0] == '+' && g_ascii_isdigit(text[1]))
        text++;
    return g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, number, NULL);
}

static gboolean
values_are_labels(const KubeStore *store, const KubeRequirement *requirement)
{
    for (guint i = 0; i < requirement->n_values; i++)
        if (!kube_is_label_value(kube_text(store, requirement->values[i])))
            return FALSE;
    return TRUE;
}

/* Is the number of values right for the operator? Sets the bound of Gt and Lt. */
static gboolean
check_values(const KubeStore *store, KubeRequirement *requirement, gboolean bounds)
{
    switch (requirement->op) {
    case KUBE_OP_IN:
    case KUBE_OP_NOT_IN:
        return requirement->n_values > 0;
    case KUBE_OP_EXISTS:
    case KUBE_OP_DOES_NOT_EXIST:
        return requirement->n_values == 0;
    case KUBE_OP_GT:
    case KUBE_OP_LT:
        return bounds && requirement->n_values == 1 &&
               parse_int(kube_text(store, requirement->values[0]), &requirement->bound);
    case KUBE_OP_UNKNOWN:
    default:
        return FALSE;
    }
}

KubeSelector
kube_selector_seal(KubeStore *store, KubeSelector selector, gboolean bounds)
{
    KubeRequirement *sealed;

    if (selector.kind != KUBE_SELECT_ALL_OF || selector.n == 0)
        return selector;
    sealed = kube_new(store, KubeRequirement, selector.n);
    memcpy(sealed, selector.requirements, sizeof *sealed * selector.n);
    selector.requirements = sealed;
    for (guint i = 0; i < selector.n; i++)
        if (!check_values(store, &sealed[i], bounds) || !values_are_labels(store, &sealed[i]) ||
            !kube_is_qualified_name(kube_text(store, sealed[i].key)))
            selector.kind = KUBE_SELECT_INVALID;
    return selector;
}

KubeSelector
kube_selector_from_labels(KubeStore *store, const KubeLabels *labels, const KubeRequirement *more,
                          guint n_more)
{
    KubeRequirement *all = kube_new(store, KubeRequirement, labels->n + n_more);

    for (guint i = 0; i < labels->n; i++)
        all[i] = (KubeRequirement){.key = labels->items[i].key,
                                   .op = KUBE_OP_IN,
                                   .values = &labels->items[i].value,
                                   .n_values = 1};
    if (n_more > 0)
        memcpy(all + labels->n, more, sizeof *all * n_more);
    return (KubeSelector){KUBE_SELECT_ALL_OF, all, labels->n + n_more};
}

static gboolean
is_among(const KubeRequirement *requirement, guint32 value)
{
    for (guint i = 0; i < requirement->n_values; i++)
        if (requirement->values[i] == value)
            return TRUE;
    return FALSE;
}

static gboolean
is_beyond(const KubeStore *store, const KubeRequirement *requirement, guint32 value)
{
    gint64 number;

    if (value == KUBE_ABSENT || !parse_int(kube_text(store, value), &number))
        return FALSE;
    return requirement->op == KUBE_OP_GT ? number > requirement->bound
                                         : number < requirement->bound;
}

static gboolean
value_matches(const KubeStore *store, const KubeRequirement *requirement, guint32 value)
{
    switch (requirement->op) {
    case KUBE_OP_IN:
        return value != KUBE_ABSENT && is_among(requirement, value);
    case KUBE_OP_NOT_IN:
        return value == KUBE_ABSENT || !is_among(requirement, value);
    case KUBE_OP_EXISTS:
        return value != KUBE_ABSENT;
    case KUBE_OP_DOES_NOT_EXIST:
        return value == KUBE_ABSENT;
    case KUBE_OP_GT:
    case KUBE_OP_LT:
        return is_beyond(store, requirement, value);
    case KUBE_OP_UNKNOWN:
    default:
        return FALSE;
    }
}

gboolean
kube_selector_matches(const KubeStore *store, const KubeSelector *selector,
                      const KubeLabels *labels)
{
    if (selector->kind != KUBE_SELECT_ALL_OF)
        return FALSE;
    for (guint i = 0; i < selector->n; i++) {
        const KubeRequirement *requirement = &selector->requirements[i];

        if (!value_matches(store, requirement, kube_labels_get(labels, requirement->key)))
            return FALSE;
    }
    return TRUE;
}

/* A field has In and NotIn only, of exactly one value. */
gboolean
kube_selector_matches_name(const KubeStore *store, const KubeSelector *fields, guint32 node_name)
{
    if (fields->kind != KUBE_SELECT_ALL_OF)
        return FALSE;
    for (guint i = 0; i < fields->n; i++) {
        const KubeRequirement *field = &fields->requirements[i];
        gboolean is_name = g_str_equal(kube_text(store, field->key), "metadata.name");

        if (field->n_values != 1 || (field->op != KUBE_OP_IN && field->op != KUBE_OP_NOT_IN) ||
            ((is_name ? node_name : 0) == field->values[0]) != (field->op == KUBE_OP_IN))
            return FALSE;
    }
    return TRUE;
}

gboolean
kube_selector_is_everything(const KubeSelector *selector)
{
    return selector->kind == KUBE_SELECT_ALL_OF && selector->n == 0;
}
