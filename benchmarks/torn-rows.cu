//===- torn-rows.cu - What rows of C that begin anywhere cost -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Kernels by hand, beside which out-class.md puts the compiler's for N = 10007:
// persistent blocks of 8 warps, 8 x 16 outputs a lane, slices that overlap by
// `skew` columns. They tell apart where a store instruction begins and in which
// order blocks cover C. Values are not checked; only the time counts.
//
//   nvcc -O3 -arch=sm_90 -o torn-rows benchmarks/torn-rows.cu && ./torn-rows
//
//===----------------------------------------------------------------------===//

#include <algorithm>
#include <cstdio>
#include <cuda_runtime.h>
#include <vector>

/// Where the 128 bytes of a store instruction begin.
enum class Pieces {
  Anywhere, ///< as the columns of the slice lie
  Begun,    ///< at the row's first whole sector or line; values are not moved
  Shuffled, ///< the same, values moved between lanes
};

/// Which bands of its slice a block takes.
enum class Order {
  Linear,     ///< an equal share of the list of all (slice, band)
  SideBySide, ///< an equal share of one slice
  Interleaved ///< every G-th band of one slice, G blocks each
};

constexpr int warps = 8, rowsOfTile = 8, columnsOfTile = 512;

template <int W, Pieces P, int K, Order O>
__global__ void __launch_bounds__(256, 1)
    writeC(const float *A, const float *B, float *C, int M, int N, int skew,
           int slices, int groups) {
  constexpr int warpColumns = W / columnsOfTile;
  constexpr int band = rowsOfTile * (warps / warpColumns);
  extern __shared__ float shared[];
  float *sliceOfB = shared;
  int lane = threadIdx.x & 31, warp = threadIdx.x >> 5;
  float *rowsOfA = shared + K * W + warp * K * rowsOfTile;
  int inSlice = warp % warpColumns * columnsOfTile;
  int width = W - skew, line = skew == 32 ? 32 : 8;
  int bands = (M + band - 1) / band, mine = blockIdx.x % slices;
  long first, end, step = 1;
  if (O == Order::Linear) {
    long total = long(slices) * bands;
    first = total * blockIdx.x / gridDim.x;
    end = total * (blockIdx.x + 1) / gridDim.x;
  } else if (O == Order::SideBySide) {
    int group = blockIdx.x / slices;
    first = long(bands) * group / groups;
    end = long(bands) * (group + 1) / groups;
  } else {
    first = blockIdx.x / slices, end = bands, step = groups;
  }
  int loaded = -1;
  for (long i = first; i < end; i += step) {
    int slice = O == Order::Linear ? i / bands : mine;
    long bandOfC = O == Order::Linear ? i % bands : i;
    int column = slice * width;
    if (slice != loaded) {
      __syncthreads();
      for (int e = threadIdx.x; e < K * W; e += blockDim.x)
        sliceOfB[e] =
            column + e % W < N ? B[long(e / W) * N + column + e % W] : 0.f;
      __syncthreads();
      loaded = slice;
    }
    int row = bandOfC * band + warp / warpColumns * rowsOfTile;
    __syncwarp();
    for (int e = lane; e < K * rowsOfTile; e += 32)
      rowsOfA[e % K * rowsOfTile + e / K] =
          row + e / K < M ? A[long(row + e / K) * K + e % K] : 0.f;
    __syncwarp();
    float sums[rowsOfTile][16] = {};
#pragma unroll 2
    for (int k = 0; k < K; ++k) {
      float b[16];
#pragma unroll
      for (int g = 0; g < 4; ++g)
        *reinterpret_cast<float4 *>(b + 4 * g) = *reinterpret_cast<float4 *>(
            sliceOfB + k * W + inSlice + g * 128 + lane * 4);
#pragma unroll
      for (int r = 0; r < rowsOfTile; ++r)
#pragma unroll
        for (int j = 0; j < 16; ++j)
          sums[r][j] = fmaf(rowsOfA[k * rowsOfTile + r], b[j], sums[r][j]);
    }
#pragma unroll
    for (int r = 0; r < rowsOfTile; ++r) {
      if (row + r >= M)
        continue;
      long start = long(row + r) * N + column;
      int begun = skew ? int(-start & (line - 1)) : 0;
      int stop = min(begun + width, N - column);
      if (slice == 0)
        begun = 0;
      int from = inSlice + lane + (P == Pieces::Anywhere ? 0 : begun);
      float moved[16];
#pragma unroll
      for (int j = 0; j < 16; ++j)
        moved[j] = P == Pieces::Shuffled
                       ? __shfl_sync(~0u, sums[r][j], (lane + begun) & 31)
                       : sums[r][j];
#pragma unroll
      for (int j = 0; j < 16; ++j) {
        bool isNext = P == Pieces::Shuffled && lane + begun >= 32 && j < 15;
        int c = from + 32 * j;
        if (c < stop && (P != Pieces::Anywhere || c >= begun))
          __stcs(C + start + c, isNext ? moved[(j + 1) & 15] : moved[j]);
      }
    }
  }
}

