//===- Kernels.h - Inner loops of the references ---------------*- C++ -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kept apart from the rest because these loops are compiled once per CPU level
// (a call of fmaf per element without FMA hardware, vectors with it).
//
//===----------------------------------------------------------------------===//

#ifndef TS_NUMERICS_KERNELS_H
#define TS_NUMERICS_KERNELS_H

#include <cstdint>

namespace ts::num {

/// acc[j] = fma(a[k], b[k * stride + j], acc[j]) for k = 0, 1, ... depth - 1.
void chainRow(const float *a, const float *b, int64_t stride, int64_t depth,
              int64_t count, float *acc);
void chainRow(const double *a, const double *b, int64_t stride, int64_t depth,
              int64_t count, double *acc);

/// exact[j] += a[k] * b[k * stride + j], magnitude[j] += the same of absolute
/// values no smaller than `floor`, in f64.
void exactRow(const float *a, const float *b, int64_t stride, int64_t depth,
              int64_t count, double floor, double *exact, double *magnitude);
/// The same for f64 operands, accumulated in extended precision.
void exactRow(const double *a, const double *b, int64_t stride, int64_t depth,
              int64_t count, double floor, double *exact, double *magnitude);

} // namespace ts::num

#endif // TS_NUMERICS_KERNELS_H
