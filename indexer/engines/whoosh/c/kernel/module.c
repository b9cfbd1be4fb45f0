/* The compiled kernel as a Python module; kernel.py says what its functions are given. */

#include "buffers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

static Documents documents_in(const Py_buffer *view) {
    return (Documents){view->buf, view->len / view->itemsize, 0, view->itemsize == sizeof(int32_t)};
}

/* Take the lists of a leaf: documents and scores, or documents, frequencies and scales. */
static int read_leaf(Node *node, PyObject *lists, Buffers *buffers) {
    PyObject *second = PyList_GetItem(lists, node->is.list + 1);
    Py_buffer *view = open_buffer(buffers, PyList_GetItem(lists, node->is.list), PyBUF_ND);
    if (!view || !second) return -1;
    node->documents = documents_in(view);
    if (node->is.kind == LISTED) {
        if (second == Py_None) return 0;
        if (!(view = open_buffer(buffers, second, PyBUF_SIMPLE))) return -1;
        node->scores = view->buf;
        return 0;
    }
    if (!(view = open_buffer(buffers, second, PyBUF_ND))) return -1;
    node->frequencies = view->buf;
    node->frequency_size = (int)view->itemsize;
    if (!(view = open_buffer(buffers, PyList_GetItem(lists, node->is.list + 2), PyBUF_SIMPLE))) return -1;
    node->scales = view->buf;
    return 0;
}

/* Take the lists of a phrase: where bodies begin, and of each token documents, frequencies and
   positions. */
static int read_phrase(Node *node, PyObject *lists, Buffers *buffers) {
    Phrase *phrase = &node->phrase;
    Py_ssize_t list = node->is.list;
    Py_buffer *views[3] = {open_buffer(buffers, PyList_GetItem(lists, list++), PyBUF_SIMPLE)};
    if (!views[0]) return -1;
    *phrase = (Phrase){
        .tokens = calloc((size_t)node->is.operands + 1, sizeof(Token)),
        .count = node->is.operands,
        .body_begins = views[0]->buf,
        .field = node->is.fields,
    };
    if (!phrase->tokens) {
        PyErr_NoMemory();
        return -1;
    }
    for (int t = 0; t < phrase->count; t++) {
        for (int v = 0; v < 3; v++)
            if (!(views[v] = open_buffer(buffers, PyList_GetItem(lists, list++), PyBUF_ND))) return -1;
        phrase->tokens[t] = (Token){
            .documents = documents_in(views[0]),
            .frequencies = views[1]->buf,
            .positions = views[2]->buf,
            .frequency_size = (int)views[1]->itemsize,
            .position_size = (int)views[2]->itemsize,
            .offset = t,
        };
    }
    return 0;
}

/* Read the nodes of a program and link them. */
static int read_program(Program *program, const Py_buffer *code, PyObject *lists, Buffers *buffers) {
    int size = (int)(code->len / (Py_ssize_t)sizeof(Operation));
    program->size = size;
    program->nodes = calloc((size_t)size + 1, sizeof(Node));
    int *scratch = calloc(2 * (size_t)size + 2, sizeof *scratch);
    buffers->views = calloc((size_t)PyList_Size(lists) + 2, sizeof(Py_buffer)); /* and the mask's */
    int failed = !program->nodes || !scratch || !buffers->views;
    if (failed) PyErr_NoMemory();
    for (int n = 0; n < size && !failed; n++) {
        Node *node = program->nodes + n;
        memcpy(&node->is, (const char *)code->buf + n * sizeof(Operation), sizeof(Operation));
        if (is_leaf(node)) failed = read_leaf(node, lists, buffers);
        else if (node->is.kind == ADJACENT) failed = read_phrase(node, lists, buffers);
    }
    if (!failed && link_program(program, scratch, scratch + size)) {
        PyErr_SetString(PyExc_ValueError, "not a program");
        failed = 1;
    }
    free(scratch);
    return failed ? -1 : 0;
}

/* Find the hits of a program. The first arguments of a call are the program, its lists, the number
   of documents and the mask. */
static int find_hits(PyObject *const *args, Buffers *buffers, Hits *hits) {
    Program program = {0};
    Py_buffer code, *mask;
    long documents = PyLong_AsLong(args[2]);
    if (!PyList_Check(args[1])) PyErr_SetString(PyExc_TypeError, "lists are in a list");
    if (PyErr_Occurred() || PyObject_GetBuffer(args[0], &code, PyBUF_SIMPLE)) return -1;
    int failed = read_program(&program, &code, args[1], buffers);
    if (!failed && args[3] != Py_None) {
        mask = open_buffer(buffers, args[3], PyBUF_SIMPLE);
        failed = !mask;
        if (mask) hits->mask = mask->buf;
    }
    if (!failed) {
        Py_BEGIN_ALLOW_THREADS
        failed = run_program(&program, (int32_t)documents, hits);
        Py_END_ALLOW_THREADS
        if (failed) PyErr_NoMemory();
    }
    PyBuffer_Release(&code);
    free_program(&program);
    return failed;
}

