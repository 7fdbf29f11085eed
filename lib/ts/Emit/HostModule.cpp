//===- HostModule.cpp - Host code compiled and run in process -------------===//
//
// Part of the ts project, under the Apache License v2.0.
//
//===----------------------------------------------------------------------===//
//
// ORC directly rather than mlir::ExecutionEngine, which aborts the process when
// a constructor calls a function that nobody provides.
//
// Every function can be called through a wrapper of one type: it takes an array
// with the address of each argument, and of the result behind them.
//
//===----------------------------------------------------------------------===//

#include "ts/Emit/HostModule.h"

#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/TargetSelect.h"

#include <cstdint>
#include <cstring>

using namespace llvm;

namespace ts {

static constexpr StringLiteral wrapperPrefix = "_ts_packed_";
static constexpr StringLiteral cInterfacePrefix = "_mlir_ciface_";

//===----------------------------------------------------------------------===//
// memrefCopy
//===----------------------------------------------------------------------===//

namespace {
/// A buffer of any rank, as upstream's lowering of memref.copy passes it.
struct UnrankedBuffer {
  int64_t rank;
  void *descriptor;
};

/// Base address and strides of one side of a copy.
struct View {
  explicit View(const UnrankedBuffer &buffer, int64_t elementBytes) {
    auto *words = static_cast<int64_t *>(buffer.descriptor);
    char *aligned;
    std::memcpy(&aligned, words + 1, sizeof(aligned));
    data = aligned + words[2] * elementBytes;
    sizes = words + 3;
    strides = sizes + buffer.rank;
  }
  char *data;
  const int64_t *sizes, *strides;
};
} // namespace

static void copyDimension(const View &from, const View &to, int64_t rank,
                          int64_t dimension, char *source, char *target,
                          int64_t elementBytes) {
  if (dimension == rank) {
    std::memcpy(target, source, elementBytes);
    return;
  }
  for (int64_t i = 0; i < from.sizes[dimension]; ++i)
    copyDimension(from, to, rank, dimension + 1,
                  source + i * from.strides[dimension] * elementBytes,
                  target + i * to.strides[dimension] * elementBytes,
                  elementBytes);
}

/// What upstream lowers memref.copy between strided buffers to.
extern "C" {
static void memrefCopy(int64_t elementBytes, UnrankedBuffer *from,
                       UnrankedBuffer *to) {
  View source(*from, elementBytes), target(*to, elementBytes);
  copyDimension(source, target, from->rank, 0, source.data, target.data,
                elementBytes);
}
}

//===----------------------------------------------------------------------===//
// Wrappers
//===----------------------------------------------------------------------===//

static void addWrapper(Function &function) {
  Module &module = *function.getParent();
  IRBuilder<> builder(module.getContext());
  auto *type =
      FunctionType::get(builder.getVoidTy(), builder.getPtrTy(), false);
  auto *wrapper = Function::Create(type, GlobalValue::ExternalLinkage,
                                   wrapperPrefix + function.getName(), module);
  builder.SetInsertPoint(BasicBlock::Create(module.getContext(), "", wrapper));

  auto addressAt = [&](unsigned index) {
    Value *slot = builder.CreateConstGEP1_64(builder.getPtrTy(),
                                             wrapper->getArg(0), index);
    return builder.CreateLoad(builder.getPtrTy(), slot);
  };
  SmallVector<Value *> arguments;
  for (Argument &argument : function.args())
    arguments.push_back(
        builder.CreateLoad(argument.getType(), addressAt(argument.getArgNo())));
  Value *result = builder.CreateCall(&function, arguments);
  if (!result->getType()->isVoidTy())
    builder.CreateStore(result, addressAt(function.arg_size()));
  builder.CreateRetVoid();
}

/// Returns how many addresses the wrapper of each function reads.
static StringMap<unsigned> addWrappers(Module &module) {
  SmallVector<Function *> functions;
  for (Function &function : module)
    if (!function.isDeclaration() && function.hasExternalLinkage())
      functions.push_back(&function);
  StringMap<unsigned> addresses;
  for (Function *function : functions) {
    addWrapper(*function);
    addresses[function->getName()] =
        function->arg_size() + !function->getReturnType()->isVoidTy();
  }
  return addresses;
}

//===----------------------------------------------------------------------===//
// HostModule
//===----------------------------------------------------------------------===//

static Error define(orc::LLJIT &jit, ArrayRef<HostSymbol> symbols) {
  orc::SymbolMap map;
  auto add = [&](StringRef name, void *address) {
    map[jit.mangleAndIntern(name)] = {orc::ExecutorAddr::fromPtr(address),
                                      JITSymbolFlags::Exported};
  };
  add("memrefCopy", reinterpret_cast<void *>(memrefCopy));
  for (HostSymbol symbol : symbols)
    add(symbol.name, symbol.address);
  return jit.getMainJITDylib().define(orc::absoluteSymbols(std::move(map)));
}

static Expected<std::unique_ptr<orc::LLJIT>> makeJit() {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  Expected<orc::JITTargetMachineBuilder> machine =
      orc::JITTargetMachineBuilder::detectHost();
  if (!machine)
    return machine.takeError();
  return orc::LLJITBuilder()
      .setJITTargetMachineBuilder(std::move(*machine))
      .create();
}

/// Compiles everything now, so that a missing function is an error here and
/// not at the first call, and runs the constructors. ORC reports the cause to
/// the session and returns which symbols suffer from it: the cause is wanted.
static Error start(orc::LLJIT &jit, const StringMap<unsigned> &functions) {
  std::string cause;
  auto keepFirst = [&cause](Error error) {
    std::string text = toString(std::move(error));
    if (cause.empty())
      cause = std::move(text);
  };
  orc::ExecutionSession &session = jit.getExecutionSession();
  session.setErrorReporter(keepFirst);
  Error error = Error::success();
  if (!functions.empty()) {
    std::string any = (wrapperPrefix + functions.begin()->getKey()).str();
    error = joinErrors(std::move(error), jit.lookup(any).takeError());
  }
  if (!error)
    error = jit.initialize(jit.getMainJITDylib());
  session.setErrorReporter([](Error late) { consumeError(std::move(late)); });
  if (!error || cause.empty())
    return error;
  consumeError(std::move(error));
  return createStringError(cause);
}

HostModule::HostModule(std::unique_ptr<orc::LLJIT> jit,
                       StringMap<unsigned> functions)
    : jit(std::move(jit)), functions(std::move(functions)) {}

HostModule::~HostModule() {
  consumeError(jit->deinitialize(jit->getMainJITDylib()));
}

Expected<std::unique_ptr<HostModule>>
HostModule::create(mlir::ModuleOp module, ArrayRef<HostSymbol> symbols) {
  auto context = std::make_unique<LLVMContext>();
  std::unique_ptr<Module> code =
      mlir::translateModuleToLLVMIR(module, *context);
  if (!code)
    return createStringError("the module cannot be translated to LLVM IR");
  StringMap<unsigned> functions = addWrappers(*code);

  Expected<std::unique_ptr<orc::LLJIT>> jit = makeJit();
  if (!jit)
    return jit.takeError();
  code->setDataLayout((*jit)->getDataLayout());
  code->setTargetTriple((*jit)->getTargetTriple());
  if (Error error = define(**jit, symbols))
    return error;
  orc::ThreadSafeModule owned(std::move(code), std::move(context));
  if (Error error = (*jit)->addIRModule(std::move(owned)))
    return error;
  if (Error error = start(**jit, functions))
    return error;
  return std::unique_ptr<HostModule>(
      new HostModule(std::move(*jit), std::move(functions)));
}

Error HostModule::invoke(StringRef name, ArrayRef<void *> arguments) {
  auto found = functions.find((cInterfacePrefix + name).str());
  if (found == functions.end())
    found = functions.find(name);
  if (found == functions.end())
    return createStringError("the module has no public function '" + name +
                             "'");
  if (found->second != arguments.size())
    return createStringError("function '" + name + "' takes " +
                             Twine(found->second) +
                             " arguments and results, and " +
                             Twine(arguments.size()) + " are given");
  Expected<orc::ExecutorAddr> address =
      jit->lookup((wrapperPrefix + found->getKey()).str());
  if (!address)
    return address.takeError();
  SmallVector<void *> packed(arguments);
  address->toPtr<void (*)(void **)>()(packed.data());
  return Error::success();
}

} // namespace ts
