#!/bin/sh
# Measures what kernels cost on each emulated core (or on those named) and writes src/EdgeAI.Compiler/Planning/Kernels/costs/CORE.json, which plans
# are made from. To be run, and its result committed, whenever a kernel was added or changed. Needs arm-none-eabi-gcc and qemu-system-arm,
# for rv32imc riscv64-unknown-elf-gcc with picolibc and qemu-system-riscv32.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --costs "$@"
