/* A query on a segment is a program: operations in the order of their results (postfix), each with
   its number of operands. It is executed window by window: an operation adds its matches in a
   window of documents to a frame (a score for each document, and a bit for each that matches).
   Frames are all zero between uses. Windows without a match are skipped. */

#ifndef XIAOSOU_PROGRAM_H
#define XIAOSOU_PROGRAM_H

#include "frame.h"
#include "hits.h"
#include "postings.h"

typedef struct {
    Node *nodes;
    int size, root, depth;
    Frame *frames; /* while it runs */
} Program;

/* Link the nodes to a tree. `stack` and `depths` have room for all. -1 when this is no program. */
int link_program(Program *program, int *stack, int *depths);

/* Find the hits of a program among so many documents; -1 when memory is short. */
int run_program(Program *program, int32_t documents, Hits *hits);

void free_program(Program *program);

#endif
