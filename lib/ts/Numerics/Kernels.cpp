//===- Kernels.cpp - Inner loops of the references ------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Vectorised over columns by the compiler, so that the order of additions of
// one element stays what the source says. Every clone gives the same bits:
// std::fma is exact everywhere, in hardware or not.
//
//===----------------------------------------------------------------------===//

#include "Kernels.h"

#include <cmath>

using namespace ts::num;

#if defined(__x86_64__) && defined(__clang__)
#define TS_CPU_CLONES                                                          \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define TS_CPU_CLONES
#endif

// Four steps of k per sweep: the accumulators travel through the cache a
// quarter as often. The nesting keeps ascending k.
TS_CPU_CLONES
void ts::num::chainRow(const float *a, const float *b, int64_t stride,
                       int64_t depth, int64_t count, float *__restrict acc) {
  int64_t k = 0;
  for (; k + 4 <= depth; k += 4) {
    const float *b0 = b + k * stride, *b1 = b0 + stride, *b2 = b1 + stride,
                *b3 = b2 + stride;
    float a0 = a[k], a1 = a[k + 1], a2 = a[k + 2], a3 = a[k + 3];
    for (int64_t j = 0; j < count; ++j)
      acc[j] =
          std::fma(a3, b3[j],
                   std::fma(a2, b2[j],
                            std::fma(a1, b1[j], std::fma(a0, b0[j], acc[j]))));
  }
  for (; k < depth; ++k)
    for (int64_t j = 0; j < count; ++j)
      acc[j] = std::fma(a[k], b[k * stride + j], acc[j]);
}

TS_CPU_CLONES
void ts::num::chainRow(const double *a, const double *b, int64_t stride,
                       int64_t depth, int64_t count, double *__restrict acc) {
  for (int64_t k = 0; k < depth; ++k)
    for (int64_t j = 0; j < count; ++j)
      acc[j] = std::fma(a[k], b[k * stride + j], acc[j]);
}

/// |value|, but at least `floor`; NaN stays NaN.
template <typename T>
static inline T sizeOf(T value, T floor) {
  T size = std::fabs(value);
  return size < floor ? floor : size;
}

TS_CPU_CLONES
void ts::num::exactRow(const float *a, const float *b, int64_t stride,
                       int64_t depth, int64_t count, double floor,
                       double *__restrict exact, double *__restrict magnitude) {
  int64_t k = 0;
  for (; k + 2 <= depth; k += 2) {
    const float *b0 = b + k * stride, *b1 = b0 + stride;
    double a0 = a[k], a1 = a[k + 1];
    double s0 = sizeOf(a0, floor), s1 = sizeOf(a1, floor);
    for (int64_t j = 0; j < count; ++j) {
      exact[j] = (exact[j] + a0 * double(b0[j])) + a1 * double(b1[j]);
      magnitude[j] +=
          s0 * sizeOf(double(b0[j]), floor) + s1 * sizeOf(double(b1[j]), floor);
    }
  }
  for (; k < depth; ++k) {
    double ak = a[k], size = sizeOf(ak, floor);
    for (int64_t j = 0; j < count; ++j) {
      exact[j] += ak * double(b[k * stride + j]);
      magnitude[j] += size * sizeOf(double(b[k * stride + j]), floor);
    }
  }
}

void ts::num::exactRow(const double *a, const double *b, int64_t stride,
                       int64_t depth, int64_t count, double floor,
                       double *exact, double *magnitude) {
  for (int64_t j = 0; j < count; ++j) {
    long double sum = 0, size = 0;
    for (int64_t k = 0; k < depth; ++k) {
      long double bk = b[k * stride + j];
      sum += (long double)(a[k]) * bk;
      size +=
          (long double)(sizeOf(a[k], floor)) * sizeOf(bk, (long double)(floor));
    }
    exact[j] = double(sum);
    magnitude[j] = double(size);
  }
}
