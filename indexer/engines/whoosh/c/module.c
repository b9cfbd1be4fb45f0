/* The compiled kernel as a Python module; kernel.py says what its functions take.
   Only the stable ABI of Python 3.11 is used. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

/* The buffers of one call, released together. */
typedef struct {
    Py_buffer *views;
    int count;
} Buffers;

static Py_buffer *open_buffer(Buffers *buffers, PyObject *object, int flags) {
    Py_buffer *view = buffers->views + buffers->count;
    if (!object || PyObject_GetBuffer(object, view, flags)) return NULL;
    buffers->count++;
    return view;
}

static void release(Buffers *buffers) {
    while (buffers->count) PyBuffer_Release(buffers->views + --buffers->count);
    free(buffers->views);
}

/* Take the lists of a leaf: documents and scores, or documents, frequencies and scales. */
static int read_leaf(Node *node, PyObject *lists, Buffers *buffers) {
    PyObject *second = PyList_GetItem(lists, node->is.list + 1);
    Py_buffer *view = open_buffer(buffers, PyList_GetItem(lists, node->is.list), PyBUF_SIMPLE);
    if (!view || !second) return -1;
    node->documents = view->buf;
    node->size = view->len / (Py_ssize_t)sizeof(int32_t);
    if (node->is.kind == LISTED) {
        if (second == Py_None) return 0;
        if (!(view = open_buffer(buffers, second, PyBUF_SIMPLE))) return -1;
        node->scores = view->buf;
        return 0;
    }
    if (!(view = open_buffer(buffers, second, PyBUF_ND))) return -1;
    node->frequencies = view->buf;
    node->frequency_size = (int)view->itemsize;
    view = open_buffer(buffers, PyList_GetItem(lists, node->is.list + 2), PyBUF_SIMPLE);
    if (!view) return -1;
    node->scales = view->buf;
    return 0;
}

static PyObject *run_on(Program *program, int size, Buffers *buffers, PyObject *const *args, Result *result) {
    Py_buffer *view;
    long documents = PyLong_AsLong(args[2]);
    if (args[3] != Py_None) {
        if (!(view = open_buffer(buffers, args[3], PyBUF_SIMPLE))) return NULL;
        result->mask = view->buf;
    }
    if (!(view = open_buffer(buffers, args[5], PyBUF_WRITABLE))) return NULL;
    result->documents = view->buf;
    result->most = view->len / (Py_ssize_t)sizeof(int32_t);
    if (args[4] != Py_None) {
        if (!(view = open_buffer(buffers, args[4], PyBUF_SIMPLE))) return NULL;
        result->ranks = view->buf;
        if (!(result->heap = malloc(((size_t)result->most + 1) * sizeof *result->heap))) return PyErr_NoMemory();
    }
    if (!(view = open_buffer(buffers, args[6], PyBUF_WRITABLE))) return NULL;
    result->scores = view->buf;
    for (int n = 0; n < size; n++) {
        Node *node = program->nodes + n;
        int is_leaf = node->is.kind == POSTINGS || node->is.kind == LISTED;
        if (is_leaf && read_leaf(node, args[1], buffers)) return NULL;
    }
    int *scratch = calloc(2 * (size_t)size + 2, sizeof *scratch);
    int linked = scratch ? link_program(program, size, scratch, scratch + size) : -1;
    free(scratch);
    if (PyErr_Occurred()) return NULL;
    if (linked < 0) {
        PyErr_SetString(PyExc_ValueError, "not a program");
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    run_program(program, (int32_t)documents, result);
    Py_END_ALLOW_THREADS
    return Py_BuildValue("LL", (long long)result->kept, (long long)result->total);
}

/* execute(program, lists, documents, mask, ranks, out_documents, out_scores) -> (kept, total) */
static PyObject *execute(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *answer = NULL;
    Py_buffer operations;
    if (count != 7 || !PyList_Check(args[1])) {
        PyErr_SetString(PyExc_TypeError, "execute takes seven arguments, the second a list");
        return NULL;
    }
    if (PyObject_GetBuffer(args[0], &operations, PyBUF_SIMPLE)) return NULL;
    int size = (int)(operations.len / (Py_ssize_t)sizeof(Operation));
    Buffers buffers = {calloc(3 * (size_t)size + 4, sizeof(Py_buffer)), 0};
    Program program = {calloc((size_t)size + 1, sizeof(Node)), 0, NULL};
    Result result = {0};
    if (buffers.views && program.nodes) {
        for (int n = 0; n < size; n++)
            memcpy(&program.nodes[n].is, (const char *)operations.buf + n * sizeof(Operation), sizeof(Operation));
        answer = run_on(&program, size, &buffers, args, &result);
    } else {
        PyErr_NoMemory();
    }
    release(&buffers);
    PyBuffer_Release(&operations);
    free(program.nodes);
    free(program.frames);
    free(result.heap);
    return answer;
}

/* Open the first buffers of a call; -1 on failure, when nothing stays open. */
static int open_all(Buffers *buffers, PyObject *const *args, int count, int flags) {
    for (int n = 0; n < count; n++)
        if (!open_buffer(buffers, args[n], flags)) {
            while (buffers->count) PyBuffer_Release(buffers->views + --buffers->count);
            return -1;
        }
    return 0;
}

/* find_key(keys, ends, wanted) -> the number of the first key that is not less */
static PyObject *find_key(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    Py_buffer views[3];
    Buffers buffers = {views, 0};
    if (count != 3) {
        PyErr_SetString(PyExc_TypeError, "find_key takes three arguments");
        return NULL;
    }
    if (open_all(&buffers, args, 3, PyBUF_SIMPLE)) return NULL;
    const char *keys = views[0].buf;
    const int64_t *ends = views[1].buf;
    int64_t low = 0, high = views[1].len / (Py_ssize_t)sizeof(int64_t), wanted = views[2].len;
    while (low < high) {
        int64_t middle = (low + high) >> 1;
        int64_t begin = middle ? ends[middle - 1] : 0, length = ends[middle] - begin;
        int order = memcmp(keys + begin, views[2].buf, (size_t)(length < wanted ? length : wanted));
        if (order < 0 || (!order && length < wanted)) low = middle + 1;
        else high = middle;
    }
    while (buffers.count) PyBuffer_Release(views + --buffers.count);
    return PyLong_FromLongLong(low);
}

/* Both ascending: gallops through the longer one. */
#define KEEP_FOLLOWED(TYPE) \
    static int64_t keep_followed_##TYPE(const TYPE *begins, int64_t size, const TYPE *others, \
                                        int64_t other_size, TYPE offset, TYPE *out) { \
        int64_t kept = 0, low = 0; \
        for (int64_t i = 0; i < size && low < other_size; i++) { \
            TYPE wanted = begins[i] + offset; \
            int64_t step = 1; \
            while (low + step < other_size && others[low + step] < wanted) step <<= 1; \
            int64_t high = low + step < other_size ? low + step + 1 : other_size; \
            low += step >> 1; \
            while (low < high) { \
                int64_t middle = (low + high) >> 1; \
                if (others[middle] < wanted) low = middle + 1; \
                else high = middle; \
            } \
            if (low < other_size && others[low] == wanted) out[kept++] = begins[i]; \
        } \
        return kept; \
    }
