//===- KnownTargets.cpp - The table of chips ------------------------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// One row per product, never one row for a family: the limits of chips of one
// architecture differ (an A100 block may have 163 KB of shared memory, an
// RTX 3090 block 99 KB).
//
// Sources:
//   [CC]  CUDA C++ Programming Guide 13.0, "Compute Capabilities", table
//         "Technical Specifications per Compute Capability"
//   [4090] NVIDIA Ada GPU Architecture white paper V2.1, appendix A
//          (GeForce RTX 4090)
//   [L40S] NVIDIA L40S data sheet and product page, which leave out the L2:
//          the size is the whole AD102's (Ada white paper, as in the L40);
//          third-party tables disagree (48 or 96 MB), and it is not measured
//   [H100] NVIDIA H100 Tensor Core GPU architecture white paper and data sheet,
//          SXM5 80 GB
//   [H200] NVIDIA H200 Tensor Core GPU data sheet, SXM 141 GB; same die as H100
//   [A100] NVIDIA A100 Tensor Core GPU architecture white paper and data sheet,
//          SXM4 80 GB
//   [TC]  Khattak and Mikaitis, arXiv 2512.07004, and MMA-Sim, arXiv 2511.10909
//         (models that agree with the hardware bit by bit); for the A100 also
//         Fasi, Higham, Mikaitis and Pranesh, PeerJ CS 7:e330, 2021
//   [M]    measured: a fill of 4 GiB, source and day in the row
//
//===----------------------------------------------------------------------===//

#include "ts/Target/Target.h"

using namespace ts;

static constexpr unsigned KiB = 1024;
static constexpr int64_t MiB = 1024 * 1024;

