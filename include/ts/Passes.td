//===- Passes.td - All passes, in pipeline order ----------*- tablegen -*-===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//

#ifndef TS_PASSES_TD
#define TS_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// raise
//===----------------------------------------------------------------------===//

def RaiseLinalgPass : Pass<"ts-raise-linalg"> {
  let summary = "Turn linalg's matrix products into ts.matmul";
  let dependentDialects = ["::ts::TSDialect"];
}

def RecordContractPass : Pass<"ts-record-contract", "::mlir::ModuleOp"> {
  let summary = "Write down what each entry function computes (#ts.contract)";
  let dependentDialects = ["::ts::TSDialect"];
}

//===----------------------------------------------------------------------===//
// select
//===----------------------------------------------------------------------===//

def AttachTargetPass : Pass<"ts-attach-target", "::mlir::ModuleOp"> {
  let summary = "Write #ts.target on the module";
  let dependentDialects = ["::ts::TSDialect"];
  let options = [
    Option<"chip", "chip", "std::string", "\"rtx4090\"",
           "chip whose limits the schedules keep to">,
    Option<"isa", "isa", "unsigned", "89",
           "compute capability PTX is emitted for">
  ];
}

def SelectSchedulePass : Pass<"ts-select-schedule"> {
  let summary = "Choose a #ts.schedule for every ts.matmul that has none";
  let dependentDialects = ["::ts::TSDialect"];
  let options = [
    Option<"schedule", "schedule", "std::string", "\"\"",
           "a #ts.schedule<...> for every product without one">
  ];
}

//===----------------------------------------------------------------------===//
// tile
//===----------------------------------------------------------------------===//

def BufferizePass : Pass<"ts-bufferize", "::mlir::ModuleOp"> {
  let summary = "Tensors become device buffers, results become arguments";
  let dependentDialects = [
    "::ts::TSDialect", "::mlir::gpu::GPUDialect",
    "::mlir::bufferization::BufferizationDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

def TileKernelPass : Pass<"ts-tile-kernel"> {
  let summary = "Form the kernel: who computes which part of C";
  let dependentDialects = [
    "::ts::TSDialect", "::mlir::gpu::GPUDialect", "::mlir::scf::SCFDialect",
    "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
    "::mlir::affine::AffineDialect"
  ];
}

//===----------------------------------------------------------------------===//
// vectorize
//===----------------------------------------------------------------------===//

def VectorizeTilePass : Pass<"ts-vectorize-tile"> {
  let summary = "A tile becomes a few warp-level vectors";
  let dependentDialects = [
    "::ts::TSDialect", "::mlir::vector::VectorDialect",
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"
  ];
}

//===----------------------------------------------------------------------===//
// overlap
//===----------------------------------------------------------------------===//

def StageOperandsPass : Pass<"ts-stage-operands"> {
  let summary = "Give each operand its home: shared slices and warp rings";
  let dependentDialects = [
    "::ts::TSDialect", "::mlir::gpu::GPUDialect", "::mlir::memref::MemRefDialect",
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::NVVM::NVVMDialect"
  ];
}

def PipelineKPass : Pass<"ts-pipeline-k"> {
  let summary = "Read the next k step ahead, peel the last, unroll the rest";
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"];
}

def InsertBarriersPass : Pass<"ts-insert-barriers"> {
  let summary = "Put a barrier wherever shared memory could be read too early";
  let dependentDialects = ["::ts::TSDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::NVVM::NVVMDialect"];
}

//===----------------------------------------------------------------------===//
// distribute
//===----------------------------------------------------------------------===//

def DistributeLanesPass : Pass<"ts-distribute-lanes"> {
  let summary = "Deal warp-level vectors to lanes, by Layout";
  let dependentDialects = [
    "::ts::TSDialect", "::mlir::gpu::GPUDialect", "::mlir::vector::VectorDialect",
    "::mlir::nvgpu::NVGPUDialect", "::mlir::NVVM::NVVMDialect"
  ];
}

def PlaceSharedPass : Pass<"ts-place-shared"> {
  let summary = "Lay a kernel's shared buffers out in dynamic shared memory";
  let dependentDialects = [
    "::mlir::gpu::GPUDialect", "::mlir::memref::MemRefDialect",
    "::mlir::arith::ArithDialect"
  ];
}

//===----------------------------------------------------------------------===//
// lower
//===----------------------------------------------------------------------===//

def LowerTSPass : Pass<"ts-lower-ops", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Spell the remaining ts operations in upstream dialects";
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::memref::MemRefDialect"
  ];
}

#endif // TS_PASSES_TD
