/* A query on a segment is a program: operations in the order of their results (postfix), each with
   its number of operands. It is executed window by window: an operation adds its matches in a
   window of documents to a frame (a score for each document, and a bit for each that matches).
   Frames are all zero between uses. Windows without a match are skipped. */

#ifndef XIAOSOU_PROGRAM_H
#define XIAOSOU_PROGRAM_H

#include <stdint.h>

/* The same numbers as in kernel.py. */
enum { POSTINGS, LISTED, ANY, ALL, OPTIONAL, WITHOUT, CONSTANT, EVERYTHING };
enum { TITLE, BODY, BOTH };

enum { WINDOW = 2048 };

typedef struct {
    int32_t kind, operands, list, fields;
    double weight;
} Operation;

typedef struct {
    Operation is;
    int child, sibling;       /* the first operand, and the next operand of the same operation */
    const int32_t *documents; /* ascending */
    int64_t size, place;      /* how many, and the first not yet passed */
    const void *frequencies;  /* of POSTINGS: in title and body, by turns */
    int frequency_size;       /* bytes: 1, 2 or 4 */
    const double *scales;     /* of POSTINGS: weight by length, in title and body, by turns */
    const double *scores;     /* of LISTED; NULL for none */
} Node;

typedef struct {
    double scores[WINDOW];
    uint64_t bits[WINDOW / 64];
} Frame;

typedef struct {
    Node *nodes;
    int root;
    Frame *frames;
} Program;

typedef struct {
    double score;
    int32_t document, rank;
} Hit;

typedef struct {
    const uint8_t *mask;  /* which documents count; NULL for all */
    const int32_t *ranks; /* the order of equal scores; NULL to keep every match, by document */
    Hit *heap;            /* of `most` hits, with `ranks` */
    int64_t most, kept, total;
    int32_t *documents;
    double *scores;
} Result;

/* Link the nodes to a tree and make the frames. `stack` and `depths` have room for `size`.
   -1 when this is no program, or memory is short. */
int link_program(Program *program, int size, int *stack, int *depths);

/* Fill the result: the best matches, best first, or all. */
void run_program(Program *program, int32_t documents, Result *result);

#endif