static const Chip chips[] = {
    {
        "rtx4090",
        "NVIDIA GeForce RTX 4090",
        "NVIDIA GeForce RTX 4090",
        /*computeCapability=*/89,         // [4090], [CC]
        /*smCount=*/128,                  // [4090]
        /*sharedBytesPerSM=*/100 * KiB,   // [CC] 8.9
        /*sharedBytesPerBlock=*/99 * KiB, // [CC] 8.9
        /*registersPerSM=*/65536,         // [CC] 8.9
        /*maxRegistersPerThread=*/255,    // [CC] 8.9
        /*maxWarpsPerSM=*/48,             // [CC] 8.9
        /*maxThreadsPerBlock=*/1024,      // [CC] 8.9
        /*maxBlocksPerSM=*/24,            // [CC] 8.9
        /*fp32LanesPerSM=*/128,           // [CC] 8.9, "Arithmetic Instructions"
        /*tensorCore=*/{24, 16},          // [TC]
        /*l2Bytes=*/72 * MiB,             // [4090] 73728 KB
        /*dramGBs=*/1008,                 // [4090] 384 bit x 21 Gbit/s
        /*fp32Tflops=*/82.6,              // [4090] at boost clock
        /*tf32Tflops=*/82.6,              // [4090]
        /*f16Tflops=*/165.2,              // [4090]
        /*f64Tflops=*/1.29,               // [4090] 1/64 of fp32
        /*writeFloorGBs=*/957,            // [M] 956 to 958
        "fill kernel on an RTX 4090, published figures, as of 2026-11-23",
    },
    {
        "l40s",
        "NVIDIA L40S",
        "NVIDIA L40S",
        /*computeCapability=*/89,         // [L40S], [CC]
        /*smCount=*/142,                  // [L40S] 18176 fp32 lanes / 128
        /*sharedBytesPerSM=*/100 * KiB,   // [CC] 8.9
        /*sharedBytesPerBlock=*/99 * KiB, // [CC] 8.9
        /*registersPerSM=*/65536,         // [CC] 8.9
        /*maxRegistersPerThread=*/255,    // [CC] 8.9
        /*maxWarpsPerSM=*/48,             // [CC] 8.9
        /*maxThreadsPerBlock=*/1024,      // [CC] 8.9
        /*maxBlocksPerSM=*/24,            // [CC] 8.9
        /*fp32LanesPerSM=*/128,           // [CC] 8.9, "Arithmetic Instructions"
        /*tensorCore=*/{24, 16},          // [TC]
        /*l2Bytes=*/96 * MiB,             // [L40S] 98304 KB
        /*dramGBs=*/864,                  // [L40S]
        /*fp32Tflops=*/91.6,              // [L40S]
        /*tf32Tflops=*/183,               // [L40S]
        /*f16Tflops=*/362.05,             // [L40S]
        /*f64Tflops=*/1.43,               // [CC] 1/64 of fp32
        /*writeFloorGBs=*/0,
        nullptr,
    },
    {
        "h100",
        "NVIDIA H100 SXM5 80GB",
        "NVIDIA H100",
        /*computeCapability=*/90,          // [H100], [CC]
        /*smCount=*/132,                   // [H100]
        /*sharedBytesPerSM=*/228 * KiB,    // [CC] 9.0
        /*sharedBytesPerBlock=*/227 * KiB, // [CC] 9.0
        /*registersPerSM=*/65536,          // [CC] 9.0
        /*maxRegistersPerThread=*/255,     // [CC] 9.0
        /*maxWarpsPerSM=*/64,              // [CC] 9.0
        /*maxThreadsPerBlock=*/1024,       // [CC] 9.0
        /*maxBlocksPerSM=*/32,             // [CC] 9.0
        /*fp32LanesPerSM=*/128,  // [CC] 9.0, "Arithmetic Instructions"
        /*tensorCore=*/{25, 32}, // [TC]
        /*l2Bytes=*/50 * MiB,    // [H100]
        /*dramGBs=*/3350,        // [H100]
        /*fp32Tflops=*/67,       // [H100]
        /*tf32Tflops=*/494.7,    // [H100]
        /*f16Tflops=*/989.4,     // [H100]
        /*f64Tflops=*/67,        // [H100] tensor
        /*writeFloorGBs=*/0,
        nullptr,
    },
    {
        "h200",
        "NVIDIA H200 SXM 141GB",
        "NVIDIA H200",
        /*computeCapability=*/90,          // [H200], [CC]
        /*smCount=*/132,                   // [H200]
        /*sharedBytesPerSM=*/228 * KiB,    // [CC] 9.0
        /*sharedBytesPerBlock=*/227 * KiB, // [CC] 9.0
        /*registersPerSM=*/65536,          // [CC] 9.0
        /*maxRegistersPerThread=*/255,     // [CC] 9.0
        /*maxWarpsPerSM=*/64,              // [CC] 9.0
        /*maxThreadsPerBlock=*/1024,       // [CC] 9.0
        /*maxBlocksPerSM=*/32,             // [CC] 9.0
        /*fp32LanesPerSM=*/128,  // [CC] 9.0, "Arithmetic Instructions"
        /*tensorCore=*/{25, 32}, // [TC]
        /*l2Bytes=*/50 * MiB,    // [H100], same die
        /*dramGBs=*/4800,        // [H200]
        /*fp32Tflops=*/67,       // [H200]
        /*tf32Tflops=*/494.7,    // [H200] (half of the sparse figure)
        /*f16Tflops=*/989.4,     // [H200] (half of the sparse figure)
        /*f64Tflops=*/67,        // [H200] tensor
        /*writeFloorGBs=*/4679,  // [M]
        "fill kernel on an H200, driver 580, CUDA 13.0, 2026-11-23",
    },
    {
        "a100",
        "NVIDIA A100 SXM4 80GB",
        "NVIDIA A100",
        /*computeCapability=*/80,          // [A100], [CC]
        /*smCount=*/108,                   // [A100]
        /*sharedBytesPerSM=*/164 * KiB,    // [CC] 8.0
        /*sharedBytesPerBlock=*/163 * KiB, // [CC] 8.0
        /*registersPerSM=*/65536,          // [CC] 8.0
        /*maxRegistersPerThread=*/255,     // [CC] 8.0
        /*maxWarpsPerSM=*/64,              // [CC] 8.0
        /*maxThreadsPerBlock=*/1024,       // [CC] 8.0
        /*maxBlocksPerSM=*/32,             // [CC] 8.0
        /*fp32LanesPerSM=*/64,   // [CC] 8.0, "Arithmetic Instructions"
        /*tensorCore=*/{24, 16}, // [TC]
        /*l2Bytes=*/40 * MiB,    // [A100]
        /*dramGBs=*/2039,        // [A100] 80 GB HBM2e
        /*fp32Tflops=*/19.5,     // [A100]
        /*tf32Tflops=*/156,      // [A100]
        /*f16Tflops=*/312,       // [A100]
        /*f64Tflops=*/19.5,      // [A100] tensor
        /*writeFloorGBs=*/0,
        nullptr,
    },
};

llvm::ArrayRef<Chip> ts::knownChips() { return chips; }
