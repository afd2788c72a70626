/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tables of Google's cluster data of 2011 share. Amounts are fractions of the largest machine,
 * whose true size was never published: it is taken for 64 cores, 256 GiB of memory, 4 TiB of disk. Only
 * ratios count, and tasks and machines are scaled alike. */
#pragma once

#include "sim/contract/bb-columns.h"
#include "sim/contract/bb-reader.h"

#define GOOGLE_CPU_MILLI 64000
#define GOOGLE_MEMORY_MIB (256 * 1024)
#define GOOGLE_DISK_MIB (4 * 1024 * 1024)
#define GOOGLE_SOURCE "https://github.com/google/cluster-data, ClusterData2011_2, format + schema"
