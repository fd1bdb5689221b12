#!/bin/sh
# Time of one inference of float32 networks on this machine beside onnx2c's C, both from gcc with the same flags. EDGEAI_PEERS names a folder in which
# onnx2c stands, built (onnx2c, onnx2c/onnx2c or onnx2c/build/onnx2c) or as sources with their submodules (onnx2c/CMakeLists.txt); without it the figures
# are those measured before. Arguments: parts of names of networks.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --host "$@"
