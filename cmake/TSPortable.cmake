# The portable link: MLIR and LLVM from their static archives, so that the tools
# need only libc, libm, libz and libzstd and run on a GPU machine without LLVM.
#
# The packages' static MLIR targets name the shared `LLVM` (and some the shared
# `MLIR`) in their interface. Both names are replaced here by the archives, so
# that no second copy comes in through the back door. Archives only give what is
# referenced, and --gc-sections drops the rest.

# MLIR's archives without its tests, its C API and its shared libraries.
function(ts_static_mlir_libraries out)
  get_property(libraries GLOBAL PROPERTY MLIR_ALL_LIBS)
  list(FILTER libraries EXCLUDE REGEX "^MLIRCAPI|Test|^MLIR$|Shared$|^mlir_")
  set(result "")
  foreach(library ${libraries})
    if(TARGET ${library})
      get_target_property(type ${library} TYPE)
      if(type STREQUAL "STATIC_LIBRARY")
        list(APPEND result ${library})
      endif()
    endif()
  endforeach()
  set(${out} ${result} PARENT_SCOPE)
endfunction()

# Replaces the shared libraries in the interface of an imported archive.
function(ts_unshare library replacement)
  get_target_property(links ${library} INTERFACE_LINK_LIBRARIES)
  if(NOT links)
    return()
  endif()
  list(REMOVE_ITEM links LLVM MLIR "$<LINK_ONLY:LLVM>")
  set_target_properties(${library} PROPERTIES
    INTERFACE_LINK_LIBRARIES "${links};${replacement}")
endfunction()

# ts_link_portable(MLIR_INTERFACE LLVM_INTERFACE)
function(ts_link_portable mlir_interface llvm_interface)
  llvm_map_components_to_libnames(llvm_libraries
    AsmParser BitReader BitWriter Core ExecutionEngine IRReader JITLink Linker
    MC NVPTX OrcJIT Passes PerfJITEvents Remarks RuntimeDyld Support Target
    TargetParser TransformUtils X86)
  target_link_libraries(${llvm_interface} INTERFACE ${llvm_libraries})
  target_link_options(${llvm_interface} INTERFACE
    -Wl,--gc-sections -Wl,--as-needed)

  ts_static_mlir_libraries(mlir_libraries)
  foreach(library ${mlir_libraries})
    ts_unshare(${library} ${llvm_interface})
  endforeach()
  target_link_libraries(${mlir_interface} INTERFACE
    ${mlir_libraries} ${llvm_interface})
endfunction()
