/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Persistent volumes: two nodes in two zones, "a" in z1 and "b" in z2. */
#include "kube-fixture.h"

#include "policies/profiles/kube/kube-profile.h"
#include "policies/profiles/kube/kube-volumes.h"

typedef struct {
    Kube kube;
    KubeVolumes *volumes;
    KubePlugin plugins[4];
} World;

static guint32
name(World *world, const char *text)
{
    return kube_intern(world->kube.store, text);
}

static void
init(World *world)
{
    static const KubePluginClass *const classes[] = {&kube_volume_restrictions,
                                                     &kube_node_volume_limits, &kube_volume_binding,
                                                     &kube_volume_zone};

    kube_init(&world->kube);
    kube_node(&world->kube, "{'name': 'a', 'labels': {'topology.kubernetes.io/zone': 'z1'}}");
    kube_node(&world->kube, "{'name': 'b', 'labels': {'topology.kubernetes.io/zone': 'z2'}}");
    world->volumes = kube_volumes_new(world->kube.store);
    for (guint i = 0; i < G_N_ELEMENTS(classes); i++)
        world->plugins[i] = (KubePlugin){classes[i], 0, world->volumes};
}

static void
clear(World *world)
{
    kube_volumes_free(world->volumes);
    kube_clear(&world->kube);
}

/* Reachable from one zone, or with zone NULL from everywhere. */
static void
add_volume(World *world, const char *volume, gint64 bytes, const char *zone)
{
    KubeVolume added = {.name = name(world, volume),
                        .storage_class = name(world, "slow"),
                        .driver = name(world, "csi"),
                        .bytes = bytes,
                        .access = KUBE_READ_WRITE_ONCE | KUBE_READ_WRITE_ONCE_POD};

    if (zone) {
        g_autofree char *text =
            g_strdup_printf("{'required_terms': [{'exprs': [{'key': 'topology.kubernetes.io/zone',"
                            " 'op': 'In', 'values': ['%s']}]}]}",
                            zone);
        g_autoptr(JsonNode) json = kube_parse(text);
        KubeNodeAffinity affinity =
            kube_json_node_affinity(world->kube.store, json_node_get_object(json));

        added.affinity = affinity.required;
        added.n_affinity = affinity.n_required;
    }
    kube_volumes_add(world->volumes, &added);
}

static void
add_claim(World *world, const char *claim, gint64 bytes, const char *volume, guint access)
{
    kube_volumes_add_claim(world->volumes, &(KubeClaim){.name = name(world, claim),
                                                        .storage_class = name(world, "slow"),
                                                        .bytes = bytes,
                                                        .access = access,
                                                        .volume = name(world, volume)});
}

static void
add_class(World *world, gboolean provisions)
{
    KubeStorageClass slow = {.name = name(world, "slow"),
                             .waits = TRUE,
                             .provisions = provisions,
                             .driver = name(world, "csi"),
                             .topology_key = name(world, "topology.kubernetes.io/zone")};

    kube_volumes_add_class(world->volumes, &slow);
}

static KubePod *
pod_with(World *world, const char *claim, const char *other)
{
    KubeSpec *spec = kube_new(world->kube.store, KubeSpec, 1);
    guint32 *claims = kube_new(world->kube.store, guint32, 2);
    KubePod *pod;

    claims[0] = name(world, claim);
    claims[1] = name(world, other);
    spec->claims = claims;
    spec->n_claims = other ? 2 : 1;
    kube_spec_seal(world->kube.store, spec);
    pod = kube_pod_new(spec, 0);
    g_ptr_array_add(world->kube.pods, pod);
    return pod;
}

/* Verdicts on a and b as the two codes' first letters: S, U(nschedulable), X (unresolvable). */
static void
assert_verdicts(World *world, const KubePod *pod, const char *expected)
{
    static const char letters[] = "S-UX";
    g_autoptr(KubeCycle) cycle =
        kube_cycle_new(world->kube.cluster, world->plugins, G_N_ELEMENTS(world->plugins));
    KubeCode begun = kube_cycle_begin(cycle, pod, NULL, NULL);
    char got[3] = "";

    for (guint n = 0; n < 2; n++)
        got[n] = letters[begun == KUBE_SUCCESS ? kube_cycle_filter(cycle, n, NULL, NULL) : begun];
    g_assert_cmpstr(got, ==, expected);
}

static void
test_bound(void)
{
    World world;

    init(&world);
    add_volume(&world, "v1", 10, "z1");
    add_claim(&world, "n/c1", 10, "v1", KUBE_READ_WRITE_ONCE);
    add_claim(&world, "n/gone", 10, "no", KUBE_READ_WRITE_ONCE);
    add_claim(&world, "n/immediate", 10, NULL, KUBE_READ_WRITE_ONCE);
    assert_verdicts(&world, pod_with(&world, "n/c1", NULL), "SX");
    assert_verdicts(&world, pod_with(&world, "n/gone", NULL), "XX");
    assert_verdicts(&world, pod_with(&world, "n/immediate", NULL), "XX");
    assert_verdicts(&world, pod_with(&world, "n/unknown", NULL), "XX");
    clear(&world);
}

