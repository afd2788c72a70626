/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words of traces and reports for resources and kinds. */
#include "sim/model/bb-rows.h"

const char *const bb_resource_names[BB_N_RESOURCES] = {
    [BB_CPU] = "cpu",
    [BB_MEMORY] = "memory",
    [BB_DISK] = "disk",
    [BB_GPU] = "gpu",
};

const char *const bb_resource_units[BB_N_RESOURCES] = {
    [BB_CPU] = "milli",
    [BB_MEMORY] = "mib",
    [BB_DISK] = "mib",
    [BB_GPU] = "milli",
};

const char *const bb_node_event_names[BB_N_NODE_EVENTS] = {"down", "up", "add", "remove", "update"};

const char *const bb_kind_names[BB_N_KINDS] = {
    [BB_CONTAINER] = "container",
    [BB_VM] = "vm",
    [BB_PROCESS] = "process",
    [BB_BARE_METAL] = "bare-metal",
};
