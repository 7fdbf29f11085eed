//===- DeviceCheck.cpp - A result against the device's reference ----------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// Compiles DeviceCheck.mlir by upstream passes alone, launches it and adds up
// what its threads found.
//
//===----------------------------------------------------------------------===//

#include "ts/Runner/RunError.h"
#include "ts/Runner/Verify.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVM/NVVM/Target.h"
#include "mlir/Target/LLVMIR/Dialect/Builtin/BuiltinToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/GPU/GPUToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/LLVMIR/LLVMToLLVMIRTranslation.h"
#include "mlir/Target/LLVMIR/Dialect/NVVM/NVVMToLLVMIRTranslation.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/TargetSelect.h"

#include <limits>

using llvm::Error;
using llvm::Expected;
using namespace mlir;
using namespace ts;

static constexpr llvm::StringLiteral kernelText =
#include "DeviceCheck.mlir.inc"
    ;

static constexpr llvm::StringLiteral kernelName = "ts_check";
static constexpr unsigned threadsPerBlock = 256;

static void registerUpstream(DialectRegistry &registry) {
  registry.insert<arith::ArithDialect, cf::ControlFlowDialect, gpu::GPUDialect,
                  LLVM::LLVMDialect, NVVM::NVVMDialect, scf::SCFDialect>();
  arith::registerConvertArithToLLVMInterface(registry);
  cf::registerConvertControlFlowToLLVMInterface(registry);
  registerConvertNVVMToLLVMInterface(registry);
  NVVM::registerConvertGpuToNVVMInterface(registry);
  NVVM::registerNVVMTargetInterfaceExternalModels(registry);
  registerBuiltinDialectTranslation(registry);
  registerGPUDialectTranslation(registry);
  registerLLVMDialectTranslation(registry);
  registerNVVMDialectTranslation(registry);
}

