# xentree_embed(TARGET NAME FILE): puts the bytes of FILE into the library TARGET, with a zero byte after them.
# C++ reads them as
#   extern "C" const char NAME_begin[];
#   extern "C" const char NAME_end[];   // the zero byte
# FILE may be the OUTPUT of an add_custom_command of the same directory; the library is built anew when it changes.
function(xentree_embed target name file)
  set(source ${CMAKE_CURRENT_BINARY_DIR}/embed/${name}.S)
  file(CONFIGURE OUTPUT ${source} CONTENT
"    .section .rodata
    .global @name@_begin, @name@_end
    .balign 16
@name@_begin:
    .incbin \"@file@\"
@name@_end:
    .byte 0
    .section .note.GNU-stack, \"\", %progbits
" @ONLY)
  set_source_files_properties(${source} PROPERTIES OBJECT_DEPENDS ${file})
  target_sources(${target} PRIVATE ${source} ${file})
endfunction()
