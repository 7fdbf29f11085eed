# The one place that says how libraries and tools of this project are built:
# compile flags, the shared precompiled header, and how MLIR is linked.

# TSMLIR: link this to use MLIR. Shared by default: libMLIR.so and libLLVM.so
# only, never a static archive beside them (two copies of MLIR in one process
# still run, and fail in surprising ways).
add_library(TSMLIR INTERFACE)
# TSLLVM: LLVM alone, for the rooms that do not depend on MLIR.
add_library(TSLLVM INTERFACE)
if(TS_PORTABLE)
  include(TSPortable)
  ts_link_portable(TSMLIR TSLLVM)
else()
  target_link_libraries(TSMLIR INTERFACE MLIR LLVM)
  target_link_libraries(TSLLVM INTERFACE LLVM)
endif()

if(TS_USE_PCH)
  file(WRITE "${CMAKE_BINARY_DIR}/TSPCH.cpp" "")
  add_library(ts_pch OBJECT "${CMAKE_BINARY_DIR}/TSPCH.cpp")
  llvm_update_compile_flags(ts_pch)
  target_precompile_headers(ts_pch PRIVATE "${CMAKE_SOURCE_DIR}/cmake/TSPCH.h")
endif()

# ts_add_library(NAME sources... [DEPENDS targets...] [LINK libraries...] [NO_MLIR])
# NO_MLIR: the room may use LLVM's support library, but not MLIR.
function(ts_add_library name)
  cmake_parse_arguments(ARG "NO_MLIR" "" "DEPENDS;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  if(ARG_NO_MLIR)
    target_link_libraries(${name} PUBLIC ${ARG_LINK} TSLLVM)
  else()
    target_link_libraries(${name} PUBLIC ${ARG_LINK} TSMLIR)
    if(TS_USE_PCH)
      target_precompile_headers(${name} REUSE_FROM ts_pch)
    endif()
  endif()
  if(ARG_DEPENDS)
    add_dependencies(${name} ${ARG_DEPENDS})
  endif()
endfunction()

# ts_add_tool(NAME sources... [LINK libraries...])
function(ts_add_tool name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  add_executable(${name} ${ARG_UNPARSED_ARGUMENTS})
  llvm_update_compile_flags(${name})
  target_link_libraries(${name} PRIVATE ${ARG_LINK} TSMLIR)
  if(TS_USE_PCH)
    target_precompile_headers(${name} REUSE_FROM ts_pch)
  endif()
  if(TS_PORTABLE)
    target_link_options(${name} PRIVATE -s -static-libstdc++ -static-libgcc)
  endif()
endfunction()
