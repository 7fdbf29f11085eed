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
           "a #ts.schedule<...> for every product without one">,
    Option<"tuningDb", "tuning-db", "std::string", "\"\"",
           "tuning database to ask instead of the one built in">
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
    "::mlir::nvgpu::NVGPUDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect",
    "::mlir::memref::MemRefDialect"
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

def OutlineKernelPass : Pass<"ts-outline-kernel", "::mlir::ModuleOp"> {
  let summary = "Outline kernels, and keep their schedules with them";
  let dependentDialects = ["::ts::TSDialect", "::mlir::gpu::GPUDialect",
                           "::mlir::DLTIDialect",
                           "::mlir::cf::ControlFlowDialect"];
}

def LowerTSPass : Pass<"ts-lower-ops", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Spell the remaining ts operations in upstream dialects";
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::arith::ArithDialect",
    "::mlir::memref::MemRefDialect", "::mlir::vector::VectorDialect"
  ];
}

def NarrowIndexPass : Pass<"ts-narrow-index", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Count in 32 bits, in kernels whose schedule says so";
  let description = [{
    In kernels with `index = 32`, loops that provably end before 2^31 count in
    i32, and upstream's arith-int-range-narrowing turns arithmetic on indices
    whose range allows it into that of i32.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def AsyncHostOpsPass : Pass<"ts-async-host-ops", "::mlir::ModuleOp"> {
  let summary = "Give each blocking GPU operation of the host its own token";
  let description = [{
    Upstream lowers gpu.alloc, gpu.memcpy and their like only with a token to
    wait for. A blocking one becomes a token, the operation, and a wait for it.
    Operations that carry tokens already stay as they are.
  }];
  let dependentDialects = ["::mlir::gpu::GPUDialect"];
}

def ConvertToLLVMPass : Pass<"ts-convert-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Convert host code to llvm, kernels to llvm and nvvm";
  let description = [{
    Runs upstream's conversions with one calling convention for kernels, chosen
    for the module: bare pointers if each buffer that a kernel takes has a type
    that says its extents and strides, else descriptors. Public functions get a
    C interface, kernels their exact block size, and dynamic shared memory the
    size that is only known at launch.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::cf::ControlFlowDialect", "::mlir::memref::MemRefDialect"
  ];
}

//===----------------------------------------------------------------------===//
// emit
//===----------------------------------------------------------------------===//

def AttachNVVMTargetPass : Pass<"ts-attach-nvvm-target", "::mlir::ModuleOp"> {
  let summary = "Say in upstream's terms what #ts.target asks for";
  let description = [{
    A gpu.module without a target gets an #nvvm.target with the ISA of the
    module's #ts.target and the oldest PTX version that has it.
  }];
  let dependentDialects = ["::ts::TSDialect", "::mlir::NVVM::NVVMDialect"];
}

def EmitBinaryPass : Pass<"ts-emit-binary", "::mlir::ModuleOp"> {
  let summary = "Each gpu.module becomes a gpu.binary with its PTX";
  let description = [{
    The first object is the PTX, which is what host code loads. With `ptxas`,
    and where there is one, a cubin follows, and ts.assembly records what ptxas
    reported.
  }];
  let dependentDialects = ["::ts::TSDialect", "::mlir::gpu::GPUDialect"];
  let options = [
    Option<"ptxas", "ptxas", "bool", "false", "assemble the PTX too">
  ];
}

//===----------------------------------------------------------------------===//
// between the steps
//===----------------------------------------------------------------------===//

def VerifyFormPass : Pass<"ts-verify-form", "::mlir::ModuleOp"> {
  let summary = "Check that the IR has the form which a step promises";
  let options = [
    Option<"stage", "stage", "std::string", "\"\"", "the step that just ran">
  ];
}

#endif // TS_PASSES_TD
