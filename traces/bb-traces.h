/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of all formats and generators, in the order of the lists in meson.build, ended by NULL. */
#pragma once

#include "sim/contract/bb-generator.h"
#include "sim/contract/bb-reader.h"

extern const BbReaderClass *const bb_reader_classes[];
extern const BbGeneratorClass *const bb_generator_classes[];
