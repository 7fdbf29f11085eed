// Arithmetic, functions and atomic operations on 16-bit floats; blocks share
// the words of their results, not the bytes.
#include <cuda_bf16.h>
#include <cuda_fp16.h>

extern "C" __global__ void halves(const __half2 *in, __half *out,
                                  __half2 *total, __nv_bfloat16 *narrow,
                                  int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  __half2 value = in[i];
  __half2 product = __hfma2(value, __float2half2_rn(2.0f), __high2half2(value));
  out[i] = __hgt(__low2half(product), __high2half(product))
               ? hexp2(__low2half(value))
               : __hneg(__low2half(product));
  narrow[i] = __float2bfloat16(__half2float(__high2half(value)) * 3.0f);
  atomicAdd(total, value);
}
