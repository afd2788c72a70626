/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Kubernetes takes for a label key and a label value; a selector with any other text cannot be
 * parsed and its pod goes nowhere. */
#pragma once

#include <glib.h>

/* At most 63 letters, digits, '-', '_', '.', beginning and ending with a letter or digit; or
 * empty. */
gboolean kube_is_label_value(const char *text);
/* [prefix/]name: prefix a DNS subdomain of at most 253 characters, name as a value but not
 * empty. */
gboolean kube_is_qualified_name(const char *text);
