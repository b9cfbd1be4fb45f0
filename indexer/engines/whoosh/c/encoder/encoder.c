/* The compiled encoder as a Python module: what is long work in writing segments.
   Only the stable ABI of Python 3.11 is used. */

#define Py_LIMITED_API 0x030B0000
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdlib.h>

#include "blocks.h"
#include "deflate.h"
#include "inversion.h"

enum { MOST_ARRAYS = 7 };

/* The arrays of a call. */
typedef struct {
    Py_buffer views[MOST_ARRAYS];
    int64_t sizes[MOST_ARRAYS]; /* items */
} Arrays;

static void release(Arrays *arrays) {
    for (int n = 0; n < MOST_ARRAYS; n++) PyBuffer_Release(arrays->views + n);
}

/* Open arrays. The types tell, array by array, the size of an item, and whether it is written to
   ('w', else 'r') or may be None ('n'), too: "r8 w4 n4". Returns -1 on failure; to be released
   in any case. */
static int open_arrays(Arrays *arrays, PyObject *const *objects, const char *types) {
    *arrays = (Arrays){0};
    for (int n = 0; n == 0 || types[3 * n - 1]; n++) {
        const char *type = types + 3 * n;
        if (*type == 'n' && objects[n] == Py_None) continue;
        int flags = *type == 'w' ? PyBUF_ND | PyBUF_WRITABLE : PyBUF_ND;
        if (PyObject_GetBuffer(objects[n], arrays->views + n, flags)) return -1;
        if (arrays->views[n].itemsize != type[1] - '0') {
            PyErr_SetString(PyExc_ValueError, "arrays of other types");
            return -1;
        }
        arrays->sizes[n] = arrays->views[n].len / arrays->views[n].itemsize;
    }
    return 0;
}

static int has_arguments(Py_ssize_t count, Py_ssize_t wanted) {
    if (count == wanted) return 1;
    PyErr_Format(PyExc_TypeError, "%zd arguments instead of %zd", count, wanted);
    return 0;
}

static PyObject *encoded(const Postings *postings) {
    const char *fault = postings_fault(postings);
    if (fault) {
        PyErr_SetString(PyExc_ValueError, fault);
        return NULL;
    }
    PyObject *sizes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)(postings->term_count * 8));
    if (!sizes) return NULL;
    int64_t *first_size = (int64_t *)PyBytes_AsString(sizes);
    Output content = {0};
    Py_BEGIN_ALLOW_THREADS
    append_terms(&content, postings, first_size);
    Py_END_ALLOW_THREADS
    PyObject *result = NULL;
    if (content.failed) PyErr_NoMemory();
    else result = Py_BuildValue("y#O", content.size ? (char *)content.bytes : "", (Py_ssize_t)content.size, sizes);
    free(content.bytes);
    Py_DECREF(sizes);
    return result;
}

/* encode_postings(ends, documents, frequencies, positions, lengths) -> (content, sizes)

   As blocks.encode_postings; the second result has the bytes of its array. */
static PyObject *encode_postings(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    PyObject *result = NULL;
    Arrays arrays;
    if (!has_arguments(count, 5)) return NULL;
    if (!open_arrays(&arrays, args, "r8 r4 n4 n4 n1"))
        result = encoded(&(Postings){
            .ends = arrays.views[0].buf,
            .documents = arrays.views[1].buf,
            .frequencies = arrays.views[2].buf,
            .positions = arrays.views[2].buf ? arrays.views[3].buf : NULL,
            .lengths = arrays.views[4].buf,
            .term_count = arrays.sizes[0],
            .posting_count = arrays.sizes[1],
            .frequency_count = arrays.sizes[2],
            .position_count = arrays.sizes[3],
            .length_count = arrays.sizes[4],
        });
    release(&arrays);
    return result;
}

/* Zeros, one for each number of a piece that is in order; NULL, with an exception, otherwise. */
static int32_t *zeros_for(const Piece *piece) {
    const char *fault = piece_fault(piece);
    int32_t *zeros = fault ? NULL : calloc((size_t)piece->number_count + 1, sizeof *zeros);
    if (fault) PyErr_SetString(PyExc_ValueError, fault);
    else if (!zeros) PyErr_NoMemory();
    return zeros;
}

static Piece piece_of(const Arrays *arrays, int64_t number_count) {
    return (Piece){arrays->views[0].buf, arrays->views[1].buf, arrays->sizes[0], arrays->sizes[1], number_count};
}

/* count_tokens(numbers, extents, postings, tokens): add to both, by number */
static PyObject *count(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    int32_t *latest = NULL;
    Arrays arrays;
    if (!has_arguments(count, 4)) return NULL;
    if (!open_arrays(&arrays, args, "r4 r8 w8 w8")) {
        int64_t most = arrays.sizes[2] < arrays.sizes[3] ? arrays.sizes[2] : arrays.sizes[3];
        Piece piece = piece_of(&arrays, most);
        latest = zeros_for(&piece);
        if (latest) {
            Py_BEGIN_ALLOW_THREADS
            count_tokens(&piece, latest, arrays.views[2].buf, arrays.views[3].buf);
            Py_END_ALLOW_THREADS
        }
    }
    free(latest);
    release(&arrays);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

/* place_tokens(numbers, extents, document, free_postings, free_positions, documents, frequencies,
   positions): `Places`, and moved on */
static PyObject *place(PyObject *self, PyObject *const *args, Py_ssize_t count) {
    (void)self;
    Arrays arrays;
    int32_t *latest = NULL;
    if (!has_arguments(count, 8)) return NULL;
    PyObject *objects[MOST_ARRAYS] = {args[0], args[1], args[3], args[4], args[5], args[6], args[7]};
    long document = PyLong_AsLong(args[2]);
    if (PyErr_Occurred()) return NULL;
    const char *types = args[7] == Py_None ? "r4 r8 w8 w8 w4 w4 n4" : "r4 r8 w8 w8 w4 w4 w4";
    if (!open_arrays(&arrays, objects, types)) {
        int64_t most = arrays.sizes[2] < arrays.sizes[3] ? arrays.sizes[2] : arrays.sizes[3];
        Piece piece = piece_of(&arrays, most);
        Places places = {
            .free_postings = arrays.views[2].buf,
            .free_positions = arrays.views[3].buf,
            .documents = arrays.views[4].buf,
            .frequencies = arrays.views[5].buf,
            .positions = arrays.views[6].buf,
            .posting_count = arrays.sizes[4] < arrays.sizes[5] / 2 ? arrays.sizes[4] : arrays.sizes[5] / 2,
            .position_count = arrays.sizes[6],
            .document = (int32_t)document,
        };
        int placed = 0;
        latest = zeros_for(&piece);
        if (latest) {
            Py_BEGIN_ALLOW_THREADS
            placed = place_tokens(&piece, latest, &places);
            Py_END_ALLOW_THREADS
        }
        if (placed < 0) PyErr_SetString(PyExc_ValueError, "there is no place for a posting");
    }
    free(latest);
    release(&arrays);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"encode_postings", (PyCFunction)(void (*)(void))encode_postings, METH_FASTCALL, NULL},
    {"count_tokens", (PyCFunction)(void (*)(void))count, METH_FASTCALL, NULL},
    {"place_tokens", (PyCFunction)(void (*)(void))place, METH_FASTCALL, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_encoder", NULL, 0, functions, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__encoder(void) {
    prepare_deflate();
    return PyModule_Create(&module);
}
