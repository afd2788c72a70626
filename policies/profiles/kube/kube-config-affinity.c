/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NodeAffinity as manifests write it. It is sealed as a part of a pod that nobody sees. */
#include "policies/profiles/kube/kube-config.h"

static KubeRequirement
requirement_of(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {"key", "operator", "values", NULL};
    BbAt key = bb_at_member(at, "key"), op = bb_at_member(at, "operator");
    BbAt values = bb_at_member(at, "values");
    guint32 *names = kube_new(store, guint32, bb_at_n_elements(&values));
    KubeRequirement out = {.key = kube_intern(store, bb_at_text(&key, "")),
                           .op = kube_operator(bb_at_text(&op, "")),
                           .values = names,
                           .n_values = bb_at_n_elements(&values)};

    kube_config_expect(at, fields);
    if (out.op == KUBE_OP_UNKNOWN)
        bb_at_fail(&op, "In, NotIn, Exists, DoesNotExist, Gt or Lt");
    for (guint i = 0; i < out.n_values; i++) {
        BbAt value = bb_at_element(&values, i);

        names[i] = kube_intern(store, bb_at_text(&value, ""));
    }
    return out;
}

static KubeSelector
requirements_of(KubeStore *store, const BbAt *at, const char *member)
{
    BbAt list = bb_at_member(at, member);
    guint n = bb_at_n_elements(&list);
    KubeRequirement *requirements = kube_new(store, KubeRequirement, n);

    for (guint i = 0; i < n; i++) {
        BbAt element = bb_at_element(&list, i);

        requirements[i] = requirement_of(store, &element);
    }
    return (KubeSelector){KUBE_SELECT_ALL_OF, requirements, n};
}

static KubeNodeTerm
term_of(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {"matchExpressions", "matchFields", NULL};

    kube_config_expect(at, fields);
    return (KubeNodeTerm){requirements_of(store, at, "matchExpressions"),
                          requirements_of(store, at, "matchFields")};
}

static void
read_required(KubeStore *store, const BbAt *at, KubeNodeAffinity *out)
{
    static const char *const fields[] = {"nodeSelectorTerms", NULL};
    BbAt list = bb_at_member(at, "nodeSelectorTerms");
    KubeNodeTerm *terms = kube_new(store, KubeNodeTerm, bb_at_n_elements(&list));

    kube_config_expect(at, fields);
    out->has_required = at->node != NULL;
    out->n_required = bb_at_n_elements(&list);
    out->required = terms;
    if (out->has_required && out->n_required == 0)
        bb_at_fail(&list, "at least one term");
    for (guint i = 0; i < out->n_required; i++) {
        BbAt term = bb_at_element(&list, i);

        terms[i] = term_of(store, &term);
    }
}

static void
read_preferred(KubeStore *store, const BbAt *list, KubeNodeAffinity *out)
{
    static const char *const fields[] = {"weight", "preference", NULL};
    KubeNodePreference *all = kube_new(store, KubeNodePreference, bb_at_n_elements(list));

    out->n_preferred = bb_at_n_elements(list);
    out->preferred = all;
    for (guint i = 0; i < out->n_preferred; i++) {
        BbAt at = bb_at_element(list, i), weight = bb_at_member(&at, "weight");
        BbAt preference = bb_at_member(&at, "preference");

        kube_config_expect(&at, fields);
        if (bb_at_int(&weight, 0) < 1 || bb_at_int(&weight, 0) > 100)
            bb_at_fail(&weight, "a number in the range 1-100");
        all[i] = (KubeNodePreference){bb_at_int(&weight, 0), term_of(store, &preference)};
    }
}

KubeNodeAffinity
kube_config_affinity(KubeStore *store, const BbAt *at)
{
    static const char *const fields[] = {"requiredDuringSchedulingIgnoredDuringExecution",
                                         "preferredDuringSchedulingIgnoredDuringExecution", NULL};
    BbAt required = bb_at_member(at, fields[0]), preferred = bb_at_member(at, fields[1]);
    KubeSpec *spec = kube_new(store, KubeSpec, 1);

    kube_config_expect(at, fields);
    read_required(store, &required, &spec->node_affinity);
    read_preferred(store, &preferred, &spec->node_affinity);
    kube_spec_seal(store, spec);
    return spec->node_affinity;
}
