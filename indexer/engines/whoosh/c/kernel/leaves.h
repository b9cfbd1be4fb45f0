/* Leaves of a program in windows of documents. */

#ifndef XIAOSOU_LEAVES_H
#define XIAOSOU_LEAVES_H

#include "frame.h"
#include "postings.h"

/* Add the matches of a leaf in a window to a frame. */
void add_leaf(Node *node, int32_t base, int32_t end, Frame *frame);

/* Add the scores of postings to a frame, whether a document is in it or not. */
void raise_all(Node *node, int32_t base, int32_t end, Frame *frame);

/* Add a leaf's scores to the documents of a frame, noting in `found` those that it has. */
void add_where_set(Node *node, int32_t base, int32_t end, Frame *frame, uint64_t *found);

#endif
