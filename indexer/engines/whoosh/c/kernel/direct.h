/* Hits of programs that need no windows. */

#ifndef XIAOSOU_DIRECT_H
#define XIAOSOU_DIRECT_H

#include "hits.h"
#include "postings.h"

/* Take the documents of a leaf. */
void take_leaf(const Node *node, Hits *hits);

/* Take the documents that all operands of a node have, which are leaves; the first has the fewest. */
void take_common(Node *nodes, const Node *all, Hits *hits);

#endif
