#!/bin/sh
# Time of one inference of float32 networks in managed code, which calibration runs on, beside ONNX Runtime on one thread. EDGEAI_PEERS names a folder
# in whose folder onnxruntime "npm install onnxruntime-node" has been run; without it ours stand alone. Arguments: parts of names of networks.
exec dotnet run -c Release --project "$(dirname "$0")/Benchmarks" -- --executor "$@"