struct Memory {
  float *a, *b, *c, *flush;
};

template <int W, Pieces P, int K, Order O>
static void time(const char *what, Memory memory, int M, int N, int skew) {
  int slices = (N + W - skew - 1) / (W - skew), groups = 132 / slices;
  int bytes = (K * W + warps * K * rowsOfTile) * sizeof(float);
  auto *kernel = writeC<W, P, K, O>;
  cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize,
                       bytes);
  int blocks = O == Order::Linear ? 132 : slices * groups;
  cudaEvent_t begin, end;
  cudaEventCreate(&begin);
  cudaEventCreate(&end);
  std::vector<float> times(15);
  for (float &ms : times) {
    cudaMemsetAsync(memory.flush, 0, 256 << 20);
    cudaEventRecord(begin);
    kernel<<<blocks, 32 * warps, bytes>>>(memory.a, memory.b, memory.c, M, N,
                                          skew, slices, groups);
    cudaEventRecord(end);
    cudaEventSynchronize(end);
    cudaEventElapsedTime(&ms, begin, end);
  }
  std::sort(times.begin(), times.end());
  printf("%-34s K = %2d, N = %d, %4d columns, skew %2d, %3d blocks: %.4f ms "
         "%s\n",
         what, K, N, W, skew, blocks, times[times.size() / 2],
         cudaGetErrorString(cudaGetLastError()));
}

template <int K>
static void compare(Memory memory, int N) {
  constexpr int M = 10007;
  time<512, Pieces::Anywhere, K, Order::Linear>("anywhere", memory, M, N, 8);
  time<512, Pieces::Begun, K, Order::Linear>("at sectors", memory, M, N, 8);
  time<512, Pieces::Begun, K, Order::Linear>("at lines", memory, M, N, 32);
  time<512, Pieces::Shuffled, K, Order::Linear>("at sectors, shuffled", memory,
                                                M, N, 8);
  time<512, Pieces::Shuffled, K, Order::Linear>("at lines, shuffled", memory, M,
                                                N, 32);
  time<512, Pieces::Anywhere, K, Order::SideBySide>("anywhere, side by side",
                                                    memory, M, N, 8);
  time<1024, Pieces::Anywhere, K, Order::Interleaved>("anywhere, interleaved",
                                                      memory, M, N, 8);
}

int main() {
  Memory memory;
  size_t extent = 10240;
  cudaMalloc(&memory.a, extent * 32 * sizeof(float));
  cudaMalloc(&memory.b, extent * 32 * sizeof(float));
  cudaMalloc(&memory.c, extent * extent * sizeof(float));
  cudaMalloc(&memory.flush, 256 << 20);
  cudaMemset(memory.a, 0, extent * 32 * sizeof(float));
  cudaMemset(memory.b, 0, extent * 32 * sizeof(float));
  for (int N : {10007, 10016}) {
    compare<4>(memory, N);
    compare<16>(memory, N);
    compare<32>(memory, N);
  }
}
