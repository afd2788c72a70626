/* SPDX-License-Identifier: GPL-3.0-or-later */
/* L0. The program that an expression becomes: what its parser writes and its evaluation reads. */
#pragma once

#include "sim/base/bb-expression.h"

#define BB_EXPRESSION_DEPTH 32 /* columns on the stack */

typedef enum {
    OP_CONSTANT,
    OP_VALUE,
    OP_ADD,
    OP_SUBTRACT,
    OP_MULTIPLY,
    OP_DIVIDE,
    OP_LESS,
    OP_LESS_EQUAL,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_AND,
    OP_OR,
    OP_MIN,
    OP_MAX,
    OP_POWER,
    OP_NEGATE,
    OP_ABS,
    OP_FLOOR,
    OP_CEIL,
    OP_ROUND,
    OP_SQRT,
    OP_EXP,
    OP_LOG,
    OP_LOG2,
    OP_LOG10,
    OP_WHOLE_POWER, /* by `slot` */
    OP_SWAP,        /* of the two on top: a > b is b < a */
    OP_CHOOSE,      /* condition, then, else */
} Op;

typedef struct {
    Op op;
    guint slot;      /* OP_VALUE: column; OP_WHOLE_POWER: exponent */
    double constant; /* OP_CONSTANT */
} Step;

struct _BbExpression {
    GArray *steps;  /* of Step */
    GArray *values; /* of gint */
};