/// The oldest level that every supported chip and driver takes.
static void addPasses(PassManager &pm) {
  pm.addPass(createSCFToControlFlowPass());
  OpPassManager &kernels = pm.nest<gpu::GPUModuleOp>();
  kernels.addPass(createConvertGpuOpsToNVVMOps());
  kernels.addPass(createReconcileUnrealizedCastsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  GpuNVVMAttachTargetOptions target;
  target.chip = "sm_75";
  target.features = "+ptx63";
  target.optLevel = 3;
  pm.addPass(createGpuNVVMAttachTarget(target));
  GpuModuleToBinaryPassOptions format;
  format.compilationTarget = "isa";
  pm.addPass(createGpuModuleToBinaryPass(format));
}

/// PTX of the check kernel.
static Expected<std::string> compileKernel() {
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  DialectRegistry registry;
  registerUpstream(registry);
  MLIRContext context(registry, MLIRContext::Threading::DISABLED);
  auto module = parseSourceString<ModuleOp>(kernelText, &context);
  PassManager pm(&context);
  addPasses(pm);
  if (!module || failed(pm.run(*module)))
    return runError(ExitCode::NotChecked, "the check kernel does not compile");
  for (auto binary : module->getOps<gpu::BinaryOp>())
    for (auto object : binary.getObjects().getAsRange<gpu::ObjectAttr>())
      return object.getObject().getValue().rtrim('\0').str();
  return runError(ExitCode::NotChecked, "the check kernel has no image");
}

namespace {
/// What one thread of the kernel leaves behind.
struct ThreadResult {
  int64_t mismatches, first;
  double worst, errorSquared, referenceSquared;
  int64_t nonFinite, nonFiniteWrong;
};
static_assert(sizeof(ThreadResult) == 7 * 8, "as the kernel writes it");

class DeviceChecker {
public:
  DeviceChecker(rt::Device &device) : device(device) {}
  Error prepare();
  Error release();
  /// Checks rows [begin, end).
  Expected<num::CheckResult> run(const num::Product &product,
                                 const num::Matrix &result, int64_t begin,
                                 int64_t end);

private:
  Error launch(const num::Product &product, const num::Matrix &result,
               int64_t begin, int64_t rows, uint32_t blocks);
  Error describeFirst(const num::Product &product, const num::Matrix &result,
                      num::Mismatch &at);
  Expected<float> load(const void *address);

  rt::Device &device;
  rt::ModuleHandle module = nullptr;
  rt::KernelHandle kernel = nullptr;
  rt::DeviceAddress out = 0;
  uint32_t maxBlocks = 1;
};
} // namespace

Error DeviceChecker::prepare() {
  Expected<std::string> ptx = compileKernel();
  if (!ptx)
    return ptx.takeError();
  Expected<rt::ModuleHandle> loaded = device.loadModule(*ptx);
  if (!loaded)
    return loaded.takeError();
  module = *loaded;
  Expected<rt::KernelHandle> found = device.getKernel(module, kernelName);
  if (!found)
    return found.takeError();
  kernel = *found;
  maxBlocks = std::max(1u, device.info().multiprocessors * 8);
  Expected<rt::DeviceAddress> memory = device.allocate(
      uint64_t(maxBlocks) * threadsPerBlock * sizeof(ThreadResult));
  if (!memory)
    return memory.takeError();
  out = *memory;
  return Error::success();
}

Error DeviceChecker::release() {
  Error error = Error::success();
  if (out)
    error = llvm::joinErrors(std::move(error), device.free(out));
  if (module)
    error = llvm::joinErrors(std::move(error), device.unloadModule(module));
  return error;
}

static uint64_t addressOf(const num::Matrix &matrix, int64_t row) {
  return reinterpret_cast<uint64_t>(matrix.address(row, 0));
}

Error DeviceChecker::launch(const num::Product &p, const num::Matrix &result,
                            int64_t begin, int64_t rows, uint32_t blocks) {
  num::Matrix old = p.c0.value_or(result);
  int64_t words[] = {int64_t(addressOf(p.a, begin)),
                     int64_t(addressOf(p.b, 0)),
                     int64_t(addressOf(result, begin)),
                     int64_t(addressOf(old, begin)),
                     int64_t(out),
                     rows,
                     p.columns(),
                     p.depth(),
                     p.a.rowStride,
                     p.a.columnStride,
                     p.b.rowStride,
                     p.b.columnStride,
                     result.rowStride,
                     result.columnStride,
                     old.rowStride,
                     old.columnStride};
  auto alpha = float(p.alpha), beta = float(p.beta);
  double slack = num::underflowSlack(p);
  std::vector<void *> parameters;
  for (int64_t &word : words)
    parameters.push_back(&word);
  parameters.insert(parameters.end(), {&alpha, &beta, &slack});
  rt::Launch launch;
  launch.grid = {blocks, 1, 1};
  launch.block = {threadsPerBlock, 1, 1};
  launch.parameters = parameters.data();
  launch.parameterCount = parameters.size();
  if (Error error = device.launch(kernel, launch))
    return error;
  return device.synchronize();
}

Expected<float> DeviceChecker::load(const void *address) {
  float value;
  if (Error error = device.copyToHost(
          &value, reinterpret_cast<rt::DeviceAddress>(address), sizeof(value)))
    return std::move(error);
  return value;
}

/// Fills in expected and got of a mismatch from the operands on the device.
Error DeviceChecker::describeFirst(const num::Product &p,
                                   const num::Matrix &result,
                                   num::Mismatch &at) {
  float acc = 0;
  for (int64_t k = 0; k < p.depth(); ++k) {
    Expected<float> a = load(p.a.address(at.row, k));
    if (!a)
      return a.takeError();
    Expected<float> b = load(p.b.address(k, at.column));
    if (!b)
      return b.takeError();
    acc = std::fma(*a, *b, acc);
  }
  float value = float(p.alpha) * acc;
  if (p.beta != 0) {
    Expected<float> old = load(p.c0->address(at.row, at.column));
    if (!old)
      return old.takeError();
    value = std::fma(float(p.beta), *old, value);
  }
  Expected<float> got = load(result.address(at.row, at.column));
  if (!got)
    return got.takeError();
  at.expected = value;
  at.got = *got;
  return Error::success();
}

Expected<num::CheckResult> DeviceChecker::run(const num::Product &product,
                                              const num::Matrix &result,
                                              int64_t begin, int64_t end) {
  num::CheckResult sum;
  sum.compared = (end - begin) * product.columns();
  if (sum.compared == 0)
    return sum;
  auto blocks = uint32_t(std::min<int64_t>(
      maxBlocks, (sum.compared + threadsPerBlock - 1) / threadsPerBlock));
  if (Error error = launch(product, result, begin, end - begin, blocks))
    return std::move(error);
  std::vector<ThreadResult> threads(size_t(blocks) * threadsPerBlock);
  if (Error error = device.copyToHost(threads.data(), out,
                                      threads.size() * sizeof(ThreadResult)))
    return std::move(error);
  int64_t first = std::numeric_limits<int64_t>::max();
  for (const ThreadResult &thread : threads) {
    sum.mismatches += thread.mismatches;
    if (thread.first >= 0)
      first = std::min(first, thread.first);
    sum.nonFinite += thread.nonFinite;
    sum.nonFiniteWrong += thread.nonFiniteWrong;
    sum.errorSquared += thread.errorSquared;
    sum.referenceSquared += thread.referenceSquared;
    sum.maxScaledError = std::max(sum.maxScaledError, thread.worst);
  }
  if (sum.mismatches > 0) {
    sum.first = num::Mismatch{begin + first / product.columns(),
                              first % product.columns()};
    if (Error error = describeFirst(product, result, *sum.first))
      return std::move(error);
  }
  return sum;
}

Expected<num::CheckResult>
ts::checkOnDevice(rt::Device &device, const num::Product &product,
                  const num::Matrix &result,
                  ArrayRef<std::pair<int64_t, int64_t>> rows) {
  DeviceChecker checker(device);
  if (Error error = checker.prepare())
    return llvm::joinErrors(std::move(error), checker.release());
  std::pair<int64_t, int64_t> whole{0, product.rows()};
  num::CheckResult sum;
  for (auto [begin, end] : rows.empty() ? ArrayRef(whole) : rows) {
    Expected<num::CheckResult> part = checker.run(product, result, begin, end);
    if (!part)
      return llvm::joinErrors(part.takeError(), checker.release());
    sum.merge(*part);
  }
  if (Error error = checker.release())
    return std::move(error);
  return sum;
}
