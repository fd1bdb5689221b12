#!/bin/sh
# What large models take: MobileNetV2 1.0 with made weights from ONNX to compiled C in int8 and with types chosen by layer, and the import of a model of 100 MB. Exits with 1 where a goal is missed.
benchmarks="dotnet run -c Release --project $(dirname "$0")/Benchmarks --"
status=0
$benchmarks --import || status=1
$benchmarks --import-auto || status=1
$benchmarks --import-large || status=1
exit $status