KEEP_FOLLOWED(int32_t)
KEEP_FOLLOWED(int64_t)

/* keep_followed(begins, others, out, offset) -> how many begins have another at this distance */
static PyObject *keep_followed(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *answer = NULL;
    Py_buffer views[3];
    Buffers buffers = {views, 0};
    if (count != 4) {
        PyErr_SetString(PyExc_TypeError, "keep_followed takes four arguments");
        return NULL;
    }
    if (open_all(&buffers, args, 2, PyBUF_ND) || !open_buffer(&buffers, args[2], PyBUF_WRITABLE | PyBUF_ND)) {
        while (buffers.count) PyBuffer_Release(views + --buffers.count);
        return NULL;
    }
    long long offset = PyLong_AsLongLong(args[3]);
    Py_ssize_t item = views[0].itemsize;
    if (item != views[1].itemsize || item != views[2].itemsize || views[2].len < views[0].len) {
        PyErr_SetString(PyExc_ValueError, "positions of different types");
    } else {
        int64_t size = views[0].len / item, other_size = views[1].len / item, kept;
        Py_BEGIN_ALLOW_THREADS
        kept = item == 4 ? keep_followed_int32_t(views[0].buf, size, views[1].buf, other_size,
                                                 (int32_t)offset, views[2].buf)
                         : keep_followed_int64_t(views[0].buf, size, views[1].buf, other_size,
                                                 (int64_t)offset, views[2].buf);
        Py_END_ALLOW_THREADS
        answer = PyLong_FromLongLong(kept);
    }
    while (buffers.count) PyBuffer_Release(views + --buffers.count);
    return answer;
}

static PyMethodDef functions[] = {
    {"execute", (PyCFunction)(void (*)(void))execute, METH_FASTCALL, NULL},
    {"find_key", (PyCFunction)(void (*)(void))find_key, METH_FASTCALL, NULL},
    {"keep_followed", (PyCFunction)(void (*)(void))keep_followed, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_kernel", NULL, 0, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__kernel(void) { return PyModule_Create(&module); }
