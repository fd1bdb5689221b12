# Toolchain for the bare-metal Arm GCC. EDGEAI_TARGET is the target of the .NET project to build for.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)

set(EDGEAI_TARGET cortex-m4 CACHE STRING "cortex-m4, cortex-m0plus or cortex-m55")
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES EDGEAI_TARGET)

# QEMU has no board with a Cortex-M0+: its instructions are a subset of the Cortex-M3's on the mps2-an385.
if(EDGEAI_TARGET STREQUAL "cortex-m4")
    set(EDGEAI_MACHINE mps2-an386)
    set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m4 -mthumb -mfpu=auto -mfloat-abi=hard")
elseif(EDGEAI_TARGET STREQUAL "cortex-m0plus")
    set(EDGEAI_MACHINE mps2-an385)
    set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m0plus -mthumb -mfloat-abi=soft")
elseif(EDGEAI_TARGET STREQUAL "cortex-m55")
    set(EDGEAI_MACHINE mps3-an547)
    set(CMAKE_C_FLAGS_INIT "-mcpu=cortex-m55 -mthumb -mfpu=auto -mfloat-abi=hard")
else()
    message(FATAL_ERROR "EDGEAI_TARGET is ${EDGEAI_TARGET}: use cortex-m4, cortex-m0plus or cortex-m55.")
endif()

set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
