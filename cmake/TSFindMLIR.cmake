# Finds LLVM and MLIR 22.1 (the packages' version file accepts only an equal
# major.minor), prints what was found, and sets the flags they were built with.
find_package(MLIR 22.1 REQUIRED CONFIG HINTS /usr/lib/llvm-22)

set(LLVM_RUNTIME_OUTPUT_INTDIR "${CMAKE_BINARY_DIR}/bin")
set(LLVM_LIBRARY_OUTPUT_INTDIR "${CMAKE_BINARY_DIR}/lib")
set(MLIR_BINARY_DIR "${CMAKE_BINARY_DIR}")
list(APPEND CMAKE_MODULE_PATH "${MLIR_CMAKE_DIR}" "${LLVM_CMAKE_DIR}")
include(TableGen)
include(AddLLVM)
include(AddMLIR)
include(HandleLLVMOptions)

# The packages ship `lit`, but LLVMConfig.cmake names `llvm-lit`.
find_program(TS_LIT NAMES llvm-lit lit HINTS "${LLVM_TOOLS_BINARY_DIR}" REQUIRED)
set(LLVM_EXTERNAL_LIT "${TS_LIT}" CACHE FILEPATH "lit" FORCE)

include_directories(SYSTEM ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
include_directories("${CMAKE_SOURCE_DIR}/include" "${CMAKE_BINARY_DIR}/include")
separate_arguments(TS_LLVM_DEFINITIONS NATIVE_COMMAND "${LLVM_DEFINITIONS}")
add_definitions(${TS_LLVM_DEFINITIONS})

message(STATUS "ts: LLVM ${LLVM_PACKAGE_VERSION} in ${LLVM_INSTALL_PREFIX} (RTTI ${LLVM_ENABLE_RTTI}, EH ${LLVM_ENABLE_EH}, assertions ${LLVM_ENABLE_ASSERTIONS})")
message(STATUS "ts: compiler ${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION}, lit ${TS_LIT}, portable ${TS_PORTABLE}")
