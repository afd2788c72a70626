/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds of the kube-scheduler. */
#include "vec.h"

const VecKind vec_kinds_kube[] = {
    {NULL, NULL},
};
