/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prints a hash of values of the mathematical library that end in other bits with fused
 * multiply-adds than without: whether a run without them really is one. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

int
main(void)
{
    uint64_t hash = 0;
    double x = 1e-3;

    for (int i = 0; i < 100000; i++) {
        const double values[] = {exp(x / 1e3), log(x), pow(x, 1.37), sin(x)};
        x *= 1.00014;
        for (int k = 0; k < 4; k++) {
            uint64_t bits;
            memcpy(&bits, &values[k], sizeof bits);
            hash = (hash ^ bits) * UINT64_C(1099511628211);
        }
    }
    printf("%016" PRIx64 "\n", hash);
    return 0;
}