static void
test_smallest_fit(void)
{
    World world;
    KubePod *pod;
    const KubeNode *b;

    init(&world);
    add_class(&world, FALSE);
    add_volume(&world, "big", 100, NULL);
    add_volume(&world, "small", 20, "z2");
    add_volume(&world, "tiny", 5, NULL);
    add_claim(&world, "n/c1", 30, NULL, KUBE_READ_WRITE_ONCE);
    add_claim(&world, "n/c2", 10, NULL, KUBE_READ_WRITE_ONCE);
    pod = pod_with(&world, "n/c1", "n/c2");
    /* On a only one volume is big enough for either. */
    assert_verdicts(&world, pod, "XS");
    b = kube_cluster_node(world.kube.cluster, 1);
    g_assert_false(
        kube_volumes_bind(world.volumes, pod->spec, kube_cluster_node(world.kube.cluster, 0)));
    g_assert_true(kube_volumes_bind(world.volumes, pod->spec, b));
    g_assert_cmpuint(kube_volumes_claim(world.volumes, name(&world, "n/c1"))->volume, ==,
                     name(&world, "big"));
    g_assert_cmpuint(kube_volumes_claim(world.volumes, name(&world, "n/c2"))->volume, ==,
                     name(&world, "small"));
    g_assert_cmpuint(kube_volumes_find(world.volumes, name(&world, "big"))->claim, ==,
                     name(&world, "n/c1"));
    clear(&world);
}

static void
test_provisioned(void)
{
    World world;
    KubePod *pod;

    init(&world);
    add_class(&world, TRUE);
    add_claim(&world, "n/c1", 30, NULL, KUBE_READ_WRITE_ONCE);
    pod = pod_with(&world, "n/c1", NULL);
    assert_verdicts(&world, pod, "SS");
    g_assert_true(
        kube_volumes_bind(world.volumes, pod->spec, kube_cluster_node(world.kube.cluster, 1)));
    /* From now on it pins its pod to the zone. */
    assert_verdicts(&world, pod, "XS");
    clear(&world);
}

static void
test_one_pod_only(void)
{
    World world;
    KubePod *first;

    init(&world);
    add_volume(&world, "v1", 10, NULL);
    add_claim(&world, "n/c1", 10, "v1", KUBE_READ_WRITE_ONCE_POD);
    first = pod_with(&world, "n/c1", NULL);
    assert_verdicts(&world, first, "SS");
    kube_cluster_add_pod(world.kube.cluster, first, 0);
    assert_verdicts(&world, pod_with(&world, "n/c1", NULL), "UU");
    clear(&world);
}

static void
test_limits(void)
{
    World world;

    init(&world);
    for (guint i = 0; i < 3; i++) {
        g_autofree char *volume = g_strdup_printf("v%u", i);
        g_autofree char *claim = g_strdup_printf("n/c%u", i);

        add_volume(&world, volume, 10, NULL);
        add_claim(&world, claim, 10, volume, KUBE_READ_WRITE_ONCE);
    }
    kube_volumes_set_limit(world.volumes, name(&world, "a"), name(&world, "csi"), 1);
    kube_cluster_add_pod(world.kube.cluster, pod_with(&world, "n/c0", NULL), 0);
    assert_verdicts(&world, pod_with(&world, "n/c1", NULL), "US");
    /* The same volume is attached already. */
    assert_verdicts(&world, pod_with(&world, "n/c0", NULL), "SS");
    kube_volumes_set_limit(world.volumes, name(&world, "a"), name(&world, "csi"), 2);
    assert_verdicts(&world, pod_with(&world, "n/c1", NULL), "SS");
    assert_verdicts(&world, pod_with(&world, "n/c1", "n/c2"), "US");
    clear(&world);
}

static void
test_zone_labels(void)
{
    static const struct {
        const char *key, *value, *verdicts;
    } cases[] = {
        {"topology.kubernetes.io/zone", "z1", "SX"},
        {"failure-domain.beta.kubernetes.io/zone", "z2", "XS"},
        {"topology.kubernetes.io/zone", "z1__z2", "SS"},
        {"topology.kubernetes.io/region", "r", "XX"},
        {"color", "blue", "SS"},
    };

    for (guint i = 0; i < G_N_ELEMENTS(cases); i++) {
        World world;
        KubeLabel label;
        KubeVolume volume = {0};

        init(&world);
        label = (KubeLabel){name(&world, cases[i].key), name(&world, cases[i].value)};
        volume.name = name(&world, "v");
        volume.labels = kube_labels_seal(world.kube.store, &label, 1);
        kube_volumes_add(world.volumes, &volume);
        add_claim(&world, "n/c", 0, "v", 0);
        assert_verdicts(&world, pod_with(&world, "n/c", NULL), cases[i].verdicts);
        clear(&world);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/kube-volumes/bound", test_bound);
    g_test_add_func("/kube-volumes/smallest-fit", test_smallest_fit);
    g_test_add_func("/kube-volumes/provisioned", test_provisioned);
    g_test_add_func("/kube-volumes/one-pod-only", test_one_pod_only);
    g_test_add_func("/kube-volumes/limits", test_limits);
    g_test_add_func("/kube-volumes/zone-labels", test_zone_labels);
    return g_test_run();
}