/* The hits as lists of documents, of their ids, each with its trailing zeros cut off, and of scores,
   and their total. */
static PyObject *named_hits(const Hits *hits, const char *ids, Py_ssize_t width) {
    Py_ssize_t kept = (Py_ssize_t)hits->kept;
    PyObject *documents = PyList_New(kept), *names = PyList_New(kept), *scores = PyList_New(kept);
    int failed = !documents || !names || !scores;
    for (int64_t n = 0; n < hits->kept && !failed; n++) {
        const char *id = ids + hits->heap[n].document * width;
        const char *zero = memchr(id, 0, (size_t)width);
        PyObject *document = PyLong_FromLong(hits->heap[n].document);
        PyObject *name = PyUnicode_DecodeUTF8(id, zero ? zero - id : width, NULL);
        PyObject *score = PyFloat_FromDouble(hits->heap[n].score);
        failed = !document || !name || !score;
        PyList_SetItem(documents, (Py_ssize_t)n, document);
        PyList_SetItem(names, (Py_ssize_t)n, name);
        PyList_SetItem(scores, (Py_ssize_t)n, score);
    }
    PyObject *answer = failed ? NULL : Py_BuildValue("OOOL", documents, names, scores, (long long)hits->total);
    Py_XDECREF(documents);
    Py_XDECREF(names);
    Py_XDECREF(scores);
    return answer;
}

/* find_best(program, lists, documents, mask, ranks, ids, most) -> (documents, ids, scores, total) */
static PyObject *find_best(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *answer = NULL;
    Py_buffer views[2], *ids = views + 1;
    Buffers given = {views, 0}, buffers = {0};
    Hits hits = {.least = -HUGE_VAL};
    if (count != 7) {
        PyErr_SetString(PyExc_TypeError, "find_best takes seven arguments");
        return NULL;
    }
    hits.most = PyLong_AsLongLong(args[6]);
    if (PyErr_Occurred()) return NULL;
    if (open_buffer(&given, args[4], PyBUF_SIMPLE) && open_buffer(&given, args[5], PyBUF_ND)) {
        hits.ranks = views[0].buf;
        hits.heap = malloc(((size_t)hits.most + 1) * sizeof *hits.heap);
        if (!hits.heap) PyErr_NoMemory();
        else if (!find_hits(args, &buffers, &hits)) answer = named_hits(&hits, ids->buf, ids->itemsize);
    }
    close_buffers(&buffers);
    close_buffers(&given);
    free(buffers.views);
    free(hits.heap);
    return answer;
}

/* find_all(program, lists, documents, mask, out_documents, out_scores) -> their number */
static PyObject *find_all(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *answer = NULL;
    Py_buffer views[2];
    Buffers given = {views, 0}, buffers = {0};
    Hits hits = {.least = -HUGE_VAL};
    if (count != 6) {
        PyErr_SetString(PyExc_TypeError, "find_all takes six arguments");
        return NULL;
    }
    if (open_buffer(&given, args[4], PyBUF_WRITABLE) && open_buffer(&given, args[5], PyBUF_WRITABLE)) {
        hits.documents = views[0].buf;
        hits.scores = views[1].buf;
        if (!find_hits(args, &buffers, &hits)) answer = PyLong_FromLongLong(hits.kept);
    }
    close_buffers(&buffers);
    close_buffers(&given);
    free(buffers.views);
    return answer;
}

static int64_t end_at(const Py_buffer *ends, int64_t place) {
    return ends->itemsize == 4 ? ((const uint32_t *)ends->buf)[place] : ((const int64_t *)ends->buf)[place];
}

/* find_key(keys, ends, wanted) -> the number of the first key that is not less */
static PyObject *find_key(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *answer = NULL;
    Py_buffer views[3];
    Buffers given = {views, 0};
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "find_key takes three arguments");
        return NULL;
    }
    if (open_buffer(&given, args[0], PyBUF_SIMPLE) && open_buffer(&given, args[1], PyBUF_ND)
        && open_buffer(&given, args[2], PyBUF_SIMPLE)) {
        const char *keys = views[0].buf;
        int64_t low = 0, high = views[1].len / views[1].itemsize, wanted = views[2].len;
        while (low < high) {
            int64_t middle = (low + high) >> 1;
            int64_t begin = middle ? end_at(views + 1, middle - 1) : 0;
            int64_t length = end_at(views + 1, middle) - begin;
            int order = memcmp(keys + begin, views[2].buf, (size_t)(length < wanted ? length : wanted));
            if (order < 0 || (!order && length < wanted)) low = middle + 1;
            else high = middle;
        }
        answer = PyLong_FromLongLong(low);
    }
    close_buffers(&given);
    return answer;
}

#define FUNCTION(name, function) {name, (PyCFunction)(void (*)(void))function, METH_FASTCALL, NULL}

static PyMethodDef functions[] = {
    FUNCTION("find_best", find_best),
    FUNCTION("find_all", find_all),
    FUNCTION("find_key", find_key),
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_kernel", NULL, 0, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
